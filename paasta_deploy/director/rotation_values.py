"""The versions that a rotation gives out: made and signed for one phase at a time.

Everything of a phase becomes durable in one entry of the journal, together with the phase itself,
so a killed rotation is in one phase or in the next one and never between.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.vault import CERTIFICATE, Vault
from paasta_deploy.director.workshop import MADE_AT_ONCE
from paasta_deploy.manifest import from_value
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.variables.offline import wanted_value
from paasta_deploy.manifest.variables.rotation import (
    Family,
    authority_value,
    family_of,
    trusting,
)
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId
from paasta_deploy.model.lifecycle import (
    ROTATION_TRANSITIONS,
    RotationEvent,
    RotationPhase,
    advance,
)
from paasta_deploy.model.recorded import Put, RecordChange, Remove
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json
from paasta_deploy.model.variable_records import RotationRecord, VariableRecord
from paasta_deploy.planning.variable_choice import AUTHORITY, Namespace
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Store
from paasta_deploy.ports.variables import ValueGenerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All variables as they stand. ``current`` has the newest version in use of each name."""

    current: Mapping[str, VariableRecord]
    numbers: Mapping[str, int]
    by_id: Mapping[VariableId, VariableRecord]
    signers: Mapping[str, str]

    def record(self, name: str) -> VariableRecord:
        """Return the current version. Raises NotFoundError."""
        found = self.current.get(name)
        if found is None:
            raise NotFoundError(
                f"There is no variable {name}.",
                hint="`paasta-deploy -d DEPLOYMENT variables` lists them; a variable has its first"
                " value with the first deploy",
            )
        return found

    def is_authority(self, name: str) -> bool:
        """Return whether a variable is a certificate that may sign others."""
        record = self.record(name)
        return record.certificate is not None and record.certificate.is_authority

    def family(self, name: str) -> Family | None:
        """Return the family of an authority; None: the variable is none."""
        if not self.is_authority(name):
            return None
        may_sign = [item for item in self.current if self.is_authority(item)]
        return family_of(name, self.signers, may_sign)


