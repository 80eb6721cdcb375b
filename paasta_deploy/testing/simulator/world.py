"""A simulated data centre with a director in it: what happens to it, and what is watched.

The world outlives its directors. Everything random comes from one seed, by keys that do not depend
on each other (:class:`Dice`), so a run is the same every time.
"""

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from paasta_deploy.cpi.errors import CloudThrottledError, CloudUnavailableError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreateStemcell, CreateVm
from paasta_deploy.execution.call_rules import USUAL_RULES, CallRuleBook
from paasta_deploy.execution.clouds import CloudCall
from paasta_deploy.health.verdicts import Limits as HealthLimits
from paasta_deploy.health.verdicts import Tell
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AgentId,
    CpiName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
)
from paasta_deploy.model.recorded import (
    InstanceRecord,
    Put,
    RecordChange,
    ReleaseRecord,
    StemcellRecord,
    VmRecord,
)
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.planner import Limits
from paasta_deploy.planning.wants import Selector
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.simulated_agents import AgentTempo, SimulatedAgents
from paasta_deploy.testing.simulated_cloud import SimulatedCloud
from paasta_deploy.testing.simulator.crash_points import Reaper
from paasta_deploy.testing.simulator.director import Ground, SimulatedDirector, outside
from paasta_deploy.testing.simulator.faults import Faults
from paasta_deploy.testing.simulator.invariants import Watch, breaches_at_the_end, bugs_of_ours
from paasta_deploy.testing.simulator.recording import Recording
from paasta_deploy.testing.simulator.tempo import INSTANTLY, Dice
from paasta_deploy.testing.simulator.throttling import Turnstile
from paasta_deploy.testing.simulator.virtual_time import VirtualClock
from paasta_deploy.testing.simulator.workers import VirtualWorkers, virtual_workers
from paasta_deploy.testing.tapped_provider import tap

SILENT_S = 5.0
"""How long a request waits for an agent that has swallowed it."""

HEALTH = HealthLimits(
    agent_timeout_s=3600,
    confirm_interval_s=0.5,
    reconnect_grace_s=5,
    meltdown_count=5,
    meltdown_percent=20,
    attempts_max=5,
    attempts_window_s=600,
)
"""The defaults of `director.yml`, but for heartbeats and for how often a cloud is asked about a
suspect. A simulated connection closes when a machine dies or is cut off, so heartbeats find
nothing, and asking twenty times a second finds what asking twice finds; ten thousand agents that
beat every second would be all that a simulation does."""

DIRECTOR_STARTS = "a director starts"

TRIES_MAX = 1000
"""More than any weather takes that is not a wall."""

_Value = TypeVar("_Value")

MakeCloud = Callable[[Mapping[str, JsonValue]], Provider]
"""Makes a provider that is also a :class:`SimulatedCloud`, from the properties of its CPI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is uploaded before a simulation begins."""

    releases: Sequence[ReleaseRecord]
    stemcells: Sequence[StemcellRecord]
    cloud_configs: Sequence[str]
    runtime_configs: Sequence[str] = ()


