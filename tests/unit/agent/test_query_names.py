"""What the director's document of names makes of a hosts file.

Law: whatever name templates of a link get for its instances or its group is there.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.adapters.templates.context import RenderContext
from paasta_deploy.agent.query_names import INFOS_MAX, query_names
from paasta_deploy.model.ids import (
    AgentId,
    AzName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.dns_names import (
    group_number,
    link_group_number,
    network_number,
    short_name,
)
from paasta_deploy.planning.dns_records import NamedInstance, records_of
from paasta_deploy.wire.reading import Fields, WireError

SHOP, DB, NETWORK = DeploymentName("shop"), InstanceGroupName("db"), NetworkName("default")
AZS = {"z1": 1, "z2": 2}


def instance(index: int, az: str, **aliases: str) -> NamedInstance:
    return NamedInstance(
        instance_id=InstanceId(f"id-{index}"),
        deployment=SHOP,
        group=DB,
        index=index,
        az=AzName(az),
        addresses=((NETWORK, ip_address(f"10.0.0.{index}")),),
        agent_id=AgentId(f"a-{index}"),
        link_groups=("db-sql",),
        aliases=tuple(
            {"group": "db-sql", "domain": domain.replace("X", "."), "placeholder_type": kind}
            if kind
            else {"group": "db-sql", "domain": domain.replace("X", ".")}
            for domain, kind in aliases.items()
        ),
    )


def answers(*instances: NamedInstance) -> dict[str, set[str]]:
    """Return the addresses that stand beside each name."""
    found: dict[str, set[str]] = {}
    for ip, name in query_names(Fields(records_of(instances, 1, AZS), "names")):
        found.setdefault(name, set()).add(ip)
    return found


TWO = (instance(1, "z1"), instance(2, "z2"))
BOTH = {"10.0.0.1", "10.0.0.2"}


def address(short_group: int | None = None, **criteria: object) -> str:
    """Return what ``link("db").address(...)`` is in a template."""
    link: dict[str, object] = {
        "instances": [],
        "instance_group": DB,
        "default_network": NETWORK,
        "deployment_name": SHOP,
    }
    if short_group is not None:
        link["short_group"] = f"q-g{short_group}"
        link["short_network"] = f"n{network_number(NETWORK)}"
    links: JsonObject = {"db": link}  # type: ignore[dict-item]  # plain values
    context = RenderContext(spec={}, properties={}, links=links, az_ids=AZS)
    return context.link("db").address(**criteria)  # type: ignore[arg-type]  # a test's own


@pytest.mark.parametrize(
    "short_group", [None, group_number(SHOP, DB), link_group_number(SHOP, "db-sql")]
)
def test_the_address_of_a_link_is_answered(short_group: int | None) -> None:
    found = answers(*TWO)

    assert found[address(short_group)] == BOTH
    assert found[address(short_group, status="all")] == BOTH
    assert found[address(short_group, azs=["z2"])] == {"10.0.0.2"}
    assert found[address(short_group, azs=["z1"], status="healthy")] == {"10.0.0.1"}
    assert address(short_group, status="unhealthy") not in found


def test_the_short_name_of_an_instance_is_answered() -> None:
    name = short_name(InstanceId("id-2"), NETWORK, link_group_number(SHOP, "db-sql"), "bosh")

    assert answers(*TWO)[name] == {"10.0.0.2"}


def test_aliases_are_answered() -> None:
    said = {"dbXinternal": "", "_XnodeXinternal": "uuid", "_XazXinternal": "az"}
    found = answers(*(replace(one, aliases=instance(0, "z1", **said).aliases) for one in TWO))

    assert found["db.internal"] == BOTH
    assert found["id-1.node.internal"] == {"10.0.0.1"}
    assert found["z2.az.internal"] == {"10.0.0.2"}


def test_an_instance_without_az_is_answered_too() -> None:
    one = replace(TWO[0], az=None)

    assert answers(one)[address()] == {"10.0.0.1"}


def test_too_many_instances_need_a_dns_server() -> None:
    many = [replace(TWO[0], instance_id=InstanceId(f"i{n}")) for n in range(INFOS_MAX + 1)]

    assert answers(*many) == {}


def test_documents_of_other_directors_may_have_no_infos() -> None:
    assert query_names(Fields({"records": [], "version": 1}, "names")) == ()


@pytest.mark.parametrize("infos", ["x", {"a": 1}])
def test_a_document_that_is_none_is_refused(infos: str) -> None:
    with pytest.raises(WireError):
        query_names(Fields({"record_infos": infos, "record_keys": ["id"]}, "names"))
