"""Real processes: a CPI executable is called, answers, fails, hangs, and is killed."""

import asyncio
import json
import os
import threading
from pathlib import Path

import pytest
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.adapters.external_cpi import CpiProcesses
from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudDeadlineError,
    CloudError,
    CloudThrottledError,
)
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.execution.clouds import CloudCall, CloudCalls
from paasta_deploy.testing.clock import FakeIds
from tests.unit.execution.world import JumpingClock

ANSWERS = """#!/bin/sh
read request
echo "$request" > request.json
env > environment
echo "made it" >&2
printf '%s' '{"result": ["vm-1", {}], "error": null, "log": ""}'
exit 7
"""
HANGS = """#!/bin/sh
sleep 3600 &
echo "$$ $!" > processes.new
mv processes.new processes
wait
"""
"""It hangs, and so does a program that it has started; both say who they are."""

LONG_S = 60.0

PATIENCE_S = (1.0, 8.0, LONG_S)
"""How long it may hang: a busy machine may take long to start what is to be killed."""


def cpi(folder: Path, script: str, logs: list[str] | None = None) -> CpiProcesses:
    executable = folder / "cpi"
    executable.write_text(script)
    executable.chmod(0o755)
    return CpiProcesses(
        executable,
        folder=folder,
        context={"secret": "s3cret"},
        director_uuid="d-1",
        ids=FakeIds(),
        tell=(logs if logs is not None else []).append,
    )


def is_running(pid: int) -> bool:
    """Return whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


def test_a_call_is_one_json_object_and_its_exit_code_says_nothing(tmp_path: Path) -> None:
    logs: list[str] = []

    result = cpi(tmp_path, ANSWERS, logs).call("create_vm", ["agent-1", 2])

    assert result == ["vm-1", {}]
    assert logs == ["made it\n"]
    request = json.loads((tmp_path / "request.json").read_text())
    assert (request["method"], request["arguments"]) == ("create_vm", ["agent-1", 2])
    assert request["api_version"] == 2
    assert request["context"]["director_uuid"] == "d-1"
    assert request["context"]["secret"] == "s3cret"


def test_a_cpi_sees_nothing_of_the_directors_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_DIRECTOR", "1")

    cpi(tmp_path, ANSWERS).call("info", [])

    names = {line.partition("=")[0] for line in (tmp_path / "environment").read_text().split()}
    assert {"PATH", "HOME", "TMPDIR"} <= names <= {"PATH", "HOME", "TMPDIR", "PWD", "_", "SHLVL"}


def test_an_error_is_raised_as_what_it_means(tmp_path: Path) -> None:
    told = {
        "type": "Bosh::Clouds::CloudError",
        "message": "429, retry after 9",
        "ok_to_retry": True,
    }
    answer = json.dumps({"result": None, "error": told, "log": ""})

    with pytest.raises(CloudThrottledError) as caught:
        cpi(tmp_path, f"#!/bin/sh\nprintf '%s' '{answer}'\n").call("has_vm", ["vm-1"])

    assert caught.value.retry_after_s == 9.0


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    broken = cpi(tmp_path, ANSWERS)
    (tmp_path / "cpi").chmod(0o644)

    with pytest.raises(CloudConfigError, match=r"Failed to run cpi: '.*/cpi' cannot be started"):
        broken.call("info", [])


class ProcessProvider(SimulatedProvider):
    """A provider whose calls are processes."""

    def __init__(self, processes: CpiProcesses) -> None:
        super().__init__(
            ProviderContext(
                name="x", properties={"persist": False}, state_folder=Path("x"), director_uuid="d"
            )
        )
        self.processes = processes

    def kill_call(self, thread_id: int) -> bool:
        return self.processes.kill_call(thread_id)


async def test_a_cpi_that_hangs_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    processes = cpi(tmp_path, HANGS)
    calls = CloudCalls(ProcessProvider(processes), clock=JumpingClock(), ids=FakeIds())

    for deadline_s in PATIENCE_S:
        call = CloudCall(method="create_vm", subject="agent-1", deadline_s=deadline_s)
        with pytest.raises(CloudDeadlineError, match="its process was killed") as caught:
            await calls.run(call, lambda: processes.call("create_vm", ["agent-1"]))
        assert "create_vm for 'agent-1'" in str(caught.value)
        if (tmp_path / "processes").exists():
            break

    async with asyncio.timeout(LONG_S):
        while calls.left_behind:  # noqa: ASYNC110 - the thread sees its process end, without event
            await asyncio.sleep(0)
    pids = [int(text) for text in (tmp_path / "processes").read_text().split()]
    assert [pid for pid in pids if is_running(pid)] == []
    assert calls.hanging == []


def test_closing_kills_what_still_runs_and_its_caller_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    script = "#!/bin/sh\necho yes > ready\nexec sleep 3600\n"
    processes = cpi(tmp_path, script)
    errors: list[str] = []

    def hang() -> None:
        try:
            processes.call("has_vm", ["vm-1"])
        except CloudError as error:
            errors.append(str(error))

    thread = threading.Thread(target=hang)
    thread.start()
    assert (tmp_path / "ready").read_text() == "yes\n"

    processes.close()
    thread.join(timeout=LONG_S)

    assert len(errors) == 1
    assert "answered has_vm" in errors[0]


def test_killing_a_call_that_is_over_does_nothing(tmp_path: Path) -> None:
    processes = cpi(tmp_path, ANSWERS)
    processes.call("info", [])

    assert not processes.kill_call(threading.get_ident())
