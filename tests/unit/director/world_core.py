"""A director over fakes: what it is made of, its start, its death (see `director_world`)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.adapters.archives.reader import ArchiveReader
from paasta_deploy.adapters.templates.batch import BatchRenderer
from paasta_deploy.adapters.templates.erb import ErbTemplates
from paasta_deploy.adapters.templates.jinja import JinjaTemplates
from paasta_deploy.adapters.templates.job_sources import BlobJobSources
from paasta_deploy.adapters.templates.rendered_archive import TarGzArchiver
from paasta_deploy.adapters.variables.stand_ins import FixedStandIns
from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.director.agent_certificates import AgentCertificates
from paasta_deploy.director.authority_rotation import ROTATE_AUTHORITY_KIND, AuthorityRotation
from paasta_deploy.director.certificate_keeping import CertificateKeeper
from paasta_deploy.director.config_values import ConfigValues
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.debugging import ToldJournal
from paasta_deploy.director.deploying import DeploymentTasks
from paasta_deploy.director.explaining import DeploymentPlanner
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.fresh_cpis import with_fresh_cpis
from paasta_deploy.director.listing import Listing
from paasta_deploy.director.names import Names
from paasta_deploy.director.observing import Observation
from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.rotating import ROTATE_KIND, Rotations
from paasta_deploy.director.rotation_values import RotationValues
from paasta_deploy.director.service import Director
from paasta_deploy.director.tasks import TaskHandler, TaskRunner
from paasta_deploy.director.uploads import Uploads
from paasta_deploy.director.variable_listing import VariableListing
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.director.vault import Vault
from paasta_deploy.director.visits import Visits
from paasta_deploy.director.ward import DirectorWard
from paasta_deploy.director.workshop import Workshop
from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.model.ids import (
    AgentId,
    DirectorUuid,
)
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.planner import Limits
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings
from paasta_deploy.testing.tapped_provider import tap
from paasta_deploy.testing.toy_sealer import ToySealer
from paasta_deploy.testing.toy_values import ToyValues
from tests.unit.director.mortality import JumpingClock, MortalStore, Reaper
from tests.unit.director.toy_certificates import ToyAuthority, ToyCertificates
from tests.unit.director.toy_cpis import ToyCpis
from tests.unit.director.world_texts import UNLOCKED


class Core:
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
        self.sealer = ToySealer()
        self.values = ToyValues(clock=self.clock)
        self.agents = SimulatedAgents(
            clock=self.clock, upload=self.blobs.upload, before_answer=self._before_agent
        )
        self.calls: list[str] = []
        self._failing: frozenset[str] = frozenset()
        self._lookers: dict[str, Callable[[Any], object]] = {}
        self.questions: list[str] = []
        context = ProviderContext(
            name="sim", properties={"persist": False}, state_folder=folder, director_uuid="d"
        )
        self.provider = SimulatedProvider(context, listener=self.agents)
        tap(self.provider, before=self._before_call, after=self._after_call)
        self.toy_cpis = ToyCpis(self.provider, self.agents, folder)
        self.start()

    # The director

    def start(self) -> None:
        """Make a new director over what is there."""
        self.reaper.revive()
        self.clouds = Clouds(self.toy_cpis.cpis, clock=self.clock, ids=self.ids)
        self.feed = TaskFeed(self.log)
        self.journal = ToldJournal(self.store, log=self.feed, clock=self.clock)
        self.observation = Observation(agents=self.agents, clouds=self.clouds)
        self.configs = Configs(
            store=self.store,
            journal=self.store,
            clock=self.clock,
            cpis=self.toy_cpis,
            providers=self.toy_cpis.cpis,
            fill=lambda node: ConfigValues(store=self.store, vault=self.vault).fill(node),
        )
        self.names = Names(
            store=self.store, blobs=self.blobs, agents=self.agents, configs=self.configs
        )
        self.rendering = self._rendering()
        self._start_variables()
        preparation = Preparation(
            store=self.store,
            configs=self.configs,
            ids=self.ids,
            providers=self.toy_cpis.cpis,
            director_name="paasta",
            variables=self.variables,
        )
        self.preparation = preparation
        self.certificates = self._certificate_keeper()
        self.authority_rotation = AuthorityRotation(
            own=self.own_authority,
            show=self.own_certificates.show,
            agents=self.agent_certificates,
            store=self.store,
            clock=self.clock,
        )
        self._start_tasks(preparation)
        self.ward = self.make_ward()
        self.director = self._director()

    def _start_variables(self) -> None:
        self.vault = Vault(
            sealer=self.sealer, certificates=self.values, clock=self.clock, ids=self.ids
        )
        self.variables = DeploymentVariables(
            store=self.store,
            vault=self.vault,
            workshop=Workshop(
                store=self.store, journal=self.journal, vault=self.vault, generator=self.values
            ),
            stand_ins=FixedStandIns(),
            clock=self.clock,
            director_name="paasta",
        )
        self.rotations = Rotations(
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            values=RotationValues(
                store=self.store,
                vault=self.vault,
                generator=self.values,
                clock=self.clock,
                director_name="paasta",
            ),
            director_name="paasta",
        )

    def _start_tasks(self, preparation: Preparation) -> None:
        self.deployments = DeploymentTasks(
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            ids=self.ids,
            preparation=preparation,
            variables=self.variables,
            rendering=self.rendering,
            observation=self.observation,
            executor=self._executor(),
            limits=Limits(),
            names=self.names,
        )
        self.tasks = TaskRunner(
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            task_log=self.feed,
            handlers=with_fresh_cpis(self._handlers(), self.configs),
            unlocked_kinds=UNLOCKED,
        )
        self.rotations.use(self.tasks, preparation.neighbours)
        self.planner = DeploymentPlanner(
            store=self.store,
            preparation=preparation,
            rendering=self.rendering,
            deployments=self.deployments,
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

    def when_called(self, method: str, look: Callable[[Any], object]) -> None:
        """Look at the request of every such call to the cloud from now on."""
        self._lookers[method] = look

    def _before_call(self, method: str, arguments: tuple[object, ...]) -> None:
        if method in self._lookers:
            self._lookers[method](arguments[0])
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

    def _rendering(self) -> Rendering:
        return Rendering(
            sources=BlobJobSources(blobs=self.blobs),
            renderer=BatchRenderer(jinja=JinjaTemplates(), erb=ErbTemplates()),
            archiver=TarGzArchiver(),
            blobs=self.blobs,
        )

    def _certificate_keeper(self) -> CertificateKeeper:
        self.own_certificates = ToyCertificates(self.clock)
        self.own_authority = ToyAuthority()
        self.agent_certificates = AgentCertificates(
            store=self.store, agents=AgentCalls(self.agents), credentials=SimulatedSettings()
        )
        return CertificateKeeper(
            own=self.own_certificates,
            show=self.own_certificates.show,
            store=self.store,
            agents=self.agent_certificates,
            clock=self.clock,
            agents_valid=timedelta(days=365),
        )

    def _director(self) -> Director:
        return Director(
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
            variables=VariableListing(store=self.store, clock=self.clock),
            rotations=self.rotations,
            certificates=self.certificates,
            upload_folder=self.folder / "workspace",
            status=lambda: {"name": "paasta", "remarks": []},
        )

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
            fill_env=self.variables.fill_env,
            names=self.names.current,
        )

    def _handlers(self) -> Mapping[str, TaskHandler]:
        uploads = Uploads(
            store=self.store,
            journal=self.journal,
            blobs=self.blobs,
            archives=ArchiveReader(),
            providers=self.toy_cpis.cpis,
            clouds=self.clouds,
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
            "delete_vm": self.deployments.replaced_vms.delete,
            "update_release": uploads.upload_release,
            "update_stemcell": uploads.upload_stemcell,
            "delete_artifacts": uploads.delete_artifact,
            "vms": listing.run,
            "fetch_logs": visits.fetch_logs,
            "ssh": visits.ssh,
            ROTATE_KIND: self.rotations.rotate,
            ROTATE_AUTHORITY_KIND: self.authority_rotation.rotate,
        }
