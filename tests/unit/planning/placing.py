"""A short language for placement tables: what is asked for, one deploy after another, as text.

A deploy is ``;``-separated groups, each ``name count az,az key=value...``; ``-`` stands for no
AZs. Keys: ``net`` (networks, by comma; the first is the default for all), ``static`` (addresses of
the first network), ``static2`` (of the second), ``from`` (``migrated_from``, ``old`` or
``old:az``), and the words ``disk`` and ``randomized``. Deploys are separated by ``->``; what is
obsolete is gone before the next one, unless the arrow is ``=>``.

A result is one text for each instance, in order: ``web/0* z1 10.0.1.2``. The star is the
bootstrap, a plus means that it is new; several addresses are joined by ``+``.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address

from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.ids import AzName, DeploymentName, DiskId, InstanceId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import DeploymentRecord, DiskRecord, RecordedDeployment
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.fold import Fold
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest

CLOUD = """
azs: [{name: z1}, {name: z2}, {name: z3}]
vm_types: [{name: small}]
disk_types: [{name: disk, disk_size: 1000}]
networks:
- name: default
  subnets:
  - {range: 10.0.1.0/24, gateway: 10.0.1.1, az: z1, static: [10.0.1.100 - 10.0.1.119]}
  - {range: 10.0.2.0/24, gateway: 10.0.2.1, az: z2, static: [10.0.2.100 - 10.0.2.119]}
  - {range: 10.0.3.0/24, gateway: 10.0.3.1, az: z3, static: [10.0.3.100 - 10.0.3.119]}
- name: wide
  subnets:
  - range: 10.1.0.0/24
    gateway: 10.1.0.1
    azs: [z1, z2, z3]
    reserved: [10.1.0.3, 10.1.0.5 - 10.1.0.9]
    static: [10.1.0.100 - 10.1.0.119]
- name: split
  subnets:
  - {range: 10.2.0.0/30, gateway: 10.2.0.1, azs: [z1, z2]}
  - {range: 10.2.1.0/24, gateway: 10.2.1.1, azs: [z1]}
  - {range: 10.2.2.0/24, gateway: 10.2.2.1, azs: [z1, z2]}
- name: flat
  subnets: [{range: 10.3.0.0/24, gateway: 10.3.0.1, static: [10.3.0.100 - 10.3.0.119]}]
- name: tiny
  subnets: [{range: 10.4.0.0/29, gateway: 10.4.0.1, azs: [z1, z2, z3]}]
- name: over
  subnets: [{range: 10.1.0.0/28, gateway: 10.1.0.1, azs: [z1, z2, z3]}]
- name: six
  subnets: [{range: "fd00::/64", gateway: "fd00::1", azs: [z1, z2, z3]}]
- name: blocks
  subnets: [{range: 10.5.0.0/24, gateway: 10.5.0.1, azs: [z1, z2, z3], prefix: 28}]
- name: cloud
  type: dynamic
  subnets: [{azs: [z1, z2, z3]}]
- name: public
  type: vip
  subnets: [{static: [192.0.2.1 - 192.0.2.3], azs: [z1, z2, z3]}]
- name: listed
  type: vip
