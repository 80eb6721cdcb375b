"""Reads and checks ``cloud_properties`` and the CPI's own properties.

The shape stands in ``cloud_properties.schema.json``; here it is turned into diagnostics, all of
them at once, and into typed values.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import AddressValueError, IPv4Address

from jsonschema import Draft202012Validator, ValidationError
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.errors import PROVIDER

from paasta_deploy.cpi.cpi_properties import SCHEMA_KEY
from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.diagnostics import Diagnostic, did_you_mean, error
from paasta_deploy.diagnostics.codes import INVALID_VALUE, TOO_SMALL, UNKNOWN_KEY, WRONG_TYPE
from paasta_deploy.model.values import JsonObject

_CODES = {"type": WRONG_TYPE, "minimum": TOO_SMALL}

AUTOMATIC = "auto"
_ISOLATIONS = (AUTOMATIC, "namespaces", "processes")


def check(noun: str, properties: JsonObject) -> Sequence[Diagnostic]:
    """Return everything that is wrong with the ``cloud_properties`` of a noun.

    The nouns are ``vm_type`` (also for VM extensions), ``disk_type``, ``network`` and ``az``.
    """
    schema = _schemas().get(noun)
    if schema is None:
        return (error(INVALID_VALUE, f"`{noun}` has no cloud_properties on the local provider"),)
    found = sorted(Draft202012Validator(schema).iter_errors(properties), key=_place)
    return [diagnostic for problem in found for diagnostic in _explain(noun, schema, problem)]


def _keys(problem: ValidationError) -> Sequence[str]:
    value = problem.instance
    return tuple(value) if isinstance(value, Mapping) else ()


def _schemas() -> Mapping[str, Mapping[str, object]]:
    return {noun: shape for noun, shape in _shapes().items() if noun != SCHEMA_KEY}


def _shapes() -> Mapping[str, JsonObject]:
    text = files("paasta_providers.local").joinpath("cloud_properties.schema.json").read_text()
    definitions: Mapping[str, JsonObject] = json.loads(text)["$defs"]
    return definitions


def _place(problem: ValidationError) -> str:
    return problem.json_path


def _explain(
    noun: str, schema: Mapping[str, object], problem: ValidationError
) -> Sequence[Diagnostic]:
    properties = schema["properties"]
    known: Mapping[str, Mapping[str, str]] = properties if isinstance(properties, Mapping) else {}
    if problem.validator == "additionalProperties":
        return [
            error(
                UNKNOWN_KEY,
                f"unknown key `{key}` in the cloud_properties of a {noun}",
                detail="the local provider does not know it",
                hint=did_you_mean(key, known),
            )
            for key in _keys(problem)
            if key not in known
        ]
    key = ".".join(str(step) for step in problem.absolute_path)
    return [
        error(
            _CODES.get(str(problem.validator), INVALID_VALUE),
            f"`{key}` in the cloud_properties of a {noun} cannot be used"
            if key
            else f"the cloud_properties of a {noun} cannot be used",
            detail=problem.message,
            hint=known.get(key, {}).get("description", ""),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineProperties:
    """The ``cloud_properties`` of a machine, parsed."""

    limits: Limits
    privileged: bool


def cpi_schema() -> JsonObject:
    """Return the JSON schema of the CPI's own properties."""
    shape: JsonObject = _shapes()[SCHEMA_KEY]
    return shape


def machine_properties(properties: JsonObject) -> MachineProperties:
    """Parse the merged ``cloud_properties`` of a VM. Raises CloudConfigError."""
    problems = check("vm_type", properties)
    if problems:
        told = "; ".join(f"{item.summary} ({item.detail})" for item in problems)
        raise CloudConfigError(
            f"The VM's cloud_properties cannot be used: {told}.",
            provider=PROVIDER,
            method="create_vm",
            hint=problems[0].hint,
        )
    ram_mib, cpus, pids_max = (properties.get(key) for key in ("ram_mib", "cpus", "pids_max"))
    return MachineProperties(
        limits=Limits(
            ram_mib=int(ram_mib) if isinstance(ram_mib, int | float) else None,
            cpus=float(cpus) if isinstance(cpus, int | float) else None,
            pids_max=int(pids_max) if isinstance(pids_max, int | float) else None,
        ),
        privileged=properties.get("privileged") is True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderProperties:
    """The CPI's own properties.

    ``host_address`` is where machines reach the director; None: the isolation's default.
    ``isolation`` is ``auto``, ``namespaces`` or ``processes``. ``overcommit_disks`` allows disks
    that are larger than the space that is free now.
    """

    host_address: IPv4Address | None = None
    isolation: str = AUTOMATIC
    overcommit_disks: bool = False


def provider_properties(name: str, properties: JsonObject) -> ProviderProperties:
    """Parse the properties of the CPI called ``name``. Raises CloudConfigError, naming the key."""
    for key in properties:
        if key not in _PROPERTIES:
            raise _bad(name, f"unknown property `{key}`", did_you_mean(key, _PROPERTIES))
    isolation = properties.get("isolation", AUTOMATIC)
    if not isinstance(isolation, str) or isolation not in _ISOLATIONS:
        raise _bad(name, f"`isolation` is {isolation!r}", f"one of {', '.join(_ISOLATIONS)}")
    overcommit = properties.get("overcommit_disks", False)
    if not isinstance(overcommit, bool):
        raise _bad(name, f"`overcommit_disks` is {overcommit!r}", "true or false")
    return ProviderProperties(
        host_address=_host_address(name, properties),
        isolation=isolation,
        overcommit_disks=overcommit,
    )


_PROPERTIES = ("host_address", "isolation", "overcommit_disks")


def _host_address(name: str, properties: JsonObject) -> IPv4Address | None:
    value = properties.get("host_address")
    if value is None:
        return None
    try:
        return IPv4Address(str(value))
    except AddressValueError as problem:
        raise _bad(name, f"`host_address` is {value!r}", "an IPv4 address") from problem


def _bad(name: str, what: str, hint: str) -> CloudConfigError:
    return CloudConfigError(
        f"The properties of CPI '{name}' cannot be used: {what}.", provider=PROVIDER, hint=hint
    )
