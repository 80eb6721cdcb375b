"""``diff-manifests``: what it prints is an ops file that does what it says."""

from pathlib import Path

import pytest

from paasta_deploy.cli.main import run


@pytest.mark.usefixtures("_two_files")
def test_the_printed_ops_make_the_second_of_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff-manifests", "one.yml", "two.yml"]) == 0
    ops = capsys.readouterr().out
    Path("ops.yml").write_text(ops, encoding="utf-8")
    assert run(["int", "one.yml", "-o", "ops.yml"]) == 0
    made = capsys.readouterr().out
    assert run(["int", "two.yml"]) == 0

    assert made == capsys.readouterr().out
    assert "path: /groups/name=web/size\n" in ops


@pytest.mark.usefixtures("_two_files")
def test_equal_files_need_no_operation(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff-manifests", "one.yml", "one.yml"]) == 0
    assert capsys.readouterr().out == "[]\n"


@pytest.mark.usefixtures("_two_files")
def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff-manifests", "one.yml", "three.yml"]) == 1
    assert "There is no file three.yml." in capsys.readouterr().err


@pytest.fixture
def _two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yml").write_text("groups: [{name: web, size: 1}, {name: db}]\n", encoding="utf-8")
    Path("two.yml").write_text("groups: [{name: web, size: 2}]\ntags: {a: b}\n", encoding="utf-8")
