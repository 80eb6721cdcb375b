"""`explain`: our codes, BOSH's numbers and names, and the list of all."""

import pytest

from paasta_deploy.cli.main import run

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("code", ["PD0142", "150001", "JobUnknownNetwork"])
def test_a_code_is_explained_under_each_of_its_names(code: str, capsys: Capture) -> None:
    assert run(["explain", code]) == 0
    assert "PD0142: a network is unknown" in capsys.readouterr().out


def test_without_a_code_all_are_listed(capsys: Capture) -> None:
    assert run(["explain"]) == 0
    assert "PD0142  150001  a network is unknown\n" in capsys.readouterr().out


def test_an_unknown_code_is_told_with_what_may_be_meant(capsys: Capture) -> None:
    assert run(["explain", "JobUnknownNetwrk"]) == 1
    err = capsys.readouterr().err
    assert "There is no code JobUnknownNetwrk." in err
    assert "help: did you mean `JobUnknownNetwork`" in err
    assert run(["explain", "xyz"]) == 1
    assert "`paasta-deploy explain` lists all codes" in capsys.readouterr().err
