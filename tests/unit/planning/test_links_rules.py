"""The rules of BOSH 1.6.1 and 4.6, one row each: which provider a consumer gets, or what is said.

A deployment is a list of groups, ``name: job``, in the words of ``test_links``; each row says what
``web`` reads then: the group that provides ``db``, ``-`` for no link, or ``!`` and a part of what
is told.
"""

import re
from dataclasses import replace
from typing import cast

import pytest

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.links import ResolvedLinks, resolve_links
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import deployed_shop
from tests.unit.planning.test_links import (
    NETWORKS,
    groups,
    offered,
    parts_of,
    release,
    resolved,
)

THERE = DeploymentName("there")
SHARED = offered("{db: {as: big, shared: true}}")


def db(name: str = "db", **said: str) -> str:
    parts = "".join(f", {key}: {value}" for key, value in said.items())
    return f"{name}: {{name: db, release: shop{parts}}}"


def web(consumes: str = "", **said: str) -> str:
    if consumes:
        said["consumes"] = f"{{db: {consumes}}}"
    return db("web", **said).replace("name: db", "name: web", 1)


AS_A = "{db: {as: a}}"
AS_B = "{db: {as: b}}"
CUSTOM = "[{name: mine, type: sql, properties: [port]}]"
OTHER_TYPE = "[{name: mine, type: other}]"

RULES: list[tuple[str, list[str], bool, str]] = [
    # rule, groups, is the link optional, what web reads
    ("implicit: the only provider of the type", [db(), web()], False, "db"),
    (
        "implicit: its alias does not matter",
        [db(provides=AS_A), web()],
        False,
        "db",
    ),
    ("implicit: none", [web()], False, "!which nobody provides"),
    ("implicit: none, and optional", [web()], True, "-"),
    ("implicit: several", [db("one"), db("two"), web()], False, "!which 2 jobs provide"),
    (
        "implicit: several, also if optional",
        [db("one"), db("two"), web()],
        True,
        "!2 jobs provide",
    ),
    (
        "implicit: a hidden one does not count",
        [db("one"), db("two", provides="{db: nil}"), web()],
        False,
        "one",
    ),
    ("implicit: all are hidden", [db(provides="{db: nil}"), web()], False, "!nobody provides"),
    ("implicit: all are hidden, optional", [db(provides="{db: nil}"), web()], True, "-"),
    (
        "implicit: a job provides what another job of its own group consumes",
        ["web: {name: db, release: shop}\n  - {name: web, release: shop}"],
        False,
        "web",
    ),
    ("explicit: by the name of the link", [db(), web("{from: db}")], False, "db"),
    (
        "explicit: by the alias",
        [db("one", provides=AS_A), db("two", provides=AS_B), web("{from: b}")],
        False,
        "two",
    ),
    (
        "explicit: the name is gone where there is an alias",
        [db(provides=AS_A), web("{from: db}")],
        False,
        "!from `db`",
    ),
    ("explicit: nobody has the alias", [db(), web("{from: nope}")], False, "!from `nope`"),
    (
        "explicit: nobody has the alias, also if optional",
        [db(), web("{from: nope}")],
        True,
        "!from `nope`",
    ),
    (
        "explicit: two have the alias",
        [db("one", provides=AS_A), db("two", provides=AS_A), web("{from: a}")],
        False,
        "!which 2 jobs provide",
    ),
    (
        "explicit: the alias has another type",
        [db(), db("z", custom_provider_definitions=OTHER_TYPE), web("{from: mine}")],
        False,
        "!nobody provides",
    ),
    ("blocked, optional", [db(), web("nil")], True, "-"),
    ("blocked, but needed", [db(), web("nil")], False, "!cannot do without"),
    ("manual", [web("{instances: [{address: 1.2.3.4}]}")], False, "manual"),
    (
        "manual goes before a provider",
        [db(), web("{instances: [{address: 1.2.3.4}]}")],
        False,
        "manual",
    ),
    ("manual without instances is none", [web("{instances: []}")], False, "manual"),
    (
        "a custom provider, implicit",
        [db("one", provides="{db: nil}", custom_provider_definitions=CUSTOM), web()],
        False,
        "one",
    ),
    (
        "a custom provider, by its name",
        [db("one", custom_provider_definitions=CUSTOM), web("{from: mine}")],
        False,
        "one",
    ),
    (
        "a custom provider, by its alias",
        [
            db("one", custom_provider_definitions=CUSTOM, provides="{mine: {as: a}}"),
            web("{from: a}"),
        ],
        False,
        "one",
    ),
    (
        "a custom provider collides with one of the release",
        [db("one", custom_provider_definitions="[{name: db, type: sql}]"), web()],
        False,
        "!has a link `db` already",
    ),
    ("its own deployment by name", [db(), web("{from: db, deployment: shop}")], False, "db"),
    ("shared by another deployment", [web("{from: big, deployment: there}")], False, "there/db"),
    (
        "another deployment is never asked unless it is named",
        [web()],
        False,
        "!nobody provides",
    ),
    (
        "another deployment, the alias is unknown",
        [web("{from: db, deployment: there}")],
        False,
        "!from `db`",
    ),
    (
        "another deployment that does not exist",
        [web("{from: db, deployment: nowhere}")],
        False,
        "!which does not exist",
    ),
    (
        "a network that the provider is not on",
        [db(), web("{from: db, network: other}")],
        False,
        "!is not on network `other`",
    ),
    (
        "a network that another deployment's provider is not on",
        [web("{from: big, deployment: there, network: other}")],
        False,
        "!is not on network `other`",
    ),
    (
        "a name that the release does not consume is only warned about",
        [db(), "web: {name: web, release: shop, consumes: {nope: {from: db}}}"],
        False,
        "db",
    ),
]


