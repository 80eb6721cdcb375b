"""Properties: services come behind those they depend on, in whatever order they are described."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.definitions import Daemon, JobDefinitionError, Program
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.services import JobFiles, bpm_target, services_of

LAYOUT = Layout(root=Path("/var/vcap"))
BPM = "processes:\n- {name: nats, executable: /nats}\n- {name: gossip, executable: /gossip}\n"


def check(name: str, start: str, *depends: str) -> str:
    depends_on = f" depends on {', '.join(depends)}" if depends else ""
    return f'check process {name} with pidfile /{name}.pid start program "{start}"{depends_on}\n'


def test_bpm_start_stands_for_the_process_of_bpm_yml() -> None:
    monit = check("nats-gossip", "/var/vcap/jobs/bpm/bin/bpm start nats -p gossip")
    (service,) = services_of([JobFiles(job="nats", monit=monit, bpm=BPM)], LAYOUT)
    assert isinstance(service, Program)
    assert (service.name, service.process, service.argv) == ("nats-gossip", "gossip", ("/gossip",))


def test_another_start_program_is_a_daemon() -> None:
    (service,) = services_of([JobFiles(job="a", monit=check("a", "/ctl start"), bpm=None)], LAYOUT)
    assert isinstance(service, Daemon)
    assert service.pid_file == Path("/a.pid")


def test_an_empty_monit_file_runs_nothing() -> None:
    assert services_of([JobFiles(job="nats", monit="", bpm=BPM)], LAYOUT) == ()


def test_without_a_monit_file_every_process_runs() -> None:
    services = services_of([JobFiles(job="nats", monit=None, bpm=BPM)], LAYOUT)
    assert [service.name for service in services] == ["nats", "gossip"]


def test_a_job_without_files_runs_nothing() -> None:
    assert services_of([JobFiles(job="x", monit=None, bpm=None)], LAYOUT) == ()


@given(st.permutations(["a", "b", "c", "d"]))
def test_dependencies_come_first(order: list[str]) -> None:
    depends = {"a": (), "b": ("a",), "c": ("a", "b"), "d": ("c",)}
    monit = "".join(check(name, "/x", *depends[name]) for name in order)
    services = services_of([JobFiles(job="j", monit=monit, bpm=None)], LAYOUT)
    assert [service.name for service in services] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("monit", "message"),
    [
        (check("a", "/bpm/bin/bpm start nats -p x"), "'x' of job 'nats', but nats/config"),
        (check("a", "/bpm/bin/bpm start other"), "'other' of job 'other'"),
        (check("a", "/x") + check("a", "/y"), "names must differ"),
        (check("a", "/x", "b"), "depends on 'b', which is no process"),
        (check("a", "/x", "b") + check("b", "/x", "a"), "in a circle"),
        ("check process a with pidfile /x", "has no start program"),
    ],
)
def test_what_cannot_be_followed_is_an_error(monit: str, message: str) -> None:
    with pytest.raises(JobDefinitionError, match=message):
        services_of([JobFiles(job="nats", monit=monit, bpm=BPM)], LAYOUT)


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("/var/vcap/jobs/bpm/bin/bpm start nats", ("nats", "nats")),
        ("/x/bin/bpm start nats -p gossip", ("nats", "gossip")),
        ("/x/bin/bpm start -p gossip nats", ("nats", "gossip")),
        ("/x/bin/bpm start nats --process=gossip", ("nats", "gossip")),
        ("/x/bin/bpm start nats --process gossip", ("nats", "gossip")),
        ("/x/bin/bpm stop nats", None),
        ("/x/bin/nobpm start nats", None),
    ],
)
def test_bpm_commands_are_recognised(command: str, target: tuple[str, str] | None) -> None:
    assert bpm_target(tuple(command.split())) == target
