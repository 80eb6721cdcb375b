"""Making the values of variables that a deploy lacks.

Values are made in waves, since a certificate needs its authority; those of a wave in threads, as
making an RSA key takes up to a second of computing. Each value is on disk before it is used, so a
killed deploy goes on with the very same ones.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.variable_survey import VariableSurvey
from paasta_deploy.director.vault import Vault
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.manifest import from_value
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.variables.generation import authority_name, plan_generation
from paasta_deploy.manifest.variables.offline import wanted_value
from paasta_deploy.manifest.variables.rotation import trusting
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.model.ids import TaskId, VariableId
from paasta_deploy.model.recorded import Put
from paasta_deploy.model.values import JsonValue
from paasta_deploy.model.variable_records import VariableRecord
from paasta_deploy.planning.variable_choice import Choice, Namespace
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store
from paasta_deploy.ports.variables import ValueGenerator

STAGE = "Generating variables"

MADE_AT_ONCE = len(os.sched_getaffinity(0))
"""Making keys is computing and nothing else: more threads than cores only wait for each other."""


class Workshop:
    """Makes values and records them. Keep one for the director's life."""

    def __init__(
        self, *, store: Store, journal: Journal, vault: Vault, generator: ValueGenerator
    ) -> None:
        self._store = store
        self._journal = journal
        self._vault = vault
        self._generator = generator

    async def make(
        self,
        survey: VariableSurvey,
        *,
        task_id: TaskId,
        stages: StageReporter,
        cancel: Cancellation,
    ) -> None:
        """Make all that ``survey`` lacks.

        Raises RejectedError, VariableError, TaskCancelledError; what was made until then stays.
        """
        await _Order(self, survey, task_id, stages, cancel).run()

    def make_one(
        self, definition: VariableDefinition, choice: Choice, ready: "Ready", task_id: TaskId
    ) -> tuple[VariableRecord, JsonValue]:
        """Make one value, not yet recorded; in any thread. Raises RejectedError, VariableError."""
        wanted = wanted_value(definition, ready.variables())
        refuse(wanted.diagnostics)
        assert wanted.wanted is not None, "what is not refused can be made"
        value = self._generator.generate(
            replace(wanted.wanted, alternative_names=choice.alternative_names)
        )
        if wanted.wanted.authority is not None:
            # While the authority is rotated, its bundle holds two.
            value = trusting(value, wanted.wanted.authority)
        numbers = (one.number for one in self._store.variables([choice.whole]))
        record = self._vault.new(
            name=choice.whole,
            number=1 + max(numbers, default=0),
            deployment=ready.space.deployment,
            variable_type=definition.variable_type,
            value=value,
            task_id=task_id,
            options=definition.options,
            alternative_names=choice.alternative_names,
            signed_by=ready.authority(definition),
        )
        return record, value

    async def record(self, record: VariableRecord, reason: str, task_id: TaskId) -> None:
        """Make a version durable."""
        await self._journal.write(
            JournalEntry(
                task_id=task_id,
                phase=Phase.NOTE,
                step="variable",
                changes=(Put(record=record),),
                data={"name": record.name, "id": record.variable_id, "reason": reason},
            )
        )


@dataclass(slots=True, kw_only=True)
class Ready:
    """What there is while values are made: it grows wave by wave."""

    space: Namespace
    names: Mapping[str, str]
    values: dict[str, JsonValue]
    versions: dict[str, VariableId]

    def add(self, record: VariableRecord, value: JsonValue) -> None:
        """Add a value under every name that the document has for it."""
        for name, whole in self.names.items():
            if whole == record.name:
                self.values[name] = value
        self.versions[record.name] = record.variable_id

    def variables(self) -> Variables:
        """Return the values as interpolation takes them."""
        stored = {name: from_value(value, "variables") for name, value in self.values.items()}
        return Variables(stored=stored)

    def authority(self, definition: VariableDefinition) -> VariableId | None:
        """Return the version of the authority that signs now; None: the value has none."""
        name = authority_name(definition)
        return self.versions.get(self.space.whole(name)) if name else None


class _Order:
    """The values of one survey."""

    def __init__(
        self,
        workshop: Workshop,
        survey: VariableSurvey,
        task_id: TaskId,
        stages: StageReporter,
        cancel: Cancellation,
    ) -> None:
        self._workshop = workshop
        self._task_id = task_id
        self._stages = stages
        self._cancel = cancel
        self._gate = asyncio.Semaphore(MADE_AT_ONCE)
        self._started = 0
        self._choices = {
            one.definition.name: one for one in survey.to_make if one.definition is not None
        }
        missing = {one.whole for one in survey.to_make}
        self._ready = Ready(
            space=survey.inputs.namespace,
            names=survey.names,
            values={
                name: value
                for name, value in survey.values.items()
                if survey.names[name] not in missing
            },
            versions=dict(survey.versions),
        )

    async def run(self) -> None:
        definitions = [one.definition for one in self._choices.values() if one.definition]
        plan = plan_generation(definitions, frozenset(self._ready.values))
        refuse(plan.diagnostics)
        for wave in plan.waves:
            done = await asyncio.gather(
                *(self._make(definition) for definition in wave), return_exceptions=True
            )
            for failure in done:
                if failure is not None:
                    raise failure

    async def _make(self, definition: VariableDefinition) -> None:
        choice = self._choices[definition.name]
        async with self._gate:
            if self._cancel.is_requested:
                raise TaskCancelledError("The task was cancelled by an operator.")
            self._started += 1
            with self._stages.task(
                STAGE,
                f"{definition.name} ({definition.variable_type})",
                index=self._started,
                total=len(self._choices),
            ):
                record, value = await asyncio.to_thread(
                    self._workshop.make_one, definition, choice, self._ready, self._task_id
                )
                await self._workshop.record(record, choice.reason, self._task_id)
        self._ready.add(record, value)
