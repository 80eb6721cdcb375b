"""Going back to the last good manifest: whether, what that is, and what is said in the end.

A rollback is a second half of the same task. It begins with a note in the journal, and from that
note on the task has one direction: whoever takes it up after a kill goes on backwards. What it
goes back to stands in the deployment's record, which only a deploy that succeeded replaces:
manifest, configs, versions of releases, stemcells and variables. The way there is a plan like any
other, made from what is recorded at that moment, so it does no more than what is needed.

The task ends as failed even when the rollback succeeds: what was asked for is not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from paasta_deploy.director.failures import RolloutFailedError, names_of
from paasta_deploy.director.pausing import ROLLING_BACK
from paasta_deploy.director.plan_runs import PlanRuns
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.slugs import part_of
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.errors import PaastaError, TaskCancelledError
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.recorded import DeploymentRecord, InstanceRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.store import Journal, Phase, Store

STAGE = "Rolling back"

NEVER_WHOLE = "there is no manifest to go back to: the deployment was never deployed as a whole"
ROTATES = "a rotation of variables goes forward only"
IN_PART = "a deploy of a part (--only, --exclude) never goes back: it stops"
CANCELLED = "the task was cancelled"

_HINT = "deploy again with the cause removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a task goes back, as it was told when the deploy failed."""

    message: str
    code: int
    hint: str


class Rollbacks:
    """Begins rollbacks and finds those that have begun."""

    def __init__(self, *, store: Store, journal: Journal, runs: PlanRuns) -> None:
        self._store = store
        self._journal = journal
        self._runs = runs

    def begun(self, task_id: TaskId) -> Cause | None:
        """Return why a task has been going back since an earlier life; None: it has not."""
        for entry in self._journal.entries(task_id, phase=Phase.NOTE):
            if entry.step == ROLLING_BACK:
                code = entry.data["code"]
                assert isinstance(code, int), "this module wrote it"
                return Cause(
                    message=str(entry.data["message"]), code=code, hint=str(entry.data["hint"])
                )
        return None

    async def begin(
        self, context: TaskContext, request: DeployRequest, failure: RolloutFailedError
    ) -> Cause:
        """Note, for good, that the task goes back from here. Raises PaastaError: it does not."""
        if not failure.rolls_back:
            raise failure
        reason = CANCELLED if context.cancel.is_requested else forbids(request)
        if not reason and self._record(context).manifest is None:
            reason = NEVER_WHOLE
        if reason:
            raise PaastaError(
                f"{_sentence(failure)} Nothing was rolled back: {reason}.",
                code=failure.code,
                hint=failure.hint,
            ) from failure
        cause = Cause(message=str(failure), code=failure.code, hint=failure.hint)
        data: JsonObject = {"message": cause.message, "code": cause.code, "hint": cause.hint}
        await self._runs.note(context, ROLLING_BACK, data=data)
        return cause

    def request(self, context: TaskContext) -> DeployRequest:
        """Return the deploy that goes back."""
        record = self._record(context)
        assert record.manifest is not None, "a rollback begins only where there is one"
        return DeployRequest(
            manifest=record.manifest,
            manifest_name=f"{record.name}.yml",
            cloud_config_ids=tuple(record.cloud_config_ids),
            runtime_config_ids=tuple(record.runtime_config_ids),
            canaries="0",  # what it goes back to was well
            on_failure=OnFailure.CONTINUE.value,  # as much as can be is brought back
            as_deployed=True,
        )

    def failed(self, context: TaskContext, cause: Cause, error: PaastaError) -> PaastaError:
        """Return what is said when the rollback came to no good end."""
        name = context.task.deployment
        text = (
            f"{_sentence(cause.message)} The rollback came to no end either: {error}\n"
            f"{self._standing(context, error)}"
        )
        hint = (
            f"remove the cause, then `paasta-deploy -d {name} manifest > last-good.yml` and deploy"
            " that, or a manifest that is right; `paasta-deploy instances` shows who runs"
        )
        if isinstance(error, TaskCancelledError):
            return TaskCancelledError(text, hint=hint)
        return PaastaError(text, code=cause.code, hint=hint)

    def _standing(self, context: TaskContext, error: PaastaError) -> str:
        """Return who is not as before."""
        if isinstance(error, RolloutFailedError) and error.left:
            failed = {change.instance_id for change in error.failed}
            others = [change for change in error.left if change.instance_id not in failed]
            more = f"; not begun: {names_of(others)}" if others else ""
            return f"Not back: {names_of(error.failed)}{more}. All others are as before."
        recorded = self._store.recorded_deployment(self._record(context).name)
        assert recorded is not None, "a deployment that goes back is recorded"
        touched = [
            one
            for one in recorded.instances
            if not one.converged or one.converged_by == context.task_id
        ]
        if not touched:
            return "No instance was changed."
        return f"Changed by this task, back or not: {_names(touched)}. All others are as before."

    def _record(self, context: TaskContext) -> DeploymentRecord:
        name = context.task.deployment
        assert name is not None, "a deploy has a deployment"
        found = (one for one in self._store.deployments() if one.name == name)
        return next(found, DeploymentRecord(name=DeploymentName(name)))


def rolled_back(cause: Cause) -> PaastaError:
    """Return what a task ends with that went back."""
    return PaastaError(
        f"{_sentence(cause.message)} Rolled back: everything is as it was deployed before.",
        code=cause.code,
        hint=cause.hint or _HINT,
    )


def forbids(request: DeployRequest) -> str:
    """Return why a deploy never goes back; empty: it may."""
    if request.rotated:
        return ROTATES
    return "" if part_of(request).is_whole else IN_PART


def _sentence(told: object) -> str:
    """Return what was told so that something can follow it, on the line that listings show."""
    text = str(told)
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


def _names(records: Iterable[InstanceRecord]) -> str:
    return ", ".join(f"{one.group}/{one.instance_id} ({one.index})" for one in records)
