"""Variables of deployments: which versions a deploy uses, and where their values go.

What is missing the :class:`~paasta_deploy.director.workshop.Workshop` makes.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.variable_survey import (
    VariableSurvey,
    document_variables,
    together,
)
from paasta_deploy.director.vault import Vault
from paasta_deploy.director.workshop import Workshop
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.manifest import Node, from_value, interpolate, to_value
from paasta_deploy.manifest.config_loading import Fill
from paasta_deploy.manifest.document.node import MapNode, Scalar
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.variables.generation import authority_name, plan_generation
from paasta_deploy.model.deployment import VariableDefinition, VariableUpdateStrategy
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId, VariableSetId
from paasta_deploy.model.recorded import DeploymentRecord, Put, RecordedDeployment, Remove
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.model.variable_records import VariableSetRecord
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.expiry import expiry_warnings
from paasta_deploy.planning.placement import Placement
from paasta_deploy.planning.variable_choice import (
    Choice,
    ChoiceInputs,
    Namespace,
    Need,
    choose,
)
from paasta_deploy.planning.variable_links import LinkNames, link_names
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Store
from paasta_deploy.ports.variables import StandIns, WantedValue

NO_LINKS = LinkNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a deploy knows beyond its document when variables are looked up.

    ``links`` are known once instances are placed; ``stemcell_changes`` once stemcells are looked
    up. ``latest``: also variables that wait for a stemcell change. ``rotated``, ``as_deployed``:
    see ChoiceInputs.
    """

    task_id: TaskId | None = None
    latest: bool = False
    rotated: tuple[str, ...] = ()
    as_deployed: bool = False
    stemcell_changes: bool = False
    links: LinkNames = NO_LINKS

    @classmethod
    def of(cls, request: DeployRequest, task_id: TaskId | None) -> "Wishes":
        """Return what ``request`` says of variables."""
        return cls(
            task_id=task_id,
            latest=request.force_latest_variables,
            rotated=request.rotated,
            as_deployed=request.as_deployed,
        )


def wiser(
    wishes: Wishes, desired: Desired, placement: Placement, recorded: RecordedDeployment
) -> Wishes:
    """Return what is known of variables once instances are placed and stemcells are looked up."""
    if not desired.manifest.variables:
        return wishes
    links = link_names(desired, placement)
    refuse(links.diagnostics)
    held = VariableUpdateStrategy.ON_STEMCELL_CHANGE
    if not any(one.update_strategy is held for one in desired.manifest.variables):
        return replace(wishes, links=links)
    before = set(recorded.deployment.stemcells)
    after = set(desired.stemcells.values())
    return replace(wishes, links=links, stemcell_changes=bool(before) and before != after)


