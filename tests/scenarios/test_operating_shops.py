"""Hypothesis operates a shop: whatever it does in whatever order, laws hold and it ends well.

After every rule no law is broken; in the end, when nothing goes wrong any more, deploying once
more makes everything run and leaves nothing behind.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.testing.simulator.director import belong_outside
from paasta_deploy.testing.simulator.faults import NO_FAULTS
from paasta_deploy.testing.simulator.operator import UNFINISHED
from paasta_deploy.testing.simulator.outcome import is_whole, unlike
from paasta_deploy.testing.simulator.shop import SHOP, STOCK, Shop
from paasta_deploy.testing.simulator.virtual_time import VirtualClock, VirtualTimeLoop
from paasta_deploy.testing.simulator.world import World
from paasta_deploy.wiring.simulating import make_simulated_cloud

_Value = TypeVar("_Value")

LONG_S = 4 * 3600.0
"""Everything that was begun has ended by then, also what waits for deadlines."""

TRIES = 3
"""The first deploy in the end may find what dies in it, or heal what still fails."""

slugs = st.sampled_from(["db/0", "db", "web/0", "web/1", "web", "*"])


class Operator(RuleBasedStateMachine):
    """One shop and its operator."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualTimeLoop()
        self.runner = asyncio.Runner(loop_factory=lambda: self.loop)
        self.clock = VirtualClock(self.loop)
        self.shop = Shop()
        self.away: set[AgentId] = set()
        self.world = self.do(self.made())

    async def made(self) -> World:
        return World(clock=self.clock, make_cloud=make_simulated_cloud, faults=NO_FAULTS, seed=0)

    def do(self, work: Coroutine[Any, Any, _Value]) -> _Value:
        async def outside() -> _Value:
            belong_outside()
            return await work

        return self.runner.run(outside())

    def ask(self, request: TaskRequest) -> None:
        if not self.is_dead():
            self.do(self.world.tell(self.world.director.ask(request, SHOP)))

    def task(self) -> TaskRecord | None:
        """Return the oldest task that has not ended."""
        found = self.world.store.tasks(states=UNFINISHED, deployment=SHOP)
        return found[-1] if found else None

    def is_dead(self) -> bool:
        return self.world.died.is_set()

    @initialize(webs=st.integers(1, 3), in_flight=st.integers(1, 3), serial=st.booleans())
    def begin(self, webs: int, in_flight: int, serial: bool) -> None:
        self.shop = Shop(webs=webs, max_in_flight=in_flight, serial=serial)
        self.do(self.world.prepare(STOCK))
        self.ask(DeployRequest(manifest=self.shop.manifest()))

    @rule(delay_s=st.sampled_from([0.0, 1.0, 20.0, 100.0, 600.0]))
    def time_passes(self, delay_s: float) -> None:
        self.do(self.clock.wait(delay_s))

    @rule(knob=st.sampled_from(["port", "era"]), recreate=st.booleans())
    def update(self, knob: str, recreate: bool) -> None:
        values = {"port": self.shop.port, "era": self.shop.era}
        port, era = (values[name] + (name == knob) for name in ("port", "era"))
        self.shop = replace(self.shop, port=port, era=era)
        self.ask(DeployRequest(manifest=self.shop.manifest(), recreate=recreate))

    @rule(webs=st.integers(1, 4), dbs=st.integers(1, 2), renamed=st.booleans())
    def scale(self, webs: int, dbs: int, renamed: bool) -> None:
        self.shop = replace(self.shop, webs=webs, dbs=dbs, renamed=renamed)
        self.ask(DeployRequest(manifest=self.shop.manifest()))

    @rule(state=st.sampled_from(["stopped", "detached", "started", "recreate"]), slug=slugs)
    def change_states(self, state: str, slug: str) -> None:
        self.ask(StatesRequest(state=state, selector=slug))

    @rule()
    def delete(self) -> None:
        self.ask(DeleteDeploymentRequest())

    @precondition(lambda self: self.task() is not None and not self.is_dead())
    @rule()
    def cancel(self) -> None:
        task = self.task()
        assert task is not None
        self.do(self.world.director.cancel(task.task_id))

    @precondition(lambda self: self.task() is not None and not self.is_dead())
    @rule()
    def pause(self) -> None:
        task = self.task()
        assert task is not None
        with suppress(PaastaError):  # healing is not paused
            self.do(self.world.director.pause(task.task_id))

    @precondition(lambda self: self.task() is not None and not self.is_dead())
    @rule()
    def go_on(self) -> None:
        for task in self.world.store.tasks(states=UNFINISHED):
            with suppress(PaastaError):  # it is not paused
                self.do(self.world.director.go_on(task.task_id))


class Operating(Operator):
    """One shop, its operator, and what happens to both."""

    @precondition(lambda self: not self.is_dead())
    @rule()
    def kill_director(self) -> None:
        self.do(self._kill())

    async def _kill(self) -> None:
        self.world.kill_director()

    @precondition(lambda self: self.is_dead())
    @rule()
    def start_director(self) -> None:
        self.do(self.world.start_director())

    @rule(slug=slugs)
    def crash(self, slug: str) -> None:
        self.do(self._crash(slug))

    async def _crash(self, slug: str) -> None:
        for item in self.world.instances(SHOP, slug):
            vm = self.world.vm_of(item.instance_id)
            if vm is not None:
                self.world.crash(vm)

    @rule(slug=slugs)
    def cut_off(self, slug: str) -> None:
        self.do(self._cut_off(slug))

    async def _cut_off(self, slug: str) -> None:
        for item in self.world.instances(SHOP, slug):
            vm = self.world.vm_of(item.instance_id)
            if vm is not None:
                self.away.add(vm.agent_id)
                self.world.agents.cut_off(vm.agent_id)

    @precondition(lambda self: self.away)
    @rule()
    def reconnect(self) -> None:
        self.do(self._reconnect())

    async def _reconnect(self) -> None:
        for agent_id in self.away:
            self.world.agents.reconnect(agent_id)
        self.away.clear()

    @invariant()
    def laws_hold(self) -> None:
        assert self.world.watch.breaches == []
        for group, at_once in self.world.recording.peak_updates.items():
            assert at_once <= self.shop.max_in_flight, group

    @override
    def teardown(self) -> None:
        try:
            self.end_well()
        finally:
            self.runner.close()

    def end_well(self) -> None:
        """Let nothing go wrong any more, and deploy once more."""
        self.reconnect()
        if self.is_dead():
            self.start_director()
        self.go_on()
        self.do(self.clock.wait(LONG_S))
        assert self.task() is None, "everything comes to an end"
        for _ in range(TRIES):
            self.ask(DeployRequest(manifest=self.shop.manifest(), fix=True))
            self.do(self.clock.wait(LONG_S))
            if self.world.store.tasks(limit=1)[0].state is TaskState.DONE:
                break
        assert self.world.store.tasks(limit=1)[0].state is TaskState.DONE
        assert is_whole(self.world, SHOP)
        assert [*self.do(self._breaches()), *unlike(self.world, SHOP)] == []

    async def _breaches(self) -> list[str]:
        return self.world.breaches(SHOP)


def test_whatever_an_operator_does_it_ends_well() -> None:
    run_state_machine_as_test(
        Operating, settings=settings(max_examples=15, stateful_step_count=20)
    )
