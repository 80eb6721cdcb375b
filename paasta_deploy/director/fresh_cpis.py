"""CPIs whose configs use variables have the newest values in every task, as with BOSH.

A value may have been made anew since a CPI was constructed; comparing is cheap, and a CPI whose
properties are the same stays the very same.
"""

import logging
from collections.abc import Mapping

from paasta_deploy.director.configs import Configs
from paasta_deploy.director.requests import TaskRequest
from paasta_deploy.director.tasks import TaskContext, TaskHandler
from paasta_deploy.model.errors import PaastaError

log = logging.getLogger(__name__)


def with_fresh_cpis(
    handlers: Mapping[str, TaskHandler], configs: Configs
) -> Mapping[str, TaskHandler]:
    """Return handlers that look at the CPI configs first.

    What is wrong with one stops no task: it may be about another cloud, or the very repair.
    """

    def fresh(handler: TaskHandler) -> TaskHandler:
        async def handle(context: TaskContext, request: TaskRequest) -> str | None:
            try:
                await configs.refresh_cpis()
            except PaastaError as problem:
                log.error(  # noqa: TRY400 - what is wrong is in the message, for an operator
                    "CPIs go on with their former properties", extra={"error": str(problem)}
                )
            return await handler(context, request)

        return handle

    return {kind: fresh(handler) for kind, handler in handlers.items()}
