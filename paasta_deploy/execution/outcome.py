"""How a run of a plan ended, as a value: failures of the world are expected, not raised."""

from dataclasses import dataclass

from paasta_deploy.execution.run_events import RunEnd
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.planning.plan import Change, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailure:
    """One step that gave up. ``error`` is what the operator is told."""

    step: Step
    change: Change
    error: PaastaError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a run. ``failures`` are in the order in which they happened.

    ``lost`` are the instances whose VM died and without which the run went on.
    ``changes_done`` counts changes that people see (no barriers), out of ``changes_total``;
    ``left`` are those that were not done, in the order of the plan.
    """

    end: RunEnd
    failures: tuple[StepFailure, ...] = ()
    lost: tuple[StepFailure, ...] = ()
    changes_done: int = 0
    changes_total: int = 0
    left: tuple[Change, ...] = ()

    @property
    def error(self) -> PaastaError | None:
        """The first failure: the one that the task is said to have failed with."""
        return self.failures[0].error if self.failures else None
