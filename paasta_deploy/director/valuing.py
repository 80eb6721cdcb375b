"""Preparing a deploy until every variable that it uses has a value.

What is thought through before values exist has stand-ins in it, which must reach no machine. So a
deploy goes on only with a preparation that lacks nothing: when a config that was saved meanwhile
brings other variables with it, these are made as well.
"""

from collections.abc import Callable

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.director.cancelling import check_before
from paasta_deploy.director.preparing import Preparation, Prepared
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.variables import DeploymentVariables
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.ids import TaskId

ROUNDS = 3
"""Configs are saved by people: they do not bring new variables three times within one deploy."""


async def prepare_with_values(
    request: DeployRequest,
    *,
    preparation: Preparation,
    variables: DeploymentVariables,
    task_id: TaskId,
    stages: StageReporter,
    cancel: Cancellation,
) -> Prepared:
    """Prepare; if variables have no value yet, make them and prepare with their values.

    A dry run makes nothing: what it returns has stand-ins. Raises RejectedError, VariableError,
    TaskCancelledError; what was made until then stays.
    """
    with stages.task("Preparing deployment"):
        prepared = await preparation.prepare_in_thread(request, task_id=task_id)
        for warning in prepared.warnings:
            _warn(stages.warn, warning)
    check_before(cancel, "it changed anything")  # the thread above holds addresses: it must end
    for _ in range(ROUNDS):
        if request.dry_run or not prepared.survey.to_make:
            return prepared
        await variables.make(prepared.survey, task_id=task_id, stages=stages, cancel=cancel)
        prepared = await preparation.prepare_in_thread(
            request, task_id=task_id, placement=prepared.placement
        )
    if not prepared.survey.to_make:
        return prepared
    names = ", ".join(choice.whole for choice in prepared.survey.to_make)
    raise VariableError(
        f"New variables came up while values were made: {names}.",
        hint="Somebody is saving configs; nothing has been changed. Deploy again.",
    )


def _warn(warn: Callable[[str], None], warning: Diagnostic) -> None:
    place = f"{warning.span}: " if warning.span is not None else ""
    # A guess is what makes a misspelt name worth a warning.
    guess = f" ({warning.hint})" if warning.hint.startswith("did you mean") else ""
    warn(f"{place}{warning.summary}{guess}")
