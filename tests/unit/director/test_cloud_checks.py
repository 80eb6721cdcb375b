"""What a CPI cannot do is told with the line that asks for it, before anything is touched."""

from dataclasses import replace
from pathlib import Path

import pytest
from paasta_providers.simulated import provider as simulated

from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.director.cloud_checks import check_clouds
from paasta_deploy.model.ids import DEFAULT_CPI
from paasta_deploy.model.values import JsonObject
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest

MANIFEST = """\
name: dep
releases: []
stemcells: [{alias: default, os: linux, version: latest}]
update:
  {canaries: 1, max_in_flight: 1, canary_watch_time: 1-10, update_watch_time: 1-10}
instance_groups:
- name: web
  instances: 1
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: []
"""
CLOUD = """\
azs: [{name: z1}]
vm_types:
- name: small
  cloud_properties: {PROPERTIES}
- name: never used
  cloud_properties: {ram_mib: none}
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1], dns: []}]
compilation: {workers: 1, az: z1, vm_type: small, network: default}
"""


def make_provider(folder: Path) -> Provider:
    context = ProviderContext(name="", properties={}, state_folder=folder, director_uuid="d")
    return simulated.create(context)


def problems(folder: Path, properties: str) -> list[str]:
    cloud_config = parsed_cloud_config(CLOUD.replace("PROPERTIES", properties))
    provider = make_provider(folder)
    found = check_clouds(parsed_manifest(MANIFEST), cloud_config, {DEFAULT_CPI: provider})
    provider.close()
    return [f"{item.span}: {item.summary}" for item in found]


def test_properties_that_the_provider_knows_are_fine(tmp_path: Path) -> None:
    assert problems(tmp_path, "") == []


def test_a_wrong_property_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "ram_mib: many")
    assert problem.startswith("cloud.yml:4:")
    assert "ram_mib" in problem


def test_a_vm_type_that_no_group_uses_is_not_looked_at(tmp_path: Path) -> None:
    assert all("cloud.yml:6" not in problem for problem in problems(tmp_path, "cpu: x"))


def test_more_disks_than_the_cpi_attaches_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = make_provider(tmp_path)
    able = replace(provider.capabilities(), disks_per_vm_max=1)
    monkeypatch.setattr(provider, "capabilities", lambda: able)
    disks = "persistent_disks: [{name: a, type: fast}, {name: b, type: fast}]"
    manifest = parsed_manifest(MANIFEST.replace("  jobs: []", f"  {disks}\n  jobs: []"))
    cloud = CLOUD.replace("PROPERTIES", "") + "disk_types: [{name: fast, disk_size: 10}]\n"

    (problem,) = check_clouds(manifest, parsed_cloud_config(cloud), {DEFAULT_CPI: provider})
    provider.close()

    assert problem.code == "PD1000"
    assert "asks for 2 disks" in problem.summary
    assert problem.span is not None


def test_properties_of_the_types_of_named_disks_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disks = "persistent_disks: [{name: a, type: fast}, {name: b, type: fast}]"
    manifest = parsed_manifest(MANIFEST.replace("  jobs: []", f"  {disks}\n  jobs: []"))
    fast = "disk_types: [{name: fast, disk_size: 10, cloud_properties: {iops: 5}}]\n"
    cloud = parsed_cloud_config(CLOUD.replace("PROPERTIES", "") + fast)
    provider, seen = make_provider(tmp_path), list[tuple[str, object]]()

    def check(noun: str, properties: JsonObject) -> tuple[()]:
        seen.append((noun, properties))
        return ()

    monkeypatch.setattr(provider, "check_cloud_properties", check)

    check_clouds(manifest, cloud, {DEFAULT_CPI: provider})
    provider.close()

    assert seen.count(("disk_type", {"iops": 5})) == 1
