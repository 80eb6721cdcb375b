"""Long actions: begun by one message, finished in another, remembered in between and afterwards.

A task's file says what it is and, once it has ended, how. An agent that comes up again repeats the
unfinished tasks that may be repeated and answers for the others that they were interrupted, so a
director that waits always gets an answer.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from paasta_deploy.agent.stored_files import read_json, write_json
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import (
    AgentAnswer,
    AgentFailure,
    AgentTaskId,
    AgentValue,
    decode_answer,
    encode_answer,
)
from paasta_deploy.wire.reading import Fields, WireError

log = logging.getLogger(__name__)

REMEMBERED_MAX = 100
"""How many ended tasks are remembered: a director asks within seconds, or not at all."""

Act = Callable[[str, Sequence[JsonValue]], Awaitable[JsonValue]]


class UnknownTaskError(PaastaError):
    """No such task was ever begun here, or it ended long ago."""


async def answer_of(work: Awaitable[JsonValue], failure: str) -> AgentAnswer:
    """Do ``work`` and return its answer, whatever happens: nobody else catches our faults.

    ``failure`` is what a failure's message begins with.
    """
    try:
        return AgentValue(value=await work)
    except asyncio.CancelledError:
        return AgentFailure(message=f"{failure}: Script was cancelled by user request")
    except (PaastaError, OSError) as cause:
        log.warning("%s: %s", failure, cause)
        return AgentFailure(message=f"{failure}: {_told(cause)}")
    except Exception as cause:  # the agent's action runner: a bug in one action ends only it
        log.exception("%s: a fault of the agent", failure)
        return AgentFailure(message=f"{failure}: a fault of the agent: {cause!r}")


class AgentTasks:
    """The tasks of this agent. ``publish`` is told how each one ended."""

    def __init__(
        self,
        *,
        folder: Path,
        act: Act,
        publish: Callable[[AgentTaskId, AgentAnswer], None],
    ) -> None:
        self._folder = folder
        self._act = act
        self._publish = publish
        self._running: dict[AgentTaskId, asyncio.Task[None]] = {}
        self._ended: dict[AgentTaskId, AgentAnswer] = {}
        self._is_closed = False

    def begin(self, method: str, arguments: Sequence[JsonValue]) -> AgentTaskId:
        """Begin an action and return the task's id. Raises OSError."""
        task_id = AgentTaskId(str(uuid.uuid4()))
        write_json(self._file(task_id), {"method": method, "arguments": list(arguments)})
        self._run(task_id, method, arguments)
        return task_id

    def resume(self, is_repeatable: Callable[[str], bool]) -> None:
        """After a restart: know the ended tasks, repeat or answer the others."""
        files = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for file in files:
            task_id = AgentTaskId(file.stem)
            try:
                fields = Fields(read_json(file), "agent task")
                method = fields.text("method")
                if fields.has("answer"):
                    self._remember(task_id, decode_answer(fields.text("answer").encode()))
                elif is_repeatable(method):
                    log.info("resuming %s, task %s", method, task_id)
                    self._run(task_id, method, fields.items("arguments"))
                else:
                    message = f"{_failure(task_id)}: the agent was restarted during {method}"
                    self._end(task_id, method, AgentFailure(message=message))
            except (OSError, WireError) as cause:
                log.warning("the task file %s is of no use: %s", file, cause)
                file.unlink(missing_ok=True)

    def answer(self, task_id: AgentTaskId) -> AgentAnswer | None:
        """Return how a task ended, None while it runs. Raises UnknownTaskError."""
        if task_id in self._running:
            return None
        if task_id not in self._ended:
            raise UnknownTaskError(f"Task with id {task_id} could not be found")
        return self._ended[task_id]

    def cancel(self, task_id: AgentTaskId) -> None:
        """Ask a task to end; an ended one stays ended. Raises UnknownTaskError."""
        if self.answer(task_id) is None:
            self._running[task_id].cancel()

    async def close(self) -> None:
        """End all tasks without an answer: they are for the next start of the agent."""
        self._is_closed = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self, task_id: AgentTaskId, method: str, arguments: Sequence[JsonValue]) -> None:
        async def work() -> None:
            answer = await answer_of(self._act(method, arguments), _failure(task_id))
            del self._running[task_id]
            if not self._is_closed:
                self._end(task_id, method, answer)

        self._running[task_id] = asyncio.get_running_loop().create_task(work())

    def _end(self, task_id: AgentTaskId, method: str, answer: AgentAnswer) -> None:
        """Remember and tell. A full disk must not keep an answer from the director."""
        try:
            text = encode_answer(answer).decode()
            write_json(self._file(task_id), {"method": method, "answer": text})
        except OSError as cause:
            log.warning("the end of task %s is not written: %s", task_id, cause)
        self._remember(task_id, answer)
        self._publish(task_id, answer)

    def _remember(self, task_id: AgentTaskId, answer: AgentAnswer) -> None:
        self._ended[task_id] = answer
        while len(self._ended) > REMEMBERED_MAX:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            with contextlib.suppress(OSError):
                self._file(oldest).unlink()

    def _file(self, task_id: AgentTaskId) -> Path:
        return self._folder / f"{task_id}.json"


def _failure(task_id: AgentTaskId) -> str:
    return f"Action Failed get_task: Task {task_id} result"


def _told(cause: PaastaError | OSError) -> str:
    hint = cause.hint if isinstance(cause, PaastaError) else ""
    return f"{cause} ({hint})" if hint else str(cause)
