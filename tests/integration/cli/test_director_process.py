"""The director as a process: started, found, asked over HTTPS, stopped, killed."""

import contextlib
import json
import shutil
import signal
import socket
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.claims import own_port
from tests.integration.cli.manifests import cloud_config, manifest
from tests.integration.cli.operator import Operator, until

HTTPS = """\
api:
  https: {{enabled: true, port: {port}}}
  users: [{{name: admin, password: s3cret}}]
"""


@pytest.fixture
def idle(bytecode: Path) -> Iterator[Operator]:
    """An operator without a director."""
    made = Operator(bytecode=bytecode)
    try:
        yield made
    finally:
        made.run("director", "stop")
        shutil.rmtree(made.home)


def test_starting_and_stopping_twice_is_the_same_as_once(idle: Operator) -> None:
    assert idle.run("director", "status").returncode == 1
    first = idle.run("director", "start")
    assert (first.returncode, first.stdout) == (
        0,
        f"The director listens on {idle.home}/director.sock\n",
    )
    assert first.stderr == f"Starting the director for {idle.home} ...\n"
    pid = idle.director_pid
    second = idle.run("director", "start")
    assert (second.returncode, second.stderr) == (0, "")
    assert idle.director_pid == pid
    assert f"pid                {pid}\n" in idle.do("director", "status")

    assert idle.do("director", "stop") == "The director is stopped; machines keep running.\n"
    assert idle.do("director", "stop") == f"No director is running for {idle.home}.\n"
    assert idle.run("director", "status").returncode == 1
    assert idle.leftovers() == ()


def test_a_command_starts_the_director_when_none_runs(idle: Operator) -> None:
    ended = idle.run("deployments")
    assert ended.returncode == 0
    assert ended.stderr.startswith("Starting the director for ")
    assert idle.director_pid is not None


def test_two_who_start_at_once_get_one_director(idle: Operator) -> None:
    with idle.start("director", "start") as one, idle.start("director", "start") as two:
        codes = [one.wait(), two.wait()]
    assert codes == [0, 0]
    assert idle.run("director", "status").returncode == 0


def test_a_killed_director_leaves_no_lock_behind(idle: Operator) -> None:
    idle.do("director", "start")
    idle.kill_director()
    status = idle.run("director", "status")
    assert status.returncode == 1
    assert "No director is running" in status.stdout
    idle.do("director", "start")
    assert idle.run("tasks").returncode == 0
    idle.kill_director()
    assert "that a killed one had left is stopped" in idle.do("director", "stop")


