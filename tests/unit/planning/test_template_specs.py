"""What templates see, and when they would see something else."""

from collections.abc import Mapping

import pytest

from paasta_deploy.model.ids import InstanceId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.specs import context_digests
from paasta_deploy.planning.template_specs import TemplateSpecs, az_numbers
from paasta_deploy.planning.vm_specs import VmSpecs
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import CLOUD, MANIFEST, shop, shop_release


def template_spec(manifest: str = MANIFEST, cloud: str = CLOUD) -> Mapping[str, JsonValue]:
    thought = shop(manifest, cloud).think()
    group = thought.desired.manifest.instance_groups[0]
    specs = TemplateSpecs(thought.desired, VmSpecs(thought.desired))
    return specs.spec(group, thought.placement.instances[1])


def test_the_spec_has_what_boshs_templates_read() -> None:
    spec = template_spec()

    networks = spec["networks"]
    assert isinstance(networks, Mapping)
    assert {key: spec[key] for key in spec if key not in {"id", "networks", "job"}} == {
        "deployment": "shop",
        "index": 1,
        "bootstrap": False,
        "name": "db",
        "az": "z2",
        "properties_need_filtering": True,
        "dns_domain_name": "bosh",
        "persistent_disk": 1000,
        "address": "10.0.0.3",
        "ip": "10.0.0.3",
    }
    assert networks["default"] == {
        "type": "manual",
        "ip": "10.0.0.3",
        "netmask": "255.255.255.0",
        "gateway": "10.0.0.1",
        "dns": ["8.8.8.8"],
        "default": ["dns", "gateway"],
        "cloud_properties": {},
        "dns_record_name": "1.db.default.shop.bosh",
    }


def test_the_address_is_a_name_where_the_deployment_wants_names() -> None:
    text = MANIFEST.replace("update:", "features: {use_dns_addresses: true}\nupdate:", 1)

    address = template_spec(text)["address"]

    assert isinstance(address, str)
    assert address.endswith(".db.default.shop.bosh")


def test_an_address_that_the_cloud_will_give_is_local_until_then() -> None:
    cloud = (
        CLOUD[: CLOUD.index("networks:")]
        + "networks:\n- {name: default, type: dynamic, subnets: [{azs: [z1, z2]}]}\n"
        + "compilation: {workers: 1, network: default, az: z1, vm_type: small}\n"
    )

    spec = template_spec(MANIFEST, cloud)

    assert spec["ip"] == "127.0.0.1"


def test_azs_are_numbered_in_the_order_of_the_cloud_config() -> None:
    assert az_numbers(shop().think().desired) == {"z1": 1, "z2": 2}


def digests(world: PlanningWorld) -> Mapping[InstanceId, str]:
    thought = world.think()
    return context_digests(thought.desired, thought.placement, thought.links)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("size: 7", "size: 8", {"db", "web"}),
        ("port: 8080", "port: 1", {"web"}),
        ("port: 8080", "port: 8080, nobody: declares this", set()),
        ("max_in_flight: 2", "max_in_flight: 1", set()),
        (
            "vm_type: small\n  stemcell: default\n  net",
            "vm_type: large\n  stemcell: default\n  net",
            set(),
        ),
        ("disk_size: 1000", "disk_size: 2000", {"db"}),
        ("8.8.8.8", "9.9.9.9", {"db", "web"}),
        ("instances: 3", "instances: 4", {"db", "web"}),
        ("- name: web", "- name: web\n  tags: {a: b}", set()),
    ],
)
def test_a_digest_changes_exactly_when_templates_see_something_else(
    old: str, new: str, expected: set[str]
) -> None:
    world = shop()
    world.deploy()
    before = digests(world)
    world.manifest = world.manifest.replace(old, new)
    world.cloud_config = world.cloud_config.replace(old, new)

    after = digests(world)

    changed = {
        record.group
        for record in world.fold.instances.values()
        if before[record.instance_id] != after[record.instance_id]
    }
    assert changed == expected


def test_a_new_release_version_is_seen_by_its_templates() -> None:
    world = shop()
    world.deploy()
    before = digests(world)
    world.releases.append(shop_release("2"))

    after = digests(world)

    assert not set(before.values()) & set(after.values())
