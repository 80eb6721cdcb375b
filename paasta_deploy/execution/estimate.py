"""How much longer a run will take, and which chain of steps it hangs on. Pure.

Theory. The rest of the run is played through with the very scheduler that runs it: every step
takes as long as steps of its kind took so far. What is said is therefore right about slots,
canaries and groups one after another, and only as wrong as the durations. Each step remembers the
step whose end let it start; following these from the last step back gives the critical path.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.execution.run_events import (
    Effect,
    StartStep,
    StepSucceeded,
)
from paasta_deploy.execution.scheduler import Scheduler
from paasta_deploy.model.first_guesses import first_guess_s
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName, InstanceGroupName
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CompilePackage,
    CreateDisk,
    CreateVm,
    DeleteVm,
    DetachDisk,
    StartInstance,
)
from paasta_deploy.planning.plan import ChangeId, Plan, StepId

_METHODS: Mapping[type, str] = {
    CreateVm: "create_vm",
    DeleteVm: "delete_vm",
    CreateDisk: "create_disk",
    AttachDisk: "attach_disk",
    DetachDisk: "detach_disk",
}
"""The call to the cloud that decides how long a step takes."""

NEWEST_WEIGHT = 0.2
"""How much the newest duration moves the average: the last five or so decide."""

ExpectedCalls = Callable[[CpiName], Mapping[str, float]]
"""Tells how long calls to a cloud usually take, in seconds by method."""


def _nobody_knows(_cpi: CpiName) -> Mapping[str, float]:
    return {}


class Durations:
    """What steps have taken so far: moving averages in seconds, by kind and by what they are for.

    A database starts slower than a web server and one package compiles longer than another, so
    the average of the same group or package counts before that of all steps of a kind.
    ``expected_s`` has what providers expect of their calls; each is asked once.
    """

    def __init__(
        self,
        known_s: Mapping[str, float] | None = None,
        *,
        expected_s: ExpectedCalls = _nobody_knows,
    ) -> None:
        self._average_s: dict[str, float] = dict(known_s or {})
        self._ask = expected_s
        self._told: dict[CpiName, Mapping[str, float]] = {}

    @property
    def known_s(self) -> Mapping[str, float]:
        """All averages by key, to be handed in again another time."""
        return self._average_s

    def saw(self, action: Action, took_s: float) -> None:
        """Take in one more duration."""
        for key in _keys(action):
            before_s = self._average_s.get(key, took_s)
            self._average_s[key] = before_s + NEWEST_WEIGHT * (took_s - before_s)

    def knows(self, action: Action) -> bool:
        """Whether a step of this kind was ever seen."""
        return type(action).__name__ in self._average_s

    def expected_s(self, action: Action) -> float:
        """Return how long a step of this kind will probably take."""
        cpi = action.vm.cpi if isinstance(action, CreateVm) else DEFAULT_CPI
        return self._expected_s(type(action), _keys(action), cpi)

    def expected_of_s(
        self, kind: type, group: InstanceGroupName, cpi: CpiName = DEFAULT_CPI
    ) -> float:
        """Return how long a step of ``kind`` will probably take for an instance of ``group``."""
        return self._expected_s(kind, (f"{kind.__name__}/{group}", kind.__name__), cpi)

    def _expected_s(self, kind: type, keys: Sequence[str], cpi: CpiName) -> float:
        for key in keys:
            if key in self._average_s:
                return self._average_s[key]
        method = _METHODS.get(kind)
        told_s = None
        if method is not None:
            if cpi not in self._told:
                self._told[cpi] = self._ask(cpi)
            told_s = self._told[cpi].get(method)
        return first_guess_s(kind.__name__) if told_s is None else told_s


def _keys(action: Action) -> tuple[str, ...]:
    """Return the keys of an action, the most telling one first."""
    kind = type(action).__name__
    match action:
        case CreateVm():
            return (f"{kind}/{action.group}", kind)
        case ApplyInstance() | StartInstance():
            return (f"{kind}/{action.spec.group}", kind)
        case CompilePackage():
            return (f"{kind}/{action.package}", kind)
        case _:
            return (kind,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The rest of a run. ``critical_path`` are the changes that it hangs on, in order."""

    remaining_s: float
    critical_path: tuple[ChangeId, ...]


def estimate(
    plan: Plan,
    *,
    finished: Collection[StepId],
    running_s: Mapping[StepId, float],
    durations: Durations,
) -> Estimate:
    """Play the rest of ``plan`` through. ``running_s`` says how long each running step has run.

    Costs one pass over all steps of the plan: call it rarely for plans of many thousands.
    """
    scheduler = Scheduler(plan)
    actions = {step.step_id: step.action for step in plan.steps}
    ends: list[tuple[float, int, StepId]] = []
    let_start: dict[StepId, StepId | None] = {}
    now_s, last = 0.0, None
    past = _started(scheduler.begin())
    while past:  # what is finished takes no time any more
        step_id = past.pop()
        if step_id in finished:
            past += _started(scheduler.handle(StepSucceeded(step_id)))
            continue
        left_s = durations.expected_s(actions[step_id]) - running_s.get(step_id, 0.0)
        let_start[step_id] = None
        heapq.heappush(ends, (max(0.0, left_s), len(let_start), step_id))
    while ends:
        now_s, _, last = heapq.heappop(ends)
        for step_id in _started(scheduler.handle(StepSucceeded(last))):
            let_start[step_id] = last
            end_s = now_s + durations.expected_s(actions[step_id])
            heapq.heappush(ends, (end_s, len(let_start), step_id))
    return Estimate(remaining_s=now_s, critical_path=_path(plan, let_start, last))


def _started(effects: Iterable[Effect]) -> list[StepId]:
    return [effect.step.step_id for effect in effects if isinstance(effect, StartStep)]


def _path(
    plan: Plan, let_start: Mapping[StepId, StepId | None], last: StepId | None
) -> tuple[ChangeId, ...]:
    change_of = {step.step_id: step.change_id for step in plan.steps}
    path: list[ChangeId] = []
    step_id = last
    while step_id is not None:
        if not path or path[-1] != change_of[step_id]:
            path.append(change_of[step_id])
        step_id = let_start[step_id]
    return tuple(reversed(path))
