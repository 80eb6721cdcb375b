"""The tasks that change deployments: gather the three states, plan, execute, record.

All of them end in :meth:`~paasta_deploy.director.plan_runs.PlanRuns.run`; they differ only in
what they want. A task that was killed is run again from the top: ids and addresses of the first
run are in the records by then, so preparing finds them, and the plan has only what is left.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from paasta_deploy.director.cancelling import cut_short
from paasta_deploy.director.consent import Consent
from paasta_deploy.director.deployed import deployed, deployed_in_part
from paasta_deploy.director.durations import DurationBook
from paasta_deploy.director.failures import RolloutFailedError, name_of, told
from paasta_deploy.director.forewarning import forewarn
from paasta_deploy.director.inputs import Inputs
from paasta_deploy.director.names import Names
from paasta_deploy.director.observing import Observation, problem_of
from paasta_deploy.director.plan_accounts import PlanAccounts
from paasta_deploy.director.plan_basis import Notary
from paasta_deploy.director.plan_runs import PlanRuns
from paasta_deploy.director.preparing import Preparation, Prepared
from paasta_deploy.director.queries import active_vms, require_deployment
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.replaced_vms import ReplacedVms
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeleteDisksRequest,
    DeployRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.director.rolling_back import STAGE, Rollbacks, rolled_back
from paasta_deploy.director.rounds import NO_LIMIT, RESURRECTION_ROUNDS, Rounds, with_lost
from paasta_deploy.director.selecting import policies_of, wants_of
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.director.valuing import prepare_with_values
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.run_events import (
    LossLimits,
)
from paasta_deploy.model.counting import counted
from paasta_deploy.model.errors import AddressTakenError, PaastaError, TaskPausedError
from paasta_deploy.model.ids import InstanceId
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import (
    Put,
    RecordChange,
    RecordedDeployment,
    Remove,
)
from paasta_deploy.model.spec import RenderedTemplates
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
from paasta_deploy.ports.store import Journal, Store

PLACING_TRIES = 3
"""Another deployment may take an address between placing and recording; then we place again."""


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
        self._clock = clock
        self._ids = ids
        self._preparation = preparation
        self._variables = variables
        self._rendering = rendering
        self._observation = observation
        self._limits = limits
        self._names = names
        durations = DurationBook(store=store, observation=observation)
        self._runs = PlanRuns(
            journal=journal, executor=executor, durations=durations, clock=clock, names=names
        )
        self._rounds = Rounds(runs=self._runs, clock=clock)
        self.replaced_vms = ReplacedVms(store=store, runs=self._runs)
        self.accounts = PlanAccounts(
            notary=Notary(store=store, ids=ids),
            durations=durations,
            observation=observation,
            preparation=preparation,
            rendering=rendering,
            make_plan=self._planned,
        )
        self._rollbacks = Rollbacks(store=store, journal=journal, runs=self._runs)
        self._inputs = Inputs(journal=journal, runs=self._runs)
        self._consent = Consent(journal=journal, accounts=self.accounts)

    async def deploy(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``update_deployment``. Raises RejectedError before anything is changed."""
        assert isinstance(request, DeployRequest)
        try:
            return await self._deploy_or_go_back(context, request)
        finally:
            if context.task.deployment is not None:
                self._preparation.booking.release(context.task.deployment)

    async def _deploy_or_go_back(self, context: TaskContext, request: DeployRequest) -> str:
        cause = self._rollbacks.begun(context.task_id)
        if cause is None:
            await self._consent.insist(context.task_id, request)
            try:
                return await self._deploy(context, self._inputs.settled(context.task_id, request))
            except RolloutFailedError as failure:
                cause = await self._rollbacks.begin(context, request, failure)
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        try:
            with stages.task(STAGE, f"to the last good manifest of {context.task.deployment}"):
                await self._go_back(context)
        except TaskPausedError:
            raise
        except PaastaError as error:
            raise self._rollbacks.failed(context, cause, error) from error
        raise rolled_back(cause)

    async def _go_back(self, context: TaskContext) -> None:
        prepared, _ = await self._run_rounds(context, self._rollbacks.request(context))
        unused = await asyncio.to_thread(self._variables.unused, prepared.name)
        await self._runs.note(context, "rolled back", *unused)

    async def _deploy(self, context: TaskContext, request: DeployRequest) -> str:
        prepared, plan = await self._run_rounds(context, request)
        if not request.dry_run:
            if plan.held_back:
                in_part = deployed_in_part(prepared)
                await self._runs.note(context, "deployed in part", Put(record=in_part))
                return f"/deployments/{prepared.name}"
            await self._runs.note(context, "deployed", Put(record=deployed(prepared, request)))
            before = prepared.recorded.deployment.variable_set
            if before == prepared.survey.set_id:
                return f"/deployments/{prepared.name}"
            unused = await asyncio.to_thread(self._variables.unused, prepared.name)
            if unused:
                await self._runs.note(context, "variables dropped", *unused)
        return f"/deployments/{prepared.name}"

    async def _run_rounds(
        self, context: TaskContext, request: DeployRequest
    ) -> tuple[Prepared, Plan]:
        """Deploy; then heal, by the same way, those whose VM died meanwhile."""
        wants = wants_of(request, context.task_id)
        for rounds_left in reversed(range(1 + RESURRECTION_ROUNDS)):
            is_first = rounds_left == RESURRECTION_ROUNDS
            prepared, rendered = await self._place(context, request)
            plan = await self.plan(prepared, wants, rendered)
            if is_first:  # what dies by itself is nothing that an operator has to agree to
                await self._consent.to_plan(context.task_id, request, plan, prepared.recorded)
            if request.dry_run:
                return prepared, plan
            if self._names is not None:
                self._names.begin(prepared.desired)
            stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
            if is_first:
                forewarn(stages, prepared, plan, wants)
            request = await self._inputs.settle(context, request, prepared, plan)
            lost = await self._runs.run(
                context, plan, losses=self._losses, deadline_s=request.deadline_s
            )
            if not lost:
                return prepared, plan
            if not rounds_left:
                raise told(lost, policies=plan.on_failure)
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
        wants = wants_of(request, context.task_id)
        refuse(check_states(self._recorded(context), wants))
        rounds = count()

        async def make_plan() -> Plan:
            recorded = self._recorded(context)
            return plan_states(
                recorded=recorded,
                wants=replace(wants, canaries="0") if next(rounds) else wants,
                ids=self._ids,
                policies=policies_of(recorded.deployment, self._preparation),
                observed=await self._observation.observe(recorded.vms),
                limits=self._limits,
            )

        result = f"/deployments/{context.task.deployment}"
        if request.dry_run:
            await make_plan()
            return result
        losses = replace(self._losses, canaries=True)
        lost = await self._rounds.run(
            context, make_plan, losses=losses, then="it will be resurrected"
        )
        return with_lost(result, lost, "resurrected, since its VM died")

    async def heal(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``cck_scan_and_fix``: resurrect the named instances whose VM is really dead.

        One that is half made (an earlier resurrection was killed, or failed) is finished.
        """
        assert isinstance(request, HealRequest)
        named = frozenset(request.instance_ids)

        async def make_plan() -> Plan:
            recorded = self._recorded(context)
            vms = {key: vm for key, vm in active_vms(recorded).items() if key in named}
            observed = await self._observation.observe(vms.values())
            problems = (
                problem_of(instance, vms.get(instance.instance_id), observed)
                for instance in recorded.instances
                if instance.instance_id in named
            )
            return plan_heal(
                recorded=recorded,
                problems=[problem for problem in problems if problem is not None],
                task_id=context.task_id,
                ids=self._ids,
                observed=observed,
                limits=self._limits,
            )

        losses = replace(self._losses, canaries=True)
        lost = await self._rounds.run(
            context, make_plan, losses=losses, then="it will be resurrected once more"
        )
        return with_lost("scan and fix complete", lost, "whose new VM died, too, and was replaced")

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
        wants = Wants(
            task_id=context.task_id,
            force=request.force,
            skip_drain=(Selector(),) if request.force else (),
        )

        async def make_plan() -> Plan:
            left = self._recorded(context)
            return plan_delete_deployment(
                recorded=left,
                wants=wants,
                observed=await self._observation.observe(left.vms),
                limits=self._limits,
            )

        lost = await self._rounds.run(
            context, make_plan, losses=NO_LIMIT, then="what is left of it will be deleted"
        )
        await self._runs.note(
            context,
            "deleted",
            Remove(record=recorded.deployment),
            *self._variables.removal(recorded.deployment.name),
        )
        return with_lost(result, lost, "not stopped in order, since its VM died")

    async def delete_disks(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``delete_orphan_disks``: an operator named them."""
        assert isinstance(request, DeleteDisksRequest)
        named = frozenset(request.disk_cids)
        disks = [disk for disk in self._store.disks(orphaned=True) if disk.cid in named]
        await self._runs.run(context, plan_delete_disks(disks, limits=self._limits))
        return f"{counted(len(disks), 'disk')} deleted"

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
            prepared = await prepare_with_values(
                request,
                preparation=self._preparation,
                variables=self._variables,
                task_id=context.task_id,
                stages=stages,
                cancel=context.cancel,
            )
            with (
                stages.task("Rendering templates"),
                cut_short(context.cancel, "the rendering of templates"),
            ):
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
                await self._runs.note(context, "placed", *changes)
            except AddressTakenError:
                if not remaining:
                    raise
            else:
                recorded = self._store.recorded_deployment(prepared.name)
                assert recorded is not None, "it was just recorded"
                return replace(prepared, recorded=recorded), rendered
        raise AssertionError("the last try returns or raises")
