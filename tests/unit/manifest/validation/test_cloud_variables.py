"""Missing values in cloud properties matter to those that use them."""

from paasta_deploy.manifest import parse_cloud_config, parse_deployment, read_document
from paasta_deploy.manifest.validation.cloud_variables import missing_in_used
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest

CLOUD = """\
azs: [{name: z1, cloud_properties: {a: ((az))}}, {name: z2, cloud_properties: {a: ((other))}}]
vm_types: [{name: small, cloud_properties: {a: [{b: ((/deep)), ((key)): 1}]}}, {name: large}]
vm_extensions: [{name: x, cloud_properties: {a: ((extension))}}]
disk_types: [{name: data, disk_size: 1, cloud_properties: {a: ((disk))}}]
networks:
- name: net
  type: dynamic
  cloud_properties: {a: ((network))}
- {name: unused, type: vip, cloud_properties: {a: ((vip))}}
compilation: {workers: 1, network: net, cloud_properties: {a: ((compilation))}}
"""
MANIFEST = """\
name: cf
releases: []
stemcells: [{alias: s, os: o, version: "1"}]
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1, update_watch_time: 1}
instance_groups:
- name: web
  instances: 1
  azs: [z1]
  vm_type: small
  vm_extensions: [x]
  persistent_disk_type: data
  stemcell: s
  networks: [{name: net}]
  jobs: []
"""


def cloud() -> CloudConfig:
    node = read_document("cloud.yml", CLOUD).node
    assert node is not None
    return parse_cloud_config([node]).draft


def deployment() -> DeploymentManifest:
    node = read_document("cf.yml", MANIFEST).node
    assert node is not None
    draft = parse_deployment(node).draft
    assert draft is not None
    return draft


def missing(*known: str, relative_only: bool = False) -> list[str]:
    found = missing_in_used(deployment(), cloud(), known, relative_only=relative_only)
    return [f"{item.summary.split('`')[1]}:{item.span.line if item.span else 0}" for item in found]


def test_everything_that_is_used_is_told_with_its_line_and_nothing_else() -> None:
    assert missing() == [
        *("compilation:10", "az:1", "/deep:2", "key:2", "extension:3", "disk:4", "network:8"),
    ]


def test_what_has_a_value_is_not_told() -> None:
    assert missing("az", "/deep", "key", "network", "disk", "compilation") == ["extension:3"]


def test_absolute_names_may_be_left_to_who_knows_them() -> None:
    assert "/deep:2" not in missing(relative_only=True)
