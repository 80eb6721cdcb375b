"""Checks the properties of a CPI against its provider's JSON schema, before they are saved.

They hold credentials, so nothing here repeats a value: a complaint names the key, what is wanted
there and the line. Beyond the shape nothing is known until the IaaS is called.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error
from paasta_deploy.model.source import NOWHERE, Source
from paasta_deploy.model.values import JsonObject

SCHEMA_KEY = "cpi"
"""The definition in a provider's ``cloud_properties.schema.json`` that is about the CPI itself."""

_TYPES: Mapping[str, str] = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def check_cpi_properties(
    schema: JsonObject, properties: JsonObject, *, provider: str, source: Source = NOWHERE
) -> Sequence[Diagnostic]:
    """Return what the schema finds wrong, in the order of the keys.

    ``source`` is what the properties were read from, the mapping itself.
    """
    found = Draft202012Validator(schema).iter_errors(properties)
    return tuple(
        diagnostic
        for fault in sorted(found, key=lambda fault: [str(item) for item in fault.absolute_path])
        for diagnostic in _diagnostics(fault, provider, source)
    )


def _diagnostics(fault: ValidationError, provider: str, source: Source) -> Iterator[Diagnostic]:
    path = list(fault.absolute_path)
    if fault.validator == "additionalProperties":
        yield from _unknown_keys(fault, path, provider, source)
        return
    if fault.validator == "required":
        yield from _missing_keys(fault, path, provider, source)
        return
    shape = fault.schema if isinstance(fault.schema, Mapping) else {}
    yield error(
        codes.BAD_CPI_PROPERTY,
        f"the property `{_dotted(path)}` of a {provider} CPI cannot be used",
        span=source.span(*path),
        detail=f"it must be {_wanted(fault)}",
        hint=str(shape.get("description", "")),
    )


def _unknown_keys(
    fault: ValidationError, path: Sequence[str | int], provider: str, source: Source
) -> Iterator[Diagnostic]:
    shape, instance = fault.schema, fault.instance
    assert isinstance(shape, Mapping), "a rule about properties stands in an object"
    assert isinstance(instance, Mapping), "a rule about properties is broken by an object"
    known = list(shape.get("properties", {}))
    for key in instance:
        if key not in known:
            yield error(
                codes.UNKNOWN_KEY,
                f"a {provider} CPI has no property `{_dotted([*path, key])}`",
                span=source.key_span(*path, key),
                detail=f"it has {', '.join(f'`{name}`' for name in known) or 'none'}",
                hint=did_you_mean(key, known),
            )


def _missing_keys(
    fault: ValidationError, path: Sequence[str | int], provider: str, source: Source
) -> Iterator[Diagnostic]:
    assert isinstance(fault.instance, Mapping), "a rule about properties is broken by an object"
    assert isinstance(fault.validator_value, list), "required keys are a list"
    for key in fault.validator_value:
        if key not in fault.instance:
            yield error(
                codes.MISSING_KEY,
                f"the property `{_dotted([*path, key])}` is missing",
                span=source.span(*path),
                detail=f"a {provider} CPI needs it",
                hint=f"add `{key}:` below `properties`",
            )


def _wanted(fault: ValidationError) -> str:
    value: Any = fault.validator_value
    rules: Mapping[str, Callable[[], str]] = {
        "type": lambda: " or ".join(
            _TYPES.get(str(item), str(item))
            for item in (value if isinstance(value, list) else [value])
        ),
        "enum": lambda: f"one of {', '.join(f'`{item}`' for item in value)}",
        "const": lambda: f"`{value}`",
        "minimum": lambda: f"at least {value}",
        "maximum": lambda: f"at most {value}",
        "minLength": lambda: f"at least {value} characters long",
        "minItems": lambda: f"a list of at least {value}",
        "pattern": lambda: f"a text that matches `{value}`",
        "format": lambda: f"a text of the form `{value}`",
    }
    rule = rules.get(str(fault.validator))
    return rule() if rule is not None else "as the provider's README says"


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in path)
