"""Names of commands, help, and how failures end."""

import importlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from paasta_deploy.cli.main import ALIASES, COMMANDS, run

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_helps(name: str, capsys: Capture) -> None:
    assert run([name, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_every_alias_is_a_command(alias: str, name: str, capsys: Capture) -> None:
    assert name in COMMANDS
    assert run([alias, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_the_help_lists_every_command_without_loading_one(capsys: Capture) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in COMMANDS)


def test_the_help_line_of_a_command_fits_what_the_command_says() -> None:
    for module, attribute, help_line in COMMANDS.values():
        loaded = getattr(importlib.import_module(f"paasta_deploy.cli.{module}"), attribute)
        assert isinstance(loaded, click.Command)
        assert help_line
        assert loaded.help


def test_help_needs_neither_http_nor_yaml_nor_a_director() -> None:
    program = (
        "import sys; from paasta_deploy.cli.main import run; run(['--help']);"
        "heavy = {'yaml', 'ssl', 'httpx', 'http.client', 'fastapi', 'sqlalchemy', 'nats'};"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["nosuch"], "error: Unknown command `nosuch`.", "paasta-deploy --help"),
        (
            ["instance"],
            "error: Unknown command `instance`. Did you mean `instances`?",
            "paasta-deploy --help",
        ),
        (
            ["instances", "--foo"],
            "error: No such option '--foo'.",
            "paasta-deploy instances --help",
        ),
        (
            ["deploy"],
            "error: Missing argument 'MANIFEST', or --plan FILE.",
            "paasta-deploy deploy --help",
        ),
        (
            ["tasks", "--recent=x"],
            "error: Invalid value for '-r' / '--recent': 'x' is not a valid integer range.",
            "paasta-deploy tasks --help",
        ),
        (
            ["director", "frob"],
            "error: No such command 'frob'.",
            "paasta-deploy director --help",
        ),
    ],
)
def test_a_mistake_on_the_command_line_says_where_help_is(
    arguments: list[str], message: str, hint: str, capsys: Capture
) -> None:
    assert run(arguments) == 1
    err = capsys.readouterr().err
    assert err.splitlines() == [message, f"  help: {hint}", "", "Exit code 1"]


def test_a_mistake_on_the_command_line_is_json_when_json_is_wanted(capsys: Capture) -> None:
    assert run(["--json", "nosuch"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["Lines"][0] == "error: Unknown command `nosuch`."
    assert document["Lines"][-1] == "Exit code 1"
    assert document["Tables"] is document["Blocks"] is None


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, capsys: Capture) -> None:
    arguments = ["create-release", "--dir", str(tmp_path), "--tarball", "/proc/nosuch/x.tgz"]
    assert run(arguments) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "Traceback" not in err


def test_an_error_of_the_system_is_told_with_its_file(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def refuse(_code: str) -> str:
        raise PermissionError(13, "Permission denied", "/etc/shadow")

    monkeypatch.setattr("paasta_deploy.cli.explaining.explanation_of", refuse)
    assert run(["explain", "PD0101"]) == 1
    assert "error: /etc/shadow: Permission denied." in capsys.readouterr().err


def test_ctrl_c_ends_a_command_quietly_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def interrupt(_code: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("paasta_deploy.cli.explaining.explanation_of", interrupt)
    assert run(["explain", "PD0101"]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_reader_that_has_enough_is_no_reason_to_complain() -> None:
    read, write = os.pipe()
    os.close(read)
    program = "import sys; from paasta_deploy.__main__ import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", program, "explain", "PD0101"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert ended.stderr == ""
    assert ended.returncode == 1


def test_no_answer_at_a_question_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run(["-e", "https://127.0.0.1:1", "delete-disk", "disk-1"]) == 1
    err = capsys.readouterr().err
    assert "Delete disk-1 and the data on it? Nobody can be asked here" in err
    assert "add -n to go ahead without asking" in err


def test_a_state_folder_that_cannot_be_is_told_with_another_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--home", "/proc/nope", "deployments"]) == 1
    err = capsys.readouterr().err
    assert "error: The state folder /proc/nope cannot be used: " in err
    assert "--home FOLDER or PAASTA_HOME" in err


def test_a_wrong_option_points_at_the_help_of_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["validate", "m.yml", "-l"]) == 1
    assert "help: paasta-deploy validate --help" in capsys.readouterr().err
