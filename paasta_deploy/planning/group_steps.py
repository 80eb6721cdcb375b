"""Putting the chains of instances into a plan: missing VMs, groups, removals, post-deploy."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.manifest.link_order import LinkOrder
from paasta_deploy.model.ids import AgentId, AzName, InstanceGroupName
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.model.recorded import InstanceRecord, VmRecord
from paasta_deploy.planning.actions import DeleteVm, PostDeploy
from paasta_deploy.planning.chains import Ends, PlanBuilder, StepChain
from paasta_deploy.planning.differences import Comparison, Differences
from paasta_deploy.planning.group_order import recorded_order, waits_of_changed
from paasta_deploy.planning.instance_steps import InstanceSteps
from paasta_deploy.planning.parting_steps import StopWish, remove
from paasta_deploy.planning.plan import (
    Change,
    ChangeId,
    ChangeKind,
    Reason,
    SlotName,
    Stage,
    StepId,
)
from paasta_deploy.planning.rollout import Batch, GroupRollout, batches_of, runs_of
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.swapping import standby_of, why_not
from paasta_deploy.planning.wanted import Target
from paasta_deploy.ports.clock import IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once where no ``max_in_flight`` applies."""

    threads_max: int = 32
    """BOSH's ``max_threads``: VMs made or deleted at the same time."""


DELETIONS_AT_ONCE = 32
"""Replaced VMs that are deleted at the same time: BOSH's ``max_threads``; nobody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUpdate:
    """One instance that is not as wanted, before its place in the plan is known."""

    situation: Situation
    target: Target
    differences: Differences
    steps: InstanceSteps

    @property
    def lacks_vm(self) -> bool:
        """Whether its VM is made up front, with those of all other groups."""
        return not self.steps.has_usable_vm and not self.target.is_detached


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One instance that goes away, and why."""

    situation: Situation
    reasons: tuple[Reason, ...]
    skip_drain: bool = False


def make_pending(
    situation: Situation,
    target: Target,
    found: Differences,
    comparison: Comparison,
    ids: IdSource,
    *,
    is_static: bool = False,
) -> PendingUpdate:
    """Return what is to be done with one instance that is not as wanted."""
    vm = situation.vm
    if found.vm:
        found = replace(found, vm=(*found.vm, *why_not(situation, target, is_static=is_static)))
    steps = InstanceSteps(
        situation,
        target,
        found,
        matching_vm=vm is not None and comparison.vm_matches(vm, target),
        ids=ids,
        standby=standby_of(situation, target, comparison.env_digests),
    )
    return PendingUpdate(situation=situation, target=target, differences=found, steps=steps)


def add_missing_vms(
    builder: PlanBuilder, pending: Iterable[PendingUpdate], limits: Limits, before: Ends
) -> Ends:
    """Make the VMs of all instances that lack one, whatever their group, and those that swap."""
    slot = builder.slot("create_vms", limits.threads_max)
    ends: list[StepId] = []
    for item in pending:
        chain = StepChain(_change_id(item.situation, "vm"))
        if item.lacks_vm:
            item.steps.add_missing_vm(chain)
        elif item.steps.swaps:
            item.steps.add_standby(chain)
        else:
            continue
        change = _change(item, Stage.CREATE_VMS, chain, slot)
        ends.extend(builder.add(change, chain, before))
    return builder.join("missing VMs made", ends, before)


def add_deletion_of_replaced(
    builder: PlanBuilder, situation: Situation, vms: Iterable[VmRecord], before: Ends
) -> None:
    """Delete VMs that serve no more, when ``before`` is done. Nobody waits for it."""
    record = situation.record
    chain = StepChain(_change_id(situation, "replaced"))
    for vm in vms:
        action = DeleteVm(agent_id=vm.agent_id, cid=vm.cid, only_inactive=True)
        chain.add(f"delete_vm/{vm.agent_id}", action)
    if not chain:
        return
    change = Change(
        change_id=chain.change_id,
        stage=Stage.DELETE_REPLACED,
        kind=ChangeKind.DELETE,
        label=situation.label,
        group=record.group,
        instance_id=record.instance_id,
        slot=builder.slot("delete_replaced", DELETIONS_AT_ONCE),
    )
    builder.add(change, chain, before)