class RotationValues:
    """Makes the versions of each phase. Nothing here is recorded; the caller does that."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        generator: ValueGenerator,
        clock: Clock,
        director_name: str,
    ) -> None:
        self._store = store
        self._vault = vault
        self._generator = generator
        self._clock = clock
        self._director_name = director_name
        self._gate = asyncio.Semaphore(MADE_AT_ONCE)

    def standing(self) -> Standing:
        """Return all variables as they stand now."""
        records = self._store.variables()
        current = {one.name: one for one in records if not one.waiting}
        by_id = {one.variable_id: one for one in records}
        numbers: dict[str, int] = {}
        for one in records:
            numbers[one.name] = max(one.number, numbers.get(one.name, 0))
        signers = {
            name: signer
            for name, one in current.items()
            if (signer := self._signer(one, by_id)) is not None and signer in current
        }
        return Standing(current=current, numbers=numbers, by_id=by_id, signers=signers)

    async def begin(
        self, name: str, deployment: DeploymentName, task_id: TaskId
    ) -> tuple[RecordChange, ...]:
        """Return what records a new rotation in its first phase.

        Raises NotFoundError, RejectedError, VariableError.
        """
        standing = await asyncio.to_thread(self.standing)
        record = standing.record(name)
        rotation = RotationRecord(
            name=name,
            deployment=deployment,
            phase=RotationPhase.REPLACING,
            successors={},
            started_at=self._clock.now(),
            started_by=task_id,
        )
        family = standing.family(name)
        work = _Phase(self._vault, standing, task_id)
        if family is None:
            signer = standing.signers.get(name)
            authority = None if signer is None else work.value(signer)
            value = await self._made(record, authority)
            work.add(record, value, signer=signer)
            return (Put(record=rotation), *work.changes())
        successors = await self._successors(family, work)
        rotation = replace(
            rotation,
            phase=RotationPhase.TRUSTING,
            successors={name: one.variable_id for name, one in successors.items()},
        )
        await self._fill(work, family, rotation.phase, successors)
        return (Put(record=rotation), *work.changes())

    async def after(self, rotation: RotationRecord, task_id: TaskId) -> tuple[RecordChange, ...]:
        """Return what records that a phase is rolled out: the next one, or the end.

        Raises RejectedError, VariableError.
        """
        standing = await asyncio.to_thread(self.standing)
        if (rotation.phase, RotationEvent.ROLLED_OUT) not in ROTATION_TRANSITIONS:
            done = [standing.by_id[one] for one in rotation.successors.values()]
            return (Remove(record=rotation), *(Remove(record=one) for one in done))
        phase = advance(ROTATION_TRANSITIONS, rotation.phase, RotationEvent.ROLLED_OUT)
        family = standing.family(rotation.name)
        assert family is not None, "only an authority has more than one phase"
        successors = {name: standing.by_id[one] for name, one in rotation.successors.items()}
        work = _Phase(self._vault, standing, task_id)
        late = tuple(name for name in family.authorities if name not in successors)
        if late and rotation.phase is RotationPhase.TRUSTING:
            # Made meanwhile, below the old one: it must be trusted everywhere first, too.
            phase = rotation.phase
            successors = await self._successors(family, work, known=successors)
        elif late:
            # Made meanwhile, below the new one: nothing of it is old.
            family = Family(
                authorities=tuple(name for name in family.authorities if name in successors),
                leaves=(*late, *family.leaves),
            )
        rotation = replace(
            rotation,
            phase=phase,
            successors={name: one.variable_id for name, one in successors.items()},
        )
        await self._fill(work, family, phase, successors)
        return (Put(record=rotation), *work.changes())

    async def _successors(
        self,
        family: Family,
        work: "_Phase",
        *,
        known: Mapping[str, VariableRecord] | None = None,
    ) -> dict[str, VariableRecord]:
        """Make the new authorities: each signed by its new signer, waiting for its phase."""
        made = dict(known or {})
        for name in family.authorities:
            if name in made:
                continue
            record = work.standing.record(name)
            signer = work.standing.signers.get(name)
            authority: JsonObject | None = None
            signed_by: VariableId | None = None
            if signer in made:
                authority, signed_by = work.opened(made[signer]), made[signer].variable_id
            elif signer is not None:
                authority = work.value(signer)
                signed_by = work.standing.record(signer).variable_id
            value = await self._made(record, authority)
            made[name] = work.add_waiting(record, value, signed_by=signed_by)
        return made

    async def _fill(
        self,
        work: "_Phase",
        family: Family,
        phase: RotationPhase,
        successors: Mapping[str, VariableRecord],
    ) -> None:
        """Add the versions that everybody of the family has in ``phase``."""
        standing = work.standing
        for name in family.authorities:
            record, signer = standing.record(name), standing.signers.get(name)
            value = authority_value(
                phase,
                old=work.before(name),
                new=work.opened(successors[name]),
                signer=None if signer is None else work.value(signer),
            )
            work.add(record, value, signer=signer)
        if phase is RotationPhase.SIGNING:
            fresh: list[JsonValue] = await asyncio.gather(
                *(
                    self._made(
                        standing.record(name), work.opened(successors[standing.signers[name]])
                    )
                    for name in family.leaves
                )
            )
        else:
            fresh = [self._vault.open(standing.record(name)) for name in family.leaves]
        for name, leaf in zip(family.leaves, fresh, strict=True):
            signer = standing.signers[name]
            work.add(standing.record(name), trusting(leaf, work.value(signer)), signer=signer)

    async def _made(self, record: VariableRecord, authority: JsonObject | None) -> JsonValue:
        async with self._gate:
            return await asyncio.to_thread(self._make, record, authority)

    def _make(self, record: VariableRecord, authority: JsonObject | None) -> JsonValue:
        definition = VariableDefinition(
            name=record.name, variable_type=record.variable_type, options=record.options
        )
        stored = {
            name: from_value(value, "variables")
            for name, value in self._needed(record, definition).items()
        }
        name = record.options.get(AUTHORITY)
        if authority is not None and isinstance(name, str):
            stored[name] = from_value(authority, "variables")
        result = wanted_value(definition, Variables(stored=stored))
        refuse(result.diagnostics)
        assert result.wanted is not None, "what is not refused can be made"
        value = self._generator.generate(
            replace(result.wanted, alternative_names=record.alternative_names)
        )
        if authority is None or record.variable_type != CERTIFICATE:
            return value
        return trusting(value, authority)

    def _needed(
        self, record: VariableRecord, definition: VariableDefinition
    ) -> Mapping[str, JsonValue]:
        """Return the values of the variables in the options."""
        space = Namespace(director=self._director_name, deployment=record.deployment)
        names = {item.name for item in placeholders(canonical_json(definition.options))}
        whole = {space.whole(name): name for name in names}
        newest = {one.name: one for one in self._store.variables([*whole]) if not one.waiting}
        return {whole[name]: self._vault.open(one) for name, one in newest.items()}

    def _signer(
        self, record: VariableRecord, by_id: Mapping[VariableId, VariableRecord]
    ) -> str | None:
        if record.signed_by is not None and record.signed_by in by_id:
            return by_id[record.signed_by].name
        name = record.options.get(AUTHORITY)
        if record.certificate is None or not isinstance(name, str) or not name:
            return None
        return Namespace(director=self._director_name, deployment=record.deployment).whole(name)


class _Phase:
    """The versions of one phase while they are made."""

    def __init__(self, vault: Vault, standing: Standing, task_id: TaskId) -> None:
        self.standing = standing
        self._vault = vault
        self._task_id = task_id
        self._added: dict[str, VariableRecord] = {}
        self._values: dict[VariableId, JsonValue] = {}
        self._waiting: list[VariableRecord] = []
        self._numbers = dict(standing.numbers)

    def value(self, name: str) -> JsonObject:
        """Return a certificate's value in this phase."""
        record = self._added.get(name) or self.standing.record(name)
        return self.opened(record)

    def before(self, name: str) -> JsonObject:
        """Return a certificate's value in the phase before."""
        return self.opened(self.standing.record(name))

    def opened(self, record: VariableRecord) -> JsonObject:
        """Return the value of a version of a certificate."""
        value = self._values.get(record.variable_id) or self._vault.open(record)
        assert isinstance(value, Mapping), "a certificate's value has parts"
        return value

    def add(self, record: VariableRecord, value: JsonValue, *, signer: str | None) -> None:
        """Add the version that counts from this phase on."""
        by = None if signer is None else self._added.get(signer) or self.standing.record(signer)
        self._added[record.name] = self._version(
            record, value, signed_by=None if by is None else by.variable_id, waiting=False
        )

    def add_waiting(
        self, record: VariableRecord, value: JsonValue, *, signed_by: VariableId | None
    ) -> VariableRecord:
        """Add a version for a later phase."""
        made = self._version(record, value, signed_by=signed_by, waiting=True)
        self._waiting.append(made)
        return made

    def changes(self) -> tuple[Put, ...]:
        """Return what records all of it."""
        return tuple(Put(record=one) for one in (*self._waiting, *self._added.values()))

    def _version(
        self,
        record: VariableRecord,
        value: JsonValue,
        *,
        signed_by: VariableId | None,
        waiting: bool,
    ) -> VariableRecord:
        number = self._numbers[record.name] = self._numbers[record.name] + 1
        made = self._vault.successor(
            record,
            value,
            number=number,
            task_id=self._task_id,
            signed_by=signed_by,
            waiting=waiting,
        )
        self._values[made.variable_id] = value
        return made
