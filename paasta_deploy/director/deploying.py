"""The tasks that change deployments: gather the three states, plan, execute, record.

All of them end in :meth:`DeploymentTasks._execute`; they differ only in what they want. A task
that was killed is run again from the top: ids and addresses of the first run are in the records by
then, so preparing finds them, and the plan has only what is left.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from paasta_deploy.director.durations import DurationBook
from paasta_deploy.director.failures import name_of, told
from paasta_deploy.director.names import Names
from paasta_deploy.director.observing import Observation, problem_of
from paasta_deploy.director.plan_accounts import PlanAccounts
from paasta_deploy.director.plan_basis import Notary
from paasta_deploy.director.preparing import Preparation, Prepared
from paasta_deploy.director.queries import active_vms, require_deployment
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeleteDisksRequest,
    DeployRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.director.selecting import policies_of, wants_of
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.outcome import StepFailure
from paasta_deploy.execution.scheduler import AfterFailure, LossLimits
from paasta_deploy.model.errors import AddressTakenError, TaskCancelledError
from paasta_deploy.model.ids import ConfigId, InstanceId
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    Put,
    RecordChange,
    RecordedDeployment,
    Remove,
)
from paasta_deploy.model.spec import RenderedTemplates
from paasta_deploy.planning.dns_records import Coming
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.planner import (
    Limits,
    check_deletion,
    check_states,
    plan_delete_deployment,
    plan_delete_disks,
    plan_deploy,
    plan_heal,
    plan_states,
)
from paasta_deploy.planning.specs import build_specs
from paasta_deploy.planning.wants import Selector, Wants
from paasta_deploy.ports.clock import Clock, IdSource
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

PLACING_TRIES = 3
"""Another deployment may take an address between placing and recording; then we place again."""

RESURRECTION_ROUNDS = 2
"""How often one deploy heals what died in it. What dies three times in a row needs an operator."""

PLAN_ACCEPTED = "plan accepted"
"""The journal's note that a deploy was found to have the plan that it was asked for."""


