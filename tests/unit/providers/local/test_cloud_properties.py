"""Cloud properties are checked whole, and properties of the CPI say what is wrong with them."""

from ipaddress import IPv4Address

import pytest
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.cloud_properties import (
    ProviderProperties,
    check,
    machine_properties,
    provider_properties,
)

from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.model.values import JsonObject


def test_a_machine_with_all_limits_is_fine() -> None:
    properties: JsonObject = {"ram_mib": 64, "cpus": 0.5, "pids_max": 100, "privileged": True}

    assert check("vm_type", properties) == []
    parsed = machine_properties(properties)
    assert parsed.limits == Limits(ram_mib=64, cpus=0.5, pids_max=100)
    assert parsed.privileged


def test_nothing_means_no_limits() -> None:
    parsed = machine_properties({})

    assert (parsed.limits, parsed.privileged) == (Limits(), False)


def test_all_mistakes_are_told_at_once() -> None:
    found = check("vm_type", {"ram_mb": 64, "cpus": "two", "pids_max": 1})

    assert [item.code for item in found] == ["PD0103", "PD0101", "PD0104"]
    assert "`ram_mb`" in found[0].summary
    assert found[0].hint == "did you mean `ram_mib`?"
    assert "`cpus`" in found[1].summary
    assert found[1].hint


@pytest.mark.parametrize("noun", ["disk_type", "network", "az"])
def test_other_nouns_have_none(noun: str) -> None:
    assert check(noun, {}) == []
    assert [item.code for item in check(noun, {"type": "gp3"})] == ["PD0103"]


def test_an_unknown_noun_is_told() -> None:
    assert check("vip", {})[0].is_error


def test_a_machine_is_not_made_with_wrong_properties() -> None:
    with pytest.raises(CloudConfigError, match="unknown key `instance_type`"):
        machine_properties({"instance_type": "m5.large"})


def test_the_provider_needs_no_properties() -> None:
    assert provider_properties("", {}) == ProviderProperties()


def test_the_provider_takes_its_properties() -> None:
    parsed = provider_properties(
        "local",
        {"host_address": "10.9.0.1", "isolation": "processes", "overcommit_disks": True},
    )

    assert parsed == ProviderProperties(
        host_address=IPv4Address("10.9.0.1"), isolation="processes", overcommit_disks=True
    )


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({"host_adress": "10.9.0.1"}, "unknown property `host_adress`"),
        ({"host_address": "10.9.0"}, "`host_address` is '10.9.0'"),
        ({"isolation": "vm"}, "`isolation` is 'vm'"),
        ({"isolation": True}, "`isolation` is True"),
        ({"overcommit_disks": "yes"}, "`overcommit_disks` is 'yes'"),
    ],
)
def test_a_wrong_property_is_named_with_what_to_write(properties: JsonObject, told: str) -> None:
    with pytest.raises(CloudConfigError, match=told) as caught:
        provider_properties("local", properties)

    assert caught.value.hint