compilation: {workers: 1, network: default, az: z1, vm_type: small}
"""

_HEAD = """
name: shop
releases: []
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
"""


def manifest_of(deploy: str) -> str:
    """Return the manifest that one deploy stands for."""
    randomized = "randomized" in deploy
    groups = [_group(text.split()) for text in deploy.split(";") if text.strip()]
    features = "features: {randomize_az_placement: true}\n" if randomized else ""
    return _HEAD + features + "instance_groups:" + ("".join(groups) or " []")


def _group(words: Sequence[str]) -> str:
    name, count, azs, *rest = words
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    networks = options.get("net", "default").split(",")
    lines = [
        f"\n- name: {name}",
        f"  instances: {count}",
        *([] if azs == "-" else [f"  azs: [{azs}]"]),
        "  vm_type: small",
        "  stemcell: default",
        "  jobs: []",
        *(["  persistent_disk_type: disk"] if "disk" in rest else []),
        *_migrated_from(options.get("from", "")),
        "  networks:",
    ]
    for number, network in enumerate(networks):
        static = options.get("static" if not number else f"static{number + 1}", "")
        lines.append(f"  - name: {network}")
        if len(networks) > 1 and not number:
            lines.append("    default: [dns, gateway]")
        if static:
            lines.append(f"    static_ips: [{static}]")
    return "\n".join(lines)


def _migrated_from(text: str) -> list[str]:
    items = [item.partition(":") for item in text.split(",") if item]
    written = [
        f"{{name: {name}, az: {az}}}" if az else f"{{name: {name}}}" for name, _, az in items
    ]
    return [f"  migrated_from: [{', '.join(written)}]"] if written else []


def nothing() -> RecordedDeployment:
    """Return a deployment without any records."""
    return RecordedDeployment(deployment=DeploymentRecord(name=DeploymentName("shop")))


def holders(*ips: str) -> tuple[TakenAddress, ...]:
    """Return addresses that another deployment holds."""
    return tuple((ip_address(ip), DeploymentName("other"), InstanceId(f"at-{ip}")) for ip in ips)


@cache
def cloud_config(text: str = CLOUD) -> CloudConfig:
    """Return a parsed cloud config, the same one for the same text."""
    return parsed_cloud_config(text)


def placed(
    deploy: str,
    recorded: RecordedDeployment,
    *,
    taken: Sequence[TakenAddress] = (),
    cloud: str = CLOUD,
) -> Placement:
    """Place one deploy."""
    seed = sum(map(ord, "".join(record.instance_id for record in recorded.instances)))
    return place(
        parsed_manifest(manifest_of(deploy)),
        cloud_config(cloud),
        recorded,
        FakeIds(seed),
        taken=taken,
    )


def after(
    placement: Placement, recorded: RecordedDeployment, *, deploy: str, obsolete: bool = False
) -> RecordedDeployment:
    """Return the records after the deploy, with disks; ``obsolete`` keeps what should be gone."""
    fold = Fold(recorded)
    fold.write(placement.changes)
    gone = set() if obsolete else {record.instance_id for record in placement.obsolete}
    groups = [text.split() for text in deploy.split(";") if text.strip()]
    with_disk = {words[0] for words in groups if "disk" in words}
    held = {disk.instance_id for disk in recorded.disks}
    instances = tuple(
        record for record in fold.recorded.instances if record.instance_id not in gone
    )
    disks = [
        _disk(record.instance_id, record.az)
        for record in instances
        if record.group in with_disk and record.instance_id not in held
    ]
    kept = [disk for disk in recorded.disks if disk.instance_id not in gone]
    return replace(fold.recorded, instances=instances, disks=(*kept, *disks))


def _disk(instance_id: InstanceId, az: AzName | None) -> DiskRecord:
    return DiskRecord(
        disk_id=DiskId(f"disk-{instance_id}"),
        deployment=DeploymentName("shop"),
        instance_id=instance_id,
        state=DiskState.ATTACHED,
        size_mib=1000,
        cloud_properties={},
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        az=az,
    )


def history(
    deploys: str, *, taken: Sequence[TakenAddress] = (), ignored: Sequence[str] = ()
) -> Placement:
    """Place one deploy after another; return the last placement.

    ``ignored`` are slugs (``web/1``) that an operator ignores before the last deploy.
    """
    steps = re.split(r" (->|=>) ", deploys)
    recorded = nothing()
    for number in range(0, len(steps) - 1, 2):
        placement = placed(steps[number], recorded)
        keeps = steps[number + 1] == "=>"
        recorded = after(placement, recorded, deploy=steps[number], obsolete=keeps)
    recorded = replace(
        recorded,
        instances=tuple(
            replace(record, ignored=f"{record.group}/{record.index}" in ignored)
            for record in recorded.instances
        ),
    )
    return placed(steps[-1], recorded, taken=taken)


def told(placement: Placement) -> list[str]:
    """Return what is placed, as the tables write it."""
    return [
        f"{item.record.group}/{item.record.index}"
        f"{'*' if item.record.bootstrap else ''}{'+' if item.is_new else ''}"
        f" {item.record.az or '-'} {'+'.join(map(str, item.addresses.values())) or '-'}"
        for item in placement.instances
    ]


def gone(placement: Placement) -> list[str]:
    """Return what is obsolete: ``web/2``."""
    return [f"{record.group}/{record.index}" for record in placement.obsolete]


def errors(placement: Placement) -> list[int | None]:
    """Return BOSH's numbers of what is refused."""
    return [item.bosh_code for item in placement.diagnostics if item.is_error]
