"""Short names: the same for the same thing, others for others, and each a legal DNS label."""

import re

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId, NetworkName
from paasta_deploy.planning.dns_names import (
    group_number,
    instance_number,
    link_group_number,
    network_number,
    short_name,
)

NAMES = st.text(min_size=1, max_size=8)


@given(instance=st.uuids().map(str), network=NAMES, deployment=NAMES, group=NAMES)
def test_a_short_name_is_legal_and_always_the_same(
    instance: str, network: str, deployment: str, group: str
) -> None:
    number = group_number(DeploymentName(deployment), InstanceGroupName(group))

    name = short_name(InstanceId(instance), NetworkName(network), number, "bosh")

    labels = name.split(".")
    assert re.fullmatch(r"q-m\d+n\d+s0", labels[0])
    assert labels[1] == f"q-g{number}"
    assert all(len(label) <= 63 for label in labels)
    assert name == short_name(InstanceId(instance), NetworkName(network), number, "bosh")


def test_what_is_something_else_has_another_number() -> None:
    shop, cf = DeploymentName("shop"), DeploymentName("cf")
    numbers = {
        group_number(shop, InstanceGroupName("db")),
        group_number(cf, InstanceGroupName("db")),
        group_number(shop, InstanceGroupName("web")),
        link_group_number(shop, "db"),
        network_number(NetworkName("db")),
        instance_number(InstanceId("db")),
    }

    assert len(numbers) == 6


def test_ten_thousand_instances_have_ten_thousand_numbers() -> None:
    assert len({instance_number(InstanceId(f"i-{n}")) for n in range(10_000)}) == 10_000
