"""Bugs that can be planted in production code, to see that simulations find them.

Each is a mistake that somebody could make in the one place that it changes. They are switched on
by tests and by ``scripts/drill schedules --planted`` only, for as long as a block runs.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Any

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.requests import CreatedVm
from paasta_deploy.execution import journalled
from paasta_deploy.execution.context import RunContext, StepContext
from paasta_deploy.execution.handlers import vms
from paasta_deploy.model.ids import AgentId, TaskId
from paasta_deploy.model.recorded import Put, RecordChange, VmRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning import effects, group_steps, rollout
from paasta_deploy.planning.actions import Action, CreateVm, DeleteVm
from paasta_deploy.planning.effects import NOTHING_MADE, Made, Records
from paasta_deploy.planning.plan import Step
from paasta_deploy.ports.store import Phase

Plant = Callable[[], AbstractContextManager[None]]


class Bug(Enum):
    """What can be planted."""

    SKIP_THE_INTENT = "skip the intent"
    REUSE_AN_ADDRESS_TOO_EARLY = "reuse an address too early"
    FORGET_THE_FENCE = "forget the fence"
    CREATE_TWICE_ON_TIMEOUT = "create twice on timeout"
    WRONG_CANARY_COUNT = "wrong canary count"
    FORGET_WHAT_WAS_HALF_MADE = "forget what was half made"
    EXCEED_MAX_IN_FLIGHT = "exceed max in flight"


def planted(bug: Bug) -> AbstractContextManager[None]:
    """Have a bug while the block runs."""
    return _PLANTS[bug]()


@contextmanager
def _swapped(owner: object, name: str, wrong: object) -> Iterator[None]:
    right = getattr(owner, name)
    setattr(owner, name, wrong)
    try:
        yield
    finally:
        setattr(owner, name, right)


@contextmanager
def _skip_the_intent() -> Iterator[None]:
    """What is about to be done is remembered, but not made durable."""
    right = RunContext.write

    @wraps(right)
    async def wrong(
        self: RunContext,
        step: Step,
        phase: Phase,
        changes: tuple[RecordChange, ...],
        data: JsonObject,
    ) -> None:
        if phase is Phase.INTENT:
            self.records.take_in(changes)
        else:
            await right(self, step, phase, changes, data)

    with _swapped(RunContext, "write", wrong):
        yield


@contextmanager
def _reuse_an_address_too_early() -> Iterator[None]:
    """The address of an instance is free when the deletion of its machine begins."""
    right = effects.at_intent

    @wraps(right)
    def wrong(
        action: Action, records: Records, *, now: datetime, task_id: TaskId | None
    ) -> tuple[RecordChange, ...]:
        changes = right(action, records, now=now, task_id=task_id)
        vm = records.vm(action.agent_id) if isinstance(action, DeleteVm) else None
        instance = records.instance(vm.instance_id) if vm and vm.instance_id else None
        if instance is None:
            return changes
        return (*changes, Put(record=replace(instance, addresses=())))

    with _swapped(journalled, "at_intent", wrong):
        yield


@contextmanager
def _forget_the_fence() -> Iterator[None]:
    """A machine counts as gone without a look."""

    async def wrong(_action: DeleteVm, _context: StepContext) -> Made:
        return NOTHING_MADE

    with _swapped(vms, "delete", wrong):
        yield


@contextmanager
def _create_twice_on_timeout() -> Iterator[None]:
    """A creation that was not answered, or not well, is asked for again under another key."""
    right = vms._ask_for_vm  # noqa: SLF001 - a bug is planted where it would be made

    @wraps(right)
    async def wrong(
        action: CreateVm, record: VmRecord, tries: vms._Tries, context: StepContext
    ) -> CreatedVm:
        once = replace(tries, policy=replace(tries.policy, tries_max=1))
        try:
            return await right(action, record, once, context)
        except CloudError:
            again = replace(action, agent_id=AgentId(f"{action.agent_id}-again"))
            return await right(again, record, tries, context)

    with _swapped(vms, "_ask_for_vm", wrong):
        yield


@contextmanager
def _forget_what_was_half_made() -> Iterator[None]:
    """The machine of a creation whose answer nobody heard is not looked for."""

    async def wrong(_record: VmRecord, _context: StepContext) -> None:
        return

    with _swapped(vms, "_end_half_made", wrong):
        yield


def _rollouts(more: Callable[[rollout.Batch], rollout.Batch]) -> Plant:
    """Return the planting of rollouts that allow more than the manifest does."""

    @contextmanager
    def plant() -> Iterator[None]:
        right = rollout.batches_of

        @wraps(right)
        def wrong(*arguments: Any, **options: Any) -> list[Any]:  # noqa: ANN401 - passed on
            return [more(batch) for batch in right(*arguments, **options)]

        with _swapped(group_steps, "batches_of", wrong):
            yield

    return plant


_PLANTS: Mapping[Bug, Plant] = {
    Bug.SKIP_THE_INTENT: _skip_the_intent,
    Bug.REUSE_AN_ADDRESS_TOO_EARLY: _reuse_an_address_too_early,
    Bug.FORGET_THE_FENCE: _forget_the_fence,
    Bug.CREATE_TWICE_ON_TIMEOUT: _create_twice_on_timeout,
    Bug.WRONG_CANARY_COUNT: _rollouts(lambda one: replace(one, canaries=one.canaries + 1)),
    Bug.FORGET_WHAT_WAS_HALF_MADE: _forget_what_was_half_made,
    Bug.EXCEED_MAX_IN_FLIGHT: _rollouts(
        lambda one: replace(one, max_in_flight=one.max_in_flight + 1)
    ),
}
