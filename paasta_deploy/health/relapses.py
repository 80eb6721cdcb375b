"""Instances that should run and are not whole, without any agent that could be watched. Pure.

A resurrection that failed may leave an instance without a VM, or with a half made one; a deploy
that failed may leave one without a VM. No connection will ever close for them, so they are kept
here and looked at again until they are whole, or gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from paasta_deploy.model.ids import InstanceId
from paasta_deploy.ports.healing import Patient

LOOK_AGAIN_S = 1.0
"""How often one is looked at while it waits for a running task or for the end of its rest."""


@dataclass(slots=True)
class _Relapse:
    """``half_made_too``: a resurrection failed, so it is finished even if it has a VM by now."""

    due_s: float
    half_made_too: bool
    told: bool = False


class Relapses:
    """Who is to be looked at again, and when."""

    def __init__(self) -> None:
        self._known: dict[InstanceId, _Relapse] = {}

    def after_failure(self, instances: Iterable[InstanceId], now_s: float) -> None:
        """A resurrection of these failed."""
        for instance_id in instances:
            self._known[instance_id] = _Relapse(due_s=now_s, half_made_too=True)

    def found_missing(self, patients: Iterable[Patient], now_s: float) -> None:
        """These were found without a VM."""
        for patient in patients:
            self._known.setdefault(patient.instance_id, _Relapse(due_s=now_s, half_made_too=False))

    def due(self, now_s: float) -> list[InstanceId]:
        """Return whose time has come; each is due again a moment later."""
        found = [key for key, relapse in self._known.items() if relapse.due_s <= now_s]
        for instance_id in found:
            self._known[instance_id].due_s = now_s + LOOK_AGAIN_S
        return found

    def keep(self, instance_id: InstanceId, patient: Patient | None) -> bool:
        """Return whether one that was looked up is still to be healed; else it is forgotten."""
        relapse = self._known[instance_id]
        has_vm = patient is not None and patient.agent_id is not None
        if patient is None or not patient.healable or (has_vm and not relapse.half_made_too):
            del self._known[instance_id]
            return False
        return True

    def tell_once(self, instance_id: InstanceId) -> bool:
        """Return whether people have not been told about this one yet."""
        relapse = self._known.get(instance_id)
        if relapse is None or relapse.told:
            return False
        relapse.told = True
        return True

    def next_s(self) -> float | None:
        """Return when somebody is due; None when nobody is known."""
        return min((relapse.due_s for relapse in self._known.values()), default=None)
