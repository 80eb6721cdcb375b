"""What templates can ask. The same questions are put to ERB in test_erb.py."""

import pytest

from paasta_deploy.adapters.templates.context import (
    Lookup,
    RenderContext,
    TemplateInputError,
    spec_for_job,
)
from paasta_deploy.model.values import JsonObject

LINK: JsonObject = {
    "deployment_name": "my_dep",
    "domain": "bosh",
    "default_network": "Private.net",
    "instance_group": "db",
    "instances": [
        {
            "name": "db",
            "index": 0,
            "id": "i-0",
            "az": "z1",
            "address": "10.0.0.1",
            "bootstrap": True,
        }
    ],
    "properties": {"port": 5432, "nothing": None},
}


def context(link: JsonObject = LINK) -> RenderContext:
    return RenderContext(spec={}, properties={}, links={"db": link}, az_ids={"z1": 1, "z2": 7})


def test_p_returns_the_first_that_has_a_value() -> None:
    lookup = Lookup({"a": {"b": None, "c": False}, "d": 1})
    assert lookup.p(["a.b", "a.c", "d"]) is False


def test_p_returns_the_default_when_nothing_has_a_value() -> None:
    assert Lookup({"a": None}).p("a", "x") == "x"
    assert Lookup({}).p("a", None) is None


def test_p_without_a_default_names_what_is_missing_as_bosh_does() -> None:
    with pytest.raises(TemplateInputError, match=r"^Can't find property '\[\"a.b\", \"c\"\]'$"):
        Lookup({}).p(["a.b", "c"])


def test_if_p_wants_all_names_to_have_values() -> None:
    lookup = Lookup({"a": 0, "b": False, "c": None})
    assert lookup.if_p("a", "b")
    assert not lookup.if_p("a", "c")


def test_a_path_through_a_scalar_finds_nothing() -> None:
    assert not Lookup({"a": "text"}).if_p("a.b")


def test_a_link_has_instances_and_properties() -> None:
    link = context().link("db")
    assert [(i.name, i.index, i.id, i.az, i.address, i.bootstrap) for i in link.instances] == [
        ("db", 0, "i-0", "z1", "10.0.0.1", True)
    ]
    assert link.p("port") == 5432
    assert not link.if_p("nothing")


@pytest.mark.parametrize("links", [{}, {"db": None}, {"db": {"properties": {}}}])
def test_a_link_that_is_not_resolved_is_named(links: JsonObject) -> None:
    empty = RenderContext(spec={}, properties={}, links=links)
    assert not empty.if_link("db")
    with pytest.raises(TemplateInputError, match=r"^Can't find link 'db'$"):
        empty.link("db")


def test_the_address_of_a_link_is_a_query_over_its_group() -> None:
    assert context().link("db").address() == "q-s0.db.privatenet.my-dep.bosh"


def test_filters_of_an_address_stand_in_the_query_in_order() -> None:
    address = (
        context()
        .link("db")
        .address(azs=["z2", "z1"], status="healthy", initial_health_check="synchronous")
    )
    assert address == "q-a1a7s3y1.db.privatenet.my-dep.bosh"


def test_a_manual_link_has_its_own_address() -> None:
    assert context({**LINK, "address": "db.example"}).link("db").address() == "db.example"


def test_a_short_address_has_numbers_in_place_of_names() -> None:
    link = context({**LINK, "short_group": "q-g12", "short_network": "n5"}).link("db")
    assert link.address() == "q-n5s0.q-g12.bosh"
    assert link.address(azs=["z2"], status="healthy") == "q-a7n5s3.q-g12.bosh"


def test_an_unknown_az_in_an_address_is_named() -> None:
    with pytest.raises(TemplateInputError, match="Unknown AZ: 'z9'"):
        context().link("db").address(azs=["z9"])


def test_the_spec_of_a_job_has_its_parts_laid_over_the_instances() -> None:
    spec = spec_for_job({"ip": "10.0.0.1", "links": 1}, {"a": 1}, {"b": 2}, {"name": "r"})
    assert spec == {
        "ip": "10.0.0.1",
        "properties": {"a": 1},
        "links": {"b": 2},
        "release": {"name": "r"},
    }
