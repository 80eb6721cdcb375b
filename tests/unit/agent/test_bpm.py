"""Properties: sizes are powers of 1024 in whatever spelling."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.bpm import read_bpm, size_bytes
from paasta_deploy.agent.definitions import JobDefinitionError, Limits, Program
from paasta_deploy.agent.layout import Layout

LAYOUT = Layout(root=Path("/var/vcap"))

FULL = """
processes:
- name: nats
  executable: /var/vcap/packages/nats/bin/nats-server
  args: ["-c", /var/vcap/jobs/nats/config/nats.conf, 42]
  env:
    GOMAXPROCS: 2
    DEBUG: "true"
  workdir: /var/vcap/data/nats/work
  hooks:
    pre_start: /var/vcap/jobs/nats/bin/bpm-pre-start
  limits:
    memory: 512M
    open_files: 65536
    processes: 100
  ephemeral_disk: true
  persistent_disk: true
  additional_volumes:
  - path: /var/vcap/data/shared
    writable: true
  capabilities: [NET_BIND_SERVICE]
  shutdown_signal: INT
- name: helper
  executable: /bin/helper
"""


def only(text: str) -> Program:
    return read_bpm(f"processes:\n- name: web\n  executable: /bin/web\n{text}", "web", LAYOUT)[
        "web"
    ]


def test_everything_that_bpm_describes_is_taken() -> None:
    program = read_bpm(FULL, "nats", LAYOUT)["nats"]
    assert program.argv == (
        "/var/vcap/packages/nats/bin/nats-server",
        "-c",
        "/var/vcap/jobs/nats/config/nats.conf",
        "42",
    )
    assert program.env["GOMAXPROCS"] == "2"
    assert program.env["DEBUG"] == "true"
    assert program.workdir == Path("/var/vcap/data/nats/work")
    assert program.pre_start == "/var/vcap/jobs/nats/bin/bpm-pre-start"
    assert program.limits == Limits(open_files=65536, memory_bytes=512 * 2**20, processes=100)
    assert Path("/var/vcap/store/nats") in program.folders
    assert program.stop_signal == "INT"
    assert program.user == "vcap"


def test_what_is_not_said_has_bpms_defaults() -> None:
    program = read_bpm(FULL, "nats", LAYOUT)["helper"]
    assert program.argv == ("/bin/helper",)
    assert program.workdir == Path("/var/vcap/jobs/nats")
    assert program.limits == Limits()
    assert program.stop_signal == "TERM"
    assert program.env["TMPDIR"] == "/var/vcap/data/nats/tmp"
    assert program.env["BPM_ID"] == "nats.helper"
    assert Path("/var/vcap/store/nats") not in program.folders


def test_the_env_wins_over_the_defaults() -> None:
    assert only("  env: {PATH: /mine}").env["PATH"] == "/mine"


def test_a_privileged_process_runs_as_root() -> None:
    assert only("  unsafe: {privileged: true}").user == "root"


@pytest.mark.parametrize("text", ["", "processes:", "processes: []", "# nothing"])
def test_no_processes_are_fine(text: str) -> None:
    assert read_bpm(text, "web", LAYOUT) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "keys and values"),
        ("processes: x", "'processes' must be a list"),
        ("processes: [x]", "line 1: keys and values"),
        ("processes:\n- executable: x", "line 2: the key 'name' is missing"),
        ("processes:\n- name: x", "the key 'executable' is missing"),
        ("processes:\n- {name: a/b, executable: x}", "no name of a process"),
        ("processes:\n- {name: a, executable: x, args: {}}", "'args' must be a list"),
        ("processes:\n- {name: a, executable: x, args: [[]]}", "'args' must be a text"),
        ("processes:\n- {name: a, executable: x, env: []}", "keys and values"),
        ("processes:\n- {name: a, executable: x, limits: {memory: much}}", "size like 512M"),
        ("processes:\n- {name: a, executable: x, limits: {open_files: -1}}", "whole number"),
        ("processes:\n- {name: a, executable: x, shutdown_signal: KILL}", "TERM or INT"),
        ("processes:\n- {name: a, executable: x}\n- {name: a, executable: x}", "there twice"),
        ("processes: [", "expected"),
    ],
)
def test_a_mistake_names_the_job_and_the_line(text: str, message: str) -> None:
    with pytest.raises(JobDefinitionError, match=rf"job web: config/bpm\.yml.*{message}"):
        read_bpm(text, "web", LAYOUT)


@given(
    number=st.integers(0, 10**6),
    unit=st.sampled_from(["", "K", "M", "G", "T"]),
    ending=st.sampled_from(["", "B", "iB", "b"]),
)
def test_sizes_are_powers_of_1024(number: int, unit: str, ending: str) -> None:
    assert size_bytes(f"{number}{unit}{ending}") == number * 1024 ** " KMGT".index(unit or " ")


@pytest.mark.parametrize("text", ["", "M", "-1M", "1 Q", "1e3", "512 megabytes"])
def test_what_is_no_size_is_none(text: str) -> None:
    assert size_bytes(text) is None
