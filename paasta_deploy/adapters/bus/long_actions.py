"""What takes an agent long: tasks followed to their end, job states waited for.

Our agents tell the end of a task, and every change of their jobs' state, as soon as it happens
(``info`` says that they do); a real bosh-agent is asked again and again: see ``polling``.
"""

import asyncio
import contextlib
from collections.abc import Mapping

from paasta_deploy.adapters.bus.exchanges import Exchanges, sleep_until
from paasta_deploy.adapters.bus.links import AgentLink, AgentLinks
from paasta_deploy.adapters.bus.polling import SAFETY_POLL_S, Polling
from paasta_deploy.model.errors import AgentActionError, AgentError, AgentUnreachableError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.agents import Interrupt
from paasta_deploy.wire.agent_messages import (
    AgentAnswer,
    AgentFailure,
    AgentInfo,
    AgentMethod,
    AgentTaskId,
    AgentValue,
    decode_info,
    running_task,
)

# An agent that does not say how it works within this time is asked like a real bosh-agent.
INFO_DEADLINE_S = 10.0
# An agent answers this at once; whoever cancels waits for it.
CANCEL_DEADLINE_S = 10.0


class LongActions:
    """Waits for agents. For one event loop. ``end_s`` are times of the loop's clock."""

    def __init__(self, exchanges: Exchanges, links: AgentLinks, *, grace_s: float) -> None:
        self._exchanges = exchanges
        self._links = links
        self._grace_s = grace_s
        self._now_s = asyncio.get_running_loop().time

    async def info(self, link: AgentLink, *, end_s: float) -> AgentInfo:
        """Return how the agent works, asked once per connection; silence means: as BOSH's."""
        if link.info is None:
            end_s = min(end_s, self._now_s() + INFO_DEADLINE_S)
            try:
                value = await self._exchanges.ask(link, AgentMethod.INFO.value, end_s=end_s)
            except AgentError:
                return AgentInfo()
            link.info = decode_info(value)
        return link.info

    async def follow(self, link: AgentLink, task_id: AgentTaskId, *, end_s: float) -> JsonValue:
        """Return the final value of a task. Raises AgentUnreachableError, AgentActionError."""
        pushes = (await self.info(link, end_s=end_s)).push_tasks
        now_s = self._now_s()
        first_s = now_s + SAFETY_POLL_S if pushes else now_s
        polling = Polling(link, pushes, self._grace_s, first_s)
        with link.watched() as wake:
            while (answer := self._links.claim(link.agent_id, task_id)) is None:
                now_s = self._now_s()
                if now_s >= end_s:
                    raise AgentUnreachableError(
                        f"Task '{task_id}' of agent '{link.agent_id}' did not end in time."
                    )
                if not polling.is_due(now_s):
                    await sleep_until(wake, min(end_s, polling.next_s))
                    continue
                answer = await self._task_answer(link, task_id, end_s)
                if answer is not None:
                    break
                polling.asked(self._now_s())
        match answer:
            case AgentValue(value=value):
                return value
            case AgentFailure(message=message):
                raise AgentActionError(message)

    async def follow_until(
        self, link: AgentLink, task_id: AgentTaskId, interrupt: Interrupt, *, end_s: float
    ) -> JsonValue:
        """Follow a task; once ``interrupt`` is set, ask the agent to end it, then follow on.

        Ours ends scripts by TERM, then KILL; a bosh-agent refuses for most actions, which then
        take as long as they take. Raises AgentUnreachableError, AgentActionError.
        """
        following = asyncio.create_task(self.follow(link, task_id, end_s=end_s))
        interrupted = asyncio.ensure_future(interrupt.wait())
        try:
            await asyncio.wait((following, interrupted), return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                asked_until_s = min(end_s, self._now_s() + CANCEL_DEADLINE_S)
                with contextlib.suppress(AgentError):  # it ends, or it does not: both are followed
                    await self._exchanges.ask(
                        link, AgentMethod.CANCEL_TASK.value, [task_id], end_s=asked_until_s
                    )
            return await following
        finally:
            interrupted.cancel()
            following.cancel()

    async def wait_for_job_state(
        self, link: AgentLink, wanted: frozenset[str], *, end_s: float
    ) -> str:
        """Return the job state once it is wanted, or the last one at the end.

        A heartbeat from before this call says nothing about now, so the agent is asked first.
        Raises AgentUnreachableError when the agent is gone, or never said its state.
        """
        heartbeat = link.heartbeat
        state = await self._job_state(link, end_s)
        pushes = (await self.info(link, end_s=end_s)).push_tasks
        polling = Polling(link, pushes, self._grace_s, self._now_s())
        polling.asked(self._now_s())
        with link.watched() as wake:
            while state not in wanted:
                now_s = self._now_s()
                if link.heartbeat is not None and link.heartbeat is not heartbeat:
                    heartbeat = link.heartbeat
                    state = heartbeat.job_state
                elif now_s >= end_s:
                    break
                elif polling.is_due(now_s):
                    try:
                        state = await self._job_state(link, end_s)
                    except AgentUnreachableError:
                        if self._now_s() < end_s:
                            raise
                    polling.asked(self._now_s())
                else:
                    await sleep_until(wake, min(end_s, polling.next_s))
        return state

    async def _task_answer(
        self, link: AgentLink, task_id: AgentTaskId, end_s: float
    ) -> AgentAnswer | None:
        """Ask for a task; None: it runs. What the agent told meanwhile counts more."""
        answer: AgentAnswer | None
        try:
            value = await self._exchanges.ask(
                link, AgentMethod.GET_TASK.value, [task_id], end_s=end_s
            )
            answer = AgentValue(value=value) if running_task(value) is None else None
        except AgentActionError as error:
            # The task failed, or an agent forgot a task whose end it told.
            answer = AgentFailure(message=str(error))
        return self._links.claim(link.agent_id, task_id) or answer

    async def _job_state(self, link: AgentLink, end_s: float) -> str:
        value = await self._exchanges.ask(link, AgentMethod.GET_STATE.value, end_s=end_s)
        state = value.get("job_state") if isinstance(value, Mapping) else None
        return state if isinstance(state, str) else "unknown"
