"""The operator of a simulated deployment: asks, cancels, pauses, and asks again if nobody heard.

A director that dies while it is spoken to may have taken in what was said, or not; who speaks to
it waits for the next one then, as people do.
"""

from contextlib import suppress
from typing import assert_never

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.testing.simulator.operations import Ask, Cancel, Operation, Pause
from paasta_deploy.testing.simulator.world import World

UNFINISHED = frozenset(state for state in TaskState if not state.is_final)

GOES_ON = " to go on"
"""The end of the remark that a paused task is told to go on."""

PATIENCE_S = 1.0
"""How often one looks whether a director lives again."""


class Operator:
    """Carries operations out on one deployment."""

    def __init__(self, world: World, deployment: DeploymentName) -> None:
        self._world = world
        self._deployment = deployment

    async def do(self, operation: Operation) -> None:
        """Wait for the moment of an operation, then do it."""
        await self._world.clock.wait(operation.at_s)
        await self._director_lives()
        match operation:
            case Ask():
                self._remark(operation.label)
                await self._world.tell(
                    self._world.director.ask(operation.request, self._deployment)
                )
            case Cancel():
                await self._cancel()
            case Pause():
                await self._pause(operation.for_s)
            case _:
                assert_never(operation)

    async def _cancel(self) -> None:
        task = self._task()
        self._remark(f"cancels task {task}" if task else "has nothing to cancel")
        if task is not None:
            with suppress(PaastaError):  # it has just ended
                await self._world.tell(self._world.director.cancel(task))

    async def _pause(self, for_s: float) -> None:
        task = self._task()
        self._remark(f"pauses task {task}" if task else "has nothing to pause")
        if task is None:
            return
        with suppress(PaastaError):
            await self._world.tell(self._world.director.pause(task))
        await self._world.clock.wait(for_s)
        self._remark(f"tells task {task}{GOES_ON}")
        while True:
            await self._director_lives()
            with suppress(PaastaError):  # it has ended, or was cancelled
                if not await self._world.tell(self._world.director.go_on(task)):
                    continue
            return

    def _task(self) -> TaskId | None:
        """Return the oldest task that has not ended."""
        found = self._world.store.tasks(states=UNFINISHED, deployment=self._deployment)
        return found[-1].task_id if found else None

    def _remark(self, text: str) -> None:
        self._world.recording.remark(f"the operator: {text}")

    async def _director_lives(self) -> None:
        while self._world.died.is_set():
            await self._world.clock.wait(PATIENCE_S)
