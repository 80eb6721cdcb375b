"""`simulate`: a rollout on paper, for people and for programs."""

import json
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from paasta_deploy.cli.simulating import clock

Capture = pytest.CaptureFixture[str]

MANIFEST = """\
name: shop
releases: [{name: shop, version: "1"}]
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-60000, update_watch_time: 1000-60000}
instance_groups:
- name: web
  instances: 3
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: server, release: shop}]
"""  # noqa: E501 - one line of the manifest

CLOUD_CONFIG = """\
azs: [{name: z1}]
vm_types: [{name: small, cloud_properties: {}}]
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/29, gateway: 10.0.0.1, azs: [z1], dns: []}]
compilation: {workers: 1, az: z1, vm_type: small, network: default}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "shop.yml"
    path.write_text(MANIFEST)
    return str(path)


def test_a_rollout_is_told_with_its_critical_path(file: str, capsys: Capture) -> None:
    assert run(["simulate", file]) == 0

    text = capsys.readouterr().out
    assert "The deploy of 'shop' succeeds after about" in text
    assert "3 of 3 instances run; 4 VMs were made, compilation VMs included." in text
    assert "Compiling packages" in text
    assert "BROKEN PROMISE" not in text


def test_equal_seeds_give_the_same_words(file: str, capsys: Capture) -> None:
    said = []
    for seed in ("7", "7", "8"):
        assert run(["simulate", file, "--seed", seed, "--events"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != said[2]


def test_programs_get_json(file: str, capsys: Capture) -> None:
    assert run(["--json", "simulate", file]) == 0

    report = json.loads(capsys.readouterr().out)
    assert (report["deployment"], report["succeeded"], report["breaches"]) == ("shop", True, [])
    assert report["instances_running"] == 3
    assert report["peak_updates"] == {"web": 2}
    assert report["critical_path"][-1]["ended_s"] == report["deploy_s"]
    assert "events" not in report


def test_the_deployment_can_be_scaled(file: str, capsys: Capture) -> None:
    assert run(["--json", "simulate", file, "--vms", "40"]) == 0

    assert json.loads(capsys.readouterr().out)["instances_running"] == 40


def test_faults_happen_and_are_healed(file: str, tmp_path: Path, capsys: Capture) -> None:
    faults = tmp_path / "faults.yml"
    faults.write_text("timeline:\n- {at: 20s, kill_director: true}\n- {at: 30m, crash: web/0}\n")

    assert run(["simulate", file, "--faults", str(faults)]) == 0

    text = capsys.readouterr().out
    assert "0:00:20  the director is killed" in text
    assert "0:30:00  web/0 crashes" in text
    assert "Resurrections: 1; all was quiet after" in text


def test_a_wrong_fault_file_is_told_with_its_line(
    file: str, tmp_path: Path, capsys: Capture
) -> None:
    faults = tmp_path / "faults.yml"
    faults.write_text("timeline:\n- {at: 1m, carsh: web/0}\n")

    assert run(["simulate", file, "--faults", str(faults)]) == 1

    text = capsys.readouterr().err
    assert f"{faults}:2:12" in text
    assert "did you mean `crash`?" in text


def test_a_network_that_is_too_small_is_told_before_anything_runs(
    file: str, tmp_path: Path, capsys: Capture
) -> None:
    cloud = tmp_path / "cloud.yml"
    cloud.write_text(CLOUD_CONFIG)

    assert run(["simulate", file, "--cloud-config", str(cloud), "--vms", "50"]) == 1

    captured = capsys.readouterr()
    assert "error[PD" in captured.err
    assert "succeeds" not in captured.out


def test_a_deploy_that_fails_says_why_and_is_no_success(
    file: str, tmp_path: Path, capsys: Capture
) -> None:
    faults = tmp_path / "faults.yml"
    faults.write_text("cloud: {quota: {vms: 2}}\n")

    assert run(["simulate", file, "--faults", str(faults)]) == 1

    text = capsys.readouterr().out
    assert "The deploy of 'shop' fails after" in text
    assert "the account may have 2 machines" in text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00:00"), (59.6, "0:01:00"), (3725.0, "1:02:05")]
)
def test_times_are_told_as_on_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text
