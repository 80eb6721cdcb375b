"""Properties of a job that its release does not declare, but nearly.

BOSH passes over what a release does not declare, so a misspelt property silently leaves the
default. Manifests do give properties that one version of a release has and another has not, so
only a near miss is told: a name like a declared one that is not given.
"""

from collections.abc import Iterator, Mapping

from paasta_deploy.diagnostics import Diagnostic, codes, nearest, warning
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.bindings import BoundJob

_LENGTH_MIN = 3
"""Shorter names are near to each other without meaning the same."""


def misspelt_properties(group: InstanceGroup, bound: BoundJob) -> Iterator[Diagnostic]:
    """Yield a warning for each property of the job itself that is probably misspelt."""
    if not bound.use.properties:
        return
    declared = [declaration.name for declaration in bound.job.spec.properties]
    given = list(_given(bound.use.properties, frozenset(declared), ""))
    open_names = [name for name in declared if name not in given]
    for name in given:
        near = () if name in declared else _meant(name, open_names)
        if len(near) == 1:
            yield warning(
                codes.PROPERTY_LIKELY,
                f"job `{bound.use.name}` of `{group.name}` has no property `{name}`",
                span=bound.use.source.key_span("properties", *name.split(".")),
                detail="nobody looks at it",
                hint=f"did you mean `{near[0]}`?",
            )


def _meant(name: str, declared: list[str]) -> tuple[str, ...]:
    """Return the declared names beside this one that it may stand for."""
    parent, _, last = name.rpartition(".")
    if len(last) < _LENGTH_MIN:
        return ()
    siblings = {
        other.rpartition(".")[2]: other
        for other in declared
        if other.rpartition(".")[0] == parent and len(other) >= len(parent) + _LENGTH_MIN
    }
    return tuple(siblings[found] for found in nearest(last, siblings))


def _given(value: JsonValue, declared: frozenset[str], path: str) -> Iterator[str]:
    """Yield the dotted names that are given, no deeper than a declared one."""
    if path in declared or not isinstance(value, Mapping) or not value:
        yield path
        return
    for key, below in value.items():
        yield from _given(below, declared, f"{path}.{key}" if path else key)
