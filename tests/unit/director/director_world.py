"""A whole director over fakes: store, blobs, cloud and agents are in memory, time jumps.

Everything between them is real: archives, templates, planning, execution, tasks. What outlives a
director (store, blobs, cloud, agents, task outputs) belongs to the world; :meth:`World.start`
makes a director over it, and :meth:`World.kill` lets that one die as by ``kill -9``.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.adapters.archives.reader import ArchiveReader
from paasta_deploy.adapters.templates.batch import BatchRenderer
from paasta_deploy.adapters.templates.erb import ErbTemplates
from paasta_deploy.adapters.templates.jinja import JinjaTemplates
from paasta_deploy.adapters.templates.job_sources import BlobJobSources
from paasta_deploy.adapters.templates.rendered_archive import TarGzArchiver
from paasta_deploy.cpi.errors import CloudError, CloudUnavailableError
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.debugging import ToldJournal
from paasta_deploy.director.deploying import DeploymentTasks
from paasta_deploy.director.explaining import DeploymentPlanner
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.listing import Listing
from paasta_deploy.director.observing import Observation
from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
    UploadReleaseRequest,
)
from paasta_deploy.director.service import Director
from paasta_deploy.director.tasks import TaskHandler, TaskRunner
from paasta_deploy.director.uploads import Uploads
from paasta_deploy.director.visits import Visits
from paasta_deploy.director.ward import DirectorWard
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AgentId,
    DeploymentName,
    DirectorUuid,
    StemcellName,
    StemcellVersion,
    TaskId,
)
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import (
    InstanceRecord,
    Put,
    RecordChange,
    RecordedDeployment,
    StemcellRecord,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.planner import Limits
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings
from paasta_deploy.testing.tapped_provider import tap

SHOP = DeploymentName("shop")
CLOUD_CONFIG = """\
azs: [{name: z1}, {name: z2}]
vm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]
disk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]
networks:
- name: default
  type: manual
  subnets:
  - range: 10.0.0.0/24
    gateway: 10.0.0.1
    dns: [10.0.0.2]
    azs: [z1, z2]
    static: [10.0.0.100-10.0.0.110]
compilation: {workers: 2, network: default, az: z1, vm_type: small}
"""
MANIFEST = """\
name: shop
releases: [{name: shop, version: latest}]
stemcells: [{alias: default, os: made-up, version: latest}]
update:
  canaries: 1
  max_in_flight: 2
  canary_watch_time: 1000-30000
  update_watch_time: 1000-30000
instance_groups:
- name: db
  instances: DBS
  azs: [z1]
  vm_type: small
  stemcell: default
  persistent_disk_type: data
  networks: [{name: default}]
  jobs: [{name: db, release: shop, properties: {port: PORT}}]
- name: web
  instances: WEBS
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: web, release: shop, properties: {text: TEXT}}]
"""
UNLOCKED = frozenset({"vms", "fetch_logs", "ssh"})


def manifest(*, dbs: int = 1, webs: int = 2, port: int = 5432, text: str = "Hello") -> str:
    """Return the shop's manifest in one of its versions."""
    wanted = {"DBS": str(dbs), "WEBS": str(webs), "PORT": str(port), "TEXT": text}
    made = MANIFEST
    for word, value in wanted.items():
        made = made.replace(word, value)
    return made


class JumpingClock(FakeClock):
    """Time jumps to the end of every wait at once."""

    @override
    async def wait(self, delay_s: float) -> None:
        self.advance(max(0.0, delay_s))
        await asyncio.sleep(0)


class Reaper:
    """Counts the points that a director passes, and lets it die at one of them.

    Whatever a dead director still does comes to nothing: its writes and questions hang, its calls
    fail. ``died`` is set at the moment of death.
    """

    def __init__(self) -> None:
        self.points: list[str] = []
        self.die_at: int | None = None
        self.is_dead = False
        self._lock = threading.Lock()

    def passes(self, point: str) -> bool:
        """Pass a point; False when the director is dead, or dies here."""
        with self._lock:
            if not self.is_dead:
                self.points.append(point)
                self.is_dead = self.die_at is not None and len(self.points) > self.die_at
            return not self.is_dead

    async def reach(self, point: str) -> None:
        """Pass a point, or never come back."""
        if not self.passes(point):
            await asyncio.get_running_loop().create_future()

    def call(self, point: str) -> None:
        """Pass a point of a provider call. The dead get no answer."""
        if not self.passes(point):
            raise CloudUnavailableError(
                "The director is dead.", provider="simulated", method=point, cid=""
            )

    def revive(self, die_at: int | None = None) -> None:
        """Begin to count anew for the next director."""
        self.points.clear()
        self.die_at = die_at
        self.is_dead = False