def test_a_director_that_cannot_start_says_why_with_its_last_words(idle: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = (idle.home / "director.yml").read_text()
        (idle.home / "director.yml").write_text(settings + f"agents: {{blobs_port: {port}}}\n")
        ended = idle.run("director", "start")
    assert ended.returncode == 1
    assert "The director did not start." in ended.stderr
    assert str(port) in ended.stderr
    assert f"the whole log: {idle.home}/director.log" in ended.stderr
    assert idle.director_pid is None
    assert idle.do("director", "stop") == f"No director is running for {idle.home}.\n"


def test_in_the_foreground_it_serves_until_it_is_told_to_stop(idle: Operator) -> None:
    with idle.start("director", "start", "--foreground") as director:
        until(lambda: idle.director_pid, within_s=120, what="the director runs")
        assert idle.director_pid == director.pid
        until((idle.home / "director.sock").exists, within_s=120, what="it listens")
        assert idle.do("deployments") == ""
        director.send_signal(signal.SIGTERM)
        assert director.wait() == 0
        assert director.stderr is not None
        said = director.stderr.read()
    assert "director ready" in said
    assert "director stops" in said
    assert not (idle.home / "director.sock").exists()


def test_the_log_says_when_it_began_and_ended_and_nothing_alarming(idle: Operator) -> None:
    idle.do("director", "start")
    idle.do("director", "stop")
    lines = (idle.home / "director.log").read_text().splitlines()
    levels = {line.split()[1] for line in lines}
    assert levels == {"info"}, lines


@pytest.fixture(scope="module")
def remote(bytecode: Path, minimal_release: Path) -> Iterator[Operator]:
    """A director with HTTPS and a deployment."""
    port = own_port()
    made = Operator(HTTPS.format(port=port), bytecode=bytecode)
    made.environment |= {
        "BOSH_ENVIRONMENT": f"https://127.0.0.1:{port}",
        "BOSH_CA_CERT": str(made.home / "certs" / "ca.pem"),
        "BOSH_CLIENT": "admin",
        "BOSH_CLIENT_SECRET": "s3cret",
    }
    try:
        made.do("director", "start")
        made.do("-n", "update-cloud-config", made.write("cloud.yml", cloud_config(made.subnet)))
        made.do("upload-release", str(minimal_release))
        made.do("-n", "deploy", made.write("minimal.yml", manifest(hellos=1)))
        yield made
    finally:
        made.close()


def test_everything_works_over_https_with_a_password(remote: Operator) -> None:
    rows = remote.rows("instances")
    assert [row["process_state"] for row in rows] == ["running", "running"]
    task = remote.rows("tasks", "--recent=1")[0]
    assert task["user"] == "admin"


def test_over_https_nothing_is_told_to_those_who_do_not_know_the_password(
    remote: Operator,
) -> None:
    for secret in ("wrong", ""):
        ended = remote.run("--client-secret", secret or "x", "deployments")
        assert ended.returncode == 1
        assert "Not authorized: '/deployments'" in ended.stderr
    untrusted = remote.run("--ca-cert", "/etc/ssl/certs/ca-certificates.crt", "deployments")
    assert untrusted.returncode == 1
    assert "certificate verify failed" in untrusted.stderr


def test_logs_of_real_jobs_come_back_as_an_archive(remote: Operator) -> None:
    folder = remote.home / "collected"
    told = remote.do("logs", "hello/0", "--dir", str(folder))
    path = Path(told.strip().removeprefix("Logs are in "))
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert any("hello" in name for name in names), names


@pytest.mark.skipif(shutil.which("ssh") is None, reason="needs the OpenSSH client")
def test_ssh_lets_in_or_says_clearly_why_not(remote: Operator) -> None:
    ended = remote.run("ssh", "hello/0", "-c", "echo hi")
    if ended.returncode == 0:
        assert ended.stdout == "hi\n"
        return
    assert "error: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_dead_machine_makes_a_listing_neither_slow_nor_fail(remote: Operator) -> None:
    remote.do("update-resurrection", "off")
    rows = remote.rows("instances", "--details")
    remote.kill_machine(rows[0]["vm_cid"])
    listed = remote.rows("instances")
    assert [row["process_state"] for row in listed] == ["unresponsive agent", "running"]
    remote.do("update-resurrection", "on")


def test_the_socket_is_for_its_owner_alone(remote: Operator) -> None:
    assert (remote.home / "director.sock").stat().st_mode & 0o777 == 0o600
    with contextlib.suppress(KeyError):
        del remote.environment["BOSH_ENVIRONMENT"]
    document = json.loads(remote.do("--json", "deployments"))
    assert document["Tables"][0]["Rows"][0]["name"] == "minimal"


def test_a_store_has_one_director_at_a_time_and_the_next_need_not_wait(
    idle: Operator, bytecode: Path
) -> None:
    idle.do("director", "start")
    other = Operator(f'store: {{url: "sqlite:///{idle.home}/store.db"}}\n', bytecode=bytecode)
    try:
        refused = other.run("director", "start")
        idle.do("director", "stop")
        taken = other.run("director", "start")
    finally:
        other.run("director", "stop")
        shutil.rmtree(other.home)

    assert refused.returncode == 1
    assert f"held by another director that lives: {socket.gethostname()}:{idle.home}" in (
        refused.stderr
    )
    assert "director stop" in refused.stderr
    assert taken.returncode == 0, taken.stderr
