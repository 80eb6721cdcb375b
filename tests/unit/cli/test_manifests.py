"""`interpolate`: offline."""

import json
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from tests.unit.director.director_world import CLOUD_CONFIG, manifest

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write to, in which commands run."""
    monkeypatch.chdir(tmp_path)
    Path("cloud.yml").write_text(CLOUD_CONFIG)
    Path("shop.yml").write_text(manifest())
    Path("typo.yml").write_text(manifest().replace("vm_type", "vm_tpye", 1))
    return tmp_path


@pytest.mark.usefixtures("write")
class TestInterpolate:
    def test_ops_and_variables_of_every_kind_are_put_in(
        self, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("in.yml").write_text(
            "a: ((flag))\nb: ((file))\nc: ((text))\nd: ((env))\ne: ((store))\nf: old\n"
        )
        Path("vars.yml").write_text("file: [1, 2]\n")
        Path("text.txt").write_text("whole text")
        Path("store.yml").write_text("store: kept\n")
        Path("ops.yml").write_text("- {type: replace, path: /f, value: new}\n")
        monkeypatch.setenv("MY_env", "from the environment")
        arguments = ["-v", "flag=1", "-l", "vars.yml", "--var-file", "text=text.txt"]
        arguments += ["--vars-env", "MY", "--vars-store", "store.yml", "-o", "ops.yml"]
        assert run(["interpolate", "in.yml", *arguments]) == 0
        assert capsys.readouterr().out == (
            "a: 1\nb:\n- 1\n- 2\nc: whole text\nd: from the environment\ne: kept\nf: new\n"
        )

    def test_a_path_shows_a_part_and_a_text_without_quotes(self, capsys: Capture) -> None:
        assert run(["int", "shop.yml", "--path", "/instance_groups/name=web/azs"]) == 0
        assert capsys.readouterr().out == "- z1\n- z2\n"
        assert run(["int", "shop.yml", "--path", "/name"]) == 0
        assert capsys.readouterr().out == "shop\n"
        assert run(["int", "shop.yml", "--path", "/nosuch"]) == 1
        assert "nosuch" in capsys.readouterr().err

    def test_missing_and_unused_variables_fail_when_asked(self, capsys: Capture) -> None:
        Path("in.yml").write_text("a: ((one))\n")
        assert run(["int", "in.yml"]) == 0
        assert capsys.readouterr().out == "a: ((one))\n"
        assert run(["int", "in.yml", "--var-errs"]) == 1
        assert "one" in capsys.readouterr().err
        assert run(["int", "in.yml", "-v", "one=1", "-v", "two=2", "--var-errs-unused"]) == 1
        assert "two" in capsys.readouterr().err

    def test_in_json_the_document_is_a_block(self, capsys: Capture) -> None:
        Path("in.yml").write_text("a: 1\n")
        assert run(["--json", "int", "in.yml"]) == 0
        assert json.loads(capsys.readouterr().out)["Blocks"] == ["a: 1\n"]

    def test_a_mistake_in_an_ops_file_is_shown_there(self, capsys: Capture) -> None:
        Path("ops.yml").write_text("- {type: replace, path: /nosuch/deep, value: 1}\n")
        assert run(["int", "shop.yml", "-o", "ops.yml"]) == 1
        assert "--> ops.yml:1:" in capsys.readouterr().err

    def test_no_value_of_a_variable_is_shown_when_something_is_wrong_with_it(
        self, capsys: Capture
    ) -> None:
        Path("vars.yml").write_text("secret: hunter2\nother: [\n")
        assert run(["int", "shop.yml", "-l", "vars.yml"]) == 1
        err = capsys.readouterr().err
        assert "vars.yml" in err
        assert "hunter2" not in err

    def test_options_in_the_wrong_form_are_explained(self, capsys: Capture) -> None:
        assert run(["int", "shop.yml", "--var-file", "nosign"]) == 1
        assert "Expected --var-file nosign to be in format name=path." in capsys.readouterr().err