class MortalStore(MemoryStore):
    """A store whose writer may die before an entry is durable, or before it knows that it is."""

    def __init__(self, *, clock: FakeClock, reaper: Reaper) -> None:
        super().__init__(clock=clock)
        self._reaper = reaper

    @override
    async def write(self, entry: JournalEntry) -> None:
        name = f"{entry.phase.value} of {entry.step}"
        await self._reaper.reach(f"before {name}")
        await super().write(entry)
        await self._reaper.reach(f"after {name}")

    def take(self, change: RecordChange) -> None:
        """Let a change stand that somebody else wrote at this very moment."""
        self._apply(change)


class Hold:
    """Somebody who waits in the middle of a task."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def wait(self) -> None:
        """Tell that this point is reached; go on when told to."""
        self.reached.set()
        await self.go.wait()


class World:
    """What outlives a director, and the director that lives now."""

    def __init__(self, folder: Path, *, clock: FakeClock | None = None) -> None:
        self.folder = folder
        self.reaper = Reaper()
        self.clock = clock or JumpingClock()
        self.ids = FakeIds(1)
        self.store = MortalStore(clock=self.clock, reaper=self.reaper)
        (folder / "blobs").mkdir()
        (folder / "workspace").mkdir()
        self.blobs = MemoryBlobs(self.ids, folder / "blobs")
        self.log = MemoryTaskLog()
        self.agents = SimulatedAgents(
            clock=self.clock, upload=self.blobs.upload, before_answer=self._before_agent
        )
        self.calls: list[str] = []
        self._failing: frozenset[str] = frozenset()
        self.questions: list[str] = []
        context = ProviderContext(
            name="sim", properties={"persist": False}, state_folder=folder, director_uuid="d"
        )
        self.provider = SimulatedProvider(context, listener=self.agents)
        tap(self.provider, before=self._before_call, after=self._after_call)
        self.start()

    # The director

    def start(self) -> None:
        """Make a new director over what is there."""
        self.reaper.revive()
        self.clouds = Clouds({DEFAULT_CPI: self.provider}, clock=self.clock, ids=self.ids)
        self.feed = TaskFeed(self.log)
        self.journal = ToldJournal(self.store, log=self.feed, clock=self.clock)
        self.observation = Observation(agents=self.agents, clouds=self.clouds)
        self.configs = Configs(store=self.store, journal=self.store, clock=self.clock)
        preparation = Preparation(
            store=self.store,
            configs=self.configs,
            ids=self.ids,
            providers={DEFAULT_CPI: self.provider},
            director_name="paasta",
        )
        rendering = Rendering(
            sources=BlobJobSources(blobs=self.blobs),
            renderer=BatchRenderer(jinja=JinjaTemplates(), erb=ErbTemplates()),
            archiver=TarGzArchiver(),
            blobs=self.blobs,
        )
        self.deployments = DeploymentTasks(
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            ids=self.ids,
            preparation=preparation,
            rendering=rendering,
            observation=self.observation,
            executor=self._executor(),
            limits=Limits(),
        )
        self.tasks = TaskRunner(
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            task_log=self.feed,
            handlers=self._handlers(),
            unlocked_kinds=UNLOCKED,
        )
        self.planner = DeploymentPlanner(
            store=self.store,
            preparation=preparation,
            rendering=rendering,
            deployments=self.deployments,
        )
        self.ward = self.make_ward()
        self.director = Director(
            name="paasta",
            uuid="d",
            version="0.1.0 (00000000)",
            default_cpi="simulated",
            store=self.store,
            blobs=self.blobs,
            clock=self.clock,
            tasks=self.tasks,
            feed=self.feed,
            configs=self.configs,
            planner=self.planner,
            upload_folder=self.folder / "workspace",
            status=lambda: {"name": "paasta", "remarks": []},
        )

    def make_ward(self, *, resurrection: bool = True) -> DirectorWard:
        """Return what a health monitor would be given."""
        return DirectorWard(
            store=self.store,
            tasks=self.tasks,
            observation=self.observation,
            clock=self.clock,
            resurrection=resurrection,
        )

    async def until_dead(self) -> None:
        """Return when the director has died, or when all that it does is done."""
        while not self.reaper.is_dead:
            ended = self.store.tasks(limit=1)
            if ended and ended[0].state.is_final and len(self.reaper.points) > 0:
                return
            await asyncio.sleep(0)

    async def kill(self) -> None:
        """End everything that the director does, at once and without a word."""
        self.reaper.is_dead = True
        here = asyncio.current_task()
        alive = [task for task in asyncio.all_tasks() if task is not here]
        for task in alive:
            task.cancel()
        await asyncio.gather(*alive, return_exceptions=True)
        while self.clouds.left_behind:  # noqa: ASYNC110 - calls under way end by themselves
            await asyncio.sleep(0)
        self.clouds.close()

    async def close(self) -> None:
        """End the director in order."""
        await self.tasks.close()
        self.clouds.close()

    # What an operator does

    async def prepare(self, tarball: Path, cloud_config: str = CLOUD_CONFIG) -> None:
        """Upload the release and the stemcell, save the cloud config."""
        await self.upload(tarball)
        await self.add_stemcell("1.1")
        await self.configs.save("cloud", "default", cloud_config)
        self.calls.clear()

    async def upload(self, tarball: Path, *, fix: bool = False) -> TaskRecord:
        """Upload a release."""
        return await self.do(UploadReleaseRequest(source=str(tarball), fix=fix), deployment=None)

    async def add_stemcell(self, version: str) -> None:
        """Register a stemcell without its archive."""
        request = CreateStemcell(
            name="made-up", version=version, image=Path("image"), cloud_properties={}
        )
        cid = self.provider.create_stemcell(request)
        record = StemcellRecord(
            name=StemcellName("made-up"), version=StemcellVersion(version), os="made-up", cid=cid
        )
        await self.record(Put(record=record))

    async def record(self, *changes: RecordChange) -> None:
        """Write records outside of any task."""
        await self.store.write(
            JournalEntry(task_id=None, phase=Phase.NOTE, step="test", changes=changes)
        )

    async def submit(
        self, request: TaskRequest, *, deployment: DeploymentName | None = SHOP
    ) -> TaskRecord:
        """Start a task."""
        return await self.tasks.submit(
            request, description="a test", deployment=deployment, user="me"
        )

    async def do(
        self, request: TaskRequest, *, deployment: DeploymentName | None = SHOP
    ) -> TaskRecord:
        """Run a task to its end."""
        task = await self.submit(request, deployment=deployment)
        return await self.tasks.wait(task.task_id)

    async def deploy(self, text: str | None = None, **options: object) -> TaskRecord:
        """Deploy the shop, whatever comes of it."""
        request = DeployRequest(manifest=text if text is not None else manifest())
        return await self.do(replace(request, **options))  # type: ignore[arg-type]  # a test's own

    async def deploy_well(self, text: str | None = None, **options: object) -> TaskRecord:
        """Deploy the shop and insist on success. Forgets earlier calls."""
        self.calls.clear()
        self.questions.clear()
        task = await self.deploy(text, **options)
        assert task.state is TaskState.DONE, task.result
        return task

    async def change(self, state: str, selector: str = "*", **options: object) -> TaskRecord:
        """Start, stop, restart, recreate. Forgets earlier calls."""
        self.calls.clear()
        self.questions.clear()
        request = StatesRequest(state=state, selector=selector)
        return await self.do(replace(request, **options))  # type: ignore[arg-type]  # a test's own

    async def heal(self, *instances: InstanceRecord) -> TaskRecord:
        """Do what the health monitor orders."""
        ids = tuple(str(item.instance_id) for item in instances)
        return await self.do(HealRequest(instance_ids=ids))

    async def delete(self, *, force: bool = False) -> TaskRecord:
        """Delete the shop."""
        return await self.do(DeleteDeploymentRequest(force=force))

    async def submit_deletion(self) -> TaskId:
        """Ask for the deletion of the shop without waiting for it."""
        return (await self.submit(DeleteDeploymentRequest())).task_id

    # What there is to see

    @property
    def recorded(self) -> RecordedDeployment:
        """All records of the shop as of now."""
        recorded = self.store.recorded_deployment(SHOP)
        assert recorded is not None
        return recorded

    def instance(self, slug: str) -> InstanceRecord:
        """Return the instance ``group/index``."""
        group, _, index = slug.partition("/")
        return next(
            item
            for item in self.recorded.instances
            if (item.group, item.index) == (group, int(index))
        )

    def vm(self, slug: str) -> VmRecord:
        """Return the VM of the instance ``group/index``."""
        instance_id = self.instance(slug).instance_id
        return next(vm for vm in self.recorded.vms if vm.instance_id == instance_id)

    def crash(self, slug: str) -> None:
        """Let the machine of an instance die by itself."""
        cid = self.vm(slug).cid
        assert cid is not None
        self.provider.cloud.machines.crash(cid)

    def machines(self) -> frozenset[str]:
        """Return the cids of the cloud's running machines."""
        return frozenset(item.cid for item in self.provider.cloud.machines.all() if item.running)

    def asked(self, method: str) -> list[str]:
        """Return the slugs of the instances whose agents were sent ``method``, in order."""
        slugs = {
            vm.agent_id: f"{instance.group}/{instance.index}"
            for vm in self.recorded.vms
            for instance in self.recorded.instances
            if vm.instance_id == instance.instance_id
        }
        asked = (question.split(" ") for question in self.questions)
        return [slugs.get(AgentId(agent), agent) for name, agent in asked if name == method]

    def events(self, task_id: TaskId) -> list[JsonObject]:
        """Return the event lines of a task."""
        return self.log.lines(task_id)

    def output(self, task_id: TaskId, output: TaskOutput) -> str:
        """Return an output of a task as text."""
        return (self.log.read(task_id, output) or b"").decode()

    # What goes wrong

    def deafen(self, *methods: str, slug: str = "") -> None:
        """Let agents (or the one of an instance) not answer these methods from now on."""
        deaf = self.vm(slug).agent_id if slug else None

        async def be_deaf(agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
            await self._before_agent(agent, method, arguments)
            if method in methods and deaf in (None, agent):
                raise AgentUnreachableError(f"Timed out sending '{method}' to agent '{agent}'.")

        self.agents.before_answer = be_deaf

    def fail_calls(self, *methods: str) -> None:
        """Let the cloud refuse these calls from now on, and no others."""
        self._failing = frozenset(methods)

    def when_asked(self, method: str, do: Callable[[], Awaitable[object]]) -> None:
        """Do something when an agent is asked this for the first time."""
        done: list[str] = []

        async def watch(agent: AgentId, name: str, arguments: Sequence[JsonValue]) -> None:
            await self._before_agent(agent, name, arguments)
            if name == method and not done:
                done.append(name)
                await do()

        self.agents.before_answer = watch

    def hold(self, method: str) -> "Hold":
        """Hold the first agent that is asked this until it is let go."""
        hold = Hold()
        self.when_asked(method, hold.wait)
        return hold

    def listen(self) -> None:
        """Let all agents answer again."""
        self.agents.before_answer = self._before_agent

    # Inside

    def _before_call(self, method: str, _arguments: tuple[object, ...]) -> None:
        self.reaper.call(f"before cpi {method}")
        if method in self._failing:
            raise CloudError("The cloud is out of machines.", provider="sim", method=method)
        self.calls.append(method)

    def _after_call(self, method: str, _arguments: tuple[object, ...]) -> None:
        self.reaper.call(f"after cpi {method}")

    async def _before_agent(
        self, agent: AgentId, method: str, _arguments: Sequence[JsonValue]
    ) -> None:
        await self.reaper.reach(f"before agent {method}")
        self.questions.append(f"{method} {agent}")

    def _executor(self) -> Executor:
        return Executor(
            journal=self.journal,
            store=self.store,
            clock=self.clock,
            agents=self.agents,
            credentials=SimulatedSettings(),
            blobs=self.blobs,
            task_log=self.feed,
            clouds=self.clouds,
            director=DirectorIdentity(name="paasta", uuid=DirectorUuid("d")),
        )

    def _handlers(self) -> Mapping[str, TaskHandler]:
        uploads = Uploads(
            store=self.store,
            journal=self.journal,
            blobs=self.blobs,
            archives=ArchiveReader(),
            providers={DEFAULT_CPI: self.provider},
            clock=self.clock,
            workspace=self.folder / "workspace",
        )
        visits = Visits(store=self.store, agents=self.agents, blobs=self.blobs, clock=self.clock)
        listing = Listing(store=self.store, agents=self.agents, clock=self.clock)
        return {
            "update_deployment": self.deployments.deploy,
            "update_instance": self.deployments.change_states,
            "delete_deployment": self.deployments.delete_deployment,
            "cck_scan_and_fix": self.deployments.heal,
            "delete_orphan_disks": self.deployments.delete_disks,
            "update_release": uploads.upload_release,
            "update_stemcell": uploads.upload_stemcell,
            "delete_artifacts": uploads.delete_artifact,
            "vms": listing.run,
            "fetch_logs": visits.fetch_logs,
            "ssh": visits.ssh,
        }
