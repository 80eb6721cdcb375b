"""Plans from recorded recipes alone: start, stop, detach, restart, recreate, heal.

No manifest takes part, so what is wanted of an instance is its recorded recipe, and the disk that
it has is the right one whatever its size.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.link_order import LinkOrder
from paasta_deploy.model.deployment import Lifecycle, UpdatePolicy
from paasta_deploy.model.ids import AgentId, AzName, InstanceGroupName, TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import InstanceRecord, RecordedDeployment
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.chains import PlanBuilder, StepChain
from paasta_deploy.planning.differences import Comparison
from paasta_deploy.planning.group_order import recorded_order
from paasta_deploy.planning.group_steps import (
    Limits,
    PendingUpdate,
    add_groups,
    add_missing_vms,
    add_post_deploy,
    make_pending,
)
from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Plan, Stage, StepId
from paasta_deploy.planning.problems import Problem
from paasta_deploy.planning.rollout import GroupRollout, overridden, policy_from
from paasta_deploy.planning.situation import Situations
from paasta_deploy.planning.wanted import Target, dead_because, renewal_left
from paasta_deploy.planning.wants import Renewal, Wants
from paasta_deploy.ports.clock import IdSource


def check_states(recorded: RecordedDeployment, wants: Wants) -> tuple[Diagnostic, ...]:
    """Return why ``wants`` cannot be met: nothing is selected, or an ignored instance is."""
    selected = [record for record in recorded.instances if wants.selects(record)]
    if not selected:
        return (
            error(
                codes.NOTHING_SELECTED,
                f"no instance of deployment `{recorded.deployment.name}` is meant by this",
                detail=f"its groups: {_groups_listed(recorded)}",
                hint="`paasta-deploy instances` lists them",
            ),
        )
    ignored = [record for record in selected if record.ignored]
    names_them = any(selector.id_or_index is not None for selector in wants.selectors)
    if names_them and ignored:
        return tuple(
            error(
                codes.IGNORED_STATE,
                f"`{record.group}/{record.instance_id}` is ignored, so its state cannot change",
                hint="`unignore` it first",
            )
            for record in ignored
        )
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateInputs:
    """Everything that a plan without a manifest is made from; see ``planner``."""

    recorded: RecordedDeployment
    ids: IdSource
    observed: Observed
    limits: Limits


class StatesPlanner:
    """Makes the plan of a change of states. Lives for one planning."""

    def __init__(
        self,
        inputs: StateInputs,
        wants: Wants,
        policies: Mapping[InstanceGroupName, UpdatePolicy],
    ) -> None:
        self._inputs = inputs
        self._wants = wants
        self._policies = policies
        self._builder = PlanBuilder(inputs.recorded.deployment.name)
        self._comparison = Comparison()
        self._situations = Situations(inputs.recorded, inputs.observed)
        self._pending: dict[InstanceGroupName, list[PendingUpdate]] = {}
        self._bootstrap_azs: dict[InstanceGroupName, AzName | None] = {}

    def plan(self) -> Plan:
        """Return the plan."""
        inputs, builder = self._inputs, self._builder
        specs: dict[InstanceGroupName, InstanceSpec | None] = {}
        for record in sorted(inputs.recorded.instances, key=lambda item: (item.group, item.index)):
            specs[record.group] = specs.get(record.group) or record.spec
            if record.bootstrap:
                self._bootstrap_azs[record.group] = record.az
            self._look_at(record)
        names = [*(name for name in self._policies if name in specs)]
        names.extend(name for name in specs if name not in self._policies)
        rollouts = [
            GroupRollout(
                name=name,
                policy=overridden(
                    self._policies.get(name) or policy_from(specs[name]), self._wants
                ),
            )
            for name in names
            if name in self._pending
        ]
        everyone = [item for name in names for item in self._pending.get(name, ())]
        before = add_missing_vms(builder, everyone, inputs.limits, ())
        before = add_groups(
            builder,
            rollouts,
            self._pending,
            {},
            bootstrap_azs=self._bootstrap_azs,
            is_first_deploy=False,
            before=before,
            order=self._order(),
        )
        selected = [item for item in inputs.recorded.instances if self._wants.selects(item)]
        scripts = post_deploys(selected, everyone, self._situations, self._wants.task_id)
        add_post_deploy(builder, scripts, inputs.limits, before)
        return builder.build()

    def _order(self) -> LinkOrder | None:
        """Start providers before consumers, and stop them after them, where that was wanted."""
        is_parting = self._wants.run_state in {RunState.STOPPED, RunState.DETACHED}
        return recorded_order(self._inputs.recorded.instances, is_parting=is_parting)

    def _look_at(self, record: InstanceRecord) -> None:
        target = self._target(record)
        if target is None:
            self._builder.keep(record, record)
            return
        situation = self._situations.of(record)
        found = self._comparison.compare(situation, target)
        if not found.reasons:
            self._builder.keep(record, record)
            return
        pending = make_pending(situation, target, found, self._comparison, self._inputs.ids)
        self._pending.setdefault(record.group, []).append(pending)

    def _target(self, record: InstanceRecord) -> Target | None:
        wants = self._wants
        if record.spec is None or record.ignored or not wants.selects(record):
            return None
        situation = self._situations.of(record)
        if situation.vm is None and record.spec.lifecycle == Lifecycle.ERRAND.value:
            return None
        run_state = wants.run_state or record.run_state
        if wants.renewal is Renewal.RESTART:
            run_state = RunState.STARTED
        if wants.renewal is not None and record.run_state is RunState.DETACHED:
            return None
        return Target(
            spec=record.spec,
            run_state=run_state,
            task_id=wants.task_id,
            renewal=renewal_left(situation, wants),
            disk_follows_spec=False,
            dead_because=dead_because(situation, fix=wants.fix),
            skip_drain=wants.skips_drain(record),
            ignore_stop_failure=wants.force,
        )


class HealPlanner:
    """Makes the plan that replaces dead VMs. Lives for one planning."""

    def __init__(self, inputs: StateInputs, problems: Iterable[Problem], task_id: TaskId) -> None:
        self._inputs = inputs
        self._problems = {problem.instance_id: problem for problem in problems}
        self._task_id = task_id
        self._builder = PlanBuilder(inputs.recorded.deployment.name)
        self._comparison = Comparison()
        self._situations = Situations(inputs.recorded, inputs.observed)

    def plan(self) -> Plan:
        """Return the plan: all dead VMs at once, as far as the slot allows."""
        builder, recorded = self._builder, self._inputs.recorded
        slot = builder.slot("resolve", self._inputs.limits.threads_max)
        ends: list[StepId] = []
        healed: list[PendingUpdate] = []
        meant = [item for item in recorded.instances if item.instance_id in self._problems]
        for record in recorded.instances:
            if record.instance_id not in self._problems:
                builder.keep(record, record)
        for record in meant:
            item = self._look_at(record)
            if item is None:
                continue
            chain = StepChain(ChangeId(f"{record.group}/{record.instance_id}/resurrect"))
            if item.lacks_vm:
                item.steps.add_missing_vm(chain)
            item.steps.add_update(chain, canary=False)
            change = Change(
                change_id=chain.change_id,
                stage=Stage.RESOLVE,
                kind=ChangeKind.RESURRECT,
                label=item.situation.label,
                group=record.group,
                instance_id=record.instance_id,
                reasons=item.differences.reasons,
                slot=slot,
            )
            ends.extend(builder.add(change, chain))
            healed.append(item)
        scripts = post_deploys(meant, healed, self._situations, self._task_id)
        before = builder.join("machines replaced", ends, ())
        add_post_deploy(builder, scripts, self._inputs.limits, before)
        return builder.build()

    def _look_at(self, record: InstanceRecord) -> PendingUpdate | None:
        if record.spec is None or record.ignored or record.run_state is RunState.DETACHED:
            self._builder.keep(record, record)
            return None
        problem = self._problems[record.instance_id]
        situation = self._situations.of(record)
        vm = situation.vm
        is_other_vm = vm is not None and (
            vm.created_by == self._task_id
            or (problem.agent_id is not None and vm.agent_id != problem.agent_id)
        )
        target = Target(
            spec=record.spec,
            run_state=record.run_state,
            task_id=self._task_id,
            disk_follows_spec=False,
            dead_because=dead_because(situation, fix=False) if is_other_vm else problem.text,
        )
        found = self._comparison.compare(situation, target)
        if (record.converged_by == self._task_id and record.converged) or not found.reasons:
            self._builder.keep(record, record)
            return None
        return make_pending(situation, target, found, self._comparison, self._inputs.ids)


def post_deploys(
    records: Sequence[InstanceRecord],
    changed: Iterable[PendingUpdate],
    situations: Situations,
    task_id: TaskId,
) -> Iterator[tuple[InstanceRecord, AgentId]]:
    """Yield which of ``records`` still have post-deploy scripts to run in this task."""
    pending = {item.situation.record.instance_id: item for item in changed}
    for record in records:
        if record.spec is None or not any(job.has_post_deploy for job in record.spec.jobs):
            continue
        item = pending.get(record.instance_id)
        if item is not None:
            if item.target.run_state is RunState.STARTED and item.steps.agent_id is not None:
                yield record, item.steps.agent_id
        elif record.converged_by == task_id and record.post_deployed_by != task_id:
            vm = situations.of(record).vm
            if record.run_state is RunState.STARTED and vm is not None:
                yield record, vm.agent_id


def _groups_listed(recorded: RecordedDeployment) -> str:
    names = sorted({record.group for record in recorded.instances})
    return ", ".join(f"`{name}`" for name in names) or "none"
