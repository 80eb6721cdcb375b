"""How long steps took in former tasks, kept over restarts, so a plan can say how long it takes.

Each deployment has its own averages, since its groups and packages are its own; what it has never
done is taken from all deployments of this director, then from what the providers expect. Written
once at the end of a task, as a small setting of the store.
"""

import json
from collections.abc import Mapping

from paasta_deploy.director.observing import Observation
from paasta_deploy.execution.estimate import Durations, estimate
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.planning.actions import (
    ApplyInstance,
    AttachDisk,
    CreateDisk,
    CreateVm,
    Gate,
    StartInstance,
)
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.reporting import Timing
from paasta_deploy.ports.store import Store
from paasta_deploy.wire.deployment_graph import GroupTimes
from paasta_deploy.wire.plan_report import Basis

_OF_ALL = "durations"
_KEYS_MAX = 20_000
"""Groups and packages of the largest deployment; a book that has grown beyond is begun anew."""


class DurationBook:
    """Remembers durations in the store. One for the director's life."""

    def __init__(self, *, store: Store, observation: Observation) -> None:
        self._store = store
        self._observation = observation

    def of(self, deployment: DeploymentName) -> Durations:
        """Return what is known for ``deployment``; what is added to it is kept by :meth:`keep`."""
        known = {**self._read(_OF_ALL), **self._read(f"{_OF_ALL}/{deployment}")}
        return Durations(known, expected_s=self._observation.expected_s)

    def keep(self, deployment: DeploymentName, durations: Durations) -> None:
        """Remember ``durations``. A full disk loses them and nothing else."""
        known = {key: round(value, 3) for key, value in durations.known_s.items()}
        if len(known) > _KEYS_MAX:
            known = {}
        kinds = {key: value for key, value in known.items() if "/" not in key}
        try:
            self._store.put_setting(f"{_OF_ALL}/{deployment}", json.dumps(known))
            self._store.put_setting(_OF_ALL, json.dumps(kinds))
        except StoreError:
            return

    def timing(self, plan: Plan) -> Timing:
        """Return how long ``plan`` will probably take: it is played through (ADR 0031)."""
        durations = self.of(plan.deployment)
        played = estimate(plan, finished=(), running_s={}, durations=durations)
        return Timing(
            total_s=played.remaining_s,
            critical_path=played.critical_path,
            step_s=lambda step: (
                0.0 if isinstance(step.action, Gate) else durations.expected_s(step.action)
            ),
            basis=_basis(plan, durations),
        )

    def of_groups(
        self, manifest: DeploymentManifest
    ) -> tuple[Mapping[InstanceGroupName, GroupTimes], bool]:
        """Return how long an instance of each group takes from nothing; and if that is known."""
        durations = self.of(manifest.name)
        times = {group.name: _group_times(group, durations) for group in manifest.instance_groups}
        return times, CreateVm.__name__ in durations.known_s

    def _read(self, name: str) -> Mapping[str, float]:
        text = self._store.setting(name)
        if not text:
            return {}
        try:
            found = json.loads(text)
        except ValueError:
            return {}
        return {str(key): float(value) for key, value in found.items()}


def _group_times(group: InstanceGroup, durations: Durations) -> GroupTimes:
    kinds: list[type] = [ApplyInstance, StartInstance]
    if group.persistent_disk_type or group.persistent_disk_mib:
        kinds += [CreateDisk, AttachDisk]
    kinds += [CreateDisk, AttachDisk] * len(group.persistent_disks)
    return GroupTimes(
        vm_s=durations.expected_of_s(CreateVm, group.name),
        update_s=sum(durations.expected_of_s(kind, group.name) for kind in kinds),
    )


def _basis(plan: Plan, durations: Durations) -> Basis:
    known = {
        durations.knows(step.action) for step in plan.steps if not isinstance(step.action, Gate)
    }
    if known == {True}:
        return Basis.RECORDED
    return Basis.BOTH if True in known else Basis.DEFAULTS
