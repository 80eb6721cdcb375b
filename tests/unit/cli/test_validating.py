"""`validate`: offline, all mistakes of all files in one pass."""

import json
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from tests.unit.director.director_world import CLOUD_CONFIG, manifest

pytestmark = pytest.mark.usefixtures("write")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write to, in which commands run."""
    monkeypatch.chdir(tmp_path)
    Path("cloud.yml").write_text(CLOUD_CONFIG)
    Path("shop.yml").write_text(manifest())
    Path("typo.yml").write_text(manifest().replace("vm_type", "vm_tpye", 1))
    return tmp_path


def test_a_manifest_is_valid_alone_and_against_cloud_configs(capsys: Capture) -> None:
    assert run(["validate", "shop.yml"]) == 0
    assert capsys.readouterr().out == "shop.yml is valid.\n"
    assert run(["validate", "shop.yml", "--cloud-config", "cloud.yml"]) == 0


def test_all_mistakes_come_in_one_pass_in_the_order_of_the_file(capsys: Capture) -> None:
    Path("two.yml").write_text(
        manifest().replace("vm_type", "vm_tpye", 1).replace("WEBS", "x").replace("z2", "z9")
    )
    assert run(["validate", "two.yml", "--cloud-config", "cloud.yml"]) == 1
    err = capsys.readouterr().err
    assert err.index("vm_tpye") < err.index("z9")
    assert "--> two.yml:" in err
    assert "2 errors; " in err


def test_for_programs_there_is_a_list_of_diagnostics(capsys: Capture) -> None:
    assert run(["--json", "validate", "shop.yml"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(["--json", "validate", "typo.yml"]) == 1
    captured = capsys.readouterr()
    (found,) = json.loads(captured.out)
    assert (found["code"], found["span"]["file"]) == ("PD0103", "typo.yml")
    assert captured.err == ""


def test_a_file_that_is_no_yaml_is_told_for_programs_too(capsys: Capture) -> None:
    Path("broken.yml").write_text("name: [\n")
    assert run(["--json", "validate", "broken.yml"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["span"]["line"] == 2
    assert run(["validate", "broken.yml"]) == 1
    assert "--> broken.yml:2:1" in capsys.readouterr().err


def test_a_wrong_cloud_config_is_told_in_its_own_file(capsys: Capture) -> None:
    Path("bad.yml").write_text(CLOUD_CONFIG.replace("vm_types", "vm_tpyes"))
    assert run(["validate", "shop.yml", "--cloud-config", "bad.yml"]) == 1
    assert "--> bad.yml:" in capsys.readouterr().err


def test_a_missing_file_is_named(capsys: Capture) -> None:
    assert run(["validate", "nosuch.yml"]) == 1
    assert "There is no file nosuch.yml." in capsys.readouterr().err
    assert run(["--json", "validate", "nosuch.yml"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["Lines"][0] == "error: There is no file nosuch.yml."


def test_mistakes_of_all_files_come_together(capsys: Capture) -> None:
    Path("ops.yml").write_text("- {type: replace, path: /update/serial?, value: 1}\n")
    Path("bad.yml").write_text(CLOUD_CONFIG.replace("vm_types", "vm_tpyes"))
    assert run(["validate", "typo.yml", "-o", "ops.yml", "--cloud-config", "bad.yml"]) == 1
    err = capsys.readouterr().err
    places = [err.index(f"--> {file}:") for file in ("typo.yml", "ops.yml", "bad.yml")]
    assert places == sorted(places)


def test_a_vars_file_that_is_wrong_hides_no_mistake_of_the_manifest(capsys: Capture) -> None:
    Path("vars.yml").write_text("secret: hunter2\nother: [\n")
    Path("two.yml").write_text(manifest().replace("vm_type", "vm_tpye", 1) + "tags: {a: ((b))}\n")
    assert run(["validate", "two.yml", "-l", "vars.yml"]) == 1
    err = capsys.readouterr().err
    assert "--> vars.yml:" in err
    assert "vm_tpye" in err
    assert "hunter2" not in err
    assert "no value" not in err, "of course it has none"


def test_unknown_keys_are_judged_as_asked(capsys: Capture) -> None:
    Path("old.yml").write_text(manifest() + "meta: {a: 1}\n")
    Path("odd.yml").write_text(manifest() + "colour: blue\n")
    assert run(["validate", "old.yml"]) == 0
    assert run(["validate", "old.yml", "--strict"]) == 1
    assert run(["validate", "odd.yml"]) == 1
    capsys.readouterr()
    assert run(["validate", "odd.yml", "--lenient"]) == 0
    assert "warning[PD0103]: unknown key `colour`" in capsys.readouterr().err
    assert run(["validate", "odd.yml", "--lenient", "--strict"]) == 1
    assert "contradict" in capsys.readouterr().err


def test_a_warning_fails_only_when_that_is_asked_for(capsys: Capture) -> None:
    Path("warned.yml").write_text(manifest() + "properties: {a: 1}\n")
    assert run(["validate", "warned.yml"]) == 0
    assert run(["validate", "warned.yml", "--strict"]) == 1
    assert "--strict lets none pass" in capsys.readouterr().err
    assert run(["--json", "validate", "warned.yml", "--strict"]) == 1
    assert run(["--json", "validate", "warned.yml"]) == 0


def test_bosh_names_are_there_for_programs(capsys: Capture) -> None:
    Path("unknown.yml").write_text(manifest().replace("z2", "z9"))
    assert run(["--json", "validate", "unknown.yml", "--cloud-config", "cloud.yml"]) == 1
    found = json.loads(capsys.readouterr().out)[0]
    assert (found["bosh_code"], found["bosh_name"]) == (140018, "JobUnknownAvailabilityZone")


def test_runtime_and_cpi_configs_are_checked_along(capsys: Capture) -> None:
    Path("runtime.yml").write_text("releases: [{name: q, version: latest}]\n")
    Path("cpi.yml").write_text("cpis: [{name: a, type: local, properties: [hunter2]}]\n")
    arguments = ["--cloud-config", "cloud.yml", "--runtime-config", "runtime.yml"]
    assert run(["validate", "shop.yml", *arguments, "--cpi-config", "cpi.yml"]) == 1
    err = capsys.readouterr().err
    assert err.index("--> runtime.yml:1:31") < err.index("--> cpi.yml:1:")
    assert "hunter2" not in err, "the lines of a CPI config hold credentials"


def test_a_typed_value_that_nothing_uses_is_warned_of(capsys: Capture) -> None:
    assert run(["validate", "shop.yml", "-v", "nobody=1"]) == 0
    assert "warning[PD0302]: the variable `nobody`" in capsys.readouterr().err


RELEASE = Path(__file__).parents[3] / "manifests" / "minimal"


def test_a_release_at_hand_tells_of_its_jobs(capsys: Capture) -> None:
    text = (RELEASE / "manifest.yml").read_text()
    Path("hello.yml").write_text(text)
    release = str(RELEASE / "release")
    assert run(["validate", "hello.yml", "--release", release]) == 0
    Path("hello.yml").write_text(text.replace("  - name: hello\n", "  - name: helo\n"))
    assert run(["validate", "hello.yml"]) == 0
    capsys.readouterr()
    assert run(["validate", "hello.yml", "--release", release]) == 1
    assert "has no job `helo`" in capsys.readouterr().err


def test_a_release_that_cannot_be_read_is_told_by_its_path(capsys: Capture) -> None:
    assert run(["validate", "shop.yml", "--release", "gone.tgz"]) == 1
    assert "There is no release gone.tgz." in capsys.readouterr().err
    assert run(["validate", "shop.yml", "--release", "cloud.yml"]) == 1
    assert "cloud.yml cannot be read as a release" in capsys.readouterr().err
    release = str(RELEASE / "release")
    assert run(["validate", "shop.yml", "--release", release, "--release", f"{release}/."]) == 1
    assert "are the same release, `minimal`" in capsys.readouterr().err
