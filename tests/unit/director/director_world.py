"""A whole director over fakes: store, blobs, cloud and agents are in memory, time jumps.

Everything between them is real: archives, templates, planning, execution, tasks. What outlives a
director (store, blobs, cloud, agents, task outputs) belongs to the world; :meth:`World.start`
makes a director over it, and :meth:`World.kill` lets that one die as by ``kill -9``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
    UploadReleaseRequest,
)
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import (
    AgentId,
    DeploymentName,
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
    Remove,
    StemcellRecord,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import JournalEntry, Phase
from tests.unit.director.mortality import Hold
from tests.unit.director.world_core import Core
from tests.unit.director.world_texts import CLOUD_CONFIG, SHOP, manifest

__all__ = ["CLOUD_CONFIG", "SHOP", "World", "manifest"]


class Operator(Core):
    """What an operator does to the world."""

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

    async def forget_releases(self) -> None:
        """Remove all releases."""
        await self.record(*(Remove(record=release) for release in self.store.releases()))

    async def forget_tasks(self) -> None:
        """Remove all tasks."""
        await self.record(*(Remove(record=task) for task in self.store.tasks()))

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

    async def submit_deploy(self) -> TaskId:
        """Ask for a deploy of the shop without waiting for it."""
        return (await self.submit(DeployRequest(manifest=manifest()))).task_id

    async def submit_deletion(self) -> TaskId:
        """Ask for the deletion of the shop without waiting for it."""
        return (await self.submit(DeleteDeploymentRequest())).task_id

    # What there is to see


class World(Operator):
    """What can be seen of the world, and how it can be disturbed."""

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
