"""A director that can be killed anywhere: between any two writes, before or after any call.

It plans with the real planner and carries out with the real executor, over a store, a cloud and
agents that outlive it. Each place where it may die is a *point*; the sweep counts the points of an
undisturbed run and then dies at each of them in turn.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.model.ids import DEFAULT_CPI, AgentId, DeploymentName, DirectorUuid, TaskId
from paasta_deploy.model.lifecycle import DiskState, JobState, RunState, VmState
from paasta_deploy.model.observed import Observed, ObservedVm, VmPresence
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    Put,
    RecordChange,
    RecordedDeployment,
    StemcellRecord,
)
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.planner import (
    Problem,
    plan_delete_deployment,
    plan_deploy,
    plan_heal,
    plan_states,
)
from paasta_deploy.planning.wants import Wants
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.fold import Fold
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.planning_world import STEMCELL_OS, PlanningWorld
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.world import JumpingClock

SHOP = DeploymentName("shop")

CLOUD_CONFIG = """
azs: [{name: z1}]
vm_types: [{name: small, cloud_properties: {}}]
disk_types: [{name: data, disk_size: 64}, {name: large, disk_size: 128}]
networks:
- name: default
  type: manual
  subnets:
  - range: 10.0.0.0/24
    gateway: 10.0.0.1
    dns: [10.0.0.2]
    azs: [z1]
compilation: {workers: 2, network: default, az: z1, vm_type: small}
"""

MANIFEST = """
name: shop
releases: [{name: shop, version: "1"}]
stemcells: [{alias: default, os: ubuntu-jammy, version: "1.1"}]
update:
  canaries: 1
  max_in_flight: 2
  vm_strategy: STRATEGY
  canary_watch_time: 1000-30000
  update_watch_time: 1000-30000
instance_groups:
- name: db
  instances: 1
  azs: [z1]
  vm_type: small
  stemcell: default
  DISKS
  networks: [{name: default}]
  jobs: [{name: database, release: shop, properties: {port: PORT}}]
