"""A plan that is only told, with how long it takes and what it was made from; and kept to.

Whoever looked at a plan may ask for exactly that one. A deploy that carries the basis of a plan is
thought through once more and refused when it would have another plan by now.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.director.durations import DurationBook
from paasta_deploy.director.observing import Observation
from paasta_deploy.director.plan_basis import Notary, PlanBasis, basis_from
from paasta_deploy.director.preparing import Preparation, Prepared
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.selecting import wants_of
from paasta_deploy.model.ids import DeploymentName, InstanceId, TaskId
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.spec import RenderedTemplates
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.destruction import destroy_limit, destroyed_by, excess
from paasta_deploy.planning.going_back import rollback_warnings
from paasta_deploy.planning.holding_back import part_warnings
from paasta_deploy.planning.links import TakenLink
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.reporting import Timing
from paasta_deploy.planning.wants import Wants
from paasta_deploy.wire.deployment_graph import DeploymentGraph, LinkKnowledge, LinkUse

NO_TASK = TaskId(0)
"""A mere plan belongs to no task; real numbers begin at 1."""

Rendered = Mapping[InstanceId, RenderedTemplates]
MakePlan = Callable[[Prepared, Wants, Rendered, Observed], Plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAccount:
    """A plan, how long it will probably take, and what decided it."""

    prepared: Prepared
    plan: Plan
    timing: Timing
    basis: PlanBasis
    wants: Wants

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the operator should know before this is deployed."""
        prepared = self.prepared
        found = part_warnings(self.plan, prepared.links, prepared.name)
        back = rollback_warnings(prepared.desired.manifest, self.wants, prepared.recorded)
        return (*prepared.warnings, *found, *back)


class PlanAccounts:
    """Gives accounts of deploys. Changes nothing but the key of its notary, once."""

    def __init__(
        self,
        *,
        notary: Notary,
        durations: DurationBook,
        observation: Observation,
        preparation: Preparation,
        rendering: Rendering,
        make_plan: MakePlan,
    ) -> None:
        self._notary = notary
        self._durations = durations
        self._observation = observation
        self._preparation = preparation
        self._rendering = rendering
        self._make_plan = make_plan

    async def account(self, request: DeployRequest) -> PlanAccount:
        """Return the plan that a deploy of ``request`` would have now.

        Raises RejectedError, TemplateError: what a deploy would refuse is refused here.
        """
        account = await self._account(request)
        if request.max_destroy is not None:
            recorded = account.prepared.recorded
            limit = destroy_limit(request.max_destroy, recorded)
            rows = destroyed_by(account.plan, recorded)
            refuse(excess(rows, limit=limit, asked=request.max_destroy))
        return account

    async def _account(self, request: DeployRequest) -> PlanAccount:
        prepared = await self._preparation.prepare_in_thread(request)
        rendered = await self._rendering.render(prepared, keep=False)
        observed = await self._observation.observe(prepared.recorded.vms)
        wants = wants_of(request, NO_TASK)
        plan = await asyncio.to_thread(self._make_plan, prepared, wants, rendered, observed)
        timing = await asyncio.to_thread(self._durations.timing, plan)
        basis = self._notary.basis(request.manifest, prepared, plan, observed)
        return PlanAccount(prepared=prepared, plan=plan, timing=timing, basis=basis, wants=wants)

    def sealed_basis(self, account: PlanAccount, shown: JsonObject) -> JsonObject:
        """Return the basis to give away with a plan as it is ``shown``."""
        return self._notary.sealed(account.basis, shown)

    async def graph(self, request: DeployRequest) -> DeploymentGraph:
        """Return who reads from whom in a manifest, and how long its groups take.

        Raises RejectedError: a manifest that cannot be deployed has no resolved links.
        """
        prepared = await self._preparation.prepare_in_thread(request)
        times, is_recorded = self._durations.of_groups(prepared.desired.manifest)
        links = tuple(link_use(link, prepared.name) for link in prepared.links.taken)
        return DeploymentGraph(links=links, times=times, is_recorded=is_recorded)

    async def insist(self, request: DeployRequest, *, task_id: TaskId | None = None) -> None:
        """Raise RejectedError when the plan is not the one that ``request`` was made for.

        ``task_id`` is the task that asks. It holds the deployment, so what is found true here
        stays true until it has acted; without one this is only a look ahead.
        """
        if request.plan_basis:
            refuse(self._notary.forged(request.plan_basis))
            planned = basis_from(request.plan_basis)
            now = (await self._account(request)).basis
            refuse(self._notary.moved(planned, now, task_id=task_id))


def link_use(link: TakenLink, deployment: DeploymentName) -> LinkUse:
    """Return who reads a resolved link from whom, as drawings tell it."""
    use = LinkUse(group=link.group, job=link.job, link=link.name, knowledge=LinkKnowledge.MANUAL)
    provider = link.provider
    if provider is None:
        return use
    return replace(
        use,
        knowledge=LinkKnowledge.RESOLVED,
        provider_group=provider.group,
        provider_job=provider.job,
        provider_link=provider.name,
        deployment="" if provider.deployment == deployment else provider.deployment,
        is_optional=link.is_optional,
    )
