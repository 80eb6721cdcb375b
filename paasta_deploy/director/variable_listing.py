"""Answers to questions about variables: which there are, and when certificates end. No values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from paasta_deploy.director.queries import require_deployment
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import DeploymentRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.variable_records import CertificateFacts, VariableRecord
from paasta_deploy.planning.expiry import days_left, ends_soon, expires_soon, expiry_text
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Store


class VariableListing:
    """Reads variables of one deployment or of all. Any thread."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def brief(self, deployment: DeploymentName) -> list[JsonObject]:
        """Return ``GET /deployments/:d/variables``: what its last deploy used (bosh.md 8.5)."""
        return [{"id": one.variable_id, "name": one.name} for one in self._used(deployment)]

    def names(self) -> list[str]:
        """Return the whole names of all variables, of all deployments."""
        return list(dict.fromkeys(one.name for one in self._store.variables()))

    def expiries(self, deployment: DeploymentName) -> list[JsonObject]:
        """Return ``GET /deployments/:d/certificate_expiry``: the next to end comes first."""
        now = self._clock.now()
        found = [
            (one, one.certificate) for one in self._used(deployment) if one.certificate is not None
        ]
        found.sort(key=lambda item: (item[1].not_after, item[0].name))
        return [
            {
                "name": one.name,
                "id": one.variable_id,
                "expiry_date": _timestamp(facts.not_after),
                "days_left": days_left(facts, now),
            }
            for one, facts in found
        ]

    def full(self, deployment: DeploymentName) -> list[JsonObject]:
        """Return everything that may be told of what the last deploy used."""
        now = self._clock.now()
        used = self._used(deployment)
        names = {one.variable_id: one.name for one in self._store.variables()}
        rotating = {
            name: one.phase.value
            for one in self._store.rotations()
            for name in (one.name, *one.successors)
        }
        newest = self._newest(one.name for one in used)
        return [
            {
                "id": one.variable_id,
                "name": one.name,
                "type": one.variable_type,
                "version": one.number,
                "newest": newest[one.name].number,
                "created_at": _timestamp(one.created_at),
                "signed_by": None if one.signed_by is None else names.get(one.signed_by),
                "rotation": rotating.get(one.name),
                "certificate": None
                if one.certificate is None
                else _certificate(one.certificate, now),
            }
            for one in used
        ]

    def remarks(self) -> list[str]:
        """Return a sentence for each certificate in use that ends soon, for the whole director."""
        now = self._clock.now()
        told: dict[str, None] = {}
        for deployment in self._store.deployments():
            for one in self._used_by(deployment):
                if one.certificate is not None and expires_soon(one, now):
                    told[expiry_text(one.name, one.certificate, now)] = None
        return list(told)

    def _used(self, deployment: DeploymentName) -> list[VariableRecord]:
        recorded = [one for one in self._store.deployments() if one.name == deployment]
        if not recorded:
            require_deployment(self._store, deployment)
        return self._used_by(recorded[0])

    def _used_by(self, recorded: DeploymentRecord) -> list[VariableRecord]:
        if not recorded.variable_set:
            return []
        for one in self._store.variable_sets(recorded.name):
            if one.set_id == recorded.variable_set:
                ids = frozenset(one.versions.values())
                found = self._store.variables([*one.versions])
                return [record for record in found if record.variable_id in ids]
        return []

    def _newest(self, names: Iterable[str]) -> Mapping[str, VariableRecord]:
        found = self._store.variables([*names])
        return {one.name: one for one in found if not one.waiting}


def _certificate(facts: CertificateFacts, now: datetime) -> JsonObject:
    return {
        "subject": facts.subject,
        "is_ca": facts.is_authority,
        "not_before": _timestamp(facts.not_before),
        "not_after": _timestamp(facts.not_after),
        "days_left": days_left(facts, now),
        "ends_soon": ends_soon(facts, now),
    }


def _timestamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
