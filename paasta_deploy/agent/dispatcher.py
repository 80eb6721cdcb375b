"""From a request's bytes to its answer's: finds the action, runs it, answers in all cases.

Actions that change the machine run one at a time, in the order in which they were asked for; the
others run beside them, so that a machine that is busy for an hour still answers a ping.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from paasta_deploy.agent.actions import Action, Actions, text_argument
from paasta_deploy.agent.tasks import AgentTasks, answer_of
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import (
    MESSAGE_SIZE_MAX,
    AgentAnswer,
    AgentFailure,
    AgentMethod,
    AgentRequest,
    AgentTaskId,
    AgentValue,
    decode_request,
    encode_answer,
    running_value,
)
from paasta_deploy.wire.reading import WireError
from paasta_deploy.wire.subjects import task_subject

log = logging.getLogger(__name__)

Publish = Callable[[str, bytes], None]


class Dispatcher:
    """Answers requests. ``publish`` sends an answer to a subject and may not block."""

    def __init__(
        self, *, agent_id: AgentId, actions: Actions, tasks_folder: Path, publish: Publish
    ) -> None:
        self._agent_id = agent_id
        self._actions = {method.value: action for method, action in actions.items()}
        self._actions[AgentMethod.CANCEL_TASK.value] = Action(run=self._cancel)
        self._publish = publish
        self._answering: set[asyncio.Task[None]] = set()
        self.machine_lock = asyncio.Lock()
        self.tasks = AgentTasks(folder=tasks_folder, act=self._act, publish=self._task_ended)

    def on_request(self, data: bytes) -> None:
        """Answer a request; one that cannot be read cannot be answered either."""
        try:
            request = decode_request(data)
        except WireError as cause:
            log.warning("a request is dropped: %s", cause)
            return
        task = asyncio.get_running_loop().create_task(self._answer(request))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def resume(self) -> None:
        """Take up the tasks of the agent's life before."""
        self.tasks.resume(self._is_repeatable)

    async def _answer(self, request: AgentRequest) -> None:
        failure = f"Action Failed {request.method}"
        action = self._find(request.method)
        if request.method == AgentMethod.GET_TASK.value:
            answer = self._task_answer(request.arguments)
        elif action is None:
            log.warning("unknown message %s", request.method)
            answer = AgentFailure(message=f"unknown message {request.method}")
        elif action.is_long:
            answer = await answer_of(self._begin(request), failure)
        else:
            answer = await answer_of(self._act(request.method, request.arguments), failure)
        self._publish(request.reply_to, bounded(answer))

    async def _begin(self, request: AgentRequest) -> JsonValue:
        log.info("%s begins", request.method)
        return running_value(self.tasks.begin(request.method, request.arguments))

    async def _act(self, method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        action = self._find(method)
        assert action is not None, "only known methods come here"
        if not action.is_exclusive:
            return await action.run(arguments)
        async with self.machine_lock:
            return await action.run(arguments)

    def _task_answer(self, arguments: Sequence[JsonValue]) -> AgentAnswer:
        """Return a task's own answer, or that it still runs, or that there is no such task."""
        try:
            task_id = AgentTaskId(text_argument(arguments, 0, "task"))
            answer = self.tasks.answer(task_id)
        except PaastaError as cause:
            return AgentFailure(message=f"Action Failed get_task: {cause}")
        return AgentValue(value=running_value(task_id)) if answer is None else answer

    async def _cancel(self, arguments: Sequence[JsonValue]) -> JsonValue:
        self.tasks.cancel(AgentTaskId(text_argument(arguments, 0, "task")))
        return "canceled"

    def _task_ended(self, task_id: AgentTaskId, answer: AgentAnswer) -> None:
        self._publish(task_subject(self._agent_id, task_id), bounded(answer))

    def _find(self, method: str) -> Action | None:
        return self._actions.get(method)

    def _is_repeatable(self, method: str) -> bool:
        action = self._find(method)
        return action is not None and action.is_repeatable


def bounded(answer: AgentAnswer) -> bytes:
    """Return the bytes of an answer; one too long for a message becomes a failure."""
    data = encode_answer(answer)
    if len(data) <= MESSAGE_SIZE_MAX:
        return data
    message = f"Response exceeded maximum allowed length ({len(data)} bytes)"
    return encode_answer(AgentFailure(message=message))
