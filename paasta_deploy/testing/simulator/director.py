"""One life of a director over a simulated world: the same parts as a real one has.

Everything that decides and carries out is production code; the ports get fakes. What outlives the
director (store, cloud, agents) is handed in.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.deploying import DeploymentTasks
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.observing import Observation
from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.requests import TaskRequest
from paasta_deploy.director.tasks import TaskRunner
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.director.vault import Vault
from paasta_deploy.director.ward import DirectorWard
from paasta_deploy.director.workshop import Workshop
from paasta_deploy.execution.call_rules import USUAL_RULES, CallRuleBook
from paasta_deploy.execution.clouds import Clouds, MakeWorkers
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.health.monitor import HealthMonitor
from paasta_deploy.health.verdicts import Limits as HealthLimits
from paasta_deploy.health.verdicts import Tell
from paasta_deploy.model.ids import CpiName, DeploymentName, DirectorUuid, TaskId
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.planning.planner import Limits
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.ports.store import JournalEntry
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings
from paasta_deploy.testing.simulator.mortal_journal import MortalJournal
from paasta_deploy.testing.simulator.rendering import DigestRenderer, EmptyArchiver, NoTemplates
from paasta_deploy.testing.simulator.virtual_time import VirtualClock
from paasta_deploy.testing.toy_sealer import ToySealer
from paasta_deploy.testing.toy_values import ToyStandIns, ToyValues

NAME = "simulated"
UUID = DirectorUuid("00000000-0000-4000-8000-000000000000")

STARTUP_GRACE_S = 10.0
"""As a real director's default."""

OUTSIDE = "outside: "
"""Begins the names of the asyncio tasks that a director's death does not end."""


def outside(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run something of the world around the director."""
    return asyncio.get_running_loop().create_task(work, name=f"{OUTSIDE}{name}")


def belong_outside() -> None:
    """Let the running asyncio task be one of the world around the director."""
    here = asyncio.current_task()
    assert here is not None, "only a task can belong anywhere"
    here.set_name(f"{OUTSIDE}{here.get_name()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a director stands on and leaves behind when it dies."""

    clock: VirtualClock
    ids: IdSource
    store: MemoryStore
    before_write: Callable[[JournalEntry], None]
    after_write: Callable[[JournalEntry], None]
    blobs: MemoryBlobs
    log: MemoryTaskLog
    agents: SimulatedAgents
    providers: Mapping[CpiName, Provider]
    make_workers: MakeWorkers
    limits: Limits
    health: HealthLimits
    tell: Callable[[Tell], None]
    call_rules: CallRuleBook = USUAL_RULES


class SimulatedDirector:
    """A director that lives now."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        store, clock = ground.store, ground.clock
        self._journal = MortalJournal(
            store, before_write=ground.before_write, after_write=ground.after_write
        )
        self._clouds = Clouds(
            ground.providers,
            clock=clock,
            ids=ground.ids,
            make_workers=ground.make_workers,
            rules=ground.call_rules,
        )
        self._observation = Observation(agents=ground.agents, clouds=self._clouds)
        self.configs = Configs(store=store, journal=self._journal, clock=clock)
        self._variables = self._deployment_variables()
        self._tasks = self._task_runner()
        self._monitor = HealthMonitor(
            ward=DirectorWard(
                store=store,
                tasks=self._tasks,
                observation=self._observation,
                clock=clock,
                resurrection=True,
            ),
            clock=clock,
            limits=ground.health,
            startup_grace_s=STARTUP_GRACE_S,
            tell=ground.tell,
        )

    async def start(self) -> None:
        """Take up unfinished tasks and begin to watch machines."""
        self._ground.agents.listen(self._monitor)
        self._ground.agents.beat()
        await self._tasks.resume()
        self._monitor.start()

    def kill(self) -> None:
        """End everything that the director does, at once and without a word.

        Whoever calls is not ended, nor anybody of the world outside (:func:`outside`).
        """
        self._journal.is_dead = True
        self._ground.agents.forget_listeners()
        here = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not here and not task.get_name().startswith(OUTSIDE):
                task.cancel()

    async def run(self, request: TaskRequest, deployment: DeploymentName) -> TaskRecord:
        """Run a task to its end and return its record."""
        task = await self.submit(request, deployment)
        return await self._tasks.wait(task.task_id)

    async def submit(self, request: TaskRequest, deployment: DeploymentName) -> TaskRecord:
        """Queue a task."""
        return await self._tasks.submit(
            request, description="simulated", deployment=deployment, user="simulator"
        )

    async def ask(self, request: TaskRequest, deployment: DeploymentName) -> None:
        """Queue a task, whichever number it gets."""
        await self.submit(request, deployment)

    async def cancel(self, task_id: TaskId) -> None:
        """Ask a task to stop."""
        await self._tasks.cancel(task_id)

    async def pause(self, task_id: TaskId) -> None:
        """Let a task begin nothing new. Raises PaastaError."""
        await self._tasks.pause(task_id)

    async def go_on(self, task_id: TaskId) -> None:
        """Let a paused task go on. Raises PaastaError."""
        await self._tasks.go_on(task_id)

    def _task_runner(self) -> TaskRunner:
        ground = self._ground
        deployments = self._deployments()
        return TaskRunner(
            store=ground.store,
            journal=self._journal,
            clock=ground.clock,
            task_log=TaskFeed(ground.log),
            handlers={
                "update_deployment": deployments.deploy,
                "update_instance": deployments.change_states,
                "delete_deployment": deployments.delete_deployment,
                "cck_scan_and_fix": deployments.heal,
            },
            unlocked_kinds=frozenset(),
        )

    def _deployment_variables(self) -> DeploymentVariables:
        ground = self._ground
        values = ToyValues(clock=ground.clock)
        vault = Vault(sealer=ToySealer(), certificates=values, clock=ground.clock, ids=ground.ids)
        return DeploymentVariables(
            store=ground.store,
            vault=vault,
            workshop=Workshop(
                store=ground.store, journal=self._journal, vault=vault, generator=values
            ),
            stand_ins=ToyStandIns(),
            clock=ground.clock,
            director_name=NAME,
        )

    def _deployments(self) -> DeploymentTasks:
        ground = self._ground
        return DeploymentTasks(
            store=ground.store,
            journal=self._journal,
            clock=ground.clock,
            ids=ground.ids,
            preparation=Preparation(
                store=ground.store,
                configs=self.configs,
                ids=ground.ids,
                providers=ground.providers,
                director_name=NAME,
                variables=self._variables,
            ),
            variables=self._variables,
            rendering=Rendering(
                sources=NoTemplates(),
                renderer=DigestRenderer(),
                archiver=EmptyArchiver(),
                blobs=ground.blobs,
            ),
            observation=self._observation,
            executor=Executor(
                journal=self._journal,
                store=ground.store,
                clock=ground.clock,
                agents=ground.agents,
                credentials=SimulatedSettings(),
                blobs=ground.blobs,
                task_log=TaskFeed(ground.log),
                clouds=self._clouds,
                director=DirectorIdentity(name=NAME, uuid=UUID),
                fill_env=self._variables.fill_env,
                forecasts=False,  # their cost is bounded by real time, which stands still here
            ),
            limits=ground.limits,
        )
