"""What VMs and disks are made from: merged cloud properties, env, networks."""

from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import AzName
from paasta_deploy.model.spec import DiskSpec, NetworkSpec, VmSpec
from paasta_deploy.planning.desired import resolve, resources_to_calculate, with_calculated
from paasta_deploy.planning.vm_specs import VmSpecs
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest
from tests.unit.planning.shop import CLOUD, MANIFEST, shop


def vm(manifest: str = MANIFEST, cloud: str = CLOUD, position: int = 0) -> VmSpec:
    """Return the VM of one of the wanted instances; 0 to 2 are db, then web."""
    thought = shop(manifest, cloud).think()
    placed = thought.placement.instances[position]
    group = next(
        item
        for item in thought.desired.manifest.instance_groups
        if item.name == placed.record.group
    )
    return VmSpecs(thought.desired).vm(group, placed)


EXTENSIONS = CLOUD.replace(
    "disk_types:",
    "vm_extensions:\n"
    "- {name: public, cloud_properties: {cpu: 3, net: {public: true}}}\n"
    "- {name: fast, cloud_properties: {net: {mtu: 9000}}}\ndisk_types:",
).replace("{zone: b}", "{zone: b, net: {mtu: 1500, vlan: 7}, cpu: 0}")


def test_later_cloud_properties_are_laid_over_earlier_ones() -> None:
    text = MANIFEST.replace(
        "vm_type: small\n", "vm_type: small\n  vm_extensions: [public, fast]\n", 1
    )

    assert vm(text, EXTENSIONS, position=1).cloud_properties == {
        "zone": "b",
        "cpu": 3,
        "net": {"mtu": 9000, "vlan": 7, "public": True},
    }


def test_calculated_properties_stand_in_for_a_vm_type() -> None:
    needs = "vm_resources: {cpu: 2, ram: 1024, ephemeral_disk_size: 2048}"
    thought = shop(MANIFEST).think()
    text = MANIFEST.replace("vm_type: small", needs, 1)
    world = shop()
    found = resolve(
        parsed_manifest(text),
        parsed_cloud_config(CLOUD),
        releases=world.releases,
        stemcells=world.stemcells,
    ).desired
    assert found is not None
    known = with_calculated(
        found, {pair: {"type": "calculated"} for pair in resources_to_calculate(found)}
    )

    group = known.manifest.instance_groups[0]
    assert VmSpecs(known).vm(group, thought.placement.instances[1]).cloud_properties == {
        "zone": "b",
        "type": "calculated",
    }


def test_the_director_adds_group_names_and_tags_to_the_env() -> None:
    text = MANIFEST.replace("- name: db\n", "- name: db\n  env: {bosh: {swap_size: 0}}\n", 1)
    text = text.replace("update:", "tags: {team: Blue}\nupdate:", 1)

    assert vm(text).env == {
        "bosh": {
            "swap_size": 0,
            "group": "paasta-shop-db",
            "groups": ["paasta", "shop", "db", "paasta-shop", "shop-db", "paasta-shop-db"],
            "tags": {"team": "Blue"},
        }
    }


def test_tmpfs_is_asked_for_everywhere_unless_the_group_says_otherwise() -> None:
    text = MANIFEST.replace("update:", "features: {use_tmpfs_config: true}\nupdate:", 1)
    own = text.replace("- name: db\n", "- name: db\n  env: {bosh: {job_dir: {tmpfs: false}}}\n", 1)

    everywhere, except_jobs = vm(text).env["bosh"], vm(own).env["bosh"]

    assert isinstance(everywhere, dict)
    assert isinstance(except_jobs, dict)
    assert everywhere["job_dir"] == {"tmpfs": True}
    assert except_jobs["job_dir"] == {"tmpfs": False}
    assert except_jobs["agent"] == {"settings": {"tmpfs": True}}


