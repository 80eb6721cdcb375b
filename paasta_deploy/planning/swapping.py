"""Create-swap-delete: whose new VM is made before the old one goes, and why somebody's is not.

Theory (BOSH 4.5). A VM that must be replaced while its jobs serve can be replaced by one that
stands by: made and prepared up front, with addresses of its own. Then the jobs of the old VM are
stopped, its disk goes over, and the new VM is *elected*: it is the active one. The instance is
away for a stop and a start instead of for the making of a VM. The old VM, without jobs and disk,
is deleted when its successor runs; until then going back needs no new VM either.

So a swap needs a second address: an instance whose new VM must have an address of the old one is
replaced the other way. That alone tells whether a swap is possible, so nothing else is recorded,
and whoever plans again after a kill comes to the same answer.
"""

from collections.abc import Iterator

from paasta_deploy.model.deployment import InstanceGroup, Lifecycle, VmStrategy
from paasta_deploy.model.ids import InstanceGroupName, InstanceId
from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.model.recorded import InstanceRecord, RecordedDeployment, VmRecord
from paasta_deploy.model.spec import VmSpec
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.env_digests import EnvDigests
from paasta_deploy.planning.placement import PlacedInstance
from paasta_deploy.planning.plan import Reason
from paasta_deploy.planning.situation import Situation, Situations
from paasta_deploy.planning.swap_limits import why_never
from paasta_deploy.planning.vm_effects import addresses_of
from paasta_deploy.planning.vm_matching import is_made_from
from paasta_deploy.planning.vm_specs import VmSpecs
from paasta_deploy.planning.wanted import Target, renewal_left
from paasta_deploy.planning.wants import Renewal, Wants

_SWAP = VmStrategy.CREATE_SWAP_DELETE


def instances_to_readdress(
    desired: Desired, recorded: RecordedDeployment, wants: Wants
) -> frozenset[InstanceId]:
    """Return the instances that need other addresses, because their VM will be swapped.

    Judged before instances are placed, from everything else that decides about a VM.
    """
    found: set[InstanceId] = set()
    judge: _Judge | None = None
    for group in desired.manifest.instance_groups:
        if group.update.vm_strategy is _SWAP and not why_never(group, desired.cloud_config):
            judge = judge or _Judge(desired, recorded, wants)
            found.update(judge.replaced(group))
    return frozenset(found)


class _Judge:
    """Finds VMs that will be replaced although nothing is wrong with them."""

    def __init__(self, desired: Desired, recorded: RecordedDeployment, wants: Wants) -> None:
        self._vm_specs = VmSpecs(desired)
        self._azs = desired.cloud_config.azs
        self._digests = EnvDigests()
        self._situations = Situations(recorded)
        self._wants = wants
        self._by_group: dict[InstanceGroupName, list[InstanceRecord]] = {}
        for record in recorded.instances:
            self._by_group.setdefault(record.group, []).append(record)

    def replaced(self, group: InstanceGroup) -> Iterator[InstanceId]:
        names = (group.name, *(source.name for source in group.migrated_from))
        for record in (one for name in names for one in self._by_group.get(name, ())):
            situation = self._situations.of(record)
            vm = situation.vm
            is_kept = (not record.az or record.az in group.azs) and not self._is_held_back(record)
            if vm is None or not _serves(situation) or not is_kept:
                continue
            is_renewed = renewal_left(situation, self._wants) is Renewal.RECREATE
            if is_renewed or not is_made_from(vm, self._wanted(group, record, vm), self._digests):
                yield record.instance_id

    def _is_held_back(self, record: InstanceRecord) -> bool:
        return self._wants.part.leaves_out(record)

    def _wanted(self, group: InstanceGroup, record: InstanceRecord, vm: VmRecord) -> VmSpec:
        """Return what the VM would be made from if it kept its addresses."""
        own = {network.name: network.ip for network in vm.networks if network.ip is not None}
        return self._vm_specs.vm(group, PlacedInstance(record=record, addresses=own))


def is_swapped(situation: Situation, target: Target) -> bool:
    """Return whether a VM that must be replaced is, by one that stands by."""
    if not _asks(situation, target) or situation.vm is None:
        return False
    wanted = {network.ip for network in target.spec.vm.networks}
    return not wanted & addresses_of([situation.vm])


def standby_of(situation: Situation, target: Target, digests: EnvDigests) -> VmRecord | None:
    """Return the inactive VM that can take over: made from what is wanted, and it answers.

    That may be one that was replaced before: going back to it needs no new VM. Who wants a new VM
    gets one of this task.
    """
    for vm in reversed(situation.inactive):
        is_whole = vm.state is not VmState.DELETING and vm.agent_id not in situation.silent
        is_new = target.renewal is not Renewal.RECREATE or vm.created_by == target.task_id
        if is_whole and is_new and is_made_from(vm, target.spec.vm, digests):
            return vm
    return None


def why_not(situation: Situation, target: Target, *, is_static: bool) -> tuple[Reason, ...]:
    """Return why a VM that must be replaced goes before its new one, if that was not wanted."""
    if not _asks(situation, target) or is_swapped(situation, target):
        return ()
    because = "its address is static" if is_static else "its new VM cannot have other addresses"
    return (
        Reason(
            aspect="vm_strategy",
            text=f"deleted before its new VM is made, not `{_SWAP.value}`: {because}",
        ),
    )


def _asks(situation: Situation, target: Target) -> bool:
    return (
        target.spec.update_strategy == _SWAP.value
        and target.spec.lifecycle == Lifecycle.SERVICE.value
        and target.run_state is RunState.STARTED
        and not target.dead_because
        and _serves(situation)
    )


def _serves(situation: Situation) -> bool:
    record = situation.record
    return (
        situation.has_running_vm()
        and record.spec is not None
        and record.run_state is RunState.STARTED
        and not record.ignored
    )
