"""A small made-up deployment with knobs: what schedules, sweeps and state machines deploy. Pure.

It has a group with persistent disks and a group without, one job in each, a package to compile
and one that both need, and everything else that a rollout can be different by is a field.
"""

from dataclasses import dataclass

from paasta_deploy.model.ids import DeploymentName, StemcellCid, StemcellName, StemcellVersion
from paasta_deploy.model.recorded import StemcellRecord
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.simulator.world import Stock

SHOP = DeploymentName("shop")

CLOUD_CONFIG = """\
azs: [{name: z1}, {name: z2}]
vm_types: [{name: small, cloud_properties: {}}]
disk_types: [{name: d1024, disk_size: 1024}, {name: d2048, disk_size: 2048}]
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1, z2], dns: []}]
compilation: {workers: 2, az: z1, vm_type: small, network: default}
"""

_MANIFEST = """\
name: shop
releases: [{{name: shop, version: "1"}}]
stemcells: [{{alias: default, os: ubuntu-jammy, version: "1.1"}}]
update:
  canaries: {canaries}
  max_in_flight: {max_in_flight}
  canary_watch_time: 1000-60000
  update_watch_time: 1000-60000
  serial: {serial}
  vm_strategy: {strategy}
instance_groups:
- name: db
  instances: {dbs}
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  {disks}
  networks: [{{name: default}}]
  env: {{era: {era}}}
  jobs: [{{name: database, release: shop, properties: {{port: {port}}}}}]
- name: {web}
  instances: {webs}
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  networks: [{{name: default}}]
  env: {{era: {era}}}
  jobs: [{{name: server, release: shop, properties: {{port: {port}}}}}]
  migrated_from: [{{name: {former}}}]
"""

_RELEASE = made_release(
    {
        "name": "shop",
        "version": "1",
        "jobs": {
            "server": {"properties": {"port": 80}, "packages": ["server"], "post_deploy": True},
            "database": {"properties": {"port": 80}, "packages": ["runtime"]},
        },
        "packages": {"server": ["runtime"], "runtime": []},
    }
)

_STEMCELL = StemcellRecord(
    name=StemcellName("made-up-ubuntu-jammy"),
    version=StemcellVersion("1.1"),
    os="ubuntu-jammy",
    cid=StemcellCid(""),
)

STOCK = Stock(releases=[_RELEASE], stemcells=[_STEMCELL], cloud_configs=[CLOUD_CONFIG])
"""What is uploaded before the shop can be deployed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One version of the deployment.

    Another ``port`` updates jobs in place, another ``era`` needs other VMs, another ``disk_mib``
    another disk. ``named_disks``: instead of one that is mounted, disks of these names, and of
    1024 or 2048 MiB. ``swaps``: the new VM is made before the old one goes. ``renamed``: the group
    ``web`` is called ``site``. ``extra`` are more lines of the ``update`` block.
    """

    dbs: int = 1
    webs: int = 2
    canaries: int = 1
    max_in_flight: int = 2
    serial: bool = True
    port: int = 80
    era: int = 1
    disk_mib: int = 1024
    named_disks: tuple[str, ...] = ()
    swaps: bool = False
    renamed: bool = False
    extra: tuple[str, ...] = ()

    def manifest(self) -> str:
        """Return the manifest of this version."""
        names = ("site", "web") if self.renamed else ("web", "site")
        text = _MANIFEST.format(
            strategy="create-swap-delete" if self.swaps else "delete-create",
            canaries=self.canaries,
            max_in_flight=self.max_in_flight,
            serial=str(self.serial).lower(),
            dbs=self.dbs,
            webs=self.webs,
            port=self.port,
            era=self.era,
            disks=self._disks(),
            web=names[0],
            former=names[1],
        )
        more = "".join(f"  {line}\n" for line in self.extra)
        return text.replace("instance_groups:\n", f"{more}instance_groups:\n", 1)

    def _disks(self) -> str:
        if not self.named_disks:
            return f"persistent_disk: {self.disk_mib}"
        disks = ", ".join(f"{{name: {name}, type: d{self.disk_mib}}}" for name in self.named_disks)
        return f"persistent_disks: [{disks}]"
