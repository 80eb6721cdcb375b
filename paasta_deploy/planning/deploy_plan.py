"""The plan of a deploy: from what is recorded to what the manifest wants.

Order (BOSH 4.1, 4.5): compile; delete instances of groups that are gone; make all missing VMs of
all groups at once; then group by group: delete what the group has too much, update what changes;
at last run post-deploy scripts. Instances that are as wanted cost one comparison and no step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from paasta_deploy.model.deployment import InstanceGroup, Lifecycle
from paasta_deploy.model.ids import AgentId, AzName, InstanceGroupName, InstanceId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import InstanceRecord, RecordedDeployment
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.chains import Ends, PlanBuilder
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.compilation_steps import add_compilation
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.differences import NO_DIFFERENCES, Comparison, Differences
from paasta_deploy.planning.effects import settled, with_known_blobs
from paasta_deploy.planning.group_order import order_by_links
from paasta_deploy.planning.group_steps import (
    Limits,
    PendingUpdate,
    Removal,
    add_deletion_of_replaced,
    add_groups,
    add_missing_vms,
    add_post_deploy,
    add_removals_by_links,
    add_removals_of,
    make_pending,
)
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.parting_steps import StopWish
from paasta_deploy.planning.placement import PlacedInstance, Placement
from paasta_deploy.planning.plan import ChangeKind, FailurePolicies, Plan, Reason, Stage
from paasta_deploy.planning.rollout import GroupRollout, overridden
from paasta_deploy.planning.situation import Situation, Situations
from paasta_deploy.planning.spans import Spans
from paasta_deploy.planning.static_lists import has_static_addresses
from paasta_deploy.planning.wanted import Target, dead_because, renewal_left
from paasta_deploy.planning.wants import Wants
from paasta_deploy.ports.clock import IdSource

_NEW_RECIPE = Reason(aspect="packages", text="detached; it gets its new recipe for the next start")

_RECIPE_ONLY = Reason(aspect="packages", text="its recipe changes in ways that touch no machine")
_NO_DELETION = Reason(aspect="obsolete", text="a deploy of a part deletes nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployInputs:
    """Everything that the plan of a deploy is made from; see :func:`planner.plan_deploy`."""

    desired: Desired
    placement: Placement
    specs: Mapping[InstanceId, InstanceSpec]
    packages: PackagePlan
    recorded: RecordedDeployment
    wants: Wants
    ids: IdSource
    observed: Observed
    limits: Limits
    links: ResolvedLinks | None = None


class DeployPlanner:
    """Makes one plan. Lives for one planning."""

    def __init__(self, inputs: DeployInputs) -> None:
        self._inputs = inputs
        self._builder = PlanBuilder(inputs.desired.manifest.name)
        self._spans = Spans(inputs.desired, inputs.links)
        self._comparison = Comparison(self._spans)
        self._situations = Situations(inputs.recorded, inputs.observed)
        self._pending: dict[InstanceGroupName, list[PendingUpdate]] = {}
        self._replaced: list[Situation] = []

    def plan(self) -> Plan:
        """Return the plan."""
        inputs, builder = self._inputs, self._builder
        groups = inputs.desired.manifest.instance_groups
        for group in groups:
            for placed in inputs.placement.groups[group.name]:
                self._look_at(group, placed)
        rollouts = [
            GroupRollout(name=group.name, policy=overridden(group.update, inputs.wants))
            for group in groups
        ]
        before = add_compilation(builder, inputs.packages, inputs.recorded)
        policies = FailurePolicies(
            groups={rollout.name: rollout.policy.on_failure for rollout in rollouts},
            otherwise=overridden(inputs.desired.manifest.update, inputs.wants).on_failure,
        )
        removals = self._removals()
        # What is deleted cannot be brought back, so where a failure may mean that everything goes
        # back, instances go away when nothing else can fail any more.
        is_last = policies.may_roll_back and inputs.recorded.deployment.manifest is not None
        if not is_last:
            before = self._remove_groups(removals, before)
        everyone = [item for group in groups for item in self._pending.get(group.name, ())]
        before = add_missing_vms(builder, everyone, inputs.limits, before)
        before = add_groups(
            builder,
            rollouts,
            self._pending,
            {} if is_last else removals,
            bootstrap_azs=self._bootstrap_azs(),
            is_first_deploy=inputs.recorded.deployment.manifest is None,
            before=before,
            order=order_by_links(inputs.desired.manifest, inputs.links),
        )
        ends = add_post_deploy(builder, self._with_post_deploy(), inputs.limits, before)
        if is_last:
            before = builder.join("post-deploy scripts run", ends, before)
            for rollout in rollouts:
                add_removals_of(builder, rollout, removals.get(rollout.name, ()), before)
            self._remove_groups(removals, before)
        for situation in self._replaced:
            add_deletion_of_replaced(builder, situation, situation.inactive, ())
        return replace(builder.build(), on_failure=policies)

    def _look_at(self, group: InstanceGroup, placed: PlacedInstance) -> None:
        record, builder = placed.record, self._builder
        if record.ignored:
            builder.keep(record, record)
            return
        situation = self._situations.of(record)
        spec = self._inputs.specs[record.instance_id]
        if self._inputs.wants.part.leaves_out(record):
            self._hold_back(group, situation, spec)
            return
        if group.lifecycle is Lifecycle.ERRAND and situation.vm is None:
            # Its VM is made when the errand is run; until then only the recipe is kept.
            builder.keep(replace(record, spec=with_known_blobs(spec, record.spec)), record)
            return
        target = self._target(situation, spec, self._inputs.wants)
        found = self._comparison.compare(situation, target)
        if situation.inactive and not found.reasons:
            self._replaced.append(situation)
        if found is NO_DIFFERENCES:
            builder.keep(record, record)
            return
        if not found.reasons:
            refreshed = self._refreshed(record, target)
            if _is_compiled(refreshed):
                builder.keep(refreshed, record)
                return
            # A detached instance may be started at any time, so it must not get a recipe before
            # its packages are compiled.
            found = Differences(software=(_NEW_RECIPE,))
        pending = make_pending(
            situation,
            target,
            found,
            self._comparison,
            self._inputs.ids,
            is_static=has_static_addresses(group),
        )
        self._pending.setdefault(record.group, []).append(pending)

    def _hold_back(self, group: InstanceGroup, situation: Situation, spec: InstanceSpec) -> None:
        """Leave an instance as it is recorded, and tell what a whole deploy would do with it."""
        record, builder = situation.record, self._builder
        # What an option asks of this task is asked of what is selected only.
        wants = replace(self._inputs.wants, renewal=None, fix=False, run_state=None)
        target = self._target(situation, spec, wants)
        if group.lifecycle is Lifecycle.ERRAND and situation.vm is None:
            is_same = record.spec == with_known_blobs(spec, record.spec)
            found = NO_DIFFERENCES if is_same else Differences()
        else:
            found = self._comparison.compare(situation, target)
        if found is NO_DIFFERENCES:
            builder.keep(record, record)
        elif not found.reasons:
            builder.hold_back(record, ChangeKind.METADATA, (_RECIPE_ONLY,))
        else:
            pending = make_pending(situation, target, found, self._comparison, self._inputs.ids)
            builder.hold_back(record, pending.steps.kind, found.reasons)

    def _target(self, situation: Situation, spec: InstanceSpec, wants: Wants) -> Target:
        record = situation.record
        run_state = record.run_state
        if wants.run_state is not None and wants.selects(record):
            run_state = wants.run_state
        return Target(
            spec=spec,
            run_state=run_state,
            task_id=wants.task_id,
            renewal=None if run_state is RunState.DETACHED else renewal_left(situation, wants),
            growing_cpis=self._inputs.desired.growing_cpis,
            dead_because=dead_because(situation, fix=_gives_up_silent(situation, wants)),
            skip_drain=wants.skips_drain(record),
            ignore_stop_failure=wants.force or (wants.goes_back and not record.converged),
        )

    def _refreshed(self, record: InstanceRecord, target: Target) -> InstanceRecord:
        spec = with_known_blobs(target.spec, record.spec)
        if record.converged:
            return record if record.spec == spec else replace(record, spec=spec)
        vms = self._situations.of(record).inactive
        return settled(record, spec, target.run_state, target.task_id, vms=vms)

    def _removals(self) -> Mapping[InstanceGroupName, list[Removal]]:
        wanted = {group.name for group in self._inputs.desired.manifest.instance_groups}
        found: dict[InstanceGroupName, list[Removal]] = {}
        for record in self._inputs.placement.obsolete:
            if record.group in wanted:
                reason = Reason(
                    aspect="obsolete",
                    text="the group wants fewer instances, or none in this AZ",
                    span=self._spans.group(record.group, "instances"),
                )
            else:
                reason = Reason(aspect="obsolete", text="its group is gone from the manifest")
            if not self._inputs.wants.part.is_whole:
                self._builder.hold_back(record, ChangeKind.DELETE, (reason, _NO_DELETION))
                continue
            removal = Removal(
                situation=self._situations.of(record),
                reasons=(reason,),
                skip_drain=self._inputs.wants.skips_drain(record),
            )
            found.setdefault(record.group, []).append(removal)
        return found

    def _remove_groups(
        self, removals: Mapping[InstanceGroupName, list[Removal]], before: Ends
    ) -> Ends:
        wanted = {group.name for group in self._inputs.desired.manifest.instance_groups}
        gone = [item for name, items in removals.items() if name not in wanted for item in items]
        if not gone:
            return before
        ends = add_removals_by_links(
            self._builder,
            gone,
            stage=Stage.DELETE_UNNEEDED,
            slot=self._builder.slot("delete_unneeded", self._inputs.limits.threads_max),
            wish=StopWish.of_removal(),
            before=before,
        )
        return self._builder.join("unneeded groups deleted", ends, before)

    def _bootstrap_azs(self) -> Mapping[InstanceGroupName, AzName | None]:
        return {
            placed.record.group: placed.record.az
            for placed in self._inputs.placement.instances
            if placed.record.bootstrap
        }

    def _with_post_deploy(self) -> Iterator[tuple[InstanceRecord, AgentId]]:
        """Yield what has post-deploy scripts to run, if this task changes or changed anything."""
        task_id = self._inputs.wants.task_id
        placed = self._inputs.placement.instances
        did_something = any(
            item.record.converged_by == task_id and item.record.post_deployed_by != task_id
            for item in placed
        )
        if not self._builder.touches_jobs and not did_something:
            return
        pending = {
            item.situation.record.instance_id: item
            for items in self._pending.values()
            for item in items
        }
        for item in placed:
            record = item.record
            if self._inputs.wants.part.leaves_out(record):
                continue
            spec = self._inputs.specs.get(record.instance_id)
            if spec is None or not any(job.has_post_deploy for job in spec.jobs):
                continue
            changed = pending.get(record.instance_id)
            if changed is not None:
                if changed.target.run_state is RunState.STARTED and changed.steps.agent_id:
                    yield record, changed.steps.agent_id
            elif record.run_state is RunState.STARTED and record.post_deployed_by != task_id:
                situation = self._situations.of(record)
                if situation.vm is not None and situation.has_running_vm():
                    yield record, situation.vm.agent_id


def _gives_up_silent(situation: Situation, wants: Wants) -> bool:
    """Return whether a VM whose agent is silent is made anew: if asked for, or made to go back.

    A rollback replaces what its own task has made and what never spoke, and no other VM: an agent
    that cannot be reached is more likely cut off than dead.
    """
    made_by = None if situation.vm is None else situation.vm.created_by
    return wants.fix or (wants.goes_back and made_by == wants.task_id)


def _is_compiled(record: InstanceRecord) -> bool:
    return record.spec is None or all(item.blob is not None for item in record.spec.packages)
