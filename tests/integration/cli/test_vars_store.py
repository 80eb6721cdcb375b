"""Filling a vars store by real processes: two at once, Ctrl-C, and a kill in the middle."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.deadlines import unmeasured

DEADLINE_S = 120.0
QUICK = "variables: [{name: p, type: password}, {name: k, type: rsa}]\nx: ((p))\nkey: ((k))\n"
# Keys of 4,096 bits take about a second each, so that there is a middle to interrupt.
SLOW_KEYS = 200
SLOW = "variables:\n" + "".join(
    f"- {{name: k{number}, type: rsa, options: {{key_length: 4096}}}}\n"
    for number in range(SLOW_KEYS)
)


def start(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start an `interpolate` with a vars store."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "paasta_deploy",
            "interpolate",
            *arguments,
            "--vars-store",
            str(folder / "s.yml"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=unmeasured(),
    )


def wait_until(holds: Callable[[], bool]) -> None:
    """Return once something holds."""
    for _ in range(int(DEADLINE_S * 20)):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came to pass")


@pytest.fixture
def slow(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that is in the middle of making keys; the store had a value before."""
    (tmp_path / "in.yml").write_text(SLOW)
    (tmp_path / "s.yml").write_text("old: 1\n")
    with start(tmp_path, str(tmp_path / "in.yml")) as process:
        try:
            wait_until((tmp_path / ".s.yml.lock").exists)
            yield process
        finally:
            process.kill()


def test_two_at_once_make_one_value(tmp_path: Path) -> None:
    (tmp_path / "in.yml").write_text(QUICK)
    processes = [start(tmp_path, str(tmp_path / "in.yml")) for _ in range(3)]
    outputs = [process.communicate(timeout=DEADLINE_S)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(set(outputs)) == 1
    stored = yaml.safe_load((tmp_path / "s.yml").read_text())
    assert yaml.safe_load(outputs[0])["x"] == stored["p"]
    assert sorted(item.name for item in tmp_path.iterdir()) == ["in.yml", "s.yml"]


def test_ctrl_c_ends_it_soon_and_leaves_the_store(
    slow: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    slow.send_signal(signal.SIGINT)
    out, err = slow.communicate(timeout=DEADLINE_S)

    assert slow.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert (tmp_path / "s.yml").read_text() == "old: 1\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["in.yml", "s.yml"]


def test_after_a_kill_the_store_is_there_and_free(
    slow: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    slow.kill()
    slow.communicate(timeout=DEADLINE_S)
    assert (tmp_path / "s.yml").read_text() == "old: 1\n"

    (tmp_path / "in.yml").write_text(QUICK)
    again = start(tmp_path, str(tmp_path / "in.yml"))
    again.communicate(timeout=DEADLINE_S)
    assert again.returncode == 0
    assert list(yaml.safe_load((tmp_path / "s.yml").read_text())) == ["k", "old", "p"]
