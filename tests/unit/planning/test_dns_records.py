"""Who has which name.

Laws: the order of instances changes nothing; the short name that links carry finds its record.
"""

from dataclasses import replace
from ipaddress import ip_address
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import (
    AgentId,
    AzName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.planning.dns_names import group_number, link_group_number, short_name
from paasta_deploy.planning.dns_records import (
    RECORD_KEYS,
    Coming,
    NamedInstance,
    link_groups,
    named_instances,
    records_of,
    wants_names,
)
from tests.unit.planning.shop import MANIFEST, deployed_shop, shop

SHOP, DB = DeploymentName("shop"), InstanceGroupName("db")
ONE = NamedInstance(
    instance_id=InstanceId("3f-1"),
    deployment=SHOP,
    group=InstanceGroupName("data_base"),
    index=4,
    az=AzName("z2"),
    addresses=((NetworkName("Private"), ip_address("10.0.0.7")),),
    agent_id=AgentId("a-1"),
    link_groups=("conn-sql",),
    aliases=({"group": "conn-sql", "domain": "_.db.internal", "placeholder_type": "uuid"},),
)


def test_a_record_is_what_bosh_dns_reads() -> None:
    found = records_of([ONE], 7, {"z1": 1, "z2": 2})

    assert found["version"] == 7
    assert found["records"] == [
        ["10.0.0.7", "3f-1.data-base.private.shop.bosh"],
        ["10.0.0.7", "4.data-base.private.shop.bosh"],
    ]
    infos = cast("list[list[object]]", found["record_infos"])
    info = dict(zip(RECORD_KEYS, infos[0], strict=True))
    assert info["instance_group"] == "data-base"
    assert info["group_ids"] == [
        str(group_number(SHOP, InstanceGroupName("data_base"))),
        str(link_group_number(SHOP, "conn-sql")),
    ]
    assert (info["az"], info["az_id"], info["ip"]) == ("z2", "2", "10.0.0.7")
    assert found["aliases"] == {
        "_.db.internal": [
            {
                "root_domain": "bosh",
                "group_id": str(link_group_number(SHOP, "conn-sql")),
                "placeholder_type": "uuid",
            }
        ]
    }


def test_a_short_name_finds_its_record() -> None:
    found = records_of([ONE], 1, {})
    info = dict(
        zip(RECORD_KEYS, cast("list[list[object]]", found["record_infos"])[0], strict=True)
    )

    name = short_name(
        ONE.instance_id, NetworkName("Private"), link_group_number(SHOP, "conn-sql"), "bosh"
    )

    groups = cast("list[str]", info["group_ids"])
    assert name == f"q-m{info['num_id']}n{info['network_id']}s0.q-g{groups[1]}.bosh"


@given(order=st.permutations(range(5)))
def test_the_order_of_instances_changes_nothing(order: list[int]) -> None:
    instances = [replace(ONE, instance_id=InstanceId(f"i-{n}"), index=n) for n in range(5)]

    assert records_of([instances[n] for n in order], 1, {}) == records_of(instances, 1, {})


def test_an_instance_is_where_its_vm_is() -> None:
    world = deployed_shop()
    recorded = world.recorded
    first = recorded.vms[0]
    moved = replace(
        first, networks=tuple(replace(n, ip=ip_address("10.0.0.99")) for n in first.networks)
    )

    found = {
        one.instance_id: str(one.addresses[0][1])
        for one in named_instances(replace(recorded, vms=(moved, *recorded.vms[1:])))
    }

    assert len(found) == 5
    assert found[InstanceId(str(first.instance_id))] == "10.0.0.99"


def test_what_has_no_vm_has_no_name_and_what_is_about_to_get_one_has() -> None:
    world = deployed_shop()
    deleting = replace(world.recorded.vms[0], state=VmState.DELETING)
    recorded = replace(world.recorded, vms=(deleting, *world.recorded.vms[2:]))
    lost = {InstanceId(str(vm.instance_id)): AgentId("new") for vm in world.recorded.vms[:2]}

    now = {one.instance_id for one in named_instances(recorded)}
    soon = {one.instance_id for one in named_instances(recorded, Coming(agents=lost, specs={}))}

    assert len(now) == 3
    assert now.isdisjoint(lost)
    assert soon == now.union(lost)


def test_a_plan_says_what_is_coming() -> None:
    world = shop()
    world.new_task()
    plan = world.plan_deploy()

    found = list(named_instances(world.recorded, Coming.of(plan)))

    assert len(found) == 5
    assert {one.group: one.link_groups for one in found} == {"db": ("db-sql",), "web": ()}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", False),
        ("update:", "features: {use_dns_addresses: true}\nupdate:", True),
        ("update:", "features: {use_link_dns_names: true}\nupdate:", True),
        ("{port: 8080}", "{port: 8080}\n    consumes: {db: {ip_addresses: false}}", True),
        ("{size: 7}", "{size: 7}\n    provides: {db: {aliases: [{domain: db.internal}]}}", True),
        ("{size: 7}", "{size: 7}\n    provides: {db: {as: data}}", False),
    ],
)
def test_names_are_wanted_where_something_uses_one(old: str, new: str, expected: bool) -> None:
    world = shop(MANIFEST.replace(old, new, 1) if old else MANIFEST)

    assert wants_names(world.think().desired) is expected


def test_a_hidden_link_makes_no_group() -> None:
    text = MANIFEST.replace(
        "{size: 7}",
        "{size: 7}\n    provides: {db: {as: data, aliases: [{domain: db.internal}]}}",
    )

    assert link_groups(shop(text).think().desired) == {
        "db": (("data-sql",), ({"group": "data-sql", "domain": "db.internal"},))
    }
