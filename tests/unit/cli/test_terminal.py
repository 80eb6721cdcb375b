"""Output for people and for programs."""

import io
import json
import sys

import pytest

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.terminal import Table, Terminal
from tests.unit.cli.conftest import Keyboard

Capture = pytest.CaptureFixture[str]
TABLE = Table(
    content="things",
    header=["Name", "IPs (all)"],
    rows=[["a", "10.0.0.1\n10.0.0.2"], ["longer", ""]],
    notes=["so it is"],
)


def test_json_is_one_object_in_boshs_shape_at_the_end(capsys: Capture) -> None:
    terminal = Terminal(as_json=True)
    terminal.line("a line")
    terminal.note("a note")
    terminal.block("a block")
    terminal.table(TABLE)
    assert capsys.readouterr().out == ""
    terminal.close()
    assert json.loads(capsys.readouterr().out) == {
        "Tables": [
            {
                "Content": "things",
                "Header": {"name": "Name", "ips_all": "IPs (all)"},
                "Rows": [
                    {"name": "a", "ips_all": "10.0.0.1\n10.0.0.2"},
                    {"name": "longer", "ips_all": ""},
                ],
                "Notes": ["so it is"],
            }
        ],
        "Blocks": ["a block"],
        "Lines": ["a line", "a note"],
    }


def test_into_a_pipe_tables_are_tab_separated_and_notes_go_to_stderr(capsys: Capture) -> None:
    terminal = Terminal()
    terminal.table(TABLE)
    terminal.note("a note")
    terminal.block("no line end")
    terminal.close()
    captured = capsys.readouterr()
    assert captured.out == "a\t10.0.0.1, 10.0.0.2\t\nlonger\t\t\nno line end\n"
    assert captured.err == "a note\n"


def test_for_a_person_columns_are_aligned_and_counted(capsys: Capture) -> None:
    terminal = Terminal(tty=True, colour=False)
    terminal.table(TABLE)
    assert capsys.readouterr().out == (
        "Name    IPs (all)\na       10.0.0.1, 10.0.0.2\nlonger  -\nso it is\n\n2 things\n"
    )


def test_a_table_may_count_something_else_than_rows(capsys: Capture) -> None:
    table = Table(content="instances", header=["A"], rows=[["x"], ["~ y"]], count=1)
    Terminal(tty=True, colour=False).table(table)
    assert capsys.readouterr().out.endswith("\n1 instances\n")


def test_an_empty_table_has_a_header_for_people_only(capsys: Capture) -> None:
    empty = Table(content="things", header=["A", "B"], rows=[])
    Terminal().table(empty)
    assert capsys.readouterr().out == ""
    Terminal(tty=True, colour=False).table(empty)
    assert capsys.readouterr().out == "A  B\n\n0 things\n"


@pytest.mark.parametrize("answer", ["y\n", "Y\n", "yes\n"])
def test_a_yes_goes_ahead(answer: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(answer))
    Terminal().confirm("Go?")
    assert capsys.readouterr().err == "\nGo? [yN]: "


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "maybe\n"])
def test_anything_else_stops(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard(answer))
    with pytest.raises(CliError, match="Stopped: nothing was changed"):
        Terminal().confirm("Go?")


def test_without_a_terminal_nobody_is_asked_and_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(CliError, match="Nobody can be asked here") as caught:
        Terminal().confirm("Go?")
    assert "-n" in caught.value.hint


def test_when_not_interactive_everything_is_agreed_to(capsys: Capture) -> None:
    Terminal(interactive=False).confirm("Go?")
    assert capsys.readouterr().err == ""


def test_a_failure_in_json_has_its_diagnostics_beside_its_lines(capsys: Capture) -> None:
    terminal = Terminal(as_json=True)
    terminal.failed(["error: no"], [{"code": "PD0101"}])
    terminal.close()
    document = json.loads(capsys.readouterr().out)
    assert document["Lines"] == ["error: no"]
    assert document["Diagnostics"] == [{"code": "PD0101"}]


def test_a_value_of_its_own_is_plain_json(capsys: Capture) -> None:
    Terminal(as_json=True).value({"a": [1]})
    assert json.loads(capsys.readouterr().out) == {"a": [1]}


def test_what_is_waited_for_is_told_at_a_terminal_only_and_taken_back(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Terminal().busy("Thinking"):
        pass
    assert capsys.readouterr().err == ""

    screen = Keyboard()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with Terminal().busy("Thinking"):
        pass
    assert screen.getvalue() == "Thinking ...\r\x1b[2K"
