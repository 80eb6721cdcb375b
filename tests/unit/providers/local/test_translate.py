"""Properties: a cid is one file name and one interface name, and its key's alone."""

import json
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local import translate
from paasta_providers.local.boot import DiskMount, Isolation
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.cloud_properties import MachineProperties
from paasta_providers.local.records import MachineRecord

from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.cpi.requests import CreateVm
from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, NetworkName, StemcellCid, VmCid
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.spec import NetworkSpec

PROPERTIES = MachineProperties(limits=Limits(ram_mib=64), privileged=True)
NETWORK = NetworkSpec(
    name=NetworkName("default"),
    kind="manual",
    ip=IPv4Address("10.244.0.5"),
    netmask="255.255.255.0",
    gateway=IPv4Address("10.244.0.1"),
    dns=("10.244.0.53",),
    default=("dns", "gateway"),
)
REQUEST = CreateVm(
    agent_id=AgentId("0b4e7a34-77c5-4b23-8d0a-6a2b3c4d5e6f"),
    stemcell=StemcellCid("stemcell-1"),
    cloud_properties={},
    networks=(NETWORK,),
    agent_settings=Secret('{"mbus": "nats://10.244.0.1", "disks": {"persistent": {"old": 1}}}'),
    metadata={"deployment": "d"},
)

keys = st.text(min_size=1, max_size=80)


@given(keys)
def test_a_cid_is_a_file_name_of_ours_whatever_the_key_is(key: str) -> None:
    cid = translate.vm_cid(AgentId(key))

    assert translate.is_cid("vm", cid)
    assert Path(cid).name == cid
    assert not translate.is_cid("disk", cid)


@given(keys, keys)
def test_different_keys_have_different_cids_and_interfaces(one: str, other: str) -> None:
    cids = [translate.disk_cid(DiskId(key)) for key in (one, other)]
    interfaces = [translate.veth_name("tag0", VmCid(cid)) for cid in cids]

    assert (cids[0] == cids[1]) == (one == other)
    assert (interfaces[0] == interfaces[1]) == (one == other)
    assert all(len(name) < 16 for name in interfaces), "IFNAMSIZ"


@pytest.mark.parametrize("cid", ["", "vm-", "vm-..", "vm-a/b", "../vm-a", "vm-" + "a" * 61, "vm"])
def test_what_was_never_a_cid_of_ours_is_none(cid: str) -> None:
    assert not translate.is_cid("vm", cid)


def record(isolation: Isolation, *networks: NetworkSpec) -> MachineRecord:
    request = replace(REQUEST, networks=networks)
    return translate.machine_record(request, PROPERTIES, isolation, "tag0")


def test_a_machine_with_namespaces_has_an_interface_and_a_next_hop() -> None:
    made = record(Isolation.NAMESPACES, NETWORK)

    assert made.addresses == ("10.244.0.5",)
    assert made.subnets == ("10.244.0.0/24",)
    assert made.gateway == "10.244.0.1"
    assert made.hostname == REQUEST.agent_id
    assert made.veth.startswith("pdtag0")
    assert (made.limits.ram_mib, made.privileged) == (64, True)


def test_the_gateway_is_that_of_the_default_network() -> None:
    other = replace(
        NETWORK, name=NetworkName("b"), ip=IPv4Address("10.245.0.5"), default=("gateway",)
    )
    first = replace(NETWORK, default=("dns",))

    made = record(Isolation.NAMESPACES, first, replace(other, gateway=IPv4Address("10.245.0.1")))

    assert made.gateway == "10.245.0.1"
    assert made.addresses == ("10.244.0.5", "10.245.0.5")


@pytest.mark.parametrize("gateway", [None, IPv4Address("10.244.0.5")], ids=["none", "itself"])
def test_without_a_gateway_any_next_hop_does(gateway: IPv4Address | None) -> None:
    made = record(Isolation.NAMESPACES, replace(NETWORK, gateway=gateway))

    assert made.gateway == str(translate.ONLINK_GATEWAY)


