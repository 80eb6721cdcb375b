"""Properties: every task that was begun gets exactly one answer, over restarts too."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from paasta_deploy.agent.tasks import REMEMBERED_MAX, AgentTasks, UnknownTaskError, answer_of
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import (
    AgentAnswer,
    AgentFailure,
    AgentTaskId,
    AgentValue,
)


class Agent:
    """Tasks, and everything they published."""

    def __init__(self, folder: Path) -> None:
        self.published: list[tuple[AgentTaskId, AgentAnswer]] = []
        self.told = asyncio.Event()
        self.gate = asyncio.Event()
        self.calls: list[tuple[str, list[JsonValue]]] = []
        self.tasks = AgentTasks(folder=folder, act=self.act, publish=self.publish)

    async def act(self, method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        self.calls.append((method, list(arguments)))
        if method == "wait":
            await self.gate.wait()
        return method

    def publish(self, task_id: AgentTaskId, answer: AgentAnswer) -> None:
        self.published.append((task_id, answer))
        self.told.set()

    async def answered(self) -> list[tuple[AgentTaskId, AgentAnswer]]:
        await asyncio.wait_for(self.told.wait(), 10)
        self.told.clear()
        return self.published


def texts(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.iterdir())


def make_useless(folder: Path) -> None:
    shutil.rmtree(folder)


async def test_a_task_runs_and_is_then_known(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    task_id = agent.tasks.begin("wait", ["x"])
    assert agent.tasks.answer(task_id) is None
    agent.gate.set()
    assert await agent.answered() == [(task_id, AgentValue(value="wait"))]
    assert agent.tasks.answer(task_id) == AgentValue(value="wait")
    assert agent.calls == [("wait", ["x"])]


async def test_a_restarted_agent_repeats_what_may_be_repeated(tmp_path: Path) -> None:
    before = Agent(tmp_path)
    task_id = before.tasks.begin("wait", [1])
    await asyncio.sleep(0)
    await before.tasks.close()
    assert before.published == []

    agent = Agent(tmp_path)
    agent.gate.set()
    agent.tasks.resume(lambda method: method == "wait")
    assert await agent.answered() == [(task_id, AgentValue(value="wait"))]
    assert agent.calls == [("wait", [1])]


async def test_a_restarted_agent_answers_for_what_may_not_be_repeated(tmp_path: Path) -> None:
    before = Agent(tmp_path)
    task_id = before.tasks.begin("wait", [])
    await before.tasks.close()

    agent = Agent(tmp_path)
    agent.tasks.resume(lambda _: False)
    ((answered, answer),) = await agent.answered()
    assert answered == task_id
    assert isinstance(answer, AgentFailure)
    assert "the agent was restarted during wait" in answer.message
    assert agent.calls == []


async def test_a_restarted_agent_knows_what_had_ended(tmp_path: Path) -> None:
    before = Agent(tmp_path)
    task_id = before.tasks.begin("quick", [])
    await before.answered()

    agent = Agent(tmp_path)
    agent.tasks.resume(lambda _: True)
    assert agent.tasks.answer(task_id) == AgentValue(value="quick")
    assert agent.calls == []
    assert agent.published == []


async def test_arguments_are_forgotten_once_a_task_has_ended(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    agent.tasks.begin("quick", ["https://link?signature=secret"])
    await agent.answered()
    assert "secret" not in texts(tmp_path)


async def test_broken_task_files_are_removed(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    agent = Agent(tmp_path)
    agent.tasks.resume(lambda _: True)
    assert texts(tmp_path) == ""


async def test_only_the_last_ended_tasks_are_remembered(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    ids = [agent.tasks.begin("quick", []) for _ in range(REMEMBERED_MAX + 5)]
    while len(agent.published) < len(ids):
        await agent.answered()
    assert texts(tmp_path).count("method") == REMEMBERED_MAX
    assert agent.tasks.answer(ids[-1]) is not None
    with pytest.raises(UnknownTaskError):
        agent.tasks.answer(ids[0])


async def test_an_answer_is_told_even_when_the_disk_is_full(tmp_path: Path) -> None:
    agent = Agent(tmp_path)
    task_id = agent.tasks.begin("wait", [])
    await asyncio.sleep(0)
    make_useless(tmp_path)
    agent.gate.set()
    assert await agent.answered() == [(task_id, AgentValue(value="wait"))]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (PaastaError("no", hint="do this"), "X: no (do this)"),
        (FileNotFoundError(2, "No such file", "/x"), "X: [Errno 2] No such file: '/x'"),
        (ZeroDivisionError("bug"), "X: a fault of the agent: ZeroDivisionError('bug')"),
        (asyncio.CancelledError(), "X: Script was cancelled by user request"),
    ],
)
async def test_whatever_goes_wrong_there_is_an_answer(fault: BaseException, message: str) -> None:
    async def work() -> JsonValue:
        raise fault

    assert await answer_of(work(), "X") == AgentFailure(message=message)