class DeploymentVariables:
    """Looks variables up and makes them. Reads may come from any thread."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        workshop: Workshop,
        stand_ins: StandIns,
        clock: Clock,
        director_name: str,
    ) -> None:
        self._store = store
        self._vault = vault
        self._stand_ins = stand_ins
        self._workshop = workshop
        self._clock = clock
        self._director_name = director_name
        # Two deployments may define one shared variable: whoever comes second finds it made.
        self._making = asyncio.Lock()

    def namespace(self, deployment: DeploymentName) -> Namespace:
        """Return where the names of a deployment's variables belong."""
        return Namespace(director=self._director_name, deployment=deployment)

    def survey(
        self, document: Node, wishes: Wishes, beside: Sequence[Node] = ()
    ) -> VariableSurvey:
        """Return what the variables of a manifest come to now. Raises VariableError (lost key).

        ``beside`` are the runtime configs that it is deployed with.
        """
        found = together(document_variables(node) for node in (document, *beside))
        space = self.namespace(_name_of(document))
        return self._surveyed(
            ChoiceInputs(
                namespace=space,
                definitions=[_linked(one, wishes.links) for one in found.definitions],
                used=found.used,
                versions=(),
                pinned=self._pinned(space.deployment),
                link_names=wishes.links.alternative_names,
                rotating=self._rotating(),
                rotated=wishes.rotated,
                as_deployed=wishes.as_deployed,
                converge=found.converge,
                latest=wishes.latest,
                stemcell_changes=wishes.stemcell_changes,
                task_id=wishes.task_id,
            )
        )

    def fill_recorded(
        self, document: Node, set_id: VariableSetId, owner: DeploymentName | None = None
    ) -> Node:
        """Return a recorded manifest with the values that it was deployed with.

        For a runtime config that it was deployed with, ``owner`` is the deployment.
        """
        space = self.namespace(owner or _name_of(document))
        pinned = self._set(space.deployment, set_id)
        if not pinned:
            return document
        found = document_variables(document)
        written = [*(one.name for one in found.definitions), *found.used]
        names = {name: space.whole(name) for name in written}
        records = {one.variable_id: one for one in self._store.variables(names.values())}
        values = {
            name: self._vault.open(records[pinned[whole]])
            for name, whole in names.items()
            if pinned.get(whole) in records
        }
        inputs = ChoiceInputs(namespace=space, definitions=(), used=(), versions=())
        node, diagnostics = VariableSurvey(inputs=inputs, names=names, values=values).fill(
            document
        )
        refuse(diagnostics)
        return node

    def filling(self, record: DeploymentRecord) -> Fill:
        """Return what puts the values that a deployment was deployed with into a document."""
        return lambda node: (self.fill_recorded(node, record.variable_set, record.name), ())

    def fill_env(
        self, deployment: DeploymentName, env: JsonObject, versions: Mapping[str, VariableId]
    ) -> JsonObject:
        """Return an environment, or cloud properties, with the values of these versions in it.

        ``versions`` is by the names in ``env``. Raises VariableError: a version or the key is
        gone.
        """
        if not versions:
            return env
        space = self.namespace(deployment)
        records = {
            one.variable_id: one
            for one in self._store.variables([space.whole(name) for name in versions])
        }
        missing = sorted(name for name, key in versions.items() if key not in records)
        if missing:
            raise VariableError(
                f"The variable {missing[0]} is gone in the version that the environment or the"
                " cloud properties of the instance were deployed with.",
                hint="Deploy again: that gives the instance the current version.",
            )
        values = {name: self._vault.open(records[key]) for name, key in versions.items()}
        stored = {name: from_value(value, "env") for name, value in values.items()}
        result = interpolate(from_value(env, "env"), Variables(stored=stored))
        refuse(result.diagnostics)
        assert result.node is not None, "an interpolation without errors has a result"
        filled = to_value(result.node)
        assert isinstance(filled, Mapping), "a mapping stays one"
        return filled

    async def make(
        self,
        survey: VariableSurvey,
        *,
        task_id: TaskId,
        stages: StageReporter,
        cancel: Cancellation,
    ) -> None:
        """Make what the survey lacks, each value durably before the next wave.

        Raises RejectedError, VariableError, TaskCancelledError; what was made until then stays.
        """
        async with self._making:
            now = await asyncio.to_thread(self._surveyed, survey.inputs)
            if now.to_make:
                await self._workshop.make(now, task_id=task_id, stages=stages, cancel=cancel)

    def problems(self, survey: VariableSurvey) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the definitions of values that must be made."""
        wanted = [one.definition for one in survey.to_make if one.definition is not None]
        names = {name for name, whole in survey.names.items() if _is_made(whole, survey)}
        kept = frozenset(survey.values) - names
        return plan_generation(wanted, kept, survey.inputs.definitions).diagnostics

    def set_changes(self, survey: VariableSurvey) -> tuple[Put, ...]:
        """Return what records the survey's set, if it is not recorded yet."""
        deployment, set_id = survey.inputs.namespace.deployment, survey.set_id
        known = {one.set_id for one in self._store.variable_sets(deployment)}
        if not set_id or set_id in known:
            return ()
        record = VariableSetRecord(
            deployment=deployment,
            set_id=set_id,
            versions=survey.versions,
            created_at=self._clock.now(),
        )
        return (Put(record=record),)

    def expiring(self, survey: VariableSurvey) -> tuple[Diagnostic, ...]:
        """Return a warning for each certificate that is used on and ends soon."""
        return expiry_warnings(survey.choices, self._clock.now())

    def removal(self, deployment: DeploymentName) -> tuple[Remove, ...]:
        """Return what removes the sets of a deployment that is deleted.

        Its values stay: orphaned disks were written with them, and a deployment of the same name
        finds them again, as with BOSH's config server.
        """
        return tuple(Remove(record=one) for one in self._store.variable_sets(deployment))

    def unused(self, deployment: DeploymentName) -> tuple[Remove, ...]:
        """Return what removes the versions and sets that nobody uses any more.

        A version is used by every set, as the newest of its name, and while it waits; a set by
        its deployment and by each instance that was last deployed with it.
        """
        recorded = self._store.recorded_deployment(deployment)
        if recorded is None:
            return ()
        used = {one.spec.variable_set for one in recorded.instances if one.spec is not None}
        used.add(recorded.deployment.variable_set)
        sets = self._store.variable_sets()
        dropped = [one for one in sets if one.deployment == deployment and one.set_id not in used]
        pinned = {
            version
            for one in sets
            if one.deployment != deployment or one.set_id in used
            for version in one.versions.values()
        }
        pinned |= {
            version
            for one in recorded.instances
            if one.spec is not None
            for pins in _pins(one.spec)
            for version in pins.values()
        }
        versions = [one for one in self._store.variables() if one.deployment == deployment]
        newest = {one.name: one.variable_id for one in versions if not one.waiting}
        kept = pinned | set(newest.values())
        old = [one for one in versions if not one.waiting and one.variable_id not in kept]
        return (
            *(Remove(record=one) for one in dropped),
            *(Remove(record=one) for one in old),
        )

    def _surveyed(self, inputs: ChoiceInputs) -> VariableSurvey:
        written = [*(one.name for one in inputs.definitions), *inputs.used]
        names = {name: inputs.namespace.whole(name) for name in dict.fromkeys(written)}
        authorities = [
            inputs.namespace.whole(name)
            for one in inputs.definitions
            if (name := authority_name(one))
        ]
        if authorities:
            names |= {inputs.namespace.short(whole): whole for whole in authorities}
        records = self._store.variables([*names.values()]) if names else ()
        choices = choose(replace(inputs, versions=records, used=tuple(names)))
        return VariableSurvey(
            inputs=inputs, choices=choices, names=names, values=self._values(names, choices)
        )

    def _values(
        self, names: Mapping[str, str], choices: Sequence[Choice]
    ) -> Mapping[str, JsonValue]:
        made = {one.whole: one for one in choices if one.need is not Need.NOTHING}
        values = stand_in_values(made, names, self._stand_ins)
        for choice in choices:
            if choice.need is Need.NOTHING:
                assert choice.version is not None, "what is kept exists"
                values[choice.whole] = self._vault.open(choice.version)
        return {name: values[whole] for name, whole in names.items() if whole in values}

    def _pinned(self, deployment: DeploymentName) -> Mapping[str, VariableId]:
        recorded = next((d for d in self._store.deployments() if d.name == deployment), None)
        return {} if recorded is None else self._set(deployment, recorded.variable_set)

    def _set(self, deployment: DeploymentName, set_id: VariableSetId) -> Mapping[str, VariableId]:
        if not set_id:
            return {}
        for record in self._store.variable_sets(deployment):
            if record.set_id == set_id:
                return record.versions
        return {}

    def _rotating(self) -> Collection[str]:
        return frozenset(
            name for one in self._store.rotations() for name in (one.name, *one.successors)
        )