def test_a_machine_without_namespaces_has_no_interface() -> None:
    made = record(Isolation.PROCESSES, replace(NETWORK, ip=IPv4Address("127.77.0.2")))

    assert (made.veth, made.gateway) == ("", "")


@pytest.mark.parametrize(
    ("isolation", "change", "told"),
    [
        (Isolation.NAMESPACES, {"ip": IPv4Address("127.77.0.2")}, "cannot be the address"),
        (Isolation.NAMESPACES, {"ip": IPv6Address("fd00::2")}, "IPv6"),
        (Isolation.NAMESPACES, {"kind": "dynamic", "ip": None}, "manual networks"),
        (Isolation.NAMESPACES, {"netmask": "255.255.0.255"}, "netmask"),
        (Isolation.PROCESSES, {"ip": IPv4Address("10.244.0.5")}, "without root"),
        (Isolation.PROCESSES, {"ip": IPv4Address("127.0.0.1")}, "127.0.0.1"),
    ],
)
def test_a_network_that_cannot_be_is_told_with_a_remedy(
    isolation: Isolation, change: dict[str, object], told: str
) -> None:
    with pytest.raises(CloudConfigError, match=told) as caught:
        record(isolation, replace(NETWORK, **change))  # type: ignore[arg-type]  # one field each

    assert caught.value.hint
    assert not caught.value.retryable


def test_a_machine_needs_a_network() -> None:
    with pytest.raises(CloudConfigError, match="at least one network"):
        record(Isolation.NAMESPACES)


def test_name_servers_of_all_networks_are_used_once() -> None:
    second = replace(NETWORK, name=NetworkName("b"), ip=IPv4Address("10.244.0.6"))
    made = record(Isolation.NAMESPACES, NETWORK, second)

    assert made.dns == ("10.244.0.53",)


def test_the_agents_settings_are_completed_and_old_disks_are_forgotten() -> None:
    cid, disk = VmCid("vm-a"), DiskCid("disk-a")
    hint = translate.disk_hint(disk, Path("/state/disks/disk-a/data"), Isolation.NAMESPACES)

    text = translate.settings_text(
        REQUEST.agent_settings.reveal(), cid, REQUEST.networks, {disk: hint}
    )

    settings = json.loads(text)
    assert settings["mbus"] == "nats://10.244.0.1"
    assert settings["vm"] == {"name": "vm-a", "id": "vm-a"}
    assert settings["networks"]["default"]["gateway"] == "10.244.0.1"
    assert settings["disks"]["persistent"] == {
        "disk-a": {"path": "/var/vcap/disks/disk-a", "kind": "bind"}
    }


def test_without_namespaces_the_agent_is_told_the_disks_own_folder() -> None:
    data = Path("/state/disks/disk-a/data")

    hint = translate.disk_hint(DiskCid("disk-a"), data, Isolation.PROCESSES)

    assert hint == {"path": str(data), "kind": "bind"}


def test_the_order_has_all_that_the_record_says() -> None:
    made = record(Isolation.NAMESPACES, NETWORK)

    order = translate.boot_order(
        made,
        folder=Path("/state/machines/vm-a"),
        host_address=IPv4Address("10.244.0.1"),
        cgroup_doors=[Path("/sys/fs/cgroup/x/cgroup.procs")],
        disks={DiskCid("disk-a"): Path("/state/disks/disk-a/data")},
    )

    assert order.addresses == made.addresses
    assert order.host_address == "10.244.0.1"
    assert order.cgroup_doors == ("/sys/fs/cgroup/x/cgroup.procs",)
    assert order.disks == (DiskMount(source="/state/disks/disk-a/data", cid="disk-a"),)
    assert order.privileged


def test_directors_are_told_apart_by_their_folders() -> None:
    assert translate.director_tag(Path("/a")) != translate.director_tag(Path("/b"))
