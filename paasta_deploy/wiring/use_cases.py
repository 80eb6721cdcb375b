"""Makes the director's use cases, its tasks and its health monitor out of their parts."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version as installed_version
from ipaddress import ip_address

from paasta_deploy.adapters.archives.reader import ArchiveReader
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.adapters.store import SqlStore
from paasta_deploy.adapters.templates.batch import BatchRenderer
from paasta_deploy.adapters.templates.erb import ErbTemplates
from paasta_deploy.adapters.templates.jinja import JinjaTemplates
from paasta_deploy.adapters.templates.job_sources import BlobJobSources
from paasta_deploy.adapters.templates.rendered_archive import TarGzArchiver
from paasta_deploy.director.authority_rotation import ROTATE_AUTHORITY_KIND
from paasta_deploy.director.certificate_keeping import CertificateKeeper
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.debugging import ToldJournal
from paasta_deploy.director.deploying import DeploymentTasks
from paasta_deploy.director.explaining import DeploymentPlanner
from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.director.fresh_cpis import with_fresh_cpis
from paasta_deploy.director.listing import Listing
from paasta_deploy.director.names import Names
from paasta_deploy.director.observing import Observation
from paasta_deploy.director.old_tasks import OldTasks
from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.rotating import ROTATE_KIND
from paasta_deploy.director.service import Director
from paasta_deploy.director.tasks import TaskHandler, TaskRunner
from paasta_deploy.director.uploads import Uploads
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.director.visits import Visits
from paasta_deploy.director.ward import DirectorWard
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.holding import hanging_text, standing_text
from paasta_deploy.execution.retry import CREATE_VM_RETRIES
from paasta_deploy.execution.run_events import LossLimits
from paasta_deploy.health.monitor import HealthMonitor
from paasta_deploy.health.verdicts import Limits as HealthLimits
from paasta_deploy.health.verdicts import Tell
from paasta_deploy.model.ids import DirectorUuid
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.planner import Limits
from paasta_deploy.ports.permits import Permit
from paasta_deploy.ports.store import Journal
from paasta_deploy.wiring.certificates import (
    KeptCertificates,
    ShownCertificates,
    keep_certificates,
)
from paasta_deploy.wiring.cpis import ConfiguredCpis
from paasta_deploy.wiring.outside import Outside
from paasta_deploy.wiring.places import Folders
from paasta_deploy.wiring.settings import Settings
from paasta_deploy.wiring.variables import KeptVariables, keep_variables

log = logging.getLogger(__name__)

UNLOCKED_KINDS = frozenset({"vms", "fetch_logs", "ssh"})
"""Tasks that read only: they need not wait for the deployment."""

TOLD_MAX = 100
"""Health remarks that `director status` shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The director's use cases and what watches over the machines."""

    director: Director
    tasks: TaskRunner
    monitor: HealthMonitor
    shown: ShownCertificates


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the use cases are made of."""

    settings: Settings
    folders: Folders
    store: SqlStore
    registry: ConfiguredCpis
    clouds: Clouds
    outside: Outside
    address: str
    uuid: str
    clock: SystemClock
    ids: SystemIdSource
    feed: TaskFeed
    permit: Permit


def _own_addresses(address: str) -> tuple[IpAddress, ...]:
    """Return where the director listens for agents, unless that is told by a name."""
    try:
        return (ip_address(address),)
    except ValueError:
        return ()


def make_use_cases(parts: Parts) -> UseCases:
    """Construct them all; the monitor hears agents from now on and acts once it is started."""
    settings, store, outside, clock = parts.settings, parts.store, parts.outside, parts.clock
    observation = Observation(agents=outside.agents, clouds=parts.clouds)
    journal = ToldJournal(store.journal, log=parts.feed, clock=clock)
    kept = keep_variables(
        settings, parts.folders, store=store, journal=journal, clock=clock, ids=parts.ids
    )
    configs = _configs(parts, kept)
    preparation = _preparation(parts, configs, kept.variables)
    rendering = _rendering(parts)
    names = Names(store=store, blobs=outside.blobs, agents=outside.agents, configs=configs)
    deployments = DeploymentTasks(
        store=store,
        journal=journal,
        clock=clock,
        ids=parts.ids,
        preparation=preparation,
        variables=kept.variables,
        rendering=rendering,
        observation=observation,
        executor=_executor(parts, journal, kept.variables, names),
        names=names,
        limits=Limits(threads_max=settings.engine.max_threads),
        losses=LossLimits(
            count=settings.health.meltdown_count, percent=settings.health.meltdown_percent
        ),
    )
    certificates = _certificates(parts)
    handlers = {
        **_handlers(parts, journal, deployments),
        ROTATE_KIND: kept.rotations.rotate,
        ROTATE_AUTHORITY_KIND: certificates.rotation.rotate,
    }
    tasks = _tasks(parts, journal, with_fresh_cpis(handlers, configs))
    kept.rotations.use(tasks, preparation.neighbours)
    planner = DeploymentPlanner(
        store=store, preparation=preparation, rendering=rendering, deployments=deployments
    )
    told: deque[Tell] = deque(maxlen=TOLD_MAX)
    monitor = _monitor(parts, tasks, observation, told)

    def status() -> JsonObject:
        remarks = [*kept.listing.remarks(), *certificates.keeper.remarks()]
        return _status(parts, monitor, told, remarks)

    director = _director(
        parts, tasks, configs, planner, kept=kept, certificates=certificates.keeper, status=status
    )
    return UseCases(director=director, tasks=tasks, monitor=monitor, shown=certificates.shown)


def _certificates(parts: Parts) -> KeptCertificates:
    return keep_certificates(
        parts.settings,
        parts.folders,
        outside=parts.outside,
        store=parts.store,
        clock=parts.clock,
        permit=parts.permit,
    )


def _configs(parts: Parts, kept: KeptVariables) -> Configs:
    return Configs(
        store=parts.store,
        journal=parts.store.journal,
        clock=parts.clock,
        cpis=parts.registry,
        providers=parts.registry.cpis,
        fill=kept.shared.fill,
    )


def _preparation(parts: Parts, configs: Configs, variables: DeploymentVariables) -> Preparation:
    return Preparation(
        store=parts.store,
        configs=configs,
        ids=parts.ids,
        providers=parts.registry.cpis,
        director_name=parts.settings.name,
        variables=variables,
        own_addresses=_own_addresses(parts.address),
    )


def _rendering(parts: Parts) -> Rendering:
    blobs = parts.outside.blobs
    return Rendering(
        sources=BlobJobSources(blobs=blobs),
        renderer=BatchRenderer(jinja=JinjaTemplates(), erb=ErbTemplates()),
        archiver=TarGzArchiver(),
        blobs=blobs,
    )


def _tasks(parts: Parts, journal: Journal, handlers: Mapping[str, TaskHandler]) -> TaskRunner:
    return TaskRunner(
        store=parts.store,
        journal=journal,
        clock=parts.clock,
        task_log=parts.feed,
        handlers=handlers,
        unlocked_kinds=UNLOCKED_KINDS,
        forget_old=OldTasks(
            store=parts.store,
            journal=parts.store.journal,
            task_log=parts.feed,
            clock=parts.clock,
            kept=parts.settings.engine.tasks_kept,
        ).forget,
    )


def _director(
    parts: Parts,
    tasks: TaskRunner,
    configs: Configs,
    planner: DeploymentPlanner,
    *,
    kept: KeptVariables,
    certificates: CertificateKeeper,
    status: Callable[[], JsonObject],
) -> Director:
    settings = parts.settings
    return Director(
        name=settings.name,
        uuid=parts.uuid,
        version=f"{installed_version('paasta-deploy')} (00000000)",
        default_cpi=settings.cpis[0].type,
        store=parts.store,
        blobs=parts.outside.blobs,
        clock=parts.clock,
        tasks=tasks,
        feed=parts.feed,
        configs=configs,
        planner=planner,
        variables=kept.listing,
        rotations=kept.rotations,
        certificates=certificates,
        upload_folder=parts.folders.workspace,
        status=status,
    )


def _executor(
    parts: Parts, journal: Journal, variables: DeploymentVariables, names: Names
) -> Executor:
    return Executor(
        journal=journal,
        store=parts.store,
        clock=parts.clock,
        agents=parts.outside.agents,
        credentials=parts.outside.credentials,
        blobs=parts.outside.blobs,
        task_log=parts.feed,
        clouds=parts.clouds,
        director=DirectorIdentity(name=parts.settings.name, uuid=DirectorUuid(parts.uuid)),
        fill_env=variables.fill_env,
        names=names.current,
        permit=parts.permit,
        publish_names=names.publish,
        vm_creation=replace(
            CREATE_VM_RETRIES, tries_max=parts.settings.engine.max_vm_create_tries
        ),
    )


def _handlers(
    parts: Parts, journal: Journal, deployments: DeploymentTasks
) -> Mapping[str, TaskHandler]:
    uploads = Uploads(
        store=parts.store,
        journal=journal,
        blobs=parts.outside.blobs,
        archives=ArchiveReader(),
        providers=parts.registry.cpis,
        clouds=parts.clouds,
        clock=parts.clock,
        workspace=parts.folders.workspace,
    )
    visits = Visits(
        store=parts.store,
        agents=parts.outside.agents,
        blobs=parts.outside.blobs,
        clock=parts.clock,
    )
    listing = Listing(store=parts.store, agents=parts.outside.agents, clock=parts.clock)
    return {
        "update_deployment": deployments.deploy,
        "update_instance": deployments.change_states,
        "delete_deployment": deployments.delete_deployment,
        "cck_scan_and_fix": deployments.heal,
        "delete_orphan_disks": deployments.delete_disks,
        "delete_vm": deployments.replaced_vms.delete,
        "update_release": uploads.upload_release,
        "update_stemcell": uploads.upload_stemcell,
        "delete_artifacts": uploads.delete_artifact,
        "vms": listing.run,
        "fetch_logs": visits.fetch_logs,
        "ssh": visits.ssh,
    }


def _monitor(
    parts: Parts, tasks: TaskRunner, observation: Observation, told: deque[Tell]
) -> HealthMonitor:
    health = parts.settings.health

    def tell(problem: Tell) -> None:
        told.append(problem)
        log.warning(
            problem.title,
            extra={"deployment": problem.deployment, "summary": problem.summary},
        )

    monitor = HealthMonitor(
        ward=DirectorWard(
            store=parts.store,
            tasks=tasks,
            observation=observation,
            clock=parts.clock,
            resurrection=health.resurrection,
        ),
        clock=parts.clock,
        limits=HealthLimits(
            agent_timeout_s=health.agent_timeout,
            confirm_interval_s=health.confirm_interval,
            reconnect_grace_s=health.reconnect_grace,
            meltdown_count=health.meltdown_count,
            meltdown_percent=health.meltdown_percent,
            attempts_max=health.attempts_max,
            attempts_window_s=health.attempts_window,
        ),
        startup_grace_s=health.startup_grace,
        tell=tell,
    )
    parts.outside.agents.listen(monitor)
    return monitor


def _status(
    parts: Parts, monitor: HealthMonitor, told: deque[Tell], expiring: Sequence[str]
) -> JsonObject:
    remarks = [
        *(f"{item.title}: {item.summary}" for item in told),
        *(hanging_text(call) for call in parts.clouds.hanging),
        *expiring,
    ]
    accounts = parts.clouds.standings()
    return {
        "name": parts.settings.name,
        "uuid": parts.uuid,
        "deployments": len(parts.store.deployments()),
        "vms": len(parts.store.vms()),
        "suspect_agents": len(monitor.suspects),
        "calls_left_behind": parts.clouds.left_behind,
        "accounts": "; ".join(standing_text(cpis, accounts[cpis]) for cpis in accounts),
        "remarks": remarks,
    }
