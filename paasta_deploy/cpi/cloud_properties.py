"""Checks `cloud_properties` against a provider's JSON schema and says what is wrong with them.

Every provider ships one `cloud_properties.schema.json` with a property for each noun (`vm_type`,
`disk_type`, `network`, `az`); with this a typo is found before anything is touched, and told as
precisely as a typo in a manifest. The core never looks inside these properties otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from paasta_deploy.diagnostics import Code, Diagnostic, did_you_mean, error
from paasta_deploy.diagnostics.codes import INVALID_VALUE, TOO_SMALL, UNKNOWN_KEY, WRONG_TYPE
from paasta_deploy.model.values import JsonObject

_CODES: Mapping[str, Code] = {"type": WRONG_TYPE, "minimum": TOO_SMALL}
"""By the rule of the schema that is broken; every other rule is about a value."""


def check_properties(
    schema: JsonObject, noun: str, properties: JsonObject, *, provider: str
) -> Sequence[Diagnostic]:
    """Return what the schema of ``noun`` finds wrong, in the order of the keys."""
    nouns = schema["properties"]
    assert isinstance(nouns, Mapping), "the schema has a property for each noun"
    shape = nouns[noun]
    assert isinstance(shape, Mapping), f"the schema of {noun} is an object"
    found = Draft202012Validator(shape).iter_errors(properties)
    return tuple(
        diagnostic
        for fault in sorted(found, key=lambda fault: [str(item) for item in fault.absolute_path])
        for diagnostic in _diagnostics(fault, noun, provider)
    )


def _diagnostics(fault: ValidationError, noun: str, provider: str) -> Iterator[Diagnostic]:
    path = ".".join(str(item) for item in fault.absolute_path)
    if fault.validator != "additionalProperties":
        code = _CODES.get(str(fault.validator), INVALID_VALUE)
        what = f"`{path}` in the cloud_properties" if path else "the cloud_properties"
        yield error(code, f"{what} of a {noun} cannot be used", detail=fault.message)
        return
    shape, instance = fault.schema, fault.instance
    assert isinstance(shape, Mapping), "a rule about properties stands in an object"
    assert isinstance(instance, Mapping), "a rule about properties is broken by an object"
    known = list(shape.get("properties", {}))
    for key in instance:
        if key not in known:
            yield error(
                UNKNOWN_KEY,
                f"unknown key `{f'{path}.{key}' if path else key}` in the cloud_properties"
                f" of a {noun}",
                detail=f"the CPI {provider} does not know it",
                hint=did_you_mean(key, known),
            )
