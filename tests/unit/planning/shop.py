"""A made-up deployment for planning's tests: a clustered database and a web group reading it."""

from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld

CLOUD = """
azs:
- name: z1
- name: z2
  cloud_properties: {zone: b}
vm_types:
- name: small
  cloud_properties: {cpu: 1}
- name: large
  cloud_properties: {cpu: 8}
disk_types:
- name: disk
  disk_size: 1000
networks:
- name: default
  subnets:
  - range: 10.0.0.0/24
    gateway: 10.0.0.1
    azs: [z1, z2]
    static: [10.0.0.200 - 10.0.0.220]
    dns: [8.8.8.8]
compilation: {workers: 2, network: default, az: z1, vm_type: small}
"""

MANIFEST = """
name: shop
releases:
- {name: shop, version: latest}
stemcells:
- {alias: default, os: ubuntu-jammy, version: latest}
update:
  canaries: 1
  max_in_flight: 2
  canary_watch_time: 1000-2000
  update_watch_time: 1000-2000
instance_groups:
- name: db
  instances: 3
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  persistent_disk_type: disk
  networks: [{name: default}]
  jobs:
  - name: db
    release: shop
    properties: {size: 7}
- name: web
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs:
  - name: server
    release: shop
    properties: {port: 8080}
"""


def shop_release(version: str = "1", **content: str) -> ReleaseRecord:
    """Return the shop's release; ``content`` changes the fingerprint of a job or package."""
    return made_release(
        {
            "name": "shop",
            "version": version,
            "jobs": {
                "db": {
                    "properties": {"size": 1, "secret": None},
                    "provides": {"db": {"type": "sql", "properties": ["size"]}},
                    "consumes": {"peers": {"type": "sql"}},
                    "packages": ["store"],
                },
                "server": {
                    "properties": {"port": 80, "db.user": "anna"},
                    "consumes": {"db": {"type": "sql"}},
                    "packages": ["server"],
                    "post_deploy": True,
                },
            },
            "packages": {"server": ["runtime"], "runtime": [], "store": []},
            "content": content,
        }
    )


def shop(
    manifest: str = MANIFEST, cloud_config: str = CLOUD, *releases: ReleaseRecord
) -> PlanningWorld:
    """Return the shop before its first deploy."""
    return PlanningWorld(manifest, cloud_config, releases or (shop_release(),))


def deployed_shop(manifest: str = MANIFEST, cloud_config: str = CLOUD) -> PlanningWorld:
    """Return the shop after its first deploy."""
    world = shop(manifest, cloud_config)
    world.deploy()
    return world
