"""What every drawing of a deployment shows: its graph, the critical path, times in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.cli.plan_text import duration
from paasta_deploy.manifest.relations import GroupNode, Relations
from paasta_deploy.manifest.start_order import VMS, CriticalPath, group_s
from paasta_deploy.model.deployment import Share
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.wire.deployment_graph import GroupTimes, LinkKnowledge, LinkUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One deployment to be drawn. ``path`` is None unless the critical path is wanted.

    ``is_resolved``: a director told the links, so all of them are known. ``is_recorded``: times
    are from former tasks; otherwise they are guesses.
    """

    relations: Relations
    times: Mapping[InstanceGroupName, GroupTimes]
    path: CriticalPath | None = None
    is_resolved: bool = False
    is_recorded: bool = False

    def is_critical(self, group: GroupNode) -> bool:
        """Whether the group is on the critical path that is to be shown."""
        return self.path is not None and group.name in self.path.names

    def takes(self, group: GroupNode) -> str:
        """Return how long the group takes, if that is to be shown."""
        if self.path is None or group.is_errand:
            return ""
        return duration(group_s(group, self.times[group.name]))

    @property
    def path_text(self) -> str:
        """The critical path in one sentence; empty when it is not wanted."""
        if self.path is None:
            return ""
        basis = "as former tasks took" if self.is_recorded else "a guess"
        parts = [
            f"{'all VMs' if name == VMS else name} ({duration(spent_s)})"
            for name, spent_s in self.path.parts
        ]
        total = duration(self.path.total_s)
        return f"Critical path ({basis}): {' > '.join(parts)}; {total} from nothing."


def counted(count: int, what: str) -> str:
    """Return ``1 instance``, ``2 instances``."""
    return f"{count} {what}{'s' if count != 1 else ''}"


def pace(group: GroupNode) -> str:
    """Return how the group is rolled out: ``1 canary first, then 2 at a time``."""
    canaries = group.policy.canaries
    text = f"{_share(group.policy.max_in_flight)} at a time"
    if not canaries.amount:
        return text
    plural = "canary" if canaries == Share(amount=1) else "canaries"
    return f"{_share(canaries)} {plural} first, then {text}"


def provider_text(link: LinkUse) -> str:
    """Return whom a link is read from, as far as that is known."""
    match link.knowledge:
        case LinkKnowledge.MANUAL:
            return "written out in the manifest"
        case LinkKnowledge.UNKNOWN:
            named = f"`{link.provider_link}` of " if link.provider_link else ""
            where = f"deployment {link.deployment}" if link.deployment else "a provider"
            return f"{named}{where} (only the release knows which)"
        case _:
            place = f"{link.provider_group} (job {link.provider_job})"
            return f"{place} of deployment {link.deployment}" if link.deployment else place


def _share(share: Share) -> str:
    return f"{share.amount}%" if share.is_percent else str(share.amount)
