"""Binding: which properties a job's templates see. Declared ones only, defaults filled in.

Source: BOSH 1.6.1. A declared property that has neither value nor default is bound to None, so
``p("x")`` reports it as missing and ``if_p`` skips it; a property that nobody declared is
invisible to templates, which is why it cannot change them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.model.release import PropertyDeclaration
from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundProperties:
    """The outcome of binding: nested values with sorted keys, and what was wrong."""

    values: JsonObject
    problems: tuple[str, ...] = ()


def bind_properties(declared: Iterable[PropertyDeclaration], given: JsonObject) -> BoundProperties:
    """Pick the ``declared`` properties out of ``given``.

    A given None counts as not given, as in BOSH. A path that runs through something other than a
    mapping is a problem (``Property 'a.b' expects a hash, but received 'String'``).
    """
    bound: dict[str, JsonValue] = {}
    problems: list[str] = []
    for declaration in sorted(declared, key=lambda declaration: declaration.name):
        keys = declaration.name.split(".")
        value, problem = _look_up(given, keys)
        if problem is not None:
            problems.append(
                f"Property '{declaration.name}' expects a hash, but received '{problem}'"
            )
            continue
        _set(bound, keys, declaration.default if value is None else value)
    return BoundProperties(values=bound, problems=tuple(problems))


def look_up_property(values: JsonValue, name: str) -> JsonValue:
    """Return the value at the dotted path ``name``, or None where the path ends early."""
    found: JsonValue = values
    for key in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _look_up(given: JsonObject, keys: list[str]) -> tuple[JsonValue, str | None]:
    found: JsonValue = given
    for key in keys:
        if not isinstance(found, Mapping):
            if isinstance(found, str) and found.startswith("((") and found.endswith("))"):
                return None, None  # a variable, whose value nobody has looked up yet
            return None, _ruby_class(found)
        found = found.get(key)
        if found is None:
            break
    return found, None


def _set(bound: dict[str, JsonValue], keys: list[str], value: JsonValue) -> None:
    inner = bound
    for key in keys[:-1]:
        below = inner.get(key)
        # Copied on the way down, because with `a` and `a.b` both declared the mapping at `a` is
        # still the one that was given, and that one is not ours to change.
        deeper = dict(below) if isinstance(below, Mapping) else {}
        inner[key] = deeper
        inner = deeper
    inner[keys[-1]] = value


def _ruby_class(value: JsonValue) -> str:
    # The director's users know these messages by the names of Ruby's classes.
    match value:
        case bool():
            return "TrueClass" if value else "FalseClass"
        case int():
            return "Integer"
        case float():
            return "Float"
        case str():
            return "String"
        case _:
            return "Array"
