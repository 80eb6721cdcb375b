"""Versions of variables, sealed: how a value becomes a record, and a record a value.

The only place of the director where values and records meet. A value is opened when it is needed
and is kept nowhere.
"""

from collections.abc import Mapping
from dataclasses import replace

from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.model.variable_records import CertificateFacts, VariableRecord
from paasta_deploy.ports.clock import Clock, IdSource
from paasta_deploy.ports.sealing import CertificateReader, Sealer

CERTIFICATE = "certificate"
"""The type whose values have an end, and the part of the value that says when."""


class Vault:
    """Seals and opens versions. Safe from any thread."""

    def __init__(
        self, *, sealer: Sealer, certificates: CertificateReader, clock: Clock, ids: IdSource
    ) -> None:
        self._sealer = sealer
        self._certificates = certificates
        self._clock = clock
        self._ids = ids

    def open(self, record: VariableRecord) -> JsonValue:
        """Return the value of a version. Raises VariableError: the key is lost."""
        return self._sealer.open(record.sealed, _label(record))

    def new(
        self,
        *,
        name: str,
        number: int,
        deployment: DeploymentName,
        variable_type: str,
        value: JsonValue,
        task_id: TaskId | None,
        options: JsonObject,
        alternative_names: tuple[str, ...] = (),
        signed_by: VariableId | None = None,
        waiting: bool = False,
    ) -> VariableRecord:
        """Return a version that nobody has recorded yet. Raises VariableError."""
        record = VariableRecord(
            variable_id=VariableId(self._ids.new_uuid()),
            name=name,
            number=number,
            deployment=deployment,
            variable_type=variable_type,
            sealed="",
            created_at=self._clock.now(),
            created_by=task_id,
            options=options,
            alternative_names=alternative_names,
            certificate=self._facts(variable_type, value),
            signed_by=signed_by,
            waiting=waiting,
        )
        return replace(record, sealed=self._sealer.seal(value, _label(record)))

    def successor(
        self,
        record: VariableRecord,
        value: JsonValue,
        *,
        number: int,
        task_id: TaskId,
        signed_by: VariableId | None,
        waiting: bool = False,
    ) -> VariableRecord:
        """Return the next version of what ``record`` is a version of. Raises VariableError."""
        return self.new(
            name=record.name,
            number=number,
            deployment=record.deployment,
            variable_type=record.variable_type,
            value=value,
            task_id=task_id,
            options=record.options,
            alternative_names=record.alternative_names,
            signed_by=signed_by,
            waiting=waiting,
        )

    def _facts(self, variable_type: str, value: JsonValue) -> CertificateFacts | None:
        if variable_type != CERTIFICATE or not isinstance(value, Mapping):
            return None
        return self._certificates.facts(str(value.get(CERTIFICATE, "")))


def _label(record: VariableRecord) -> str:
    # The name comes first: it is what errors tell.
    return f"{record.name} {record.variable_id}"
