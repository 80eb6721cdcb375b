"""``provides``, ``consumes`` and custom providers of jobs."""

import pytest

from paasta_deploy.model.deployment import (
    ConsumedLink,
    CustomProvider,
    JobUse,
    ManualLink,
    ProvidedLink,
)
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)

JOB = "{name: j, release: r}"


def job(text: str) -> JobUse:
    """Return the job with these keys added."""
    new = f"{{name: j, release: r, {text}}}"
    return deployment_of(changed(DEPLOYMENT, (JOB, new))).instance_groups[0].jobs[0]


def test_provided_links_are_read() -> None:
    read = job(
        "provides: {a: nil, b: {as: c, shared: true, aliases: [{domain: d, health_filter: all}]},"
        " e: {}}"
    )

    assert read.provides == {
        "a": ProvidedLink(name="a", hidden=True),
        "b": ProvidedLink(
            name="b",
            alias="c",
            shared=True,
            dns_aliases=({"domain": "d", "health_filter": "all"},),
        ),
        "e": ProvidedLink(name="e"),
    }


def test_consumed_links_are_read() -> None:
    read = job(
        "consumes: {a: nil, b: {from: x, deployment: d, network: net, ip_addresses: true},"
        " c: {instances: [{address: 10.0.0.1}], properties: {p: 1}, address: q}}"
    )

    assert read.consumes == {
        "a": ConsumedLink(name="a", blocked=True),
        "b": ConsumedLink(
            name="b", from_alias="x", deployment="d", network="net", ip_addresses=True
        ),
        "c": ConsumedLink(
            name="c",
            manual=ManualLink(
                instances=({"address": "10.0.0.1"},), properties={"p": 1}, address="q"
            ),
        ),
    }


def test_custom_providers_are_read() -> None:
    read = job("custom_provider_definitions: [{name: a, type: t, properties: [x.y]}]")

    assert read.custom_providers == (CustomProvider(name="a", link_type="t", properties=("x.y",)),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("provides: [a]", [("PD0101", "[")]),
        ("provides: {a: b}", [("PD0131", "b")]),
        ("provides: {a: ~}", [("PD0131", "~")]),
        ("provides: {a: {name: b}}", [("PD0131", "name")]),
        ("provides: {a: {type: b}}", [("PD0131", "type")]),
        ("provides: {a: {from: b}}", [("PD0103", "from")]),
        ("provides: {a: {shared: 1}}", [("PD0101", "1")]),
        ("provides: {a: {aliases: [{}]}}", [("PD0102", "{")]),
        ("consumes: {a: [b]}", [("PD0131", "[")]),
        ("consumes: {a: {type: b}}", [("PD0131", "type")]),
        ("consumes: {a: {ip_addresses: 1}}", [("PD0131", "1")]),
        ("consumes: {a: {from: b, instances: []}}", [("PD0131", "instances")]),
        ("consumes: {a: {properties: {}}}", [("PD0131", "properties")]),
        (
            "consumes: {a: {from: b, properties: {}}}",
            [("PD0131", "properties")],
        ),
        ("consumes: {a: {instances: [b]}}", [("PD0101", "b")]),
        ("consumes: {a: {form: b}}", [("PD0103", "form")]),
        ("custom_provider_definitions: [{name: a}]", [("PD0102", "{")]),
        ("custom_provider_definitions: [{name: '', type: t}]", [("PD0132", "''")]),
        (
            "custom_provider_definitions: [{name: a, type: t}, {name: a, type: t}]",
            [("PD0132", "a")],
        ),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert deployment_problems((JOB, f"{{name: j, release: r, {text}}}")) == expected
