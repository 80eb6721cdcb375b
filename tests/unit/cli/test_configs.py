"""Configs of all kinds: printed, saved, compared, deleted; what would be hurt, what is hidden."""

import json
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import CLOUD_CONFIG, manifest

Capture = pytest.CaptureFixture[str]
CHANGED = CLOUD_CONFIG.replace("disk_size: 128", "disk_size: 256")


def test_the_cloud_config_is_printed_as_it_was_saved(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("cloud-config") == 0
    assert capsys.readouterr().out == CLOUD_CONFIG
    assert served.cli("cloud-config", "--name", "x") == 1
    assert "There is no cloud config named 'x'." in capsys.readouterr().err


def test_a_change_is_shown_before_it_is_saved(
    served: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = served.write("cloud.yml", CHANGED)
    monkeypatch.setattr(sys, "stdin", Keyboard("n\n"))
    assert served.cli("update-cloud-config", file) == 1
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert any(line.startswith("- ") and "disk_size: 128" in line for line in lines)
    assert any(line.startswith("+ ") and "disk_size: 256" in line for line in lines)
    assert len(lines) < 8, "only what is near the change"
    assert "Save this cloud config? [yN]:" in captured.err
    served.cli("cloud-config")
    assert capsys.readouterr().out == CLOUD_CONFIG

    assert served.cli("-n", "update-cloud-config", file) == 0
    assert capsys.readouterr().out.endswith("Succeeded\n")
    served.cli("cloud-config")
    assert capsys.readouterr().out == CHANGED


def test_what_is_unchanged_is_not_saved_again(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("cloud.yml", CLOUD_CONFIG)
    assert served.cli("update-cloud-config", file) == 0
    assert capsys.readouterr().out == "The cloud config is unchanged.\n"
    assert served.cli("configs", "--recent", "5") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_mistake_is_shown_with_line_and_caret_and_nothing_is_saved(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("cloud.yml", CLOUD_CONFIG.replace("vm_types", "vm_tpyes"))
    assert served.cli("-n", "update-cloud-config", file) == 1
    err = capsys.readouterr().err
    assert "unknown key `vm_tpyes`" in err
    assert "^^^^^^^^" in err
    served.cli("cloud-config")
    assert capsys.readouterr().out == CLOUD_CONFIG
    assert served.cli("-n", "update-cloud-config", "/nosuch.yml") == 1


def test_colours_mark_what_comes_and_goes(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("cloud.yml", CHANGED)
    served.cli("--tty", "-n", "update-cloud-config", file)
    out = capsys.readouterr().out
    assert "\x1b[31m- " in out
    assert "\x1b[32m+ " in out


def test_variables_are_put_in(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("cloud.yml", CLOUD_CONFIG.replace("disk_size: 128", "disk_size: ((size))"))
    assert served.cli("-n", "update-cloud-config", file, "-v", "size=512") == 0
    capsys.readouterr()
    served.cli("cloud-config")
    assert "disk_size: 512" in capsys.readouterr().out


def test_configs_are_listed_with_their_versions(served: ServedWorld, capsys: Capture) -> None:
    served.cli("-n", "update-cloud-config", served.write("cloud.yml", CHANGED))
    capsys.readouterr()
    assert served.cli("--json", "configs", "--type", "cloud", "--recent", "2") == 0
    rows = json.loads(capsys.readouterr().out)["Tables"][0]["Rows"]
    assert [(row["id"], row["type"], row["name"]) for row in rows] == [
        ("2*", "cloud", "default"),
        ("1", "cloud", "default"),
    ]
    served.cli("configs")
    assert capsys.readouterr().out.startswith("2\tcloud\tdefault\t-\t")


RUNTIME = """\
releases: [{name: shop, version: 1}]
addons:
- name: extra
  jobs: [{name: web, release: shop, properties: {text: ((greeting))}}]
  include: {instance_groups: [db]}
"""
CPI = """\
cpis:
- name: east
  type: simulated
  properties: {password: s3cr3t}
"""


def test_a_runtime_config_goes_through_ops_and_variables(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("rc.yml", RUNTIME)
    ops = served.write(
        "ops.yml", "- {type: replace, path: /addons/name=extra/name, value: more}\n"
    )
    arguments = (file, "--name", "extra", "-o", ops, "-v", "greeting=Hi")

    assert served.cli("-n", "update-runtime-config", *arguments) == 0
    assert "+   name: more" in capsys.readouterr().out
    served.cli("runtime-config", "--name", "extra")
    printed = capsys.readouterr().out
    assert "text: Hi" in printed
    assert "name: more" in printed
    assert served.cli("-n", "urc", *arguments) == 0
    assert capsys.readouterr().out == "The runtime config is unchanged.\n"
    assert served.cli("runtime-config") == 1
    assert "update-runtime-config FILE" in capsys.readouterr().err


def test_a_mistake_points_at_the_file_that_an_ops_file_put_it_from(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("rc.yml", RUNTIME)
    ops = served.write(
        "ops.yml", "- type: replace\n  path: /releases/0/version\n  value: latest\n"
    )

    assert served.cli("-n", "update-runtime-config", file, "-o", ops) == 1

    err = capsys.readouterr().err
    assert "PD0801" in err
    assert "ops.yml:3:10" in err


def test_credentials_are_shown_only_when_they_are_asked_for(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("cpi.yml", CPI)
    served.cli("-n", "update-cpi-config", file)
    served.cli("-n", "update-cpi-config", served.write("cpi.yml", CPI.replace("s3cr3t", "n3w")))
    served.cli("cpi-config")
    served.cli("config", "--type", "cpi", "--name", "default")
    served.cli("config", "2")
    served.cli("diff-config", "--from-id", "2", "--to-id", "3")
    served.cli("diff-config", "--from-id", "2", "--to-content", file)
    captured = capsys.readouterr()
    assert "<redacted>" in captured.out
    for secret in ("s3cr3t", "n3w"):
        assert secret not in captured.out + captured.err
    assert "-     password: <redacted>" in captured.out
    assert "+     password: <redacted>" in captured.out

    served.cli("cpi-config", "--no-redact")
    assert "n3w" in capsys.readouterr().out
    served.cli("diff-config", "--from-id", "2", "--to-id", "3", "--no-redact")
    assert "-     password: s3cr3t" in capsys.readouterr().out


def test_a_mistake_in_a_cpi_config_shows_its_place_and_no_line(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("cpi.yml", CPI.replace("type:", "typ:").replace("s3cr3t", "typ s3cr3t"))

    assert served.cli("-n", "update-cpi-config", file) == 1

    err = capsys.readouterr().err
    assert "cpi.yml:3:3" in err
    assert "s3cr3t" not in err


def test_any_kind_of_config_is_saved_found_and_deleted(
    served: ServedWorld, capsys: Capture
) -> None:
    rules = served.write("rules.yml", "rules: [{enabled: false}]\n")
    arguments = ("update-config", "--type", "resurrection", "--name", "r1", rules)
    assert served.cli("-n", *arguments) == 0
    assert served.cli("-n", *arguments) == 0
    capsys.readouterr()
    served.cli("configs", "--type", "resurrection", "--name", "r1")
    assert capsys.readouterr().out.startswith("2\tresurrection\tr1\t")
    served.cli("config", "2*")
    assert capsys.readouterr().out == "rules: [{enabled: false}]\n"
    assert served.cli("-n", "delete-config", "--type", "resurrection", "--name", "r1") == 0
    assert served.cli("-n", "delete-config", "2") == 0, "a version of what is gone"
    capsys.readouterr()
    assert served.cli("config", "--type", "resurrection", "--name", "r1") == 1
    assert "update-config --type resurrection --name r1 FILE" in capsys.readouterr().err


def test_nobody_saves_over_a_version_that_was_not_expected(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("cloud.yml", CHANGED)

    assert served.cli("-n", "update-cloud-config", file, "--expected-latest-id", "7") == 1
    assert "does not match expected config ID '7'" in capsys.readouterr().err
    assert served.cli("-n", "update-cloud-config", file, "--expected-latest-id", "1") == 0


def test_it_is_told_whom_a_change_would_hurt_before_it_is_asked_for(
    served: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.do(served.world.deploy_well)
    without = CLOUD_CONFIG.replace("- name: default\n", "- name: other\n").replace(
        "network: default", "network: other"
    )
    monkeypatch.setattr(sys, "stdin", Keyboard("n\n"))

    assert served.cli("update-cloud-config", served.write("cloud.yml", without)) == 1

    err = capsys.readouterr().err
    assert "`shop` could not be deployed any more" in err
    assert err.index("PD0813") < err.index("Save this cloud config?")


def test_it_is_told_whom_a_deletion_would_hurt_before_it_is_asked_for(
    served: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.do(served.world.deploy_well)
    (cloud,) = served.world.store.configs(kind="cloud")
    monkeypatch.setattr(sys, "stdin", Keyboard("n\n"))

    assert served.cli("delete-config", str(cloud.config_id)) == 1

    err = capsys.readouterr().err
    assert "`shop` could not be deployed any more" in err
    assert err.index("PD0813") < err.index("Delete the cloud config 'default'?")


def test_a_type_that_looks_misspelt_is_told_before_it_is_saved(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("rules.yml", "rules: [{enabled: true}]\n")

    assert served.cli("-n", "update-config", "--type", "resurection", "--name", "a", file) == 0
    assert "did you mean `resurrection`?" in capsys.readouterr().err
    assert served.cli("-n", "update-config", "--type", "mine", "--name", "a", file) == 0
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("config",), "Which config?"),
        (("config", "x"), "'x' is no id of a config."),
        (("delete-config",), "Which config?"),
        (("delete-config", "--type", "cloud"), "Which config?"),
        (("diff-config", "--from-id", "1"), "Compare to what?"),
        (("diff-config", "--from-id", "1", "--from-content", "x"), "Compare from what?"),
        (("config", "99"), "Config 99 not found"),
    ],
)
def test_what_is_missing_is_asked_for(
    served: ServedWorld, capsys: Capture, arguments: tuple[str, ...], said: str
) -> None:
    assert served.cli("-n", *arguments) == 1
    assert said in capsys.readouterr().err


def test_flags_of_deploy_configs_count_as_typed(served: ServedWorld, capsys: Capture) -> None:
    for name, text in (
        ("a", "flags: [recreate, skip-upload-releases]\ninclude: [shop]\n"),
        ("b", "flags: [fix]\nexclude: [shop]\n"),
        ("c", "flags: [recreate-persistent-disks]\n"),
    ):
        file = served.write("d.yml", text)
        assert served.cli("-n", "update-config", "--type", "deploy", "--name", name, file) == 0
    served.do(served.world.deploy_well)
    capsys.readouterr()

    assert served.cli("plan", served.write("shop.yml", manifest())) == 0

    captured = capsys.readouterr()
    assert (
        "flags of the deploy config: --recreate, --recreate-persistent-disks,"
        " --skip-upload-releases" in captured.err
    )
    assert captured.err.count("is not carried out") == 1
    assert "recreation was asked for" in captured.out


def test_a_release_of_a_runtime_config_is_uploaded_first(
    served: ServedWorld, capsys: Capture, shop_tarball: Path
) -> None:
    served.do(served.world.forget_releases)
    text = RUNTIME.replace("version: 1", f"version: 1, url: 'file://{shop_tarball}'").replace(
        "((greeting))", "Hi"
    )

    assert served.cli("-n", "update-runtime-config", served.write("rc.yml", text)) == 0

    assert len(served.world.store.releases()) == 1
    assert capsys.readouterr().out.endswith("Succeeded\n")
