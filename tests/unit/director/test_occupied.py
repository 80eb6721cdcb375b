"""Who is already at an address: other deployments' instances and compilation VMs, the director."""

from dataclasses import replace
from ipaddress import ip_address

from paasta_deploy.director.occupied import occupied_addresses
from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.model.recorded import DeploymentRecord, Put
from tests.unit.director.director_world import SHOP, World

OTHER = DeploymentName("other")


async def test_the_directors_own_addresses_are_taken(world: World) -> None:
    own = ip_address("10.0.0.7")

    (found,) = occupied_addresses(world.store, SHOP, director="paasta", own=[own])

    assert found == (own, "paasta", "the director itself")


async def test_addresses_of_other_deployments_are_taken_and_those_of_ones_own_are_not(
    world: World,
) -> None:
    await world.deploy_well()

    assert occupied_addresses(world.store, SHOP, director="paasta") == ()
    for_others = occupied_addresses(world.store, OTHER, director="paasta")
    assert {str(ip) for ip, _, _ in for_others} == {"10.0.0.2", "10.0.0.3", "10.0.0.4"}


async def test_a_compilation_vm_of_another_deployment_holds_its_address(world: World) -> None:
    await world.deploy_well()
    vm = world.store.vms()[0]
    compiling = replace(
        vm,
        agent_id=AgentId("compiler"),
        instance_id=None,
        purpose="compilation",
        networks=tuple(replace(item, ip=ip_address("10.0.0.9")) for item in vm.networks),
    )
    await world.record(Put(record=DeploymentRecord(name=OTHER)), Put(record=compiling))

    found = occupied_addresses(world.store, OTHER, director="paasta")

    assert (ip_address("10.0.0.9"), SHOP, "its compilation VM") in found
