"""A director, or a launcher, is killed in the middle of making machines; the next one goes on."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from paasta_providers.local import processes
from paasta_providers.local.leftovers import find_leftovers
from paasta_providers.local.process_table import read_table
from paasta_providers.local.waiting import wait_until

from paasta_deploy.cpi.errors import CloudError
from tests.integration.providers.local.machines import (
    NETWORK,
    NETWORK_VARIABLE,
    Host,
    open_host,
)

ROOT = Path(__file__).resolve().parents[4]
COUNT = 24
END_S_MAX = 90.0


def first_processes(state: Path) -> list[str]:
    """Return the cids of all machines that have a living first process, one for each process."""
    lines = (processes.command_line(pid) for pid in read_table().starts)
    mark = f"{state}/machines/"
    return [line.split()[1] for line in lines if line.startswith(processes.TITLE) and mark in line]


@pytest.mark.parametrize("seen", [0, 1, 9, COUNT])
def test_what_a_killed_director_began_is_finished_by_the_next_one(
    tmp_path: Path, isolation: str, seen: int
) -> None:
    """The kill comes when ``seen`` machines were told to be there, with others on their way."""
    state = tmp_path / "state"
    script = str(Path(__file__).with_name("doomed_director.py"))
    path = os.pathsep.join(map(str, (ROOT, ROOT / "providers")))
    director = subprocess.Popen(
        [sys.executable, script, str(state), isolation, str(COUNT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, NETWORK_VARIABLE: NETWORK},
        text=True,
    )
    with director:
        assert director.stdout is not None
        for _ in range(seen):
            director.stdout.readline()
        director.kill()
    host = open_host(state, isolation)
    with ThreadPoolExecutor(8) as pool:
        cids = list(pool.map(host.create, range(COUNT)))
        said = list(pool.map(lambda number: host.ask(number, "sh", "echo here"), range(COUNT)))

    assert said == ["here\n"] * COUNT
    assert sorted(first_processes(state)) == sorted(cids), "no machine is lost, and none is double"
    assert host.end() == ()


def test_what_a_killed_director_began_can_be_deleted_without_being_finished(
    tmp_path: Path, isolation: str
) -> None:
    state = tmp_path / "state"
    host = open_host(state, isolation)
    for number in range(4):
        host.create(number)
    (host.folder(host.create(4)) / "machine.json").write_text("")
    host.provider.close()

    successor = open_host(state, isolation)

    assert successor.end() == ()
    assert first_processes(state) == []


def test_a_launcher_killed_in_the_middle_costs_nothing_but_another_try(host: Host) -> None:
    def try_to_create(number: int) -> CloudError | None:
        try:
            host.create(number)
        except CloudError as error:
            return error
        return None

    host.create(0)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(try_to_create, number) for number in range(1, COUNT)]
        futures[2].result()
        for pid in _launchers(host):
            os.kill(pid, signal.SIGKILL)
        failures = [failure for future in futures if (failure := future.result()) is not None]
    assert all(failure.retryable for failure in failures), failures

    with ThreadPoolExecutor(8) as pool:
        cids = list(pool.map(host.create, range(COUNT)))

    assert sorted(first_processes(host.state)) == sorted(cids)


def _launchers(host: Host) -> list[int]:
    mark = f"{processes.LAUNCHER_TITLE} {host.state}/"
    return [pid for pid in read_table().starts if processes.command_line(pid).startswith(mark)]


def test_launchers_end_with_their_director(tmp_path: Path, isolation: str) -> None:
    host = open_host(tmp_path / "state", isolation)
    host.create(0)
    host.provider.close()

    assert wait_until(lambda: not _launchers(host), deadline_s=END_S_MAX, poll_s=0.01)
    assert host.end() == ()
    assert find_leftovers(host.state) == ()
