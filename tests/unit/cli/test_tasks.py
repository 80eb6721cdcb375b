"""`tasks`, `task`, `cancel-task`; `pause`, `resume` and `abort`."""

import asyncio
import json

import pytest

from paasta_deploy.director.requests import DeleteArtifactRequest
from paasta_deploy.director.task_queues import PauseState
from paasta_deploy.model.ids import TaskId
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


def test_only_running_tasks_are_listed_unless_recent_ones_are_wanted(
    served: ServedWorld, capsys: Capture
) -> None:
    served.do(served.world.deploy_well)
    assert served.cli("tasks") == 0
    assert capsys.readouterr().out == ""
    assert served.cli("tasks", "--recent") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows] == [["2", "done"], ["1", "done"]]
    assert rows[0][2:] == [
        "Thu Jan 01 00:00:00 UTC 2026",
        "Thu Jan 01 00:00:00 UTC 2026",
        "me",
        "shop",
        "a test",
        "/deployments/shop",
        "",
    ]
    assert served.cli("tasks", "-r", "1") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_listings_are_tasks_too_and_shown_when_asked(served: ServedWorld, capsys: Capture) -> None:
    served.do(served.world.deploy_well)
    served.cli("instances")
    capsys.readouterr()
    served.cli("tasks", "--recent", "--all")
    assert "retrieve vm-stats" in capsys.readouterr().out
    served.cli("-d", "other", "tasks", "--recent", "--all")
    assert capsys.readouterr().out == ""


def test_a_task_is_shown_again_and_its_exit_code_says_how_it_ended(
    served: ServedWorld, capsys: Capture
) -> None:
    served.do(served.world.deploy_well)
    assert served.cli("task") == 0
    captured = capsys.readouterr()
    assert captured.out == "Task 2 done\n"
    assert "Task 2 | 00:00:00 | Preparing deployment (00:00:00)" in captured.err

    request = DeleteArtifactRequest(kind="release", name="x", version="9")
    served.do(served.world.do, request)
    assert served.cli("task", "3") == 1
    err = capsys.readouterr().err
    assert err.count("Release 'x/9' doesn't exist") == 1
    assert "Expected task '3' to succeed but state is 'error'" in err


@pytest.mark.parametrize("output", ["--debug", "--event", "--result", "--cpi"])
def test_an_output_is_printed_as_it_is_or_said_to_be_empty(
    served: ServedWorld, capsys: Capture, output: str
) -> None:
    served.do(served.world.deploy_well)
    assert served.cli("task", "2", output) == 0
    captured = capsys.readouterr()
    if output in ("--result", "--cpi"):
        assert captured.err == f"Task 2 has no {output[2:]} output.\n"
        assert captured.out == ""
    else:
        assert len(captured.out.splitlines()) > 10


def test_the_debug_output_tells_every_step(served: ServedWorld, capsys: Capture) -> None:
    served.do(served.world.deploy_well)
    served.cli("task", "2", "--debug")
    out = capsys.readouterr().out
    assert 'action="CreateVm"' in out
    assert " note placed" in out


def test_an_unknown_task_is_told(served: ServedWorld, capsys: Capture) -> None:
    for arguments in (["task", "99"], ["task", "99", "--debug"], ["cancel-task", "99"]):
        assert served.cli(*arguments) == 1
        assert "error: Task 99 not found" in capsys.readouterr().err


def test_an_ended_task_cannot_be_cancelled(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("cancel-task", "1") == 1
    assert "Cannot cancel task 1: it has ended" in capsys.readouterr().err


def test_a_running_task_is_listed_and_cancelled(served: ServedWorld, capsys: Capture) -> None:
    hold = served.world.hold("ping")
    request = served.do(served.world.submit_deploy)
    served.do(hold.reached.wait)
    assert served.cli("--json", "tasks") == 0
    (row,) = json.loads(capsys.readouterr().out)["Tables"][0]["Rows"]
    assert (row["id"], row["state"], row["finished_at"]) == (str(request), "processing", "-")
    assert served.cli("cancel-task", str(request)) == 0
    assert f"`task {request}` shows when it has" in capsys.readouterr().out
    served.loop.call_soon_threadsafe(hold.go.set)
    assert served.cli("task", str(request)) == 1
    assert "state is 'cancelled'" in capsys.readouterr().err


def test_without_any_task_it_is_said_so(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("task") == 0, "the upload of the release"
    capsys.readouterr()
    served.do(served.world.forget_tasks)
    assert served.cli("task") == 1
    assert "There is no task yet." in capsys.readouterr().err


def test_a_deploy_is_paused_shown_so_and_resumed(served: ServedWorld, capsys: Capture) -> None:
    hold = served.world.hold("ping")
    task_id = served.do(served.world.submit_deploy)
    served.do(hold.reached.wait)
    assert served.cli("pause") == 0
    assert f"`paasta-deploy resume {task_id}`" in capsys.readouterr().out
    assert state_of(served, capsys) == "pausing"

    served.loop.call_soon_threadsafe(hold.go.set)
    served.do(lambda: until_paused(served, task_id))
    assert state_of(served, capsys) == "paused"
    assert served.cli("resume") == 0
    captured = capsys.readouterr()
    assert captured.out == f"Task {task_id} done\n"
    assert "Warning: Paused: nothing is half done" in captured.err


def test_a_paused_deploy_is_aborted(served: ServedWorld, capsys: Capture) -> None:
    hold = served.world.hold("ping")
    task_id = served.do(served.world.submit_deploy)
    served.do(hold.reached.wait)
    assert served.cli("pause", str(task_id)) == 0
    served.loop.call_soon_threadsafe(hold.go.set)
    served.do(lambda: until_paused(served, task_id))
    assert served.cli("-d", "shop", "abort") == 0
    assert served.cli("task", str(task_id)) == 1
    assert "state is 'cancelled'" in capsys.readouterr().err


def test_what_does_not_run_is_told(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("pause") == 1
    assert "There is no running task." in capsys.readouterr().err
    assert served.cli("-d", "shop", "resume") == 1
    assert "There is no paused task of deployment 'shop'." in capsys.readouterr().err
    assert served.cli("pause", "1") == 1
    assert "Task 1 cannot be paused: it has ended (done)." in capsys.readouterr().err
    assert served.cli("resume", "1") == 1
    assert "Task 1 cannot be resumed: it has ended (done)." in capsys.readouterr().err


def state_of(served: ServedWorld, capsys: Capture) -> str:
    capsys.readouterr()
    assert served.cli("--json", "tasks") == 0
    (row,) = json.loads(capsys.readouterr().out)["Tables"][0]["Rows"]
    return str(row["state"])


async def until_paused(served: ServedWorld, task_id: TaskId) -> None:
    tasks = served.world.tasks
    while tasks.pause_of(task_id) is not PauseState.REACHED:  # noqa: ASYNC110 - turns of the loop
        await asyncio.sleep(0)
