"""From the settings under ``calls`` to the rules for calls to IaaS accounts.

A mistake is a :class:`SettingsError` with file, key and what to write instead.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from paasta_deploy.cpi.provider import DiskOperations, StemcellOperations, VmOperations
from paasta_deploy.execution.call_rules import CallRuleBook, CallRules
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.wiring.settings import SETTINGS_FILE, Settings, SettingsError

DEFAULT_NAME = "default"
"""What people call the CPI without a name; messages call it so, too."""

METHODS: Sequence[str] = tuple(
    name
    for operations in (VmOperations, DiskOperations, StemcellOperations)
    for name in vars(operations)
    if not name.startswith("_")
)
"""The calls that reach an IaaS, as the provider contract names them."""


def call_rules(settings: Settings) -> CallRuleBook:
    """Return the rules for all CPIs. Raises SettingsError."""
    file, calls = str(settings.home / SETTINGS_FILE), settings.calls
    usual = {
        "in_flight_max": calls.in_flight_max,
        "per_second_max": calls.per_second_max,
        "adaptive": calls.adaptive,
        "deadlines": calls.deadlines,
    }
    of_cpis: dict[CpiName, CallRules] = {}
    for name, own in calls.cpis.items():
        path = f"calls.cpis.{name}"
        if not isinstance(own, Mapping):
            raise SettingsError(f"{file}: {path} must hold keys and values.")
        _check_known(file, path, own, list(usual))
        cpi = DEFAULT_CPI if name == DEFAULT_NAME else CpiName(str(name))
        deadlines = {**calls.deadlines, **_mapping(file, path, own.get("deadlines", {}))}
        of_cpis[cpi] = _rules(file, path, {**usual, **own, "deadlines": deadlines})
    return CallRuleBook(usual=_rules(file, "calls", usual), of_cpis=of_cpis)


def _rules(file: str, path: str, given: Mapping[str, object]) -> CallRules:
    adaptive = given["adaptive"]
    if not isinstance(adaptive, bool):
        raise SettingsError(f"{file}: {path}.adaptive is {adaptive!r}; expected true or false.")
    in_flight_max = given["in_flight_max"]
    if in_flight_max is not None and (
        not isinstance(in_flight_max, int) or isinstance(in_flight_max, bool) or in_flight_max < 1
    ):
        raise SettingsError(
            f"{file}: {path}.in_flight_max is {in_flight_max!r}; expected a whole number, at least"
            " 1, or null."
        )
    per_second_max = given["per_second_max"]
    deadlines = _mapping(file, path, given["deadlines"])
    _check_known(file, f"{path}.deadlines", deadlines, METHODS)
    return CallRules(
        in_flight_max=in_flight_max,
        per_second_max=None
        if per_second_max is None
        else _positive(file, f"{path}.per_second_max", per_second_max),
        adaptive=adaptive,
        deadlines_s={
            str(method): _positive(file, f"{path}.deadlines.{method}", value)
            for method, value in deadlines.items()
        },
    )


def _mapping(file: str, path: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{file}: {path}.deadlines must hold CPI methods and seconds.")
    return value


def _check_known(file: str, path: str, given: Mapping[str, object], known: Sequence[str]) -> None:
    for key in given:
        if key not in known:
            close = get_close_matches(str(key), known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known)}."
            raise SettingsError(f"{file}: unknown setting {f'{path}.{key}'!r}.{hint}")


def _positive(file: str, path: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        raise SettingsError(f"{file}: {path} is {value!r}; expected a number above 0.")
    return float(value)
