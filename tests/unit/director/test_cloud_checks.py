"""What a CPI cannot do is told with the line that asks for it, before anything is touched."""

from pathlib import Path

from paasta_providers.simulated import provider as simulated

from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.director.cloud_checks import check_clouds
from paasta_deploy.model.ids import DEFAULT_CPI
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
