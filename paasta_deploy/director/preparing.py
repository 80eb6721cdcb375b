"""From a manifest text to everything that a plan needs: the thinking half of a deploy.

Reads the store, changes nothing. Runs in a worker thread, because a manifest of ten thousand
instances takes a second of computing and the event loop has agents to listen to.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic, in_file_order
from paasta_deploy.director.booking import Booking
from paasta_deploy.director.cloud_checks import check_clouds
from paasta_deploy.director.cloud_inputs import CloudInputs, filled_cloud_config
from paasta_deploy.director.config_checks import unknown_cpis
from paasta_deploy.director.configs import Configs
from paasta_deploy.director.cpi_answers import with_cpi_answers
from paasta_deploy.director.neighbours import Neighbours
from paasta_deploy.director.readdressing import readdressed_by
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.runtime_inputs import filled_runtime_configs, runtime_problems
from paasta_deploy.director.slugs import part_of
from paasta_deploy.director.telling import Loaded, Teller
from paasta_deploy.director.variable_survey import VariableSurvey
from paasta_deploy.director.variables import DeploymentVariables, Wishes, wiser
from paasta_deploy.director.versions import Versions
from paasta_deploy.execution.cpis import Cpis
from paasta_deploy.manifest import Node, check_resolved, parse_deployment, read_document, validate
from paasta_deploy.manifest.config_loading import Fill
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.manifest.validation.cloud_variables import missing_in_used
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import (
    DeploymentManifest,
)
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import (
    NO_VARIABLES,
    ConfigId,
    CpiName,
    DeploymentName,
    InstanceId,
    TaskId,
    VariableSetId,
)
from paasta_deploy.model.recorded import DeploymentRecord, RecordedDeployment, StemcellRecord
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.desired import Desired, resolve
from paasta_deploy.planning.holding_back import part_problems
from paasta_deploy.planning.links import ResolvedLinks, resolve_links
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.planning.specs import context_digests
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One deploy, thought through: desired and recorded side by side. Warnings stop nothing."""

    name: DeploymentName
    desired: Desired
    recorded: RecordedDeployment
    placement: Placement
    links: ResolvedLinks
    digests: Mapping[InstanceId, str]
    packages: PackagePlan
    survey: VariableSurvey
    warnings: tuple[Diagnostic, ...]
    cloud_config_ids: tuple[int, ...]
    runtime_config_ids: tuple[int, ...]