def test_a_manual_network_brings_what_its_subnet_says() -> None:
    assert vm().networks == (
        NetworkSpec(
            name=vm().networks[0].name,
            kind="manual",
            ip=ip_address("10.0.0.2"),
            netmask="255.255.255.0",
            gateway=ip_address("10.0.0.1"),
            dns=("8.8.8.8",),
            default=("dns", "gateway"),
            cloud_properties={},
        ),
    )


SUBNETS = CLOUD.replace(
    "    azs: [z1, z2]\n    static",
    "    azs: [z1]\n    static",
).replace(
    "compilation:",
    "  - range: 10.0.1.0/25\n    gateway: 10.0.1.1\n    azs: [z2]\n"
    "    cloud_properties: {subnet: second}\n"
    "- name: wild\n  type: dynamic\n"
    "  subnets:\n"
    "  - {azs: [z1], cloud_properties: {n: 1}}\n"
    "  - {azs: [z2], cloud_properties: {n: 2}, dns: [1.1.1.1]}\n"
    "- {name: public, type: vip, cloud_properties: {pool: p}}\n"
    "compilation:",
)
USES = (
    "[{name: default, default: [dns, gateway]}, {name: wild},"
    " {name: public, static_ips: [5.5.5.5 - 5.5.5.7]}]"
)


@pytest.mark.parametrize(("position", "expected"), [(0, "10.0.0.2"), (1, "10.0.1.2")])
def test_each_kind_of_network_takes_the_subnet_of_the_az(position: int, expected: str) -> None:
    text = MANIFEST.replace("[{name: default}]", USES, 1)

    manual, dynamic, vip = vm(text, SUBNETS, position).networks

    assert (manual.kind, str(manual.ip)) == ("manual", expected)
    assert manual.netmask == ("255.255.255.0", "255.255.255.128")[position]
    assert (dynamic.kind, dynamic.ip, dynamic.netmask) == ("dynamic", None, None)
    assert dynamic.cloud_properties == {"n": position + 1}
    assert (vip.kind, str(vip.ip)) == ("vip", f"5.5.5.{5 + position}")
    assert vip.cloud_properties == {"pool": "p"}


def test_instances_share_the_parts_that_are_equal() -> None:
    thought = shop().think()
    group = thought.desired.manifest.instance_groups[0]
    specs = VmSpecs(thought.desired)

    first, _, third = (specs.vm(group, item) for item in thought.placement.groups[group.name])

    assert first.cloud_properties is third.cloud_properties
    assert first.env is third.env


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("  persistent_disk_type: disk\n", DiskSpec(size_mib=1000, disk_type="disk")),
        ("  persistent_disk: 512\n", DiskSpec(size_mib=512)),
        ("  persistent_disk: 0\n", None),
        ("", None),
    ],
)
def test_the_persistent_disk(said: str, expected: DiskSpec | None) -> None:
    text = MANIFEST.replace("  persistent_disk_type: disk\n", said)
    thought = shop(text).think()

    assert VmSpecs(thought.desired).disk(thought.desired.manifest.instance_groups[0]) == expected


def test_a_disk_type_of_no_size_is_no_disk() -> None:
    thought = shop(MANIFEST, CLOUD.replace("disk_size: 1000", "disk_size: 0")).think()

    assert VmSpecs(thought.desired).disk(thought.desired.manifest.instance_groups[0]) is None


def test_an_az_brings_its_cpi_and_the_stemcell_there() -> None:
    thought = shop().think()
    specs = VmSpecs(thought.desired)

    assert specs.cpi(AzName("z1")) == ""
    assert specs.cpi(None) == ""


def test_texts_of_networks_are_equal_exactly_when_their_settings_are() -> None:
    thought = shop(MANIFEST.replace("[{name: default}]", USES, 1), SUBNETS).think()
    group = thought.desired.manifest.instance_groups[0]
    specs = VmSpecs(thought.desired)

    first, second, third = (
        specs.network_texts(group, item) for item in thought.placement.groups[group.name]
    )

    assert [text for _, text in first] == [text for _, text in third]
    assert [ip for ip, _ in first] != [ip for ip, _ in third]
    assert [text for _, text in first][:2] != [text for _, text in second][:2]
