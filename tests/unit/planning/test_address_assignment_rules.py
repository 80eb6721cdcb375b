"""The rules of BOSH 4.4, one row each: which address an instance gets, keeps and gives up.

See ``placing`` for the language of the rows.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import AgentId
from paasta_deploy.planning.placement import Placement
from tests.unit.planning.placing import (
    CLOUD,
    after,
    errors,
    history,
    holders,
    nothing,
    placed,
    told,
)
from tests.unit.planning.shop import deployed_shop

RULES: list[tuple[str, str, str, str]] = [
    # rule, deploys, taken by other deployments, instances
    ("the lowest free address", "a 2 z1", "", "a/0*+ z1 10.0.1.2, a/1+ z1 10.0.1.3"),
    (
        "not one that another deployment holds",
        "a 2 z1",
        "10.0.1.2",
        "a/0*+ z1 10.0.1.3, a/1+ z1 10.0.1.4",
    ),
    (
        "an address is unique over all networks, not in one",
        "a 2 z1 net=wide; b 1 z1 net=over",
        "",
        "a/0*+ z1 10.1.0.2, a/1+ z1 10.1.0.4, b/0*+ z1 10.1.0.3",
    ),
    (
        "neither gateway, network id, nor what is reserved",
        "a 3 z1 net=wide",
        "",
        "a/0*+ z1 10.1.0.2, a/1+ z1 10.1.0.4, a/2+ z1 10.1.0.10",
    ),
    (
        "nor one of the static pool, even if it is the lowest that is free",
        "a 1 z1",
        ",".join(f"10.0.1.{number}" for number in range(2, 100)),
        "a/0*+ z1 10.0.1.120",
    ),
    (
        "the first subnet of the AZ that has one",
        "a 3 z1 net=split",
        "",
        "a/0*+ z1 10.2.0.2, a/1+ z1 10.2.1.2, a/2+ z1 10.2.1.3",
    ),
    (
        "a subnet of another AZ is passed over",
        "a 2 z2 net=split",
        "",
        "a/0*+ z2 10.2.0.2, a/1+ z2 10.2.2.2",
    ),
    ("a subnet without AZs serves instances without AZ", "a 1 - net=flat", "", "a/0*+ - 10.3.0.2"),
    (
        "a hole is filled first: the lowest, not the one unused for longest",
        "a 1 z1; b 1 z1 -> b 1 z1 -> b 2 z1",
        "",
        "b/0* z1 10.0.1.3, b/1+ z1 10.0.1.2",
    ),
    (
        "an address is free only after its instance is gone",
        "a 1 z1; b 1 z1 => b 2 z1",
        "",
        "b/0* z1 10.0.1.3, b/1+ z1 10.0.1.4",
    ),
    (
        "a network without change keeps its addresses",
        "a 2 z1 -> a 2 z1",
        "",
        "a/0* z1 10.0.1.2, a/1 z1 10.0.1.3",
    ),
    (
        "an address in a subnet of the new network moves with its instance",
        "a 1 z1 net=wide -> a 1 z1 net=over",
        "",
        "a/0* z1 10.1.0.2",
    ),
    (
        "one that the new network cannot give is given up",
        "a 1 z1 net=over; b 1 z1 net=over -> a 1 z1 net=over; b 1 z1 net=wide",
        "",
        "a/0* z1 10.1.0.2, b/0* z1 10.1.0.4",
    ),
    (
        "another network, another address",
        "a 1 z1 net=wide -> a 1 z1 net=default",
        "",
        "a/0* z1 10.0.1.2",
    ),
    (
        "a second network is added: the first address stays",
        "a 1 z1 net=wide -> a 1 z1 net=default,wide",
        "",
        "a/0* z1 10.0.1.2+10.1.0.2",
    ),
    (
        "networks that change places keep their addresses",
        "a 1 z1 net=default,wide -> a 1 z1 net=wide,default",
        "",
        "a/0* z1 10.1.0.2+10.0.1.2",
    ),
    (
        "one of two networks goes: the other address stays",
        "a 1 z1 net=default,wide -> a 1 z1 net=wide",
        "",
        "a/0* z1 10.1.0.2",
    ),
    ("static addresses are what is listed", "a 1 z1 static=10.0.1.105", "", "a/0*+ z1 10.0.1.105"),
    (
        "vip addresses of the cloud config: the lowest free",
        "a 2 z1 net=default,public",
        "192.0.2.1",
        "a/0*+ z1 10.0.1.2+192.0.2.2, a/1+ z1 10.0.1.3+192.0.2.3",
    ),
    (
        "vip addresses of the manifest",
        "a 1 z1 net=default,listed static2=198.51.100.7",
        "",
        "a/0*+ z1 10.0.1.2+198.51.100.7",
    ),
    (
        "a vip address is kept",
        "b 1 z1 net=default,public; a 1 z1 net=default,public -> a 1 z1 net=default,public",
        "",
        "a/0* z1 10.0.1.3+192.0.2.2",
    ),
    ("a dynamic network reserves nothing", "a 1 z1 net=cloud", "", "a/0*+ z1 -"),
    (
        "from dynamic to manual",
        "a 1 z1 net=cloud -> a 1 z1 net=default",
        "",
        "a/0* z1 10.0.1.2",
    ),
    ("from manual to dynamic", "a 1 z1 net=default -> a 1 z1 net=cloud", "", "a/0* z1 -"),
    ("IPv6: the lowest free", "a 2 z1 net=six", "", "a/0*+ z1 fd00::2, a/1+ z1 fd00::3"),
    (
        "both versions side by side",
        "a 1 z1 net=default,six",
        "",
        "a/0*+ z1 10.0.1.2+fd00::2",
    ),
    (
        "a prefix: whole aligned blocks, without those that the gateway or an edge is in",
        "a 2 z1 net=blocks",
        "",
        "a/0*+ z1 10.5.0.16, a/1+ z1 10.5.0.32",
    ),
    (
        "a block is not free when one address in it is held",
        "a 2 z1 net=blocks",
        "10.5.0.20",
        "a/0*+ z1 10.5.0.32, a/1+ z1 10.5.0.48",
    ),
    (
        "groups are served in the order of the manifest",
        "b 1 z1; a 1 z1",
        "",
        "b/0*+ z1 10.0.1.2, a/0*+ z1 10.0.1.3",
    ),
    (
        "what exists is served before what is new, wherever it stands",
        "b 1 z1 -> a 1 z1; b 1 z1",
        "",
        "a/0*+ z1 10.0.1.3, b/0* z1 10.0.1.2",
    ),
]


@pytest.mark.parametrize(
    ("deploys", "taken", "instances"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_a_rule_of_addresses(deploys: str, taken: str, instances: str) -> None:
    placement = history(deploys, taken=holders(*filter(None, taken.split(","))))

    assert errors(placement) == []
    assert ", ".join(told(placement)) == instances


REFUSED: list[tuple[str, str, str, int, str]] = [
    (
        "no address left: the group, the network and the AZ are named",
        "a 6 z1 net=tiny",
        "",
        130011,
        "network `tiny` has no free address left for 1 instance of `a` in AZ `z1`",
    ),
    (
        "a static address that another deployment holds, with its holder",
        "a 1 z1 static=10.0.1.105",
        "10.0.1.105",
        130008,
        "10.0.1.105 is held by `at-10.0.1.105` of deployment `other`",
    ),
    (
        "a static address that another group of the deployment still holds",
        "a 1 z1 static=10.0.1.105 => b 1 z1 static=10.0.1.105",
        "",
        130008,
        "10.0.1.105 is held by",
    ),
    (
        "no vip address left",
        "a 3 z1 net=default,public",
        "192.0.2.2",
        130011,
        "network `public` has no free address left for 1 instance of `a` in AZ `z1`",
    ),
]


@pytest.mark.parametrize(
    ("deploys", "taken", "code", "text"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_no_address_can_be_had_for(deploys: str, taken: str, code: int, text: str) -> None:
    placement = history(deploys, taken=holders(*filter(None, taken.split(","))))

    assert errors(placement) == [code]
    assert text in next(item.summary for item in placement.diagnostics if item.is_error)


CHANGES_OF_THE_CLOUD: list[tuple[str, str, str, str]] = [
    # rule, what is replaced in the cloud config, by what, addresses of `a 2 z1 net=wide` then
    ("it becomes reserved", "reserved: [10.1.0.3,", "reserved: [10.1.0.2, 10.1.0.3,", "10 4"),
    ("it becomes the gateway", "    gateway: 10.1.0.1\n", "    gateway: 10.1.0.2\n", "1 4"),
    ("it becomes static", "static: [10.1.0.100", "static: [10.1.0.2, 10.1.0.100", "10 4"),
    ("the range grows", "range: 10.1.0.0/24", "range: 10.1.0.0/23", "2 4"),
    ("something else becomes reserved", "10.1.0.5 - 10.1.0.9", "10.1.0.5 - 10.1.0.20", "2 4"),
    (
        "the subnet is cut into two",
        "  - range: 10.1.0.0/24\n",
        "  - {range: 10.1.1.0/24, gateway: 10.1.1.1, azs: [z1]}\n  - range: 10.1.0.0/24\n",
        "2 4",
    ),
    ("it loses the AZ", "azs: [z1, z2, z3]\n    reserved", "azs: [z2, z3]\n    reserved", "none"),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [row[1:] for row in CHANGES_OF_THE_CLOUD],
    ids=[row[0] for row in CHANGES_OF_THE_CLOUD],
)
def test_an_address_is_kept_exactly_while_its_subnet_may_give_it(
    old: str, new: str, expected: str
) -> None:
    deploy = "a 2 z1 net=wide"
    recorded = after(placed(deploy, nothing()), nothing(), deploy=deploy)
    assert CLOUD.count(old) == 1

    placement = placed(deploy, recorded, cloud=CLOUD.replace(old, new))

    found = " ".join(line.rpartition(".")[2] for line in told(placement) if "." in line)
    assert (found or "none") == expected


def test_a_prefix_that_comes_later_moves_instances_to_whole_blocks() -> None:
    deploy = "a 2 z1 net=wide"
    recorded = after(placed(deploy, nothing()), nothing(), deploy=deploy)

    cloud = CLOUD.replace("range: 10.1.0.0/24\n", "range: 10.1.0.0/24\n    prefix: 30\n")

    assert addresses_of(placed(deploy, recorded, cloud=cloud)) == ["10.1.0.12", "10.1.0.16"]


def test_an_orphaned_vm_keeps_its_address_until_it_is_gone() -> None:
    assert new_web_address(orphan_at="10.0.0.7") == "10.0.0.8"
    assert new_web_address() == "10.0.0.7"


def new_web_address(orphan_at: str = "") -> str:
    """Deploy the shop, leave a VM behind, and return the address of one more web instance."""
    world = deployed_shop()
    if orphan_at:
        vm = next(iter(world.recorded.vms))
        networks = tuple(replace(item, ip=ip_address(orphan_at)) for item in vm.networks)
        orphan = replace(
            vm, agent_id=AgentId("orphan"), instance_id=None, purpose="orphan", networks=networks
        )
        world.fold.vms[orphan.agent_id] = orphan
    world.manifest = world.manifest.replace("instances: 2", "instances: 3")
    (new,) = (item for item in world.think().placement.instances if item.is_new)
    return ", ".join(map(str, new.addresses.values()))


def addresses_of(placement: Placement) -> list[str]:
    return [str(ip) for item in placement.instances for ip in item.addresses.values()]
