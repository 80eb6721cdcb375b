"""What a director tells for drawing a deployment: resolved links, and how long groups take.

The manifest alone says little about links: most are found by their type, which only the releases
know. So a director that has the releases answers with the links as it resolves them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from paasta_deploy.model.ids import InstanceGroupName, JobName
from paasta_deploy.model.values import JsonObject

_Name = TypeVar("_Name")


class LinkKnowledge(Enum):
    """How much is known of a link."""

    RESOLVED = "resolved"  # by the director, which has the releases
    WRITTEN = "written"  # both ends are written in the manifest
    UNKNOWN = "unknown"  # its provider is not written down, and no release is at hand
    MANUAL = "manual"  # its content is written out


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """Job ``job`` of ``group`` reads ``link`` from a provider.

    ``provider_link`` is the name that the provider offers it under. ``deployment`` is another
    deployment's name, or empty. Without ``provider_group`` the provider is not known.
    ``is_optional``: its job can do without it, as far as is known.
    """

    group: InstanceGroupName
    job: JobName
    link: str
    knowledge: LinkKnowledge
    provider_group: InstanceGroupName | None = None
    provider_job: JobName | None = None
    provider_link: str = ""
    deployment: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTimes:
    """How long one instance of a group takes: its VM, and everything from then until it runs."""

    vm_s: float
    update_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentGraph:
    """What a director knows of one manifest. ``is_recorded``: times are from former tasks."""

    links: tuple[LinkUse, ...]
    times: Mapping[InstanceGroupName, GroupTimes]
    is_recorded: bool

    def as_json(self) -> JsonObject:
        """Return it as JSON; :func:`deployment_graph_from` reads it."""
        return {
            "links": [link_json(link) for link in self.links],
            "times": {
                name: {"vm_s": round(times.vm_s, 3), "update_s": round(times.update_s, 3)}
                for name, times in self.times.items()
            },
            "is_recorded": self.is_recorded,
        }


def link_json(link: LinkUse) -> JsonObject:
    """Return one link as JSON."""
    return {
        "group": link.group,
        "job": link.job,
        "link": link.link,
        "knowledge": link.knowledge.value,
        "provider_group": link.provider_group,
        "provider_job": link.provider_job,
        "provider_link": link.provider_link,
        "deployment": link.deployment,
        **({"optional": True} if link.is_optional else {}),
    }


def deployment_graph_from(data: Mapping[str, Any]) -> DeploymentGraph:
    """Return what :meth:`DeploymentGraph.as_json` made ``data`` from.

    Raises KeyError, TypeError, ValueError when it is of another shape.
    """
    links: Sequence[Mapping[str, Any]] = data["links"]
    return DeploymentGraph(
        links=tuple(
            LinkUse(
                group=InstanceGroupName(item["group"]),
                job=JobName(item["job"]),
                link=item["link"],
                knowledge=LinkKnowledge(item["knowledge"]),
                provider_group=_named(InstanceGroupName, item["provider_group"]),
                provider_job=_named(JobName, item["provider_job"]),
                provider_link=item["provider_link"],
                deployment=item["deployment"],
                is_optional=item.get("optional", False),
            )
            for item in links
        ),
        times={
            InstanceGroupName(name): GroupTimes(vm_s=times["vm_s"], update_s=times["update_s"])
            for name, times in data["times"].items()
        },
        is_recorded=data["is_recorded"],
    )


def _named(make: Callable[[str], _Name], text: str | None) -> _Name | None:
    return None if text is None else make(text)
