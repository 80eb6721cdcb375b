"""What a run of a plan is told and says: events, effects and ends, as the scheduler has them."""

from dataclasses import dataclass
from enum import Enum

from paasta_deploy.planning.plan import Change, Step, StepId


class AfterFailure(Enum):
    """How far changes that have begun go on after another change failed."""

    FINISH_STEP = "finish step"  # only to the end of the step that runs
    FINISH_CHANGE = "finish change"  # to their end, so that nothing stays drained half way


class ChangeEnd(Enum):
    """How a change that has begun ended."""

    DONE = "done"
    FAILED = "failed"
    LOST = "lost"  # its VM died, and the run goes on without it
    STOPPED = "stopped"  # begun and left where it stands; a later plan goes on from there


class RunEnd(Enum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    INCOMPLETE = "incomplete"  # all is done but for lost instances
    FAILED = "failed"
    CANCELLED = "cancelled"
    DRAINED = "drained"  # changes are left that were not begun


@dataclass(frozen=True, slots=True)
class StepSucceeded:
    """The act of the step is done and its result is durable."""

    step_id: StepId


@dataclass(frozen=True, slots=True)
class StepFailed:
    """The step gave up."""

    step_id: StepId


@dataclass(frozen=True, slots=True)
class StepLost:
    """The step gave up because the VM that it is about is proven gone."""

    step_id: StepId


@dataclass(frozen=True, slots=True)
class StepStopped:
    """The step was waiting for something and went home because the run was cancelled."""

    step_id: StepId


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """The operator wants the run to stop."""


@dataclass(frozen=True, slots=True)
class DrainRequested:
    """The time for the run is over: begin nothing new, finish what has begun."""


Event = StepSucceeded | StepFailed | StepLost | StepStopped | CancelRequested | DrainRequested


@dataclass(frozen=True, slots=True)
class StartStep:
    """Carry the step out and report its end."""

    step: Step


@dataclass(frozen=True, slots=True)
class ChangeStarted:
    """The first step of the change is about to start."""

    change: Change


@dataclass(frozen=True, slots=True)
class ChangeFinished:
    """The change will do no more in this run."""

    change: Change
    end: ChangeEnd


@dataclass(frozen=True, slots=True)
class AllDone:
    """Nothing runs and nothing will start."""

    end: RunEnd


Effect = StartStep | ChangeStarted | ChangeFinished | AllDone


@dataclass(frozen=True, slots=True, kw_only=True)
class LossLimits:
    """How many instances a run may lose and still go on.

    Of one group never more than its ``max_in_flight``: the lost ones do not serve meanwhile. Over
    the whole run not ``count`` that are also ``percent`` of the plan's instances: that is a
    meltdown, more likely a broken network or IaaS than broken machines. The defaults are those of
    the health monitor. A canary is not among those that may be lost, unless ``canaries`` says so:
    where nothing new is rolled out, it stands for nothing.
    """

    count: int = 5
    percent: float = 20.0
    canaries: bool = False
