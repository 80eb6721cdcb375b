"""What is different between an instance as it stands and as it is wanted, and why.

Aspects are BOSH's (4.5). They fall into kinds by what removes them: a new VM, another disk,
stopping and starting jobs, another run state, new tags. The VM is compared with what it was made
from (its record), everything else with the recorded spec, so the answer is right at every point
at which a former plan may have been cut off.

Texts name things and never show values of properties, environments or cloud properties: those may
be secrets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.model.spec import DiskSpec, StemcellKey
from paasta_deploy.planning.cloud_variables import uses
from paasta_deploy.planning.env_digests import EnvDigests
from paasta_deploy.planning.part_reasons import (
    changed_keys,
    disk_change,
    disk_matches,
    disk_noun,
    disk_text,
    is_same_disk,
    listed,
    network_reasons,
    software_reasons,
)
from paasta_deploy.planning.plan import Reason
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.spans import Spans
from paasta_deploy.planning.vm_matching import is_made_from
from paasta_deploy.planning.wanted import Target
from paasta_deploy.planning.wants import Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Reasons by what removes them. All empty: the instance is as wanted."""

    vm: tuple[Reason, ...] = ()
    disk: tuple[Reason, ...] = ()
    software: tuple[Reason, ...] = ()
    state: tuple[Reason, ...] = ()
    tags: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All of them, the weightiest first."""
        return (*self.state, *self.vm, *self.disk, *self.software, *self.tags)

    @property
    def only_tags(self) -> bool:
        """Whether nothing but names and tags of the VM change."""
        return bool(self.tags) and not (self.vm or self.disk or self.software or self.state)


NO_DIFFERENCES = Differences()


class Comparison:
    """Compares instances with their targets. Lives for one planning."""

    def __init__(self, spans: Spans | None = None) -> None:
        self._spans = spans or Spans()
        self.env_digests = EnvDigests()
        self._new: dict[InstanceGroupName, Reason] = {}

    def compare(self, situation: Situation, target: Target) -> Differences:
        """Return what is different and why. Equal input, equal output; touches nothing."""
        record = situation.record
        if (
            record.converged
            and record.run_state is target.run_state
            and target.renewal is None
            and not target.dead_because
            and not situation.leftovers
            and record.spec == target.spec
            and self._is_made_as_wanted(situation, target)
        ):
            return NO_DIFFERENCES
        if target.is_detached:
            return Differences(
                vm=self._detached_vm(situation), state=self._state(situation, target)
            )
        return Differences(
            vm=tuple(self._vm(situation, target)),
            disk=tuple(self._disk(situation, target)),
            software=tuple(self._software(situation, target)),
            state=self._state(situation, target),
            tags=self._tags(situation, target),
        )

    def vm_matches(self, vm: VmRecord, target: Target) -> bool:
        """Return whether ``vm`` was made from what the target's spec says."""
        return is_made_from(vm, target.spec.vm, self.env_digests)

    def _is_made_as_wanted(self, situation: Situation, target: Target) -> bool:
        if target.is_detached:
            return situation.vm is None and not situation.inactive
        vm = situation.vm
        if vm is None or not situation.has_running_vm() or not self.vm_matches(vm, target):
            return False
        if len(situation.disks) != len(target.spec.disks):
            return False
        there = {disk.name: disk for disk in situation.disks}
        return all(
            wanted.name in there
            and situation.is_attached(there[wanted.name])
            and (not target.disk_follows_spec or disk_matches(there[wanted.name], wanted))
            for wanted in target.spec.disks
        )

    def _detached_vm(self, situation: Situation) -> tuple[Reason, ...]:
        if situation.vm is None and not (situation.leftovers or situation.inactive):
            return ()
        return (Reason(aspect="state", text="its VM has to go"),)

    def _vm(self, situation: Situation, target: Target) -> Iterable[Reason]:
        vm, group = situation.vm, target.spec.group
        if target.dead_because:
            yield Reason(aspect="unresponsive", text=target.dead_because)
            return
        if target.renewal is Renewal.RECREATE:
            yield Reason(aspect="recreate", text="recreation was asked for")
        if vm is None or vm.state is not VmState.RUNNING:
            yield self._no_vm(situation, group)
            return
        if situation.presence is VmPresence.MISSING:
            yield Reason(aspect="missing_vm", text="the cloud has its VM no more")
            return
        if self.vm_matches(vm, target):
            return
        yield from self._vm_parts(vm, situation, target)

    def _no_vm(self, situation: Situation, group: InstanceGroupName) -> Reason:
        if situation.record.spec is None:
            return self._is_new(group)
        if situation.record.run_state is RunState.DETACHED:
            return Reason(aspect="missing_vm", text="it was detached and has no VM")
        return Reason(aspect="missing_vm", text="it has no VM: a former task was cut off")

    def _is_new(self, group: InstanceGroupName) -> Reason:
        known = self._new.get(group)
        if known is None:
            span = self._spans.group(group, "instances")
            known = self._new[group] = Reason(aspect="new", text="the instance is new", span=span)
        return known

    def _vm_parts(self, vm: VmRecord, situation: Situation, target: Target) -> Iterable[Reason]:
        wanted, group = target.spec.vm, target.spec.group
        if vm.stemcell != wanted.stemcell:
            yield Reason(
                aspect="stemcell",
                text="stemcell",
                before=_stemcell(vm.stemcell),
                after=_stemcell(wanted.stemcell),
                span=self._spans.stemcell(group),
            )
        if vm.cpi != wanted.cpi:
            yield Reason(aspect="cloud_properties", text="CPI", before=vm.cpi, after=wanted.cpi)
        if vm.cloud_properties != wanted.cloud_properties:
            keys = changed_keys(vm.cloud_properties, wanted.cloud_properties)
            yield Reason(
                aspect="cloud_properties",
                text=f"cloud properties: {listed(keys)}",
                span=self._spans.cloud_property(group, target.spec.az, keys[0]),
            )
        elif vm.cloud_variables != wanted.cloud_variables:
            yield self._cloud_values(vm, target)
        if vm.env_digest != self.env_digests.of(wanted):
            yield self._env(situation, target)
        if vm.networks != wanted.networks:
            yield from network_reasons(
                vm.networks, wanted.networks, lambda name: self._spans.network(group, name)
            )

    def _cloud_values(self, vm: VmRecord, target: Target) -> Reason:
        wanted, spec = target.spec.vm, target.spec
        renewed = changed_keys(vm.cloud_variables, wanted.cloud_variables)
        used = (key for key, value in wanted.cloud_properties.items() if uses(value, renewed))
        key = next(used, None)
        return Reason(
            aspect="cloud_properties",
            text=f"cloud properties: new values of {listed(renewed)}",
            span=None if key is None else self._spans.cloud_property(spec.group, spec.az, key),
        )

    def _env(self, situation: Situation, target: Target) -> Reason:
        keys: Sequence[str] = ()
        if situation.record.spec is not None:
            before, after = situation.record.spec.vm, target.spec.vm
            keys = changed_keys(before.env, after.env)
            renewed = changed_keys(before.env_variables, after.env_variables)
            if renewed and not keys:
                return Reason(
                    aspect="env",
                    text=f"env: new values of {listed(renewed)}",
                    span=self._spans.group(target.spec.group, "env"),
                )
        return Reason(
            aspect="env",
            text=f"env: {listed(keys)}" if keys else "env",
            span=self._spans.group(target.spec.group, "env", *keys[:1]),
        )

    def _disk(self, situation: Situation, target: Target) -> Iterable[Reason]:
        if not situation.disks and not target.spec.disks:
            return
        wanted = {disk.name: disk for disk in target.spec.disks}
        there = (disk.name for disk in situation.disks)
        for name in dict.fromkeys((*wanted, *there)):
            yield from self._disk_named(name, wanted.get(name), situation, target)

    def _disk_named(
        self, name: str, wanted: DiskSpec | None, situation: Situation, target: Target
    ) -> Iterable[Reason]:
        disks, what = situation.disks_named(name), disk_noun(name)
        if len(disks) > 1:
            yield Reason(
                aspect="persistent_disk",
                text=f"the exchange of its {what} was cut off",
                span=self._spans.disk(target.spec.group, name),
            )
            return
        has = disks[0] if disks else None
        if target.disk_follows_spec and not is_same_disk(has, wanted):
            if has is None and situation.record.spec is None:
                return
            yield Reason(
                aspect="persistent_disk",
                text=disk_change(has, wanted, name),
                before="none" if has is None else disk_text(has),
                after="none" if wanted is None else disk_text(wanted),
                span=self._spans.disk(target.spec.group, name),
            )
        elif has is not None and situation.has_running_vm() and not situation.is_attached(has):
            yield Reason(aspect="persistent_disk", text=f"its {what} is not attached")

    def _software(self, situation: Situation, target: Target) -> Iterable[Reason]:
        record = situation.record
        if record.spec is None:
            if situation.has_running_vm():
                yield self._is_new(target.spec.group)
            return
        yield from software_reasons(record.spec, target.spec, self._spans)
        if not record.converged and situation.has_running_vm():
            yield Reason(aspect="dirty", text="a former task did not finish it")

    def _state(self, situation: Situation, target: Target) -> tuple[Reason, ...]:
        record = situation.record
        if record.run_state is not target.run_state:
            return (
                Reason(
                    aspect="state",
                    text="run state",
                    before=record.run_state.value,
                    after=target.run_state.value,
                ),
            )
        if target.renewal is Renewal.RESTART:
            return (Reason(aspect="restart", text="a restart was asked for"),)
        return ()

    def _tags(self, situation: Situation, target: Target) -> tuple[Reason, ...]:
        spec = situation.record.spec
        if spec is None or spec.tags == target.spec.tags:
            return ()
        keys = changed_keys(spec.tags, target.spec.tags)
        return (
            Reason(
                aspect="tags",
                text=f"tags: {listed(keys)}",
                span=self._spans.tag(target.spec.group, keys[0]),
            ),
        )


def _stemcell(key: StemcellKey) -> str:
    return f"{key.os}/{key.version}"