class Preparation:
    """Prepares deploys. Every method may run in a worker thread; none changes anything."""

    def __init__(
        self,
        *,
        store: Store,
        configs: Configs,
        ids: IdSource,
        providers: Mapping[CpiName, Provider],
        director_name: str,
        variables: DeploymentVariables,
        own_addresses: Iterable[IpAddress] = (),
    ) -> None:
        self._store = store
        self._configs = configs
        self._ids = ids
        self._cpis = Cpis.of(providers)
        self._director_name = director_name
        self._variables = variables
        self.booking = Booking(store=store, ids=ids, director=director_name, own=own_addresses)
        self.neighbours = Neighbours(
            store=store, recall=self.recall, parse=self._recorded_manifest
        )
        self._teller = Teller(
            store=store,
            ids=ids,
            booking=self.booking,
            neighbours=self.neighbours,
            recorded=self._recorded,
            stemcells=self._stemcells,
        )

    def parse(
        self, text: str, file: str, variable_set: VariableSetId = NO_VARIABLES
    ) -> tuple[DeploymentManifest, tuple[Diagnostic, ...]]:
        """Return the manifest and its warnings. Raises RejectedError with all mistakes.

        It is seen with the values of ``variable_set``, that of the deploy that recorded it.
        """
        document = read_document(file, text)
        refuse(document.diagnostics)
        assert document.node is not None, "a document without errors has a root"
        parsed = parse_deployment(self._variables.fill_recorded(document.node, variable_set))
        found = (*document.diagnostics, *parsed.diagnostics, *check_resolved(document.node))
        refuse(found)
        assert parsed.manifest is not None, "a manifest without errors has a value"
        return parsed.manifest, found

    def check(self, request: DeployRequest) -> DeploymentName:
        """Return the deployment's name. Raises RejectedError with all mistakes of the manifest."""
        loaded = self._load(request, Wishes())
        self._teller.refuse_all(loaded, request.manifest_name)
        return loaded.manifest.name

    async def prepare_in_thread(
        self,
        request: DeployRequest,
        *,
        task_id: TaskId | None = None,
        placement: Placement | None = None,
    ) -> Prepared:
        """Do :meth:`prepare` without holding up the event loop."""
        return await asyncio.to_thread(self.prepare, request, task_id=task_id, placement=placement)

    def prepare(
        self,
        request: DeployRequest,
        *,
        task_id: TaskId | None = None,
        placement: Placement | None = None,
    ) -> Prepared:
        """Think one deploy through. Raises RejectedError with all mistakes at once.

        ``task_id`` is whose variables count as made. ``placement``: keep to this one, which was
        found for the same request before its variables were made.

        Addresses that a task chooses are kept for it until :attr:`booking` releases them; without
        a task, and in a dry run, nothing is kept.
        """
        keeps = task_id is not None and not request.dry_run
        wishes = Wishes.of(request, task_id)
        loaded = self._load(request, wishes)
        with self._teller.telling_all(loaded, request.manifest_name):
            refuse(loaded.found)
            return self._prepare(loaded, request, wishes, placement, keeps=keeps)

    def _prepare(
        self,
        loaded: Loaded,
        request: DeployRequest,
        wishes: Wishes,
        placement: Placement | None,
        *,
        keeps: bool,
    ) -> Prepared:
        """Go from one step to the next; the first one with a mistake ends it."""
        recorded = self._recorded(loaded.manifest.name)
        desired, resolved = self._desired(loaded, recorded, request)
        if placement is None:
            placement = self.booking.place(
                loaded.manifest,
                loaded.cloud_config,
                recorded,
                keeps=keeps,
                readdressed=readdressed_by(request, desired, recorded, wishes.task_id),
            )
        refuse(placement.diagnostics)
        known = wiser(wishes, desired, placement, recorded)
        if known != wishes:
            loaded = self._load(request, known)
            refuse(loaded.found)
            desired, resolved = self._desired(loaded, recorded, request)
        refuse(part_problems(part_of(request), placement, loaded.survey.choices))
        return self._linked(loaded, recorded, placement, desired, resolved, keeps=keeps)

    def _linked(
        self,
        loaded: Loaded,
        recorded: RecordedDeployment,
        placement: Placement,
        desired: Desired,
        resolved: tuple[Diagnostic, ...],
        *,
        keeps: bool,
    ) -> Prepared:
        """Do what is left once instances are placed: links and packages."""
        links = resolve_links(
            desired, placement, shared=self.neighbours.shared_with(desired.manifest)
        )
        refuse(links.diagnostics)
        packages = self.booking.plan_packages(desired, placement, recorded, keeps=keeps)
        refuse(packages.diagnostics)
        warnings = (
            *loaded.found,
            *resolved,
            *placement.diagnostics,
            *links.diagnostics,
            *self.neighbours.losses(desired),
            *packages.diagnostics,
            *self._variables.expiring(loaded.survey),
        )
        return Prepared(
            name=recorded.deployment.name,
            desired=desired,
            recorded=recorded,
            placement=placement,
            links=links,
            digests=context_digests(desired, placement, links),
            packages=packages,
            survey=loaded.survey,
            warnings=loaded.survey.hidden(warnings),
            cloud_config_ids=loaded.cloud_config_ids,
            runtime_config_ids=loaded.runtime_config_ids,
        )

    def _desired(
        self, loaded: Loaded, recorded: RecordedDeployment, request: DeployRequest
    ) -> tuple[Desired, tuple[Diagnostic, ...]]:
        # A rotation changes values and nothing else, a rollback restores all: `latest` means what
        # it meant before. So it does in what goes on after a pause or a kill.
        is_as_then = bool(request.rotated) or request.as_deployed
        then = Versions.deployed(recorded.deployment) if is_as_then else Versions.settled(request)
        desired, found = self._resolve(loaded.manifest, loaded.cloud_config, loaded.runtime, then)
        return replace(desired, variables=loaded.survey.pins), found

    def _load(self, request: DeployRequest, wishes: Wishes) -> Loaded:
        """Read the manifest against its configs. What is wrong with it is ``found``.

        Raises RejectedError for what cannot be read at all, NotFoundError without a cloud config.
        """
        document = read_document(request.manifest_name, request.manifest)
        refuse(document.diagnostics)
        assert document.node is not None, "a document without errors has a root"
        runtime_nodes, runtime_ids = self._configs.runtime_configs(request.runtime_config_ids)
        cloud_nodes, cloud_ids, no_cloud = self._cloud_documents(request.cloud_config_ids)
        survey = self._variables.survey(document.node, wishes, (*runtime_nodes, *cloud_nodes))
        node, unfilled = survey.fill(document.node)
        parsed = parse_deployment(node)
        runtime, wrong = filled_runtime_configs(runtime_nodes, survey)
        found = [*document.diagnostics, *unfilled, *parsed.diagnostics, *wrong]
        if no_cloud is not None:
            refuse(survey.hidden(found))  # what is wrong with the manifest is told first
            raise no_cloud
        cloud = self._cloud_inputs(cloud_nodes, survey.fill)
        cloud_config = cloud.config
        found += cloud.diagnostics
        if parsed.draft is not None:
            found += validate(parsed.draft, cloud_config)
            missing = tuple(missing_in_used(parsed.draft, cloud_config, survey.known))
            found += missing or check_clouds(parsed.draft, cloud.filled, self._cpis)
            found += unknown_cpis(cloud_config, self._cpis, _azs(parsed.draft))
            found += runtime_problems(parsed.draft, runtime, runtime_nodes, survey)
        told = {item.summary for item in found}
        left = check_resolved(document.node, survey.known)
        found += [item for item in left if item.summary not in told]
        found += self._variables.problems(survey)
        ordered = survey.hidden(in_file_order(dict.fromkeys(found), [request.manifest_name]))
        return Loaded(
            draft=parsed.draft,
            cloud_config=cloud_config,
            cloud_config_ids=cloud_ids,
            runtime=runtime,
            runtime_config_ids=runtime_ids,
            found=tuple(ordered),
            survey=survey,
        )

    def _recorded(self, name: DeploymentName) -> RecordedDeployment:
        recorded = self._store.recorded_deployment(name)
        if recorded is None:
            return RecordedDeployment(deployment=DeploymentRecord(name=name))
        return replace(
            recorded,
            vms=tuple(replace(vm, cpi=self._cpis.current(vm.cpi)) for vm in recorded.vms)
            if self._cpis.has_renamed
            else recorded.vms,
        )

    def _cloud_documents(
        self, config_ids: Sequence[int]
    ) -> tuple[tuple[Node, ...], tuple[ConfigId, ...], NotFoundError | None]:
        try:
            return (*self._configs.cloud_documents(config_ids), None)
        except NotFoundError as error:
            return (), (), error

    def _cloud_inputs(self, nodes: Sequence[Node], fill: Fill) -> CloudInputs:
        """Return the cloud config with the present names of its CPIs."""
        inputs = filled_cloud_config(nodes, fill)
        return inputs.with_cpis(self._cpis.current) if self._cpis.has_renamed else inputs

    def _recorded_cloud(self, record: DeploymentRecord) -> CloudConfig:
        """Return the cloud config that a deployment was last deployed with."""
        nodes, _ = self._configs.cloud_documents(record.cloud_config_ids)
        return self._cloud_inputs(nodes, self._variables.filling(record)).config

    def _stemcells(self) -> Sequence[StemcellRecord]:
        """Return all stemcells under the present names of their CPIs."""
        stemcells = self._store.stemcells()
        if not self._cpis.has_renamed:
            return stemcells
        return [replace(one, cpi=self._cpis.current(one.cpi)) for one in stemcells]

    def _recorded_runtime(self, record: DeploymentRecord) -> RuntimeConfigs:
        """Return the runtime configs that a deployment was last deployed with."""
        nodes, _ = self._configs.runtime_configs(record.runtime_config_ids)
        filled = [
            self._variables.fill_recorded(node, record.variable_set, record.name) for node in nodes
        ]
        return parse_runtime_configs(filled).draft

    def _resolve(
        self,
        manifest: DeploymentManifest,
        cloud_config: CloudConfig,
        runtime: RuntimeConfigs,
        then: Versions,
    ) -> tuple[Desired, tuple[Diagnostic, ...]]:
        releases, stemcells = self._store.releases(), self._stemcells()
        if then.releases:  # `latest` means what it meant then
            releases = [one for one in releases if (one.name, one.version) in then.releases]
            stemcells = [one for one in stemcells if (one.name, one.version) in then.stemcells]
        resolution = resolve(
            manifest,
            cloud_config,
            releases=releases,
            stemcells=stemcells,
            runtime=runtime,
            director_name=self._director_name,
        )
        refuse(resolution.diagnostics)
        desired = resolution.desired
        assert desired is not None, "a resolution without errors has a result"
        return with_cpi_answers(desired, self._cpis), resolution.diagnostics

    def recall(self, record: DeploymentRecord) -> tuple[Desired, Placement]:
        """Think a deployment through as it was last deployed. Raises PaastaError."""
        manifest = self._recorded_manifest(record)
        cloud_config = self._recorded_cloud(record)
        runtime = self._recorded_runtime(record)
        desired, _ = self._resolve(manifest, cloud_config, runtime, Versions.deployed(record))
        return desired, place(manifest, cloud_config, self._recorded(record.name), self._ids)

    def _recorded_manifest(self, record: DeploymentRecord) -> DeploymentManifest:
        assert record.manifest is not None, "only deployments that were deployed are asked"
        return self.parse(record.manifest, f"{record.name}.yml", record.variable_set)[0]


def _azs(manifest: DeploymentManifest) -> frozenset[str]:
    return frozenset(az for group in manifest.instance_groups for az in group.azs)