def _pins(spec: InstanceSpec) -> Sequence[Mapping[str, VariableId]]:
    disks = (disk.variables for disk in spec.disks)
    return (spec.vm.env_variables, spec.vm.cloud_variables, *disks)


def stand_in_values(
    made: Mapping[str, Choice], names: Mapping[str, str], stand_ins: StandIns
) -> dict[str, JsonValue]:
    """Return what stands for the values that must be made, authorities first, by whole name."""
    values: dict[str, JsonValue] = {}

    def add(whole: str, path: tuple[str, ...]) -> None:
        choice = made[whole]
        definition = choice.definition
        assert definition is not None, "only what is defined is made"
        signer = names.get(authority_name(definition), "")
        if signer in made and signer not in (*values, *path, whole):
            add(signer, (*path, whole))
        authority = values.get(signer)
        values[whole] = stand_ins.stand_in(
            WantedValue(
                definition=definition,
                authority=authority if isinstance(authority, Mapping) else None,
                alternative_names=choice.alternative_names,
            )
        )

    for whole in made:
        if whole not in values:
            add(whole, ())
    return values


def _linked(definition: VariableDefinition, links: LinkNames) -> VariableDefinition:
    """Return the definition with the common name that its link gives."""
    name = links.common_names.get(definition.name)
    if name is None:
        return definition
    return replace(definition, options={**definition.options, "common_name": name})


def _name_of(document: Node) -> DeploymentName:
    node = document.get("name") if isinstance(document, MapNode) else None
    value = node.value if isinstance(node, Scalar) else None
    return DeploymentName(value if isinstance(value, str) else "")


def _is_made(whole: str, survey: VariableSurvey) -> bool:
    return any(one.whole == whole for one in survey.to_make)
