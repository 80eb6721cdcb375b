"""Holds the properties of a job against the schema that its release brings for them.

A job can carry a ``properties_schema.json`` (JSON Schema 2020-12, with ``certificate`` as one type
more). BOSH's director reads it since 280.1.22. Values are secrets more often than not, so what is
said names the property and the rule, and never the value. A schema that points outside itself or
cannot be followed is the release's fault and is only warned of.
Source: spec bosh.md 1.6.1.
"""

from collections.abc import Iterable, Iterator, Mapping

from jsonschema import Draft202012Validator, TypeChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend

from paasta_deploy.diagnostics import Diagnostic, codes, error, warning
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.bindings import BoundJob

_CERTIFICATE = "certificate"
_PEM = "-----BEGIN CERTIFICATE-----"
_FAULTS_MAX = 20
"""Faults told of one job; whoever has more repairs those first."""


def _is_certificate(_checker: TypeChecker, value: object) -> bool:
    """Whether a value is a certificate: PEM text, or what a generated one consists of."""
    if isinstance(value, Mapping):
        value = value.get("certificate")
    return isinstance(value, str) and value.lstrip().startswith(_PEM)


_Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]  # theirs
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(_CERTIFICATE, _is_certificate),
)


def check_property_schema(group: InstanceGroup, bound: BoundJob) -> Iterator[Diagnostic]:
    """Yield an error for each property of a job that its schema does not allow."""
    schema = bound.job.spec.properties_schema
    if not isinstance(schema, Mapping):
        return  # true and false are schemas, too, and say nothing about properties
    try:
        faults = _faults(schema, _given(bound.properties))
    except (SchemaError, LookupError, RecursionError, ValueError):
        yield warning(
            codes.PROPERTY_SCHEMA,
            f"the properties of job `{bound.use.name}` of `{group.name}` cannot be checked",
            span=bound.use.source.span("name"),
            detail="its properties_schema.json is no usable JSON schema",
            hint="tell the authors of the release",
        )
        return
    for fault in faults[:_FAULTS_MAX]:
        name = ".".join(map(str, fault.absolute_path))
        what = f"property `{name}`" if name else "the properties"
        yield error(
            codes.PROPERTY_SCHEMA,
            f"{what} of job `{bound.use.name}` of `{group.name}` cannot be used",
            span=bound.use.source.span("properties", *fault.absolute_path),
            detail=_rule(fault),
            hint="see the schema of the job in its release",
        )


def _faults(schema: JsonObject, properties: JsonValue) -> list[ValidationError]:
    Draft202012Validator.check_schema(_keys(_plain(schema)))
    for reference in _references(schema):
        _follow(schema, reference)
    found = _Validator(schema).iter_errors(properties)
    # A placeholder gets its value later, and that value is checked then.
    told = [fault for fault in found if "((" not in str(fault.instance)]
    return sorted(told, key=lambda fault: [str(item) for item in fault.absolute_path])


def _plain(schema: JsonValue) -> JsonValue:
    """Return the schema as one of the standard, which has no type ``certificate``."""
    if isinstance(schema, Mapping):
        return {
            key: "string" if key == "type" and item == _CERTIFICATE else _plain(item)
            for key, item in schema.items()
        }
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def _given(value: JsonValue) -> JsonValue:
    """Return the properties without those that nobody gave; a schema can ask for these."""
    if not isinstance(value, Mapping):
        return value
    return {key: _given(item) for key, item in value.items() if item is not None}


def _references(schema: JsonValue) -> Iterator[str]:
    ahead: list[JsonValue] = [schema]
    while ahead:
        item = ahead.pop()
        if isinstance(item, Mapping):
            for key in ("$ref", "$dynamicRef"):
                if isinstance(item.get(key), str):
                    yield str(item[key])
            ahead += item.values()
        elif isinstance(item, list):
            ahead += item


def _follow(schema: JsonValue, reference: str) -> None:
    """Raise LookupError for a reference that leads nowhere, or out of the schema.

    Following the latter would fetch something from the network.
    """
    root, _, pointer = reference.partition("#")
    if root:
        raise LookupError(reference)
    found: JsonValue = schema
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = found[int(name)] if isinstance(found, list) else _keys(found)[name]


def _rule(fault: ValidationError) -> str:
    """Return the rule that is broken, without the value that breaks it."""
    rule, wanted = str(fault.validator), fault.validator_value
    listed = wanted if isinstance(wanted, list) else [wanted]
    have = _keys(fault.instance)
    if rule == "type":
        return f"it must be of type {' or '.join(map(str, listed))}"
    if rule == "enum":
        return f"it must be one of {_quoted(listed)}"
    if rule == "required":
        return f"it lacks {_quoted(name for name in listed if name not in have)}"
    if rule == "additionalProperties":
        known = _keys(_keys(fault.schema).get("properties"))
        return f"it knows no {_quoted(name for name in have if name not in known)}"
    if isinstance(wanted, str | int | float):
        return f"its {rule} is `{wanted}`"
    return f"it breaks the rule `{rule}` of the schema"


def _quoted(items: Iterable[object]) -> str:
    return ", ".join(f"`{item}`" for item in items)


def _keys(value: object) -> JsonObject:
    return value if isinstance(value, Mapping) else {}