def optional_release() -> ReleaseRecord:
    return release(db={"type": "sql", "optional": True})


def read(found: ResolvedLinks) -> str:
    """Return what ``web`` got, as the rows write it."""
    errors = [item.summary for item in found.diagnostics if item.is_error]
    if errors:
        return "!" + " | ".join(errors)
    links = found.of_job.get((InstanceGroupName("web"), JobName("web")), {})
    content = cast("JsonObject | None", links.get("db"))
    if content is None:
        return "-"
    if "instance_group" not in content:
        return "manual"
    here = content["deployment_name"] == "shop"
    return f"{'' if here else 'there/'}{content['instance_group']}"


@pytest.mark.parametrize(
    ("said", "optional", "expected"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_a_rule_of_links(said: list[str], optional: bool, expected: str) -> None:
    releases = (optional_release(),) if optional else ()

    found = read(resolved(groups(*said), *releases, shared={THERE: SHARED}))

    if expected.startswith("!"):
        assert expected[1:] in found
        assert found.startswith("!")
    else:
        assert found == expected


FEATURES: list[tuple[str, str, str, str]] = [
    # rule, features, what web says, address of the first instance
    ("addresses by default", "", "", r"10\.0\.0\.2"),
    ("names for all", "use_dns_addresses: true", "", r"[0-9a-f-]{36}\.db\.default\.shop\.bosh"),
    ("names for one", "", "{from: db, ip_addresses: false}", r"[0-9a-f-]{36}\.db\..*\.bosh"),
    (
        "addresses for one",
        "use_dns_addresses: true",
        "{from: db, ip_addresses: true}",
        r"10\.0\.0\.2",
    ),
    (
        "short names",
        "use_dns_addresses: true, use_short_dns_addresses: true",
        "",
        r"q-m\d+n\d+s0\.q-g\d+\.bosh",
    ),
    ("short names need names", "use_short_dns_addresses: true", "", r"10\.0\.0\.2"),
    (
        "names of links are names, and short",
        "use_link_dns_names: true",
        "",
        r"q-m\d+n\d+s0\.q-g.*",
    ),
    (
        "addresses for one, against names of links",
        "use_link_dns_names: true",
        "{from: db, ip_addresses: true}",
        r"10\.0\.0\.2",
    ),
]


@pytest.mark.parametrize(
    ("features", "said", "pattern"),
    [row[1:] for row in FEATURES],
    ids=[row[0] for row in FEATURES],
)
def test_a_rule_of_addresses_in_links(features: str, said: str, pattern: str) -> None:
    text = groups(db(), web(said))
    if features:
        text = text.replace("update:", f"features: {{{features}}}\nupdate:", 1)

    links = resolved(text).of_job[InstanceGroupName("web"), JobName("web")]
    content = cast("dict[str, list[dict[str, str]]]", links["db"])

    assert re.fullmatch(pattern, content["instances"][0]["address"])


def test_the_content_is_what_bosh_gives() -> None:
    links = resolved(groups(db(), web())).of_job[InstanceGroupName("web"), JobName("web")]
    content = cast("JsonObject", links["db"])

    assert set(content) == {
        "deployment_name",
        "domain",
        "default_network",
        "networks",
        "instance_group",
        "group_name",
        "instances",
        "properties",
        "use_short_dns_addresses",
        "use_link_dns_names",
    }
    instances = cast("list[JsonObject]", content["instances"])
    assert set(instances[0]) == {"name", "index", "bootstrap", "id", "az", "address"}


def test_groups_of_two_links_of_one_job_have_different_short_names() -> None:
    text = groups(
        db(custom_provider_definitions=CUSTOM),
        web("{from: db}"),
    ).replace("update:", "features: {use_link_dns_names: true}\nupdate:", 1)
    named = text.replace("{from: db}", "{from: mine}")

    addresses = set()
    for one in (text, named):
        links = resolved(one).of_job[InstanceGroupName("web"), JobName("web")]
        content = cast("dict[str, list[dict[str, str]]]", links["db"])
        addresses.add(content["instances"][0]["address"])

    assert len(addresses) == 2


def reasons_after(old: str, new: str) -> dict[str, list[str]]:
    """Return why each group of the shop is changed, with lines, after an edit of its manifest."""
    world = deployed_shop()
    assert world.manifest.count(old) == 1
    world.manifest = world.manifest.replace(old, new)
    world.new_task()
    found: dict[str, list[str]] = {}
    for change in world.plan_deploy().changes:
        for reason in change.reasons:
            line = "" if reason.span is None else f" (line {reason.span.line})"
            texts = found.setdefault(str(change.group), [])
            if f"{reason.text}{line}" not in texts:
                texts.append(f"{reason.text}{line}")
    return found


def test_a_change_that_consumers_see_names_the_provider_and_its_line() -> None:
    found = reasons_after("properties: {size: 7}", "properties: {size: 8}")

    provider = "provided by `db` of job `db` in group `db` (line 21)"
    assert found["web"] == [f"link `db` of job `server`, {provider}"]
    assert f"link `peers` of job `db`, {provider}" in found["db"]


def test_a_change_that_consumers_do_not_see_leaves_them_alone() -> None:
    found = reasons_after("properties: {size: 7}", "properties: {size: 7, secret: x}")

    assert "web" not in found
    assert "db" in found


def test_who_provides_each_link_is_known() -> None:
    found = resolved(groups(db(), web("{from: db}")))
    abroad = resolved(groups(web("{from: big, deployment: there}")), shared={THERE: SHARED})
    manual = resolved(groups(web("{instances: []}")))

    (taken,) = found.taken
    assert taken.provider is not None
    assert taken.span is not None
    assert (taken.provider.group, taken.provider.name) == ("db", "db")
    (taken,) = abroad.taken
    assert taken.provider is not None
    assert (taken.provider.deployment, taken.provider.name) == ("there", "db")
    assert "of deployment `there`" in taken.provided_by
    (taken,) = manual.taken
    assert taken.provider is None


NAMES_NOT_SERVED: list[tuple[str, str, str, bool]] = [
    # rule, features, what web says, is it warned about
    ("nobody asks for names", "", "", False),
    ("the deployment does", "use_dns_addresses: true", "", True),
    ("a consumer does", "", "{from: db, ip_addresses: false}", True),
    ("names of links", "use_link_dns_names: true", "", True),
]


@pytest.mark.parametrize(
    ("features", "said", "is_warned"),
    [row[1:] for row in NAMES_NOT_SERVED],
    ids=[row[0] for row in NAMES_NOT_SERVED],
)
def test_machines_that_cannot_look_names_up_get_addresses_and_the_operator_a_warning(
    features: str, said: str, is_warned: bool
) -> None:
    text = groups(db(), web(said))
    if features:
        text = text.replace("update:", f"features: {{{features}}}\nupdate:", 1)
    desired, placement = parts_of(PlanningWorld(text, NETWORKS, (release(),)))

    found = resolve_links(replace(desired, names_resolve=False), placement)

    links = found.of_job[InstanceGroupName("web"), JobName("web")]
    content = cast("JsonObject", links["db"])
    instances = cast("list[JsonObject]", content["instances"])
    assert instances[1]["address"] == "10.0.0.3"
    assert content["address"] == "10.0.0.2"
    assert [item.code for item in found.diagnostics] == ["PD0630"] * is_warned
    assert not any(item.is_error for item in found.diagnostics)
    assert all(item.span is not None for item in found.diagnostics)
