"""A whole small world for execution's tests: store, clock, simulated cloud and agents, executor.

Nothing in it waits: the clock jumps to whatever is waited for. Plans are made by hand here, since
these tests are about how plans are carried out, not about which plan is made.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.outcome import Outcome
from paasta_deploy.execution.records import Records
from paasta_deploy.execution.retry import CREATE_VM_RETRIES, RetryPolicy
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AgentId,
    AzName,
    DeploymentName,
    DirectorUuid,
    DiskId,
    InstanceGroupName,
    InstanceId,
    JobName,
    NetworkName,
    ReleaseName,
    ReleaseVersion,
    StemcellName,
    StemcellVersion,
    TaskId,
)
from paasta_deploy.model.recorded import (
    AddressReservation,
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    RecordChange,
    StemcellRecord,
    VmRecord,
)
from paasta_deploy.model.spec import (
    DiskSpec,
    InstanceSpec,
    JobInSpec,
    NetworkSpec,
    RenderedTemplates,
    StemcellKey,
    VmSpec,
    WatchTime,
)
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CreateDisk,
    CreateVm,
    StartInstance,
)
from paasta_deploy.planning.effects import at_intent
from paasta_deploy.planning.plan import (
    Change,
    ChangeId,
    ChangeKind,
    Plan,
    SlotName,
    Stage,
    Step,
    StepId,
)
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings
from paasta_deploy.testing.tapped_provider import tap

DEPLOYMENT = DeploymentName("dep")
GROUP = InstanceGroupName("web")
TASK = TaskId(7)
STEMCELL = StemcellKey(
    name=StemcellName("debian"), version=StemcellVersion("1"), os="debian-bookworm"
)
SLOT = SlotName("web")


class JumpingClock(FakeClock):
    """Time jumps to the end of every wait at once."""

    @override
    async def wait(self, delay_s: float) -> None:
        self.advance(max(0.0, delay_s))
        await asyncio.sleep(0)


def instance_id(number: int) -> InstanceId:
    return InstanceId(f"i{number}")


def agent_id(number: int) -> AgentId:
    return AgentId(f"agent-{number}")


def disk_id(number: int) -> DiskId:
    return DiskId(f"disk-{number}")


def spec(number: int = 0, *, disk_size_mib: int | None = None, version: str = "1") -> InstanceSpec:
    """Return the recipe of the n-th instance; another ``version`` is another configuration."""
    address = IPv4Address("10.0.0.10") + number
    network = NetworkSpec(
        name=NetworkName("default"),
        kind="manual",
        ip=address,
        netmask="255.255.255.0",
        gateway=IPv4Address("10.0.0.1"),
        dns=("10.0.0.2",),
        default=("dns", "gateway"),
    )
    job = JobInSpec(
        name=JobName("nginx"),
        release=ReleaseName("web"),
        release_version=ReleaseVersion("1"),
        fingerprint="f1",
    )
    return InstanceSpec(
        deployment=DEPLOYMENT,
        group=GROUP,
        index=number,
        instance_id=instance_id(number),
        az=AzName("z1"),
        bootstrap=number == 0,
        vm=VmSpec(stemcell=STEMCELL, cloud_properties={}, env={}, networks=(network,)),
        disk=None if disk_size_mib is None else DiskSpec(size_mib=disk_size_mib),
        jobs=(job,),
        packages=(),
        templates=RenderedTemplates(
            configuration_hash=version,
            template_hashes={"nginx": f"hash-{version}"},
            context_digest=version,
            blob=None,
        ),
        canary_watch_time=WatchTime(min_ms=1000, max_ms=30_000),
        update_watch_time=WatchTime(min_ms=1000, max_ms=60_000),
        tags={"team": "red"},
    )


def placed(wanted: InstanceSpec) -> InstanceRecord:
    """Return the record with which planning places an instance."""
    return InstanceRecord(
        instance_id=wanted.instance_id,
        deployment=DEPLOYMENT,
        group=GROUP,
        index=wanted.index,
        az=wanted.az,
        bootstrap=wanted.bootstrap,
        addresses=tuple(
            AddressReservation(network=network.name, ip=network.ip, static=False)
            for network in wanted.vm.networks
            if network.ip is not None
        ),
    )


def label(number: int) -> str:
    return f"{GROUP}/{instance_id(number)} ({number})"


def change(
    name: str, *, number: int = 0, stage: Stage = Stage.UPDATE, slot: SlotName | None = None
) -> Change:
    return Change(
        change_id=ChangeId(name),
        stage=stage,
        kind=ChangeKind.CREATE,
        label=label(number),
        group=GROUP,
        instance_id=instance_id(number),
        slot=slot,
    )


def plan_of(
    *parts: tuple[Change, Sequence[Action], Sequence[str]],
    slots: Mapping[SlotName, int] | None = None,
) -> Plan:
    """Make a plan from changes, their actions, and the step ids that their first step awaits.

    Steps are called ``<change>/<number>``.
    """
    steps = [
        Step(
            step_id=StepId(f"{part.change_id}/{position}"),
            change_id=part.change_id,
            action=action,
            after=tuple(map(StepId, after)) if position == 0 else (),
        )
        for part, actions, after in parts
        for position, action in enumerate(actions)
    ]
    return Plan(
        deployment=DEPLOYMENT,
        changes=tuple(part for part, _, _ in parts),
        steps=tuple(steps),
        slots=slots or {},
    )


def one_change(*actions: Action, number: int = 0) -> Plan:
    """Make a plan of one change."""
    return plan_of((change("c", number=number), actions, ()))


def create_vm(wanted: InstanceSpec, agent: AgentId | None = None) -> CreateVm:
    return CreateVm(
        agent_id=agent or agent_id(wanted.index),
        deployment=DEPLOYMENT,
        group=GROUP,
        index=wanted.index,
        instance_id=wanted.instance_id,
        az=wanted.az,
        vm=wanted.vm,
        tags=wanted.tags,
    )


def fresh_deploy(specs: Sequence[InstanceSpec], *, max_in_flight: int = 1) -> Plan:
    """Return the plan of a first deploy: all VMs at once, then instances through one slot."""
    parts: list[tuple[Change, Sequence[Action], Sequence[str]]] = []
    for wanted in specs:
        made = change(f"vm{wanted.index}", number=wanted.index, stage=Stage.CREATE_VMS)
        parts.append((made, [create_vm(wanted)], ()))
    for wanted in specs:
        updated = change(f"up{wanted.index}", number=wanted.index, slot=SLOT)
        after = [f"vm{other.index}/0" for other in specs]
        parts.append((updated, first_update(wanted), after))
    return plan_of(*parts, slots={SLOT: max_in_flight})


def first_update(wanted: InstanceSpec) -> list[Action]:
    """Return what happens to an instance once its VM is there."""
    identity, agent, disk = wanted.instance_id, agent_id(wanted.index), disk_id(wanted.index)
    actions: list[Action] = []
    if wanted.disk is not None:
        actions += [
            CreateDisk(disk_id=disk, instance_id=identity, disk=wanted.disk, near=agent),
            AttachDisk(disk_id=disk, instance_id=identity, agent_id=agent),
        ]
    return [
        *actions,
        ApplyInstance(instance_id=identity, agent_id=agent, spec=wanted),
        StartInstance(instance_id=identity, agent_id=agent, spec=wanted, canary=False),
    ]


class World:
    """Everything that an executor works with. ``calls`` is the transcript of cloud and agents."""

    def __init__(
        self, *, properties: JsonObject | None = None, clock: FakeClock | None = None
    ) -> None:
        self.clock = clock or JumpingClock()
        self.ids = FakeIds()
        self.store = MemoryStore(clock=self.clock)
        self.task_log = MemoryTaskLog()
        self.blobs = MemoryBlobs(self.ids)
        self.calls: list[str] = []
        self.agents = SimulatedAgents(
            clock=self.clock, upload=self.blobs.upload, before_answer=self._agent_called
        )
        context = ProviderContext(
            name="sim",
            properties={"persist": False, **(properties or {})},
            state_folder=Path("unused"),
            director_uuid="d",
        )
        self.provider = SimulatedProvider(context, listener=self.agents)
        tap(self.provider, before=self._cloud_called)
        self.clouds = Clouds({DEFAULT_CPI: self.provider}, clock=self.clock, ids=self.ids)

    def _cloud_called(self, method: str, _arguments: tuple[object, ...]) -> None:
        self.calls.append(f"cpi {method}")

    async def _agent_called(
        self, _agent_id: AgentId, method: str, arguments: Sequence[JsonValue]
    ) -> None:
        words = [str(item) for item in arguments if isinstance(item, str)]
        self.calls.append(" ".join(["agent", method, *words]))

    def executor(self, *, vm_creation: RetryPolicy = CREATE_VM_RETRIES) -> Executor:
        """Return an executor as a director that has just started would make it."""
        return Executor(
            journal=self.store,
            store=self.store,
            clock=self.clock,
            agents=self.agents,
            credentials=SimulatedSettings(),
            blobs=self.blobs,
            task_log=self.task_log,
            clouds=self.clouds,
            director=DirectorIdentity(name="paasta", uuid=DirectorUuid("d")),
            vm_creation=vm_creation,
        )

    async def record(self, *changes: RecordChange) -> None:
        """Write records outside of any step."""
        entry = JournalEntry(task_id=TASK, phase=Phase.NOTE, step="test", changes=changes)
        await self.store.write(entry)

    async def intend(self, action: Action) -> None:
        """Leave the records as a kill right after the intent of ``action`` leaves them."""
        now = self.clock.now()
        await self.record(
            *at_intent(action, Records(self.store, DEPLOYMENT), now=now, task_id=TASK)
        )

    async def prepare(self, specs: Sequence[InstanceSpec]) -> None:
        """Upload the stemcell and place instances."""
        request = CreateStemcell(
            name="debian", version="1", image=Path("image"), cloud_properties={}
        )
        cid = self.provider.create_stemcell(request)
        stemcell = StemcellRecord(
            name=STEMCELL.name, version=STEMCELL.version, os=STEMCELL.os, cid=cid
        )
        await self.record(
            Put(record=DeploymentRecord(name=DEPLOYMENT)),
            Put(record=stemcell),
            *(Put(record=placed(wanted)) for wanted in specs),
        )
        self.calls.clear()

    async def run(
        self, plan: Plan, *, cancellation: Cancellation | None = None, task_id: TaskId = TASK
    ) -> Outcome:
        """Run a plan with a fresh executor."""
        return await self.executor().run(plan, task_id, cancellation=cancellation)

    async def deployed(self, *specs: InstanceSpec) -> None:
        """Bring instances up, then forget the transcript."""
        await self.prepare(specs)
        outcome = await self.run(fresh_deploy(specs, max_in_flight=len(specs)))
        assert outcome.error is None, outcome.error
        self.calls.clear()

    def vm(self, number: int = 0) -> VmRecord:
        found = self.store.vm(agent_id(number))
        assert found is not None
        return found

    def disk(self, number: int = 0) -> DiskRecord:
        found = self.store.disk(disk_id(number))
        assert found is not None
        return found

    def instance(self, number: int = 0) -> InstanceRecord:
        found = self.store.instance(instance_id(number))
        assert found is not None
        return found

    async def put_instance(self, number: int = 0, **values: object) -> None:
        """Change the record of one instance."""
        record = replace(self.instance(number), **values)  # type: ignore[arg-type]  # any field
        await self.record(Put(record=record))

    async def put_vm(self, number: int = 0, **values: object) -> None:
        """Change the record of one VM."""
        record = replace(self.vm(number), **values)  # type: ignore[arg-type]  # any field
        await self.record(Put(record=record))

    async def put_disk(self, number: int = 0, **values: object) -> None:
        """Change the record of one disk."""
        record = replace(self.disk(number), **values)  # type: ignore[arg-type]  # any field
        await self.record(Put(record=record))
