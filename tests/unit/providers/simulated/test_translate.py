"""Properties of the CPI become a cloud, and the same id always means the same thing."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.simulated import SimulatedProvider, translate
from paasta_providers.simulated.weather import LatencyRange

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateDisk, CreateStemcell, VmResources
from paasta_deploy.model.ids import AgentId, DiskId, NetworkName
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject


def context(properties: JsonObject) -> ProviderContext:
    return ProviderContext(
        name="sim", properties=properties, state_folder=Path("unused"), director_uuid="d"
    )


def test_without_properties_the_weather_is_fair_and_nothing_is_limited() -> None:
    assert translate.climate({}).refused == 0.0
    assert translate.quota({}).machines is None
    assert translate.is_persistent({})
    assert Feature.LIST_VMS in translate.capabilities({}).features


def test_properties_are_read() -> None:
    properties: JsonObject = {
        "seed": 7,
        "persist": False,
        "refused": 0.1,
        "throttled": 0,
        "answer_lost": 0.25,
        "vm_failure": 1,
        "latency_s": {"default": 0.5, "create_vm": [1, 2.5]},
        "quota": {"vms": 3, "disks": 4, "disks_size_mib": 500},
        "lacks": ["resize_disk"],
        "refuses": ["snapshot_disk"],
        "calls_in_flight_max": 5,
        "account": "shared",
    }

    climate, quota = translate.climate(properties), translate.quota(properties)

    assert (climate.seed, climate.refused, climate.vm_failure) == (7, 0.1, 1.0)
    assert climate.latencies == {
        "default": LatencyRange(low_s=0.5, high_s=0.5),
        "create_vm": LatencyRange(low_s=1.0, high_s=2.5),
    }
    assert (quota.machines, quota.volumes, quota.volumes_size_mib) == (3, 4, 500)
    assert not translate.is_persistent(properties)
    able = translate.capabilities(properties)
    assert Feature.RESIZE_DISK not in able.features
    assert Feature.SNAPSHOT_DISK in able.features
    assert translate.refused_methods(properties) == {"snapshot_disk"}
    assert (able.calls_in_flight_max, able.account) == (5, "shared")


@pytest.mark.parametrize(
    "properties",
    [
        {"seed": "seven"},
        {"account": 7},
        {"seed": True},
        {"quota": {"vms": -1}},
        {"quota": 5},
        {"refused": 1.5},
        {"refused": "often"},
        {"latency_s": 3},
        {"latency_s": {"create_vm": [2, 1]}},
        {"latency_s": {"create_vm": "slow"}},
        {"lacks": "resize_disk"},
    ],
)
def test_a_property_that_makes_no_sense_is_refused_by_name(properties: JsonObject) -> None:
    (key,) = properties

    with pytest.raises(CloudConfigError, match=f"`({key}|vms)`") as caught:
        SimulatedProvider(context(properties))
    assert "README" in caught.value.hint


@given(first=st.uuids(), second=st.uuids())
def test_an_agent_id_means_one_vm(first: object, second: object) -> None:
    cids = {translate.vm_cid(AgentId(str(name))) for name in (first, second)}

    assert len(cids) == len({first, second})


@given(agent=st.uuids())
def test_a_dynamic_address_lies_where_it_harms_nobody(agent: object) -> None:
    network = NetworkSpec(
        name=NetworkName("n"), kind="dynamic", ip=None, netmask=None, gateway=None
    )

    (given_one,) = translate.with_addresses(AgentId(str(agent)), (network,))
    (again,) = translate.with_addresses(AgentId(str(agent)), (network,))

    assert isinstance(given_one.ip, IPv4Address)
    assert given_one.ip in IPv4Network("100.64.0.0/10")
    assert given_one == again


def test_a_manual_address_is_left_alone() -> None:
    network = NetworkSpec(
        name=NetworkName("n"),
        kind="manual",
        ip=IPv4Address("10.0.0.5"),
        netmask=None,
        gateway=None,
    )

    assert translate.with_addresses(AgentId("a"), (network,)) == (network,)


def test_a_stemcell_is_one_for_each_name_and_version() -> None:
    def cid(version: str) -> str:
        request = CreateStemcell(
            name="debian", version=version, image=PurePath("i"), cloud_properties={}
        )
        return translate.image(request).cid

    assert cid("1") == cid("1") != cid("2")


def test_a_disk_keeps_the_size_asked_for() -> None:
    request = CreateDisk(disk_id=DiskId("d"), size_mib=77, cloud_properties={})

    assert translate.listed_disk(translate.volume(request)).size_mib == 77


def test_any_size_of_vm_is_sold() -> None:
    asked = VmResources(cpu=3, ram_mib=700, ephemeral_disk_size_mib=9)

    assert translate.vm_cloud_properties(asked) == {
        "cpu": 3,
        "ram_mib": 700,
        "ephemeral_disk_size_mib": 9,
    }
