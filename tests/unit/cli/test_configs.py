"""`cloud-config`, `update-cloud-config` and `configs`."""

import json
import sys

import pytest

from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import CLOUD_CONFIG

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
        ("2", "cloud", "default"),
        ("1", "cloud", "default"),
    ]
    served.cli("configs")
    assert capsys.readouterr().out.startswith("2\tcloud\tdefault\t-\t")