- name: web
  instances: WEBS
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: server, release: shop, properties: {port: PORT}}]
"""

RELEASE = made_release(
    {
        "name": "shop",
        "version": "1",
        "jobs": {
            "server": {"properties": {"port": 80}, "packages": ["server"], "post_deploy": True},
            "database": {"properties": {"port": 80}, "packages": ["runtime"]},
        },
        "packages": {"server": ["runtime"], "runtime": []},
    }
)


def manifest(
    *, port: int = 80, webs: int = 2, disk: str = "data", strategy: str = "delete-create"
) -> str:
    """Return the manifest in one of its versions. ``disk`` is a disk type or a whole line."""
    text = MANIFEST.replace("PORT", str(port)).replace("WEBS", str(webs))
    text = text.replace("DISKS", f"persistent_disk_type: {disk}" if disk in _TYPES else disk)
    return text.replace("STRATEGY", strategy)


_TYPES = ("data", "large")

NAMED_DISKS = "persistent_disks: [{name: wal, type: TYPE}, {name: log, type: data}]"
"""What stands in the place of ``persistent_disk_type`` of a database with two disks."""


_JOBS = {RunState.STARTED: JobState.RUNNING, RunState.STOPPED: JobState.STOPPED}
"""What the jobs of an instance come to; a detached instance has no VM to have jobs on."""


class Killed(BaseException):
    """The director dies. Nothing catches it, as nothing catches `kill -9`."""


class Reaper:
    """Counts the points that a director passes, and kills it at one of them."""

    def __init__(self) -> None:
        self.points: list[str] = []
        self.die_at: int | None = None
        self._dead = False
        self._lock = threading.Lock()

    def arm(self, die_at: int | None) -> None:
        """Begin to count; kill at point number ``die_at``, from 0."""
        self.points.clear()
        self.die_at = die_at
        self._dead = False

    def reach(self, point: str) -> None:
        """Pass a point, unless this is where it dies. The dead pass none."""
        with self._lock:
            if self._dead:
                raise Killed(point)
            self.points.append(point)
            if len(self.points) - 1 == self.die_at:
                self._dead = True
                raise Killed(point)


class CrashingStore(MemoryStore):
    """A store whose writer may die before an entry is durable, or before it knows that it is."""

    def __init__(self, *, clock: JumpingClock, reaper: Reaper) -> None:
        super().__init__(clock=clock)
        self._reaper = reaper

    @override
    async def write(self, entry: JournalEntry) -> None:
        name = f"{entry.phase.value} of {entry.step}"
        self._reaper.reach(f"before {name}")
        await super().write(entry)
        self._reaper.reach(f"after {name}")


class CrashWorld:
    """What outlives the director, and the director itself as :meth:`run`."""

    def __init__(self) -> None:
        self.reaper = Reaper()
        self.clock = JumpingClock()
        self.ids = FakeIds(1)
        self.store = CrashingStore(clock=self.clock, reaper=self.reaper)
        self.blobs = MemoryBlobs(self.ids)
        self.agents = SimulatedAgents(
            clock=self.clock,
            upload=self.blobs.upload,
            before_answer=self._before_agent,
            after_answer=lambda _agent, method: self.reaper.reach(f"after agent {method}"),
        )
        context = ProviderContext(
            name="sim", properties={"persist": False}, state_folder=Path("x"), director_uuid="d"
        )
        self.provider = SimulatedProvider(context, listener=self.agents)
        tap(
            self.provider,
            before=lambda method, _: self.reaper.reach(f"before cpi {method}"),
            after=lambda method, _: self.reaper.reach(f"after cpi {method}"),
        )
        self.planning = PlanningWorld(manifest(), CLOUD_CONFIG, [RELEASE])

    async def _before_agent(
        self, _agent: AgentId, method: str, _arguments: Sequence[JsonValue]
    ) -> None:
        self.reaper.reach(f"before agent {method}")

    async def record(self, step: str, *changes: RecordChange) -> None:
        """Write records outside of any step."""
        entry = JournalEntry(task_id=None, phase=Phase.NOTE, step=step, changes=changes)
        await self.store.write(entry)

    async def prepare(self) -> None:
        """Upload the stemcell and name the deployment."""
        request = CreateStemcell(
            name="made-up-stemcell", version="1.1", image=Path("image"), cloud_properties={}
        )
        cid = self.provider.create_stemcell(request)
        (stemcell,) = self.planning.stemcells
        uploaded = StemcellRecord(
            name=stemcell.name, version=stemcell.version, os=STEMCELL_OS, cid=cid
        )
        await self.record("upload", Put(record=uploaded), Put(record=DeploymentRecord(name=SHOP)))

    @property
    def recorded(self) -> RecordedDeployment:
        """All records as of now."""
        recorded = self.store.recorded_deployment(SHOP)
        assert recorded is not None
        return recorded

    def observe(self) -> Observed:
        """Look at the VMs as a director does before it plans."""
        return Observed(
            vms={
                vm.agent_id: ObservedVm(
                    agent_id=vm.agent_id,
                    presence=VmPresence.ANSWERING
                    if self.agents.is_connected(vm.agent_id)
                    else VmPresence.MISSING,
                )
                for vm in self.recorded.vms
                if vm.state is VmState.RUNNING
            }
        )

    async def run(self, plan: Plan, task_id: TaskId) -> None:
        """Carry a plan out as a director that has just started."""
        clouds = Clouds({DEFAULT_CPI: self.provider}, clock=self.clock, ids=self.ids)
        executor = Executor(
            journal=self.store,
            store=self.store,
            clock=self.clock,
            agents=self.agents,
            credentials=SimulatedSettings(),
            blobs=self.blobs,
            task_log=MemoryTaskLog(),
            clouds=clouds,
            director=DirectorIdentity(name="paasta", uuid=DirectorUuid("d")),
        )
        if plan.refreshed:
            await self.record("refresh", *(Put(record=record) for record in plan.refreshed))
        try:
            outcome = await executor.run(plan, task_id)
        finally:
            while clouds.left_behind:  # noqa: ASYNC110 - calls under way end by themselves
                await asyncio.sleep(0)
            clouds.close()
        assert outcome.error is None, outcome.error

    async def deploy(self, task_id: TaskId, wants: Wants | None = None) -> None:
        """Do task ``update_deployment``."""
        self.planning.fold = Fold(self.recorded)
        for record in self.store.compiled_packages(
            stemcell_os=STEMCELL_OS, stemcell_version="1.1"
        ):
            key = (
                record.fingerprint,
                record.dependency_key,
                record.stemcell_os,
                str(record.stemcell_version),
            )
            self.planning.fold.compiled[key] = record
        thought = self.planning.think(wants or Wants(task_id=task_id))
        if thought.placement.changes:
            await self.record("placed", *thought.placement.changes)
        plan = plan_deploy(
            desired=thought.desired,
            placement=thought.placement,
            specs=thought.specs,
            packages=thought.packages,
            recorded=self.recorded,
            wants=wants or Wants(task_id=task_id),
            ids=self.ids,
            observed=self.observe(),
        )
        await self.run(plan, task_id)

    async def heal(self, task_id: TaskId) -> None:
        """Do task ``cck_scan_and_fix``: replace every instance whose VM does not answer."""
        alive = {
            vm.instance_id for vm in self.recorded.vms if self.agents.is_connected(vm.agent_id)
        }
        problems = [
            Problem(instance_id=instance.instance_id)
            for instance in self.recorded.instances
            if instance.instance_id not in alive or not instance.converged
        ]
        plan = plan_heal(recorded=self.recorded, problems=problems, task_id=task_id, ids=self.ids)
        await self.run(plan, task_id)

    async def change_states(self, wants: Wants) -> None:
        """Do task ``update_instance``."""
        plan = plan_states(
            recorded=self.recorded, wants=wants, ids=self.ids, observed=self.observe()
        )
        await self.run(plan, wants.task_id)

    async def delete(self, task_id: TaskId) -> None:
        """Do task ``delete_deployment``."""
        plan = plan_delete_deployment(
            recorded=self.recorded, wants=Wants(task_id=task_id), observed=self.observe()
        )
        await self.run(plan, task_id)

    def crash_a_machine(self) -> None:
        """Let the machine of the database die by itself."""
        (database,) = (item for item in self.recorded.instances if item.group == "db")
        (vm,) = (item for item in self.recorded.vms if item.instance_id == database.instance_id)
        assert vm.cid is not None
        self.provider.cloud.machines.crash(vm.cid)

    def facts(self) -> dict[str, object]:
        """Check that nothing leaks or stands twice; return what is to be the same each time."""
        recorded = self.recorded
        self._check_machines(recorded)
        self._check_volumes(recorded)
        return {
            "instances": [
                (
                    instance.group,
                    instance.index,
                    instance.run_state,
                    instance.converged,
                    sorted(str(item.ip) for item in instance.addresses),
                    instance.spec.templates.configuration_hash if instance.spec else None,
                )
                for instance in recorded.instances
            ],
            "vms": len(recorded.vms),
            "disks": sorted(
                (disk.name, disk.state.value, disk.size_mib) for disk in recorded.disks
            ),
            "orphans": sorted(disk.size_mib for disk in self.store.disks(orphaned=True)),
        }

    def _check_machines(self, recorded: RecordedDeployment) -> None:
        instances = {instance.instance_id: instance for instance in recorded.instances}
        assert all(vm.state is VmState.RUNNING for vm in recorded.vms), recorded.vms
        owners = [vm.instance_id for vm in recorded.vms]
        assert len(set(owners)) == len(owners), "an instance with two VMs"
        cids = {machine.cid for machine in self.provider.cloud.machines.all()}
        assert cids == {vm.cid for vm in recorded.vms}, "a machine that nobody knows, or none"
        for vm in recorded.vms:
            assert vm.instance_id is not None, "a compilation VM was left behind"
            agent, instance = self.agents.agent(vm.agent_id), instances[vm.instance_id]
            assert agent is not None
            assert agent.job_state is _JOBS[instance.run_state]
            assert instance.spec is not None
            assert agent.spec["configuration_hash"] == instance.spec.templates.configuration_hash

    def _check_volumes(self, recorded: RecordedDeployment) -> None:
        known = (*recorded.disks, *self.store.disks(orphaned=True))
        volumes = {volume.cid: volume for volume in self.provider.cloud.volumes.all()}
        assert set(volumes) == {disk.cid for disk in known}, "a disk that nobody knows, or none"
        vms = {vm.instance_id: vm for vm in recorded.vms}
        for disk in recorded.disks:
            assert disk.cid is not None
            assert volumes[disk.cid].attached_to == disk.vm_cid
            vm = vms.get(disk.instance_id)
            if vm is None:
                assert disk.state is DiskState.DETACHED, disk
                continue
            assert disk.state is DiskState.ATTACHED, disk
            assert vm.cid == disk.vm_cid
            agent = self.agents.agent(vm.agent_id)
            assert agent is not None
            assert volumes[disk.cid].size_mib == disk.size_mib, disk
            if disk.is_managed:
                assert agent.mounted == [disk.cid]
            else:
                assert agent.named[disk.name] == disk.cid


Act = Callable[[CrashWorld, TaskId], Awaitable[None]]