class World:
    """The cloud, the agents, the store, and the director of the moment."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        make_cloud: MakeCloud,
        faults: Faults,
        seed: int,
        cpis: Sequence[CpiName] = (DEFAULT_CPI,),
        health: HealthLimits = HEALTH,
        limits: Limits | None = None,
        call_rules: CallRuleBook = USUAL_RULES,
    ) -> None:
        self.clock = clock
        self.faults = faults
        self.recording = Recording(clock)
        self.store = MemoryStore(clock=clock)
        self._dice = Dice(seed)
        self._ids = FakeIds(seed)
        self._blobs = MemoryBlobs(self._ids)
        self.agents = self._make_agents()
        self.reaper = Reaper(self.kill_director)
        self.watch = Watch(self.agents, self.store.vm, self.recording.remark)
        self.workers: list[VirtualWorkers] = []
        self.turnstile = Turnstile(faults.throttle, clock=clock)
        self._azs_down: set[str] = set()
        self.providers = {cpi: self._cloud(make_cloud, seed) for cpi in cpis}
        self._ground = Ground(
            clock=clock,
            ids=self._ids,
            store=self.store,
            before_write=self._before_write,
            after_write=self._after_write,
            blobs=self._blobs,
            log=self.recording,
            agents=self.agents,
            providers=self.providers,
            make_workers=virtual_workers(self._call_time, self.workers, self.turnstile.refusal),
            call_rules=call_rules,
            limits=limits or Limits(),
            health=health,
            tell=self._tell,
        )
        self._around: list[asyncio.Task[None]] = []
        self.entries = 0
        self.died = asyncio.Event()
        """Whether no director lives now."""
        self.director = SimulatedDirector(self._ground)

    def _make_agents(self) -> SimulatedAgents:
        return SimulatedAgents(
            clock=self.clock,
            upload=self._blobs.upload,
            tempo=self._agent_tempo,
            before_answer=self._before_answer,
            after_answer=self._after_answer,
        )

    def _cloud(self, make_cloud: MakeCloud, seed: int) -> Provider:
        slowest = self.faults.tempo.calls.get("create_vm", INSTANTLY)
        settles = {"creation_settles_s": slowest.high_s + 1.0}
        provider = make_cloud({**settles, **self.faults.cloud, "seed": seed})
        assert isinstance(provider, SimulatedCloud), "a simulation needs a simulated cloud"
        provider.hear_machines(self.watch)
        tap(provider, before=self._before_call, after=self._after_call)
        return provider

    # The director

    async def prepare(self, stock: Stock) -> None:
        """Upload what a deploy needs, start the director, and let agents beat."""
        records: list[Put] = [Put(record=release) for release in stock.releases]
        for cpi, provider in self.providers.items():
            for stemcell in stock.stemcells:
                image = CreateStemcell(
                    name=stemcell.name,
                    version=stemcell.version,
                    image=Path("image"),
                    cloud_properties={},
                )
                cid = _insist(partial(provider.create_stemcell, image))
                records.append(Put(record=replace(stemcell, cpi=cpi, cid=cid)))
        await self.record(*records)
        for kind, texts in (("cloud", stock.cloud_configs), ("runtime", stock.runtime_configs)):
            for number, text in enumerate(texts):
                name = f"simulated-{number}" if number else "default"
                await self.director.configs.save(kind, name, text)
        await self.director.start()
        self.happen(self._beat(), "heartbeats")

    async def record(self, *changes: RecordChange) -> None:
        """Write records outside of any task."""
        entry = JournalEntry(task_id=None, phase=Phase.NOTE, step="simulation", changes=changes)
        await self.store.write(entry)

    def kill_director(self) -> None:
        """Let the director die as by ``kill -9``."""
        self.recording.remark("the director is killed")
        self.recording.cut_off()
        self.director.kill()
        self.died.set()

    async def start_director(self) -> None:
        """Start another director over what is there."""
        self.recording.remark(DIRECTOR_STARTS)
        self.died.clear()
        self.director = SimulatedDirector(self._ground)
        await self.director.start()

    async def tell(self, work: Coroutine[Any, Any, None]) -> bool:
        """Have the director do something; return False when it died before that was done.

        Raises what ``work`` raises.
        """
        doing, death = outside(work, "work"), outside(self._death(), "death")
        try:
            await asyncio.wait((doing, death), return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                return False
            await doing
            return True
        finally:
            doing.cancel()
            death.cancel()

    async def _death(self) -> None:
        await self.died.wait()

    # What happens to the machines

    def happen(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Let something happen around the director, which its death does not end."""
        self._around.append(outside(work, name))

    def instances(self, deployment: DeploymentName, slug: str) -> list[InstanceRecord]:
        """Return the instances that ``slug`` means: ``*``, ``group``, ``group/index``."""
        recorded = self.store.recorded_deployment(deployment)
        group, _, index = slug.partition("/")
        chosen = Selector() if slug == "*" else _selector(group, index)
        return [item for item in (recorded.instances if recorded else ()) if chosen.selects(item)]

    def vm_of(self, instance_id: InstanceId) -> VmRecord | None:
        """Return the VM of an instance that exists in the cloud."""
        instance = self.store.instance(instance_id)
        recorded = self.store.recorded_deployment(instance.deployment) if instance else None
        vms = (vm for vm in (recorded.vms if recorded else ()) if vm.cid and vm.active)
        return next((vm for vm in vms if vm.instance_id == instance_id), None)

    def crash(self, vm: VmRecord) -> None:
        """Let a VM die by itself."""
        provider = self.providers[vm.cpi]
        assert isinstance(provider, SimulatedCloud)
        if vm.cid is not None:
            provider.crash_vm(vm.cid)

    def end_az(self, deployment: DeploymentName, az: str) -> None:
        """Let every machine of an AZ die; nothing can be made there until :meth:`mend_az`."""
        self._azs_down.add(az)
        recorded = self.store.recorded_deployment(deployment)
        azs = {item.instance_id: item.az for item in (recorded.instances if recorded else ())}
        for vm in recorded.vms if recorded else ():
            if vm.instance_id is not None and azs.get(vm.instance_id) == az:
                self.crash(vm)

    def mend_az(self, az: str) -> None:
        """Let machines be made in an AZ again."""
        self._azs_down.discard(az)

    def roll(self, what: str) -> float:
        """Return the next random number in [0, 1) of ``what``."""
        return self._dice.roll(what, "")

    def breaches(self, deployment: DeploymentName, *, failed: bool = False) -> list[str]:
        """Return every law that was broken; call it when nothing is under way.

        ``failed``: the deploy came to no end, so its compilation VMs wait for the next one.
        """
        return [
            *self.watch.breaches,
            *bugs_of_ours(self.store.tasks()),
            *breaches_at_the_end(
                self.store.recorded_deployment(deployment),
                self.store.disks(orphaned=True),
                [vm for provider in self.providers.values() for vm in _insist(provider.list_vms)],
                [disk for one in self.providers.values() for disk in _insist(one.list_disks)],
                failed=failed,
            ),
        ]

    @property
    def peak_calls(self) -> int:
        """Most provider calls that were under way at once."""
        return max((workers.peak_in_flight for workers in self.workers), default=0)

    # Inside

    def _before_write(self, entry: JournalEntry) -> None:
        self.reaper.reach(f"before {entry.phase.value} of {entry.step}")

    def _after_write(self, entry: JournalEntry) -> None:
        self.entries += 1
        self.watch.recorded(entry.changes)
        self.reaper.reach(f"after {entry.phase.value} of {entry.step}")

    def _tell(self, problem: Tell) -> None:
        self.recording.remark(f"{problem.title}: {problem.summary}")

    async def _beat(self) -> None:
        while True:
            await self.clock.wait(self._ground.health.agent_timeout_s / 3)
            self.agents.beat()

    def _call_time(self, call: CloudCall) -> float:
        if self.faults.hung and self._dice.roll("hung", call.subject) < self.faults.hung:
            return math.inf
        duration = self.faults.tempo.calls.get(call.method)
        return self._dice.duration_s(duration, call.method, call.subject)

    def _agent_tempo(self, agent_id: AgentId) -> AgentTempo:
        agents = self.faults.tempo.agents
        fails = self.faults.boot_failure
        if fails and self._dice.roll("boot failure", agent_id) < fails:
            return AgentTempo(boot_s=math.inf)
        return AgentTempo(
            boot_s=self._dice.duration_s(agents.get("boot"), "boot", agent_id),
            start_s=self._dice.duration_s(agents.get("jobs"), "jobs", agent_id),
        )

    async def _before_answer(
        self, agent_id: AgentId, method: str, _arguments: Sequence[JsonValue]
    ) -> None:
        if self.reaper.reach(f"before agent {method}"):
            raise asyncio.CancelledError
        self.watch.agent_asked(agent_id, method)
        duration_s = self._dice.duration_s(self.faults.tempo.agents.get(method), method, agent_id)
        if duration_s:
            await self.clock.wait(duration_s)
        silence = self.faults.silence
        if silence and self._dice.roll(f"silence {method}", agent_id) < silence:
            await self.clock.wait(SILENT_S)
            raise AgentUnreachableError(
                f"Timed out sending '{method}' to agent '{agent_id}' after {SILENT_S:g} seconds."
            )

    def _after_answer(self, _agent_id: AgentId, method: str) -> None:
        if self.reaper.reach(f"after agent {method}"):
            raise asyncio.CancelledError  # as everything else that the director did

    def _after_call(self, method: str, _arguments: tuple[object, ...]) -> None:
        self.reaper.reach(f"after cpi {method}")

    def _before_call(self, method: str, arguments: tuple[object, ...]) -> None:
        if self.reaper.reach(f"before cpi {method}"):
            raise CloudUnavailableError(
                "The director died before it made this call.",
                provider="simulated",
                method=method,
                cid="",
            )
        if method == "delete_disk":
            self.watch.disk_deleted(str(arguments[0]))
        if method != "create_vm" or not self._azs_down:
            return
        request = arguments[0]
        assert isinstance(request, CreateVm)
        vm = self.store.vm(request.agent_id)
        instance = self.store.instance(vm.instance_id) if vm and vm.instance_id else None
        if instance is not None and instance.az in self._azs_down:
            raise CloudUnavailableError(
                f"AZ '{instance.az}' is down.",
                provider="simulated",
                method=method,
                cid=request.agent_id,
            )


def _insist(call: Callable[[], _Value]) -> _Value:
    """Make a call until the weather lets it through; it is ours, not the director's."""
    for _ in range(TRIES_MAX):
        with suppress(CloudUnavailableError, CloudThrottledError):
            return call()
    raise AssertionError("a cloud that refuses every call cannot be looked at")


def _selector(group: str, index: str) -> Selector:
    return Selector(group=InstanceGroupName(group), id_or_index=index or None)


async def settle(turns: int = 10) -> None:
    """Let everything that can go on now go on, without time passing."""
    for _ in range(turns):
        await asyncio.sleep(0)
