"""`logs` and `ssh`. The `ssh` program is a script that writes down what it was called with."""

import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(served: ServedWorld, monkeypatch: pytest.MonkeyPatch) -> ServedWorld:
    """The shop, deployed; commands run in a folder of their own."""
    served.do(served.world.deploy_well)
    (served.home / "here").mkdir()
    monkeypatch.chdir(served.home / "here")
    return served


def named(out: str) -> Path:
    return Path(out.strip().removeprefix("Logs are in "))


def test_the_logs_of_one_instance_are_written_here(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("logs", "web/0", "--agent") == 0
    path = named(capsys.readouterr().out)
    assert path.name.startswith("shop.web.0-")
    agent = shop.world.vm("web/0").agent_id
    assert path.read_bytes() == f"agent logs of {agent}".encode()
    assert list(Path().iterdir()) == [path], "and no part of it besides"


def test_the_logs_of_all_are_one_archive(shop: ServedWorld, capsys: Capture) -> None:
    folder = shop.home / "logs" / "deep"
    assert shop.cli("logs", "--dir", str(folder), "--only", "web,db") == 0
    path = named(capsys.readouterr().out)
    assert path.parent == folder
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as bundle:
        assert len(bundle.getnames()) == 3
    request = shop.world.store.tasks(limit=1)[0].request
    assert request["filters"] == ["web", "db"]


def test_logs_of_nobody_are_refused_with_what_there_is(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("logs", "nosuch") == 1
    assert "there are: db/0, web/0, web/1" in capsys.readouterr().err


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand-ins for OpenSSH; what they are told is in the folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    keygen = 'for last; do :; done\necho private > "$last"\necho "ssh-ed25519 key" > "$last.pub"\n'
    ssh = f"""
printf "%s\\n" "$@" >> {tmp_path}/told
for word; do
    case "$word" in UserKnownHostsFile=*) cat "${{word#*=}}" >> {tmp_path}/known;; esac
done
exit ${{SSH_EXIT:-0}}
"""
    scripts = {"ssh-keygen": keygen, "ssh": ssh}
    for name, text in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return tmp_path


def test_a_command_runs_with_a_key_and_a_host_key_that_were_just_made(
    shop: ServedWorld, programs: Path
) -> None:
    assert shop.cli("ssh", "web/0", "-c", "uptime", "--opts=-4") == 0
    told = (programs / "told").read_text().splitlines()
    assert told[-1] == "uptime"
    assert told[-2].endswith("@127.0.0.1")
    assert "StrictHostKeyChecking=yes" in told
    assert "-4" in told
    assert (programs / "known").read_text() == "127.0.0.1 ssh-ed25519 simulated\n"
    kinds = [task.description for task in shop.world.store.tasks(limit=2)]
    assert kinds == ["ssh: cleanup: web", "ssh: setup: web"]


def test_what_a_command_prints_is_a_part_of_the_json_document(
    shop: ServedWorld, programs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (programs / "bin" / "ssh").write_text("#!/bin/sh\necho 'up 3 days'\n")

    assert shop.cli("--json", "ssh", "web", "-c", "uptime") == 0
    assert json.loads(capfd.readouterr().out)["Blocks"] == ["up 3 days\n"] * 2


def test_a_command_runs_on_every_instance_of_a_group(shop: ServedWorld, programs: Path) -> None:
    assert shop.cli("ssh", "web", "-c", "uptime") == 0
    assert (programs / "told").read_text().splitlines().count("uptime") == 2


def test_a_shell_needs_one_instance_and_the_login_is_removed_again(
    shop: ServedWorld, programs: Path, capsys: Capture
) -> None:
    assert shop.cli("ssh", "web") == 1
    err = capsys.readouterr().err
    assert "A shell needs one instance, and 2 were named." in err
    assert "name one with GROUP/ID, or run a command on all with -c" in err
    assert not (programs / "told").exists()
    assert shop.world.store.tasks(limit=1)[0].description == "ssh: cleanup: web"


def test_a_remote_failure_is_told_and_the_login_is_removed(
    shop: ServedWorld, programs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_EXIT", "3")
    assert shop.cli("ssh", "web/0", "-c", "false") == 1
    assert "The remote command ended with 3." in capsys.readouterr().err
    assert shop.world.store.tasks(limit=1)[0].description == "ssh: cleanup: web"
    assert (programs / "told").exists()


@pytest.mark.usefixtures("programs")
def test_a_machine_that_lets_nobody_in_says_why(shop: ServedWorld, capsys: Capture) -> None:
    shop.world.deafen("ssh")
    assert shop.cli("ssh", "web/0", "-c", "id") == 1
    err = capsys.readouterr().err
    assert f"web/{shop.world.instance('web/0').instance_id} (0): Timed out" in err


def test_without_openssh_it_is_said_what_to_install(
    shop: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nosuch")
    assert shop.cli("ssh", "web/0", "-c", "id") == 1
    err = capsys.readouterr().err
    assert "There is no `ssh` on this machine." in err
    assert "openssh-client" in err


@pytest.mark.usefixtures("programs")
def test_an_unknown_instance_is_refused_before_any_login(
    shop: ServedWorld, capsys: Capture
) -> None:
    assert shop.cli("ssh", "nosuch/0", "-c", "id") == 1
    assert "'nosuch/0' names no instance" in capsys.readouterr().err
