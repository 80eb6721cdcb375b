"""Whether a deploy does what its operator agreed to: the plan that was shown, the limit given.

Everything is asked by the task itself, which holds the deployment: once before anything is written
down, and for limits once more of the very plan that is carried out, since configs and machines can
change while a task prepares. What was agreed to is noted in the journal, so a task that goes on
after a kill is not held against what it has done itself.
"""

from paasta_deploy.director.plan_accounts import PlanAccounts
from paasta_deploy.director.rejection import refuse
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.ids import InstanceId, TaskId
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.destruction import destroy_limit, destroyed_by, excess
from paasta_deploy.planning.plan import Plan
from paasta_deploy.ports.store import Journal, JournalEntry, Phase

PLAN_ACCEPTED = "plan accepted"
"""The journal's note that a deploy was found to have the plan that it was asked for."""

LOSSES_ACCEPTED = "losses accepted"
"""The journal's note of the instances that a deploy takes away or replaces, and of the limit."""


class Consent:
    """Refuses deploys that would do something else than was agreed to."""

    def __init__(self, *, journal: Journal, accounts: PlanAccounts) -> None:
        self._journal = journal
        self._accounts = accounts

    async def insist(self, task_id: TaskId, request: DeployRequest) -> None:
        """Refuse before anything is written down. Raises RejectedError."""
        if request.plan_basis and self._noted(task_id, PLAN_ACCEPTED) is None:
            await self._accounts.insist(request, task_id=task_id)
            await self._note(task_id, PLAN_ACCEPTED, {})
        if request.max_destroy is not None and self._noted(task_id, LOSSES_ACCEPTED) is None:
            await self._accounts.account(request)

    async def to_plan(
        self, task_id: TaskId, request: DeployRequest, plan: Plan, recorded: RecordedDeployment
    ) -> None:
        """Refuse the plan that is about to be carried out. Raises RejectedError.

        After a kill the rest of the plan counts together with what was agreed to before.
        """
        if request.max_destroy is None:
            return
        noted = self._noted(task_id, LOSSES_ACCEPTED)
        limit = destroy_limit(request.max_destroy, recorded)
        before: frozenset[InstanceId] = frozenset()
        if noted is not None:
            kept, limit_then = noted["instances"], noted["limit"]
            assert isinstance(kept, list), "this module wrote it"
            assert isinstance(limit_then, int), "this module wrote it"
            before, limit = frozenset(InstanceId(str(item)) for item in kept), limit_then
        rows = destroyed_by(plan, recorded)
        refuse(excess(rows, limit=limit, asked=request.max_destroy, before=before))
        if request.dry_run:
            return
        lost = before | {row.instance_id for row in rows}
        await self._note(task_id, LOSSES_ACCEPTED, {"instances": [*sorted(lost)], "limit": limit})

    def _noted(self, task_id: TaskId, step: str) -> JsonObject | None:
        entries = self._journal.entries(task_id)
        return next((entry.data for entry in reversed(entries) if entry.step == step), None)

    async def _note(self, task_id: TaskId, step: str, data: JsonObject) -> None:
        await self._journal.write(
            JournalEntry(task_id=task_id, phase=Phase.NOTE, step=step, data=data)
        )
