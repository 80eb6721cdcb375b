"""What a task wants beyond the manifest: states, recreation, overrides. Enough to plan again.

A resumed task plans again from the recorded state; an instance whose ``converged_by`` is this
task is done, so "restart" or "recreate" never happens twice.
"""

from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import InstanceGroupName, TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.recorded import InstanceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which instances: all (no group), a group, or one by id or index. Source: BOSH slugs."""

    group: InstanceGroupName | None = None
    id_or_index: str | None = None

    def selects(self, instance: InstanceRecord) -> bool:
        """Return whether ``instance`` is meant."""
        if self.group is not None and instance.group != self.group:
            return False
        return self.id_or_index is None or self.id_or_index in (
            str(instance.instance_id),
            str(instance.index),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which instances a deploy may change: those of ``only`` (empty: all) but ``exclude``."""

    only: tuple[Selector, ...] = ()
    exclude: tuple[Selector, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.only and not self.exclude

    def leaves_out(self, instance: InstanceRecord) -> bool:
        """Return whether ``instance`` has to stay as it is."""
        if self.only and not any(selector.selects(instance) for selector in self.only):
            return True
        return any(selector.selects(instance) for selector in self.exclude)


class Renewal(Enum):
    """What is done to selected instances although nothing changed."""

    RESTART = "restart"
    RECREATE = "recreate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """The operator's wishes for one task.

    ``on_failure`` None: as the manifest says. ``goes_back``: this is a rollback, so what the same
    task has left half done does not have to end well before it is replaced.
    """

    task_id: TaskId
    selectors: tuple[Selector, ...] = field(default=(Selector(),))
    renewal: Renewal | None = None
    run_state: RunState | None = None
    fix: bool = False
    skip_drain: tuple[Selector, ...] = ()
    canaries: str | None = None
    max_in_flight: str | None = None
    force: bool = False
    part: Part = Part()
    on_failure: OnFailure | None = None
    goes_back: bool = False

    def selects(self, instance: InstanceRecord) -> bool:
        """Return whether the wish is about ``instance``."""
        return any(selector.selects(instance) for selector in self.selectors)

    def skips_drain(self, instance: InstanceRecord) -> bool:
        """Return whether the drain of ``instance`` is skipped."""
        return any(selector.selects(instance) for selector in self.skip_drain)
