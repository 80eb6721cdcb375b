"""What the world of the director's tests deploys: releases, configs, manifests."""

from paasta_deploy.model.ids import (
    DeploymentName,
)

SHOP = DeploymentName("shop")
CLOUD_CONFIG = """\
azs: [{name: z1}, {name: z2}]
vm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]
disk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]
networks:
- name: default
  type: manual
  subnets:
  - range: 10.0.0.0/24
    gateway: 10.0.0.1
    dns: [10.0.0.2]
    azs: [z1, z2]
    static: [10.0.0.100-10.0.0.110]
compilation: {workers: 2, network: default, az: z1, vm_type: small}
"""
MANIFEST = """\
name: shop
releases: [{name: shop, version: latest}]
stemcells: [{alias: default, os: made-up, version: latest}]
update:
  canaries: 1
  max_in_flight: 2
  canary_watch_time: 1000-30000
  update_watch_time: 1000-30000
instance_groups:
- name: db
  instances: DBS
  azs: [z1]
  vm_type: small
  stemcell: default
  persistent_disk_type: data
  networks: [{name: default}]
  jobs: [{name: db, release: shop, properties: {port: PORT}}]
- name: web
  instances: WEBS
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: web, release: shop, properties: {text: TEXT}}]
"""
UNLOCKED = frozenset({"vms", "fetch_logs", "ssh"})


def manifest(*, dbs: int = 1, webs: int = 2, port: int = 5432, text: str = "Hello") -> str:
    """Return the shop's manifest in one of its versions."""
    wanted = {"DBS": str(dbs), "WEBS": str(webs), "PORT": str(port), "TEXT": text}
    made = MANIFEST
    for word, value in wanted.items():
        made = made.replace(word, value)
    return made
