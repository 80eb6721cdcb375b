"""Cloud configs, one or several, as one value."""

from ipaddress import ip_address, ip_network

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import parse_cloud_config
from paasta_deploy.model.addresses import AddressRange, AddressSet
from paasta_deploy.model.cloud_config import (
    Az,
    Compilation,
    DiskType,
    DynamicNetwork,
    DynamicSubnet,
    ManualNetwork,
    Subnet,
    VipNetwork,
    VmExtension,
    VmType,
)
from paasta_deploy.model.ids import AzName, CpiName, NetworkName
from tests.unit.manifest.parsing.documents import CLOUD, changed, cloud_of, cloud_problems
from tests.unit.manifest.texts import node

Z1, Z2 = AzName("z1"), AzName("z2")


def test_a_cloud_config_becomes_its_value() -> None:
    config = cloud_of(CLOUD)

    assert config.azs == {
        Z1: Az(name=Z1, cloud_properties={"zone": "a"}),
        Z2: Az(name=Z2, cpi=CpiName("other")),
    }
    assert config.vm_types == {"small": VmType(name="small", cloud_properties={"cpu": 1})}
    assert config.vm_extensions == {"public": VmExtension(name="public")}
    assert config.disk_types == {"10GB": DiskType(name="10GB", disk_size_mib=10240)}
    private, cloudy, vip = config.networks.values()
    subnet = Subnet(
        range=ip_network("10.0.0.0/24"),
        gateway=ip_address("10.0.0.1"),
        reserved=AddressSet([AddressRange(ip_address("10.0.0.2"), ip_address("10.0.0.9"))]),
        static=AddressSet([AddressRange(ip_address("10.0.0.10"), ip_address("10.0.0.19"))]),
        dns=("8.8.8.8",),
        azs=(Z1, Z2),
    )
    assert private == ManualNetwork(name=NetworkName("private"), subnets=(subnet,))
    assert cloudy == DynamicNetwork(name=NetworkName("cloudy"), subnets=(DynamicSubnet(),))
    assert vip == VipNetwork(name=NetworkName("vip"))
    assert config.compilation == Compilation(
        workers=2, network=NetworkName("private"), az=Z1, vm_type="small"
    )


def test_lists_of_several_configs_are_put_together() -> None:
    config = cloud_of(CLOUD, "azs: [{name: z3}]\nvm_types: [{name: big}]\n")

    assert list(config.azs) == ["z1", "z2", "z3"]
    assert list(config.vm_types) == ["small", "big"]


def test_a_network_may_use_the_az_of_another_config() -> None:
    text = changed(CLOUD, ("azs: [z1, z2]", "azs: [z1, z3]"))

    assert cloud_of(text, "azs: [{name: z3}]").networks


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("azs: [{name: z1}]", "PD0401"),
        ("vm_types: [{name: small}]", "PD0402"),
        ("vm_extensions: [{name: public}]", "PD0403"),
        ("disk_types: [{name: 10GB, disk_size: 1}]", "PD0404"),
        ("networks: [{name: Private, type: dynamic}]", "PD0405"),
        ("compilation: {}", "PD0424"),
        ("[x]", "PD0100"),
    ],
)
def test_two_configs_can_contradict_each_other(extra: str, code: str) -> None:
    result = parse_cloud_config([node(CLOUD, "a.yml"), node(extra, "b.yml")])

    assert [item.code for item in result.diagnostics] == [code]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{name: z2, cpi: other}", "{cpi: other}", [("PD0102", "{"), ("PD0414", "z2")]),
        ("disk_size: 10240", "disk_size: -1", [("PD0425", "-1")]),
        ("disk_size: 10240", "size: 1", [("PD0102", "{"), ("PD0103", "size")]),
        ("cloud_properties: {cpu: 1}", "cloud_properties: [cpu]", [("PD0101", "[")]),
        ("cloud_properties: {cpu: 1}", "properties: {cpu: 1}", [("PD0103", "properties")]),
    ],
)
def test_mistakes_are_told(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert cloud_problems((old, new)) == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{}", ["PD0102", "PD0102"]),
        ("{networks: [], compilation: {workers: 1, network: x}}", ["PD0406"]),
        ("{networks: 5, compilation: {workers: 1, network: x}}", ["PD0101"]),
        ("{networks: [{name: a, type: vip}], compilation: 5}", ["PD0101"]),
    ],
)
def test_the_main_parts_are_needed(text: str, codes: list[str]) -> None:
    result = parse_cloud_config([node(text)])

    assert sorted(item.code for item in result.diagnostics) == codes
    assert result.cloud_config is None


def test_no_config_at_all_is_an_empty_value() -> None:
    assert parse_cloud_config([]).cloud_config is not None


def test_properties_of_old_configs_are_warned_of() -> None:
    result = parse_cloud_config([node(CLOUD + "properties: {aws: {}}\n")])

    assert [(d.code, d.severity) for d in result.diagnostics] == [("PD0108", Severity.WARNING)]


def test_unknown_keys_can_be_warned_of_only() -> None:
    result = parse_cloud_config([node(CLOUD + "meta: {}\n")], unknown_keys=Severity.WARNING)

    assert result.cloud_config is not None
    assert [item.code for item in result.diagnostics] == ["PD0103"]


def test_everything_knows_its_line() -> None:
    config = cloud_of(CLOUD)
    private = config.networks[NetworkName("private")]

    assert str(private.source.span("subnets", 0, "gateway")) == "cloud-0.yml:15:14"
    assert config.compilation is not None
    assert str(config.compilation.source.key_span("az")) == "cloud-0.yml:27:3"
