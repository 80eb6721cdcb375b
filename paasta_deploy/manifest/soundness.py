"""Which parts of a manifest with mistakes are still good for looking for more of them.

Theory. What is wrong with a manifest is found in steps that build on each other: what it says,
what is uploaded, where instances go, which links they take. To tell everything at once, the later
steps are given the parts that no mistake touches. They must never tell the consequence of a
mistake for another one, so whatever cannot be judged without a broken part is left out: an
instance group with a mistake is not placed, and nobody is told that a link is lacking while a job
that might provide it is unknown.

A mistake touches a part when it points into it. Nodes say where each value was written, also those
that an ops file put there and those that several aliases share.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from paasta_deploy.diagnostics import Diagnostic, Span
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, NodeSource, Scalar
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPart:
    """What is left of a manifest.

    ``manifest`` has only jobs, addons, releases and stemcells without mistakes, but every group.
    ``unplaceable`` are the groups whose instances nobody can place. ``has_all_groups``: no group
    was so wrong that it is not there at all. ``has_all_jobs``: no job, and so no provider of a
    link, was left out. ``has_name``: the deployment is known by name.
    """

    manifest: DeploymentManifest
    unplaceable: frozenset[InstanceGroupName] = frozenset()
    has_all_groups: bool = True
    has_all_jobs: bool = True
    has_name: bool = True

    def placeable(self) -> DeploymentManifest:
        """Return the manifest with those groups only that can be placed."""
        if not self.unplaceable:
            return self.manifest
        groups = self.manifest.instance_groups
        kept = tuple(group for group in groups if group.name not in self.unplaceable)
        return replace(self.manifest, instance_groups=kept)


def sound_part(manifest: DeploymentManifest, told: Iterable[Diagnostic]) -> SoundPart:
    """Return what is left of a draft when everything that an error points into is left out."""
    errors = [item for item in told if item.is_error]
    if not errors:
        return SoundPart(manifest=manifest)
    faults = _Faults(item.span for item in errors)
    root = _node(manifest)
    return SoundPart(
        manifest=replace(
            manifest,
            releases=_whole(manifest.releases, faults),
            stemcells=_whole(manifest.stemcells, faults),
            instance_groups=tuple(
                _without_broken_jobs(group, faults) for group in manifest.instance_groups
            ),
            addons=_whole(manifest.addons, faults),
            variables=_whole(manifest.variables, faults),
        ),
        unplaceable=frozenset(
            group.name for group in manifest.instance_groups if _is_broken(group, faults)
        ),
        has_all_groups=_has_all_groups(root, manifest, faults),
        has_all_jobs=_has_all_groups(root, manifest, faults)
        and _has_all_jobs(root, manifest, faults),
        has_name=bool(manifest.name) and not faults.point_into(_child(root, "name")),
    )


class _Faults:
    """The places that mistakes point at."""

    def __init__(self, spans: Iterable[Span | None]) -> None:
        known = {span for span in spans if span is not None}
        self._places = frozenset(known)
        starts: dict[str, list[tuple[int, int]]] = {}
        for span in known:
            starts.setdefault(span.file, []).append((span.line, span.column))
        self._starts = {file: sorted(found) for file, found in starts.items()}

    def point_into(self, node: Node | None, *, besides: Node | None = None) -> bool:
        """Return whether a mistake points at ``node`` or below it, but not below ``besides``."""
        if node is None or node is besides:
            return False
        if isinstance(node, Scalar):
            return self._begin_in(node.span)
        if node.span in self._places:
            return True
        if isinstance(node, ListNode):
            return any(self.point_into(item, besides=besides) for item in node.items)
        assert isinstance(node, MapNode), "there are three kinds of nodes"
        return self.point_at_keys(node) or any(
            self.point_into(value, besides=besides) for _, value in node.entries.values()
        )

    def point_at_keys(self, node: MapNode) -> bool:
        """Return whether a mistake points at a key of a mapping."""
        return any(self._begin_in(key.span) for key, _ in node.entries.values())

    def _begin_in(self, span: Span) -> bool:
        """Return whether a mistake begins in a scalar; some point at a part of a text."""
        starts = self._starts.get(span.file, ())
        begin, end = (span.line, span.column), (span.end_line, span.end_column)
        position = bisect_left(starts, begin)
        return position < len(starts) and (starts[position] < end or starts[position] == begin)


class _Written(Protocol):
    """A part of a manifest that knows where it was written."""

    @property
    def source(self) -> Source: ...


_Part = TypeVar("_Part", bound=_Written)


def _whole(parts: Iterable[_Part], faults: _Faults) -> tuple[_Part, ...]:
    return tuple(part for part in parts if not faults.point_into(_node(part)))


def _without_broken_jobs(group: InstanceGroup, faults: _Faults) -> InstanceGroup:
    jobs = _whole(group.jobs, faults)
    return group if len(jobs) == len(group.jobs) else replace(group, jobs=jobs)


def _is_broken(group: InstanceGroup, faults: _Faults) -> bool:
    """Return whether a group has a mistake outside of its jobs, which take no part in placing."""
    node = _node(group)
    return not group.name or faults.point_into(node, besides=_child(node, "jobs"))


def _has_all_groups(root: Node | None, manifest: DeploymentManifest, faults: _Faults) -> bool:
    """Return whether every group is known that the manifest was meant to have."""
    if not isinstance(root, MapNode) or faults.point_at_keys(root):
        return False
    groups = _child(root, "instance_groups")
    listed = groups.items if isinstance(groups, ListNode) else ()
    return len(listed) == len(manifest.instance_groups)


def _has_all_jobs(root: Node | None, manifest: DeploymentManifest, faults: _Faults) -> bool:
    """Return whether every job is known that the groups and addons were meant to have."""
    listed = [_child(_node(group), "jobs") for group in manifest.instance_groups]
    return not faults.point_into(_child(root, "addons")) and all(
        isinstance(jobs, ListNode) and not faults.point_into(jobs) for jobs in listed
    )


def _node(part: _Written) -> Node | None:
    return part.source.node if isinstance(part.source, NodeSource) else None


def _child(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MapNode) else None
