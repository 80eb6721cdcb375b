"""What creating, electing and deleting a VM does to the records; see ``effects``.

An instance has one active VM. A second one may stand beside it for a while: made to take over
(standby), or replaced and not deleted yet. What that one has, addresses above all, stays held
until it is gone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import VM_TRANSITIONS, VmEvent, VmState, advance
from paasta_deploy.model.recorded import (
    AddressReservation,
    InstanceRecord,
    Put,
    RecordChange,
    Remove,
    VmRecord,
)
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.actions import CreateVm, DeleteVm, ElectVm
from paasta_deploy.planning.env_digests import env_digest
from paasta_deploy.planning.record_reads import Made, Records, known_record, unsettled


def vm_intended(
    action: CreateVm, records: Records, now: datetime, task_id: TaskId | None
) -> tuple[RecordChange, ...]:
    """Return the changes before a VM is asked for; a half-made one keeps its place."""
    known = records.vm(action.agent_id)
    # A new VM has nothing applied to it, whatever its instance was when it had none.
    touched: tuple[RecordChange, ...] = ()
    if action.instance_id is not None and not action.standby:
        touched = unsettled(action.instance_id, records)
    return (
        Put(
            record=VmRecord(
                agent_id=action.agent_id,
                deployment=action.deployment,
                instance_id=action.instance_id,
                state=VmState.CREATING,
                stemcell=action.vm.stemcell,
                cloud_properties=action.vm.cloud_properties,
                env_digest=env_digest(action.vm.env, action.vm.env_variables),
                created_at=known.created_at if known else now,
                cid=known.cid if known else None,
                cpi=action.vm.cpi,
                purpose=action.purpose,
                created_by=known.created_by if known else task_id,
                networks=action.vm.networks,
                cloud_variables=action.vm.cloud_variables,
                active=known.active if known else not action.standby,
            )
        ),
        *touched,
    )


def vm_made(action: CreateVm, records: Records, made: Made) -> tuple[RecordChange, ...]:
    """Return the changes once the agent of a new VM has answered."""
    vm = known_record(records.vm(action.agent_id))
    state = advance(VM_TRANSITIONS, vm.state, VmEvent.CREATED)
    vm = replace(vm, state=state, cid=made.vm)
    if action.instance_id is None or not made.dynamic_addresses:
        return (Put(record=vm),)
    given = tuple(
        AddressReservation(network=network, ip=ip, static=False)
        for network, ip in made.dynamic_addresses.items()
    )
    if not vm.active:
        return (Put(record=replace(vm, dynamic_addresses=given)),)
    instance = known_record(records.instance(action.instance_id))
    return (Put(record=vm), Put(record=replace(instance, addresses=_with(instance, given))))


def _with(
    instance: InstanceRecord, given: tuple[AddressReservation, ...]
) -> tuple[AddressReservation, ...]:
    """Return the addresses of ``instance`` with those that its cloud has given it now."""
    networks = {item.network for item in given}
    return (*(item for item in instance.addresses if item.network not in networks), *given)


def vm_elected(action: ElectVm, records: Records, now: datetime) -> tuple[RecordChange, ...]:
    """Return the changes that make one VM of an instance the one that serves it.

    Nothing of the world changes, so all of it is in the intent; the others are orphans from now
    on. Electing the one that serves already changes nothing.
    """
    instance = known_record(records.instance(action.instance_id))
    chosen = known_record(records.vm(action.agent_id))
    if chosen.active:
        return ()
    others = [vm for vm in records.vms_of(action.instance_id) if vm.active]
    changes: list[RecordChange] = []
    for vm in others:
        dynamic = {network.name for network in vm.networks if network.ip is None}
        given = tuple(item for item in instance.addresses if item.network in dynamic)
        former = replace(vm, active=False, orphaned_at=now, dynamic_addresses=given)
        changes.append(Put(record=former))
    serving = replace(chosen, active=True, orphaned_at=None, dynamic_addresses=())
    addresses = _with(instance, chosen.dynamic_addresses)
    moved = replace(instance, addresses=addresses, converged=False)
    return (*changes, Put(record=serving), Put(record=moved))


def vm_deletion_intended(action: DeleteVm, records: Records) -> tuple[RecordChange, ...]:
    """Return the changes before a VM is deleted."""
    vm = records.vm(action.agent_id)
    if vm is None or (action.only_inactive and vm.active):
        return ()
    state = advance(VM_TRANSITIONS, vm.state, VmEvent.DELETE_INTENDED)
    changes: tuple[RecordChange, ...] = (Put(record=replace(vm, state=state)),)
    if vm.instance_id is None or not vm.active:
        return changes
    return (*changes, *unsettled(vm.instance_id, records))


def vm_gone(action: DeleteVm, records: Records) -> tuple[RecordChange, ...]:
    """Remove the record; addresses that only a replaced VM had are free now.

    Not those of a VM that goes before its instance gets another one: that one may have them.
    """
    vm = records.vm(action.agent_id)
    if vm is None or (action.only_inactive and vm.active):
        return ()
    removed = Remove(record=vm)
    instance = None if vm.instance_id is None else records.instance(vm.instance_id)
    if not action.only_inactive or instance is None or instance.spec is None:
        return (removed,)
    if not instance.converged:
        return (removed,)  # they are given back when it is settled
    others = [one for one in records.vms_of(instance.instance_id) if one is not vm]
    in_use = addresses_of(others) | {network.ip for network in instance.spec.vm.networks}
    freed = addresses_of([vm]) - in_use
    left = tuple(item for item in instance.addresses if item.ip not in freed)
    if len(left) == len(instance.addresses):
        return (removed,)
    return (removed, Put(record=replace(instance, addresses=left)))


def addresses_of(vms: Iterable[VmRecord]) -> frozenset[IpAddress]:
    """Return the addresses that ``vms`` were made with."""
    return frozenset(network.ip for vm in vms for network in vm.networks if network.ip is not None)