class DeploymentTasks:
    """Handlers of the task kinds that change a deployment."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        clock: Clock,
        ids: IdSource,
        preparation: Preparation,
        variables: DeploymentVariables,
        rendering: Rendering,
        observation: Observation,
        executor: Executor,
        limits: Limits,
        names: Names | None = None,
        losses: LossLimits = LossLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._losses = losses
        self._store = store
        self._journal = journal
        self._clock = clock
        self._ids = ids
        self._preparation = preparation
        self._variables = variables
        self._rendering = rendering
        self._observation = observation
        self._executor = executor
        self._limits = limits
        self._names = names
        self._durations = DurationBook(store=store, observation=observation)
        self.accounts = PlanAccounts(
            notary=Notary(store=store, ids=ids),
            durations=self._durations,
            observation=observation,
            preparation=preparation,
            rendering=rendering,
            make_plan=self._planned,
        )

    async def deploy(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``update_deployment``. Raises RejectedError before anything is changed."""
        assert isinstance(request, DeployRequest)
        await self._insist_on_plan(context, request)
        try:
            return await self._deploy(context, request)
        finally:
            if context.task.deployment is not None:
                self._preparation.booking.release(context.task.deployment)

    async def _deploy(self, context: TaskContext, request: DeployRequest) -> str:
        prepared = await self._run_rounds(context, request)
        if not request.dry_run:
            await self._note(context, "deployed", Put(record=_deployed(prepared, request)))
            before = prepared.recorded.deployment.variable_set
            if before == prepared.survey.set_id:
                return f"/deployments/{prepared.name}"
            unused = await asyncio.to_thread(self._variables.unused, prepared.name)
            if unused:
                await self._note(context, "variables dropped", *unused)
        return f"/deployments/{prepared.name}"

    async def _run_rounds(self, context: TaskContext, request: DeployRequest) -> Prepared:
        """Deploy; then heal, by the same way, those whose VM died meanwhile."""
        wants = wants_of(request, context.task_id)
        for rounds_left in reversed(range(1 + RESURRECTION_ROUNDS)):
            prepared, rendered = await self._place(context, request)
            plan = await self.plan(prepared, wants, rendered)
            if request.dry_run:
                return prepared
            if self._names is not None:
                self._names.begin(prepared.desired)
            lost = await self._execute(context, plan, losses=self._losses)
            if not lost:
                return prepared
            if not rounds_left:
                raise told(lost)
            stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
            for failure in lost:
                stages.warn(f"{name_of(failure)}: its VM died; it will be resurrected.")
            wants = replace(wants, canaries="0")  # those of this deploy have been well
        raise AssertionError("the last round returns or raises")

    async def plan(
        self, prepared: Prepared, wants: Wants, rendered: Mapping[InstanceId, RenderedTemplates]
    ) -> Plan:
        """Return the plan of a prepared deploy."""
        observed = await self._observation.observe(prepared.recorded.vms)
        return self._planned(prepared, wants, rendered, observed)

    def _planned(
        self,
        prepared: Prepared,
        wants: Wants,
        rendered: Mapping[InstanceId, RenderedTemplates],
        observed: Observed,
    ) -> Plan:
        specs = build_specs(
            prepared.desired,
            prepared.placement,
            digests=prepared.digests,
            rendered=rendered,
            packages=prepared.packages,
            links=prepared.links,
            variable_set=prepared.survey.set_id,
        )
        return plan_deploy(
            desired=prepared.desired,
            placement=prepared.placement,
            specs=specs,
            packages=prepared.packages,
            recorded=prepared.recorded,
            wants=wants,
            ids=self._ids,
            observed=observed,
            limits=self._limits,
            links=prepared.links,
        )

    async def change_states(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``update_instance``: start, stop, detach, restart, recreate."""
        assert isinstance(request, StatesRequest)
        recorded = self._recorded(context)
        wants = wants_of(request, context.task_id)
        refuse(check_states(recorded, wants))
        plan = plan_states(
            recorded=recorded,
            wants=wants,
            ids=self._ids,
            policies=policies_of(recorded.deployment, self._preparation),
            observed=await self._observation.observe(recorded.vms),
            limits=self._limits,
        )
        if not request.dry_run:
            await self._execute(context, plan)
        return f"/deployments/{recorded.deployment.name}"

    async def heal(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``cck_scan_and_fix``: resurrect the named instances whose VM is really dead.

        One that is half made (an earlier resurrection was killed, or failed) is finished.
        """
        assert isinstance(request, HealRequest)
        recorded = self._recorded(context)
        named = frozenset(request.instance_ids)
        vms = {key: vm for key, vm in active_vms(recorded).items() if key in named}
        observed = await self._observation.observe(vms.values())
        problems = (
            problem_of(instance, vms.get(instance.instance_id), observed)
            for instance in recorded.instances
            if instance.instance_id in named
        )
        plan = plan_heal(
            recorded=recorded,
            problems=[problem for problem in problems if problem is not None],
            task_id=context.task_id,
            ids=self._ids,
            limits=self._limits,
        )
        await self._execute(context, plan)
        return "scan and fix complete"

    async def delete_deployment(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``delete_deployment``: everything goes but the disks, which become orphans.

        One that is gone already is success: a killed director may have come as far as that.
        """
        assert isinstance(request, DeleteDeploymentRequest)
        assert context.task.deployment is not None
        result = f"/deployments/{context.task.deployment}"
        recorded = self._store.recorded_deployment(context.task.deployment)
        if recorded is None:
            return result
        refuse(check_deletion(recorded))
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        for dependent in self._preparation.neighbours.dependents(recorded.deployment.name):
            stages.warn(f"{dependent} takes a link from here; its next deploy will fail.")
        plan = plan_delete_deployment(
            recorded=recorded,
            wants=Wants(
                task_id=context.task_id,
                force=request.force,
                skip_drain=(Selector(),) if request.force else (),
            ),
            observed=await self._observation.observe(recorded.vms),
            limits=self._limits,
        )
        await self._execute(context, plan)
        await self._note(
            context,
            "deleted",
            Remove(record=recorded.deployment),
            *self._variables.removal(recorded.deployment.name),
        )
        return result

    async def delete_disks(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``delete_orphan_disks``: an operator named them."""
        assert isinstance(request, DeleteDisksRequest)
        named = frozenset(request.disk_cids)
        disks = [disk for disk in self._store.disks(orphaned=True) if disk.cid in named]
        await self._execute(context, plan_delete_disks(disks, limits=self._limits))
        return f"{len(disks)} disk(s) deleted"

    def _recorded(self, context: TaskContext) -> RecordedDeployment:
        assert context.task.deployment is not None
        return require_deployment(self._store, context.task.deployment)

    async def _place(
        self, context: TaskContext, request: DeployRequest
    ) -> tuple[Prepared, Mapping[InstanceId, RenderedTemplates]]:
        """Prepare, render and, unless it is a dry run, record which instances there will be.

        Templates come first: a mistake in one of them leaves no trace, like any other mistake.
        """
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        for remaining in reversed(range(PLACING_TRIES)):
            prepared = await self._with_variables(context, request, stages)
            with stages.task("Rendering templates"):
                rendered = await self._rendering.render(prepared, keep=not request.dry_run)
            changes: tuple[RecordChange, ...] = (
                *prepared.placement.changes,
                *self._variables.set_changes(prepared.survey),
            )
            if self._store.recorded_deployment(prepared.name) is None:
                changes = (Put(record=prepared.recorded.deployment), *changes)
            if request.dry_run or not changes:
                return prepared, rendered
            try:
                await self._note(context, "placed", *changes)
            except AddressTakenError:
                if not remaining:
                    raise
            else:
                recorded = self._store.recorded_deployment(prepared.name)
                assert recorded is not None, "it was just recorded"
                return replace(prepared, recorded=recorded), rendered
        raise AssertionError("the last try returns or raises")

    async def _with_variables(
        self, context: TaskContext, request: DeployRequest, stages: StageReporter
    ) -> Prepared:
        """Prepare; if variables have no value yet, make them and prepare with their values."""
        task_id = context.task_id
        with stages.task("Preparing deployment"):
            prepared = await self._preparation.prepare_in_thread(request, task_id=task_id)
            for warning in prepared.warnings:
                place = f"{warning.span}: " if warning.span is not None else ""
                stages.warn(f"{place}{warning.summary}")
        if request.dry_run or not prepared.survey.to_make:
            return prepared
        await self._variables.make(
            prepared.survey, task_id=task_id, stages=stages, cancel=context.cancel
        )
        return await self._preparation.prepare_in_thread(
            request, task_id=task_id, placement=prepared.placement
        )

    async def _insist_on_plan(self, context: TaskContext, request: DeployRequest) -> None:
        """Hold the deploy against the plan it was asked for, once: this task holds the deployment.

        A task that goes on after a kill finds what it has changed itself, which is no reason to
        stop.
        """
        if not request.plan_basis:
            return
        notes = self._journal.entries(context.task_id, phase=Phase.NOTE)
        if any(entry.step == PLAN_ACCEPTED for entry in notes):
            return
        await self.accounts.insist(request, task_id=context.task_id)
        await self._note(context, PLAN_ACCEPTED)

    async def _execute(
        self, context: TaskContext, plan: Plan, *, losses: LossLimits | None = None
    ) -> Sequence[StepFailure]:
        """Run the plan and return what was lost without stopping it.

        Raises its first failure, TaskCancelledError when it was cancelled.
        """
        if plan.refreshed:
            refreshed = (Put(record=record) for record in plan.refreshed)
            await self._note(context, "refreshed", *refreshed)
        if self._names is not None:
            await self._names.publish(plan.deployment, Coming.of(plan))
        durations = self._durations.of(plan.deployment)
        outcome = await self._executor.run(
            plan,
            task_id=context.task_id,
            cancellation=context.cancel,
            after_failure=AfterFailure.FINISH_CHANGE,  # nobody is left drained (bosh.md 4.5)
            durations=durations,
            losses=losses,
        )
        if not plan.is_empty:
            self._durations.keep(plan.deployment, durations)
            if self._names is not None:
                await self._names.publish()
        if outcome.failures:
            raise told((*outcome.failures, *outcome.lost)) from outcome.error
        if context.cancel.is_requested:
            raise TaskCancelledError("The task was cancelled by an operator.")
        return outcome.lost

    async def _note(self, context: TaskContext, step: str, *changes: RecordChange) -> None:
        await self._journal.write(
            JournalEntry(task_id=context.task_id, phase=Phase.NOTE, step=step, changes=changes)
        )


def _deployed(prepared: Prepared, request: DeployRequest) -> DeploymentRecord:
    desired = prepared.desired
    return DeploymentRecord(
        name=prepared.name,
        manifest=request.manifest,
        cloud_config_ids=tuple(ConfigId(config_id) for config_id in prepared.cloud_config_ids),
        runtime_config_ids=tuple(ConfigId(config_id) for config_id in prepared.runtime_config_ids),
        releases=tuple((name, record.version) for name, record in desired.releases.items()),
        stemcells=tuple(sorted(set(desired.stemcells.values()), key=lambda key: key.name)),
        variable_set=prepared.survey.set_id,
    )