def add_groups(
    builder: PlanBuilder,
    groups: Sequence[GroupRollout],
    pending: Mapping[InstanceGroupName, Sequence[PendingUpdate]],
    removals: Mapping[InstanceGroupName, Sequence[Removal]],
    *,
    bootstrap_azs: Mapping[InstanceGroupName, AzName | None],
    is_first_deploy: bool,
    before: Ends,
    order: LinkOrder | None = None,
) -> Ends:
    """Update the groups in the order of their rollout; ``order``: that of their links."""

    def add_one(group: GroupRollout, start: Ends) -> Ends:
        end = add_removals_of(builder, group, removals.get(group.name, ()), start)
        members = {item.situation.record.instance_id: item for item in pending.get(group.name, ())}
        batches = batches_of(
            [item.situation.record for item in members.values()],
            group.policy,
            bootstrap_az=bootstrap_azs.get(group.name),
            is_first_deploy=is_first_deploy,
        )
        for batch in batches:
            chosen = [members[record.instance_id] for record in batch.instances]
            end = _add_batch(builder, group, batch, chosen, end)
        return end

    if order is not None:
        by_name = {group.name: group for group in groups}
        return _add_by_links(builder, by_name, order, add_one, before)
    for run in runs_of(groups):
        found = (add_one(group, before) for group in run)
        ends = [step for end in found if end != before for step in end]
        before = builder.join(f"{run[0].name} and its run updated", ends, before)
    return before


def _add_by_links(
    builder: PlanBuilder,
    groups: Mapping[InstanceGroupName, GroupRollout],
    order: LinkOrder,
    add_one: Callable[[GroupRollout, Ends], Ends],
    before: Ends,
) -> Ends:
    """Let each group begin as soon as those are done that it waits for, and no later."""
    ends: dict[InstanceGroupName, Ends] = {}
    changed: dict[InstanceGroupName, Ends] = {}
    for name in order.sequence:
        waited = dict.fromkeys(step for other in order.waits[name] for step in ends[other])
        first = [step for step in waited if step not in before]
        start = builder.join(f"what {name} reads from updated", first, before)
        group = groups.get(name)
        ends[name] = start if group is None else add_one(group, start)
        if ends[name] != start:
            changed[name] = ends[name]
    builder.waits = waits_of_changed(order, changed)
    last = dict.fromkeys(step for end in changed.values() for step in end)
    return builder.join("all groups updated", list(last), before)


def add_removals(
    builder: PlanBuilder,
    removals: Iterable[Removal],
    *,
    stage: Stage,
    slot: SlotName,
    wish: StopWish,
    before: Ends,
) -> list[StepId]:
    """Remove instances for good, as many at a time as ``slot`` allows; return their ends."""
    ends: list[StepId] = []
    for removal in removals:
        situation = removal.situation
        chain = StepChain(_change_id(situation, "removal"))
        is_silent = situation.presence is VmPresence.SILENT
        own_wish = replace(wish, skip_drain=removal.skip_drain)
        remove(chain, situation, own_wish, is_silent=is_silent)
        change = Change(
            change_id=chain.change_id,
            stage=stage,
            kind=ChangeKind.DELETE,
            label=situation.label,
            group=situation.record.group,
            instance_id=situation.record.instance_id,
            reasons=removal.reasons,
            slot=slot,
        )
        ends.extend(builder.add(change, chain, before))
    return ends


