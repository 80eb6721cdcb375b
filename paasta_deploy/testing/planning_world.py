"""Planning driven as the director drives it, over records that a fold keeps. No I/O, no waiting.

Manifests and cloud configs are texts, releases and stemcells made up. Templates of a made-up job
show all its properties and links, so its rendered files change exactly when one of those does.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic, has_errors, render_all
from paasta_deploy.manifest import parse_cloud_config, parse_deployment, read_document
from paasta_deploy.manifest.config_loading import load_runtime_configs
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import (
    BlobId,
    CpiName,
    DeploymentName,
    InstanceId,
    StemcellCid,
    StemcellName,
    StemcellVersion,
    TaskId,
)
from paasta_deploy.model.observed import Observed, ObservedVm, VmPresence
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    InstanceRecord,
    RecordedDeployment,
    ReleaseRecord,
    StemcellRecord,
)
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfigs
from paasta_deploy.model.spec import BlobRef, InstanceSpec, RenderedTemplates
from paasta_deploy.model.values import JsonValue, digest_of
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.compilation import PackagePlan, plan_packages
from paasta_deploy.planning.desired import Desired, resolve
from paasta_deploy.planning.links import ResolvedLinks, SharedLink, resolve_links
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.planner import (
    Limits,
    Problem,
    plan_delete_deployment,
    plan_deploy,
    plan_heal,
    plan_states,
)
from paasta_deploy.planning.specs import build_specs, context_digests, instances_to_render
from paasta_deploy.planning.swapping import instances_to_readdress
from paasta_deploy.planning.wants import Selector, Wants
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.fold import Fold

STEMCELL_OS = "ubuntu-jammy"


def parsed_manifest(text: str, file: str = "manifest.yml") -> DeploymentManifest:
    """Return a manifest that has no mistakes."""
    document = read_document(file, text)
    assert document.node is not None, render_all(document.diagnostics, {file: text})
    parsed = parse_deployment(document.node)
    assert parsed.manifest is not None, render_all(parsed.diagnostics, {file: text})
    return parsed.manifest


def parsed_cloud_config(text: str, file: str = "cloud.yml") -> CloudConfig:
    """Return a cloud config that has no mistakes."""
    document = read_document(file, text)
    assert document.node is not None, render_all(document.diagnostics, {file: text})
    parsed = parse_cloud_config([document.node])
    assert parsed.cloud_config is not None, render_all(parsed.diagnostics, {file: text})
    return parsed.cloud_config


class RefusedError(AssertionError):
    """Planning found mistakes; ``text`` is what the operator would read."""

    def __init__(self, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
        self.diagnostics = tuple(diagnostics)
        self.text = render_all(self.diagnostics, texts)
        super().__init__(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """One deploy thought through, before its plan is made."""

    desired: Desired
    placement: Placement
    links: ResolvedLinks
    packages: PackagePlan
    specs: Mapping[InstanceId, InstanceSpec]


class PlanningWorld:
    """One deployment, its records, and everything that planning is handed in."""

    def __init__(
        self,
        manifest: str,
        cloud_config: str,
        releases: Iterable[ReleaseRecord],
        *,
        stemcell_versions: Sequence[str] = ("1.1",),
        seed: int = 0,
        limits: Limits | None = None,
    ) -> None:
        self.manifest = manifest
        self.cloud_config = cloud_config
        self.runtime_config = ""
        self.releases = list(releases)
        self.stemcells = [made_stemcell(version) for version in stemcell_versions]
        self.taken: list[TakenAddress] = []
        self.shared: dict[DeploymentName, Sequence[SharedLink]] = {}
        self.presences: dict[InstanceId, VmPresence] = {}
        self.growing_cpis: frozenset[CpiName] = frozenset()
        """CPIs that say that they can grow disks."""
        self.rendered = 0
        """Instances rendered so far: what a change of nothing must not add to."""
        self.task_id = TaskId(0)
        self._ids = FakeIds(seed)
        self._manifests: dict[str, DeploymentManifest] = {}
        self._cloud_configs: dict[str, CloudConfig] = {}
        self._limits = limits or Limits()
        name = parsed_manifest(manifest).name
        self.fold = Fold(RecordedDeployment(deployment=DeploymentRecord(name=name)))

    def copy(self) -> "PlanningWorld":
        """Return a world that goes its own way from here; ids stay different in all copies."""
        twin = copy(self)
        twin.fold = self.fold.copy()
        twin.presences = dict(self.presences)
        return twin

    @property
    def recorded(self) -> RecordedDeployment:
        """All records as of now."""
        return self.fold.recorded

    def instance(self, slug: str) -> InstanceRecord:
        """Return the instance ``group/index``."""
        group, _, index = slug.partition("/")
        return next(
            record
            for record in self.fold.instances.values()
            if record.group == group and record.index == int(index)
        )

    def new_task(self) -> TaskId:
        """Begin a new task; plans without a given one belong to it."""
        self.task_id = TaskId(self.task_id + 1)
        return self.task_id

    def think(self, wants: Wants | None = None) -> Thought:
        """Do everything up to the plan. Raises RefusedError. Writes nothing."""
        manifest = self._parsed_manifest()
        cloud_config = self._parsed_cloud_config()
        resolution = resolve(
            manifest,
            cloud_config,
            releases=self.releases,
            stemcells=self.stemcells,
            runtime=self._parsed_runtime_config(),
        )
        self._refuse(resolution.diagnostics)
        desired = resolution.desired
        assert desired is not None
        desired = replace(desired, growing_cpis=self.growing_cpis)
        recorded = self.recorded
        placement = self._place(desired, recorded, wants or Wants(task_id=self.task_id))
        links = resolve_links(desired, placement, shared=self.shared)
        self._refuse(links.diagnostics)
        packages = plan_packages(
            desired,
            placement,
            recorded=recorded,
            compiled=self.fold.compiled.values(),
            taken=self.taken,
            ids=self._ids,
        )
        self._refuse(packages.diagnostics)
        digests = context_digests(desired, placement, links)
        wanted = instances_to_render(placement, digests)
        self.rendered += len(wanted)
        rendered = _rendered(desired, placement, links, digests, frozenset(wanted))
        specs = build_specs(
            desired,
            placement,
            digests=digests,
            rendered=rendered,
            packages=packages,
            links=links,
        )
        return Thought(
            desired=desired, placement=placement, links=links, packages=packages, specs=specs
        )

    def plan_deploy(self, wants: Wants | None = None, *, observed: Observed | None = None) -> Plan:
        """Think, record the placement as the director does, and plan.

        ``observed``: what was seen, if it is more than ``presences`` say.
        """
        thought = self.think(wants)
        self.fold.write(thought.placement.changes)
        return plan_deploy(
            desired=thought.desired,
            placement=thought.placement,
            specs=thought.specs,
            packages=thought.packages,
            recorded=self.recorded,
            wants=wants or Wants(task_id=self.task_id),
            ids=self._ids,
            observed=observed or self._observed(),
            limits=self._limits,
            links=thought.links,
        )

    def deploy(self, wants: Wants | None = None) -> Plan:
        """Plan a deploy in a new task, carry it out and remember the manifest."""
        task_id = self.new_task()
        plan = self.plan_deploy(replace(wants, task_id=task_id) if wants else None)
        self.finish_deploy(plan)
        return plan

    def finish_deploy(self, plan: Plan) -> None:
        """Carry a plan of a deploy out and remember the manifest as deployed."""
        self.fold.run(plan, self.task_id)
        self.fold.deployment = replace(self.fold.deployment, manifest=self.manifest)
        self.presences.clear()

    def plan_states(self, wants: Wants) -> Plan:
        """Plan a change of states with the policies of the manifest."""
        groups = self._parsed_manifest().instance_groups
        return plan_states(
            recorded=self.recorded,
            wants=wants,
            ids=self._ids,
            policies={group.name: group.update for group in groups},
            observed=self._observed(),
            limits=self._limits,
        )

    def plan_heal(self, slugs: Iterable[str]) -> Plan:
        """Plan the resurrection of the instances ``group/index``."""
        problems = [Problem(instance_id=self.instance(slug).instance_id) for slug in slugs]
        return plan_heal(
            recorded=self.recorded, problems=problems, task_id=self.task_id, ids=self._ids
        )

    def plan_delete(self, *, force: bool = False) -> Plan:
        """Plan the deletion of the deployment."""
        wants = Wants(task_id=self.task_id, force=force, skip_drain=(Selector(),) * force)
        return plan_delete_deployment(
            recorded=self.recorded, wants=wants, observed=self._observed(), limits=self._limits
        )

    def _place(self, desired: Desired, recorded: RecordedDeployment, wants: Wants) -> Placement:
        placement = place(
            self._parsed_manifest(),
            desired.cloud_config,
            recorded,
            self._ids,
            taken=self.taken,
            readdressed=instances_to_readdress(desired, recorded, wants),
        )
        self._refuse(placement.diagnostics)
        return placement

    def _parsed_cloud_config(self) -> CloudConfig:
        cloud_config = self._cloud_configs.get(self.cloud_config)
        if cloud_config is None:
            cloud_config = parsed_cloud_config(self.cloud_config)
            self._cloud_configs[self.cloud_config] = cloud_config
        return cloud_config

    def _parsed_manifest(self) -> DeploymentManifest:
        # The same few texts are thought through hundreds of times in a sweep.
        manifest = self._manifests.get(self.manifest)
        if manifest is None:
            manifest = self._manifests[self.manifest] = parsed_manifest(self.manifest)
        return manifest

    def _parsed_runtime_config(self) -> RuntimeConfigs:
        if not self.runtime_config:
            return NO_RUNTIME_CONFIGS
        loaded = load_runtime_configs([("runtime.yml", self.runtime_config)])
        self._refuse(loaded.diagnostics)
        return loaded.draft

    def _observed(self) -> Observed:
        return Observed(
            vms={
                vm.agent_id: ObservedVm(
                    agent_id=vm.agent_id, presence=self.presences[vm.instance_id]
                )
                for vm in self.fold.vms.values()
                if vm.active and vm.instance_id in self.presences
            }
        )

    def _refuse(self, diagnostics: Sequence[Diagnostic]) -> None:
        if has_errors(diagnostics):
            texts = {
                "manifest.yml": self.manifest,
                "cloud.yml": self.cloud_config,
                "runtime.yml": self.runtime_config,
            }
            raise RefusedError(diagnostics, texts)


def made_stemcell(version: str) -> StemcellRecord:
    """Return an uploaded stemcell."""
    return StemcellRecord(
        name=StemcellName("made-up-stemcell"),
        version=StemcellVersion(version),
        os=STEMCELL_OS,
        cid=StemcellCid(f"stemcell-{version}"),
    )


def _rendered(
    desired: Desired,
    placement: Placement,
    links: ResolvedLinks,
    digests: Mapping[InstanceId, str],
    wanted: frozenset[InstanceId],
) -> dict[InstanceId, RenderedTemplates]:
    found: dict[InstanceId, RenderedTemplates] = {}
    for group in desired.manifest.instance_groups:
        hashes: dict[str, str] = {}
        for bound in desired.bindings[group.name]:
            seen: list[JsonValue] = [
                bound.job.fingerprint,
                bound.properties,
                links.digests.get((group.name, bound.job.name), {}),
            ]
            hashes[bound.job.name] = digest_of(seen)
        for placed in placement.groups[group.name]:
            instance_id = placed.record.instance_id
            if instance_id in wanted:
                found[instance_id] = RenderedTemplates(
                    configuration_hash=digest_of(hashes),
                    template_hashes=hashes,
                    context_digest=digests[instance_id],
                    blob=BlobRef(blob_id=BlobId(f"templates-{instance_id}"), digest="sha256:00"),
                )
    return found
