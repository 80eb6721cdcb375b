"""A small valid deployment and cloud config, for tests that break one thing in them."""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import parse_cloud_config, parse_deployment, validate
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from tests.unit.manifest.texts import found, node

DEPLOYMENT = """\
name: shop
releases:
- {name: r, version: "1.2"}
stemcells:
- {alias: default, os: ubuntu-jammy, version: latest}
update:
  canaries: 1
  max_in_flight: 20%
  canary_watch_time: 1000-60000
  update_watch_time: 5000
instance_groups:
- name: web
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks:
  - name: private
  jobs:
  - {name: j, release: r}
"""

GROUP = DEPLOYMENT[DEPLOYMENT.index("- name: web") :]

CLOUD = """\
azs:
- {name: z1, cloud_properties: {zone: a}}
- {name: z2, cpi: other}
vm_types:
- name: small
  cloud_properties: {cpu: 1}
vm_extensions:
- name: public
disk_types:
- {name: 10GB, disk_size: 10240}
networks:
- name: private
  subnets:
  - range: 10.0.0.0/24
    gateway: 10.0.0.1
    reserved: [10.0.0.2 - 10.0.0.9]
    static: [10.0.0.10 - 10.0.0.19]
    dns: [8.8.8.8]
    azs: [z1, z2]
- name: cloudy
  type: dynamic
- name: vip
  type: vip
compilation:
  workers: 2
  network: private
  az: z1
  vm_type: small
"""


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """Return the text with each old part, which must be there once, replaced by the new one."""
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def deployment_of(text: str) -> DeploymentManifest:
    """Return the deployment of a text that must have no errors."""
    result = parse_deployment(node(text))
    assert result.manifest is not None, result.diagnostics
    return result.manifest


def cloud_of(*texts: str) -> CloudConfig:
    """Return the cloud config of texts that must have no errors."""
    result = parse_cloud_config([node(text, f"cloud-{n}.yml") for n, text in enumerate(texts)])
    assert result.cloud_config is not None, result.diagnostics
    return result.cloud_config


def deployment_problems(*replacements: tuple[str, str]) -> list[tuple[str, str]]:
    """Return code and place of what is wrong with the small deployment after the replacements."""
    text = changed(DEPLOYMENT, *replacements)
    return found(text, parse_deployment(node(text)).diagnostics)


def cloud_problems(*replacements: tuple[str, str]) -> list[tuple[str, str]]:
    """Return code and place of what is wrong with the small cloud config when it is changed."""
    text = changed(CLOUD, *replacements)
    return found(text, parse_cloud_config([node(text)]).diagnostics)


def misfits(
    deployment: str, cloud: str = CLOUD, *, with_cloud: bool = True
) -> tuple[Sequence[Diagnostic], list[tuple[str, str]]]:
    """Return what validation says about two texts, and code and place of each."""
    manifest = deployment_of(deployment)
    diagnostics = validate(manifest, cloud_of(cloud) if with_cloud else None)
    return diagnostics, found(deployment, diagnostics)