def add_removals_by_links(
    builder: PlanBuilder,
    removals: Iterable[Removal],
    *,
    stage: Stage,
    slot: SlotName,
    wish: StopWish,
    before: Ends,
) -> list[StepId]:
    """Remove instances; who reads links of others goes before them, if recipes tell of that."""
    chosen = list(removals)
    order = recorded_order((one.situation.record for one in chosen), is_parting=True)
    if order is None:
        return add_removals(builder, chosen, stage=stage, slot=slot, wish=wish, before=before)
    found: list[StepId] = []
    ends: dict[InstanceGroupName, Ends] = {}
    for name in order.sequence:
        waited = dict.fromkeys(step for other in order.waits[name] for step in ends[other])
        start = builder.join(f"what reads from {name} deleted", list(waited), before)
        mine = [one for one in chosen if one.situation.record.group == name]
        steps = add_removals(builder, mine, stage=stage, slot=slot, wish=wish, before=start)
        ends[name] = tuple(steps) or start
        found += steps
    return found


def add_post_deploy(
    builder: PlanBuilder,
    instances: Iterable[tuple[InstanceRecord, AgentId]],
    limits: Limits,
    before: Ends,
) -> list[StepId]:
    """Run the post-deploy scripts of ``instances``; return their ends."""
    slot = builder.slot("post_deploy", limits.threads_max)
    ends: list[StepId] = []
    for record, agent_id in instances:
        chain = StepChain(ChangeId(f"{record.group}/{record.instance_id}/post_deploy"))
        chain.add("post_deploy", PostDeploy(instance_id=record.instance_id, agent_id=agent_id))
        change = Change(
            change_id=chain.change_id,
            stage=Stage.POST_DEPLOY,
            kind=ChangeKind.UPDATE,
            label=f"{record.group}/{record.instance_id} ({record.index})",
            group=record.group,
            instance_id=record.instance_id,
            slot=slot,
        )
        ends.extend(builder.add(change, chain, before))
    return ends


def add_removals_of(
    builder: PlanBuilder, group: GroupRollout, removals: Sequence[Removal], before: Ends
) -> Ends:
    """Remove what a group has too much."""
    if not removals:
        return before
    in_flight = group.policy.max_in_flight.of(len(removals))
    ends = add_removals(
        builder,
        removals,
        stage=Stage.DELETE_UNNEEDED,
        slot=builder.slot(f"delete/{group.name}", in_flight),
        wish=StopWish.of_removal(),
        before=before,
    )
    return builder.join(f"{group.name}: unneeded instances deleted", ends, before)


def _add_batch(
    builder: PlanBuilder,
    group: GroupRollout,
    batch: Batch,
    members: Sequence[PendingUpdate],
    before: Ends,
) -> Ends:
    where = f"{group.name}/{batch.az}" if batch.az is not None else str(group.name)
    slot = builder.slot(f"update/{where}", batch.max_in_flight)
    canaries, others = members[: batch.canaries], members[batch.canaries :]
    for name, chosen in (("canaries", canaries), ("instances", others)):
        ends: list[StepId] = []
        for item in chosen:
            chain = StepChain(_change_id(item.situation, "update"))
            item.steps.add_update(chain, canary=chosen is canaries)
            change = _change(item, Stage.UPDATE, chain, slot, canary=chosen is canaries)
            end = builder.add(change, chain, before)
            ends.extend(end)
            add_deletion_of_replaced(builder, item.situation, item.steps.replaced, end)
        before = builder.join(f"{where}: {name} updated", ends, before)
    return before


def _change(
    item: PendingUpdate, stage: Stage, chain: StepChain, slot: SlotName, *, canary: bool = False
) -> Change:
    record = item.situation.record
    return Change(
        change_id=chain.change_id,
        stage=stage,
        kind=item.steps.kind,
        label=f"{item.situation.label} (canary)" if canary else item.situation.label,
        group=record.group,
        instance_id=record.instance_id,
        reasons=item.differences.reasons,
        slot=slot,
        canary=canary,
    )


def _change_id(situation: Situation, part: str) -> ChangeId:
    return ChangeId(f"{situation.record.group}/{situation.record.instance_id}/{part}")
