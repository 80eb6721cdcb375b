"""One simulated rollout, from an empty cloud to a report. Equal inputs and seed, equal report.

The timeline of the faults runs beside the deploy; afterwards everything gets the time to heal.
What ends a simulation is that nothing is under way any more, or its time limit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.execution.call_rules import USUAL_RULES, CallRuleBook
from paasta_deploy.model.counting import counted, verb
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName, DeploymentName, TaskId
from paasta_deploy.model.lifecycle import JobState, RunState, TaskState
from paasta_deploy.model.recorded import InstanceRecord, TaskRecord, VmRecord
from paasta_deploy.testing.simulator.director import belong_outside
from paasta_deploy.testing.simulator.faults import (
    NO_FAULTS,
    AzOutage,
    Crash,
    DirectorKill,
    Fault,
    Faults,
    Partition,
    ThrottleStorm,
)
from paasta_deploy.testing.simulator.operations import Ask, Operation
from paasta_deploy.testing.simulator.operator import UNFINISHED, Operator
from paasta_deploy.testing.simulator.virtual_time import VirtualClock, run_virtually
from paasta_deploy.testing.simulator.world import MakeCloud, Stock, World
from paasta_deploy.wire.simulation_report import SimulationReport

LOOK_S = 5.0
"""How often a simulation looks whether everything is quiet."""

QUIET_S = 300.0
"""Nothing for this long, longer than any interval of the monitor and any deadline of what it asks
a cloud: nothing more will come."""

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationInput:
    """What is deployed, where, what goes wrong, and what operators do meanwhile.

    Machines crash at random until ``watch_s`` after the deploy's end. ``repairs`` is how often a
    deploy is tried again at the very end, as an operator would who wants everything to run, with
    the manifest that was asked for last; that none of them succeeds is a breach. ``time_limit_s``
    bounds virtual time.
    """

    deployment: DeploymentName
    manifest: str
    stock: Stock
    faults: Faults = NO_FAULTS
    operations: Sequence[Operation] = ()
    cpis: Sequence[CpiName] = (DEFAULT_CPI,)
    seed: int = 0
    watch_s: float = 0.0
    repairs: int = 0
    time_limit_s: float = 7 * 24 * HOUR_S
    call_rules: CallRuleBook = USUAL_RULES


def simulate(given: SimulationInput, make_cloud: MakeCloud) -> SimulationReport:
    """Deploy on an empty simulated cloud, let the faults happen, and report."""

    async def run(clock: VirtualClock) -> SimulationReport:
        world = World(
            clock=clock,
            make_cloud=make_cloud,
            faults=given.faults,
            seed=given.seed,
            cpis=given.cpis,
            call_rules=given.call_rules,
        )
        return await _Simulation(given, world).run()

    return run_virtually(run)


class _Simulation:
    """One run."""

    def __init__(self, given: SimulationInput, world: World) -> None:
        self._given = given
        self._world = world
        self._events_left = len(given.faults.timeline) + len(given.operations)
        self._operator = Operator(world, given.deployment)
        self._broken: list[str] = []
        self._crashing = True

    async def run(self) -> SimulationReport:
        world, given = self._world, self._given
        belong_outside()
        await world.prepare(given.stock)
        request = DeployRequest(manifest=given.manifest)
        task = await world.director.submit(request, given.deployment)
        for fault in given.faults.timeline:
            world.happen(self._let_happen(fault), type(fault).__name__)
        for operation in given.operations:
            world.happen(self._let_do(operation), type(operation).__name__)
        if given.faults.crashes_per_hour > 0:
            world.happen(self._crash_now_and_then(), "crashes")
        deploy_s = await self._until(partial(self._has_ended, task.task_id))
        await world.clock.wait(given.watch_s)
        self._crashing = False
        await self._until_quiet()
        await self._repair()
        return self._report(task.task_id, deploy_s)

    async def _until(self, is_so: Callable[[], bool]) -> float:
        clock = self._world.clock
        while not is_so() and clock.monotonic_s() < self._given.time_limit_s:
            await clock.wait(LOOK_S)
        return clock.monotonic_s()

    def _has_ended(self, task_id: TaskId) -> bool:
        task = self._world.store.task(task_id)
        return task is not None and task.state.is_final

    async def _repair(self) -> None:
        """Deploy again until it succeeds, at most as often as wanted."""
        request = DeployRequest(manifest=self._last_manifest(), fix=True)
        ended: TaskRecord | None = None
        for _ in range(self._given.repairs):
            task = await self._world.director.submit(request, self._given.deployment)
            await self._until(partial(self._has_ended, task.task_id))
            await self._until_quiet()
            ended = self._world.store.task(task.task_id)
            if ended is not None and ended.state is TaskState.DONE:
                return
        if ended is not None:
            self._broken.append(
                f"deploying again failed {self._given.repairs} times: {ended.result}"
            )

    def _last_manifest(self) -> str:
        asked = [item for item in self._given.operations if isinstance(item, Ask)]
        texts = [
            item.request.manifest
            for item in sorted(asked, key=lambda item: item.at_s)
            if isinstance(item.request, DeployRequest)
        ]
        return texts[-1] if texts else self._given.manifest

    async def _until_quiet(self) -> None:
        world = self._world
        quiet_since_s, seen = world.clock.monotonic_s(), -1
        while world.clock.monotonic_s() < self._given.time_limit_s:
            if world.entries != seen or self._events_left or self._is_busy():
                quiet_since_s, seen = world.clock.monotonic_s(), world.entries
            elif world.clock.monotonic_s() - quiet_since_s >= QUIET_S:
                return
            await world.clock.wait(LOOK_S)

    def _is_busy(self) -> bool:
        return bool(self._world.store.tasks(states=UNFINISHED, limit=1))

    async def _let_do(self, operation: Operation) -> None:
        await self._operator.do(operation)
        self._events_left -= 1

    # Faults

    async def _let_happen(self, fault: Fault) -> None:
        world, deployment = self._world, self._given.deployment
        await world.clock.wait(fault.at_s)
        match fault:
            case Crash():
                self._crash(fault.instances)
            case Partition():
                agents = [
                    vm.agent_id
                    for item in world.instances(deployment, fault.instances)
                    if (vm := world.vm_of(item.instance_id)) is not None
                ]
                world.recording.remark(
                    f"{counted(len(agents), 'machine')} {verb(len(agents), 'is', 'are')} cut off"
                )
                for agent_id in agents:
                    world.agents.cut_off(agent_id)
                await world.clock.wait(fault.for_s)
                world.recording.remark("the network is whole again")
                for agent_id in agents:
                    world.agents.reconnect(agent_id)
            case AzOutage():
                world.recording.remark(f"AZ {fault.az} goes down")
                world.end_az(deployment, fault.az)
                await world.clock.wait(fault.for_s)
                world.recording.remark(f"AZ {fault.az} is up again")
                world.mend_az(fault.az)
            case DirectorKill():
                world.kill_director()
                await world.clock.wait(fault.for_s)
                await world.start_director()
            case ThrottleStorm():
                world.recording.remark(f"the API takes {fault.calls_per_second:g} calls a second")
                world.turnstile.set_rate(fault.calls_per_second)
                await world.clock.wait(fault.for_s)
                world.recording.remark("the API takes as many calls as before")
                world.turnstile.set_rate(None)
            case _:
                assert_never(fault)
        self._events_left -= 1

    async def _crash_now_and_then(self) -> None:
        """Let one machine die at a time, with exponential pauses."""
        world = self._world
        while True:
            share = 1.0 - world.roll("time between crashes")
            await world.clock.wait(-math.log(share) * HOUR_S / self._given.faults.crashes_per_hour)
            if not self._crashing:
                return
            running = [vm for vm in world.store.vms() if world.agents.agent(vm.agent_id)]
            if running:
                vm = running[int(world.roll("who crashes") * len(running))]
                instance = world.store.instance(vm.instance_id) if vm.instance_id else None
                world.recording.remark(f"{_label(instance, vm)} crashes")
                world.crash(vm)

    def _crash(self, slug: str) -> None:
        world = self._world
        vms = [
            (instance, vm)
            for instance in world.instances(self._given.deployment, slug)
            if (vm := world.vm_of(instance.instance_id)) is not None
        ]
        for instance, vm in vms:
            world.recording.remark(f"{_label(instance, vm)} crashes")
            world.crash(vm)
        if not vms:
            world.recording.remark(f"{slug} has no VM that could crash")

    # Report

    def _report(self, task_id: TaskId, deploy_s: float) -> SimulationReport:
        world, recording = self._world, self._world.recording
        task = world.store.task(task_id)
        assert isinstance(task, TaskRecord), "it was submitted"
        wanted = [
            item
            for item in world.instances(self._given.deployment, "*")
            if item.run_state is RunState.STARTED
        ]
        spans = recording.spans
        path = recording.critical_path(task_id)
        deploys = (one for one in world.store.tasks() if one.kind == task.kind)
        failed = next(deploys).state is not TaskState.DONE
        ended_s = path[-1].ended_s if path and path[-1].ended_s else deploy_s
        return SimulationReport(
            deployment=self._given.deployment,
            seed=self._given.seed,
            succeeded=task.state is TaskState.DONE,
            message=task.result or "",
            deploy_s=ended_s,
            quiet_at_s=max((span.ended_s or deploy_s for span in spans), default=deploy_s),
            instances=len(wanted),
            instances_running=self._running(wanted),
            machines_made=world.watch.machines_made,
            changes=sum(span.task == task_id for span in spans),
            critical_path=path,
            peak_changes=recording.peak_changes,
            peak_calls=world.peak_calls,
            calls=world.turnstile.let_through,
            calls_refused=world.turnstile.refused,
            peak_updates=recording.peak_updates,
            journal_entries=world.entries,
            healed=tuple(span for span in spans if span.task != task_id),
            remarks=tuple(recording.remarks),
            breaches=(*world.breaches(self._given.deployment, failed=failed), *self._broken),
            spans=spans,
        )

    def _running(self, instances: Sequence[InstanceRecord]) -> int:
        """Return how many instances have a VM whose jobs run."""
        agents = self._world.agents
        found = {
            vm.instance_id
            for vm in self._world.store.vms()
            if (agent := agents.agent(vm.agent_id)) and agent.job_state is JobState.RUNNING
        }
        return sum(item.instance_id in found for item in instances)


def _label(instance: InstanceRecord | None, vm: VmRecord) -> str:
    if instance is None:
        return f"compilation VM {vm.cid}"
    return f"{instance.group}/{instance.index}"
