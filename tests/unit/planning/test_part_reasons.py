"""Reasons for jobs, packages, templates and networks name what changed, and never a value."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import InstanceGroupName, JobName, NetworkName, PackageName
from paasta_deploy.model.spec import InstanceSpec, JobInSpec, NetworkSpec
from paasta_deploy.planning.part_reasons import (
    changed_keys,
    listed,
    network_reasons,
    software_reasons,
)
from paasta_deploy.planning.spans import Spans
from tests.unit.planning.shop import deployed_shop


def recipe() -> InstanceSpec:
    spec = deployed_shop().instance("web/0").spec
    assert spec is not None
    return spec


def told(change: Callable[[InstanceSpec], InstanceSpec]) -> list[str]:
    before = recipe()
    return [
        f"{reason.aspect}: {reason.text}"
        + (f" {reason.before} -> {reason.after}" if reason.before else "")
        for reason in software_reasons(before, change(before), Spans())
    ]


def more_job(spec: InstanceSpec) -> JobInSpec:
    return replace(spec.jobs[0], name=JobName("extra"))


def other_templates(spec: InstanceSpec, **properties: str) -> InstanceSpec:
    given = spec.properties["server"]
    assert isinstance(given, dict)
    templates = replace(
        spec.templates, configuration_hash="new", template_hashes={"server": "new"}
    )
    return replace(spec, templates=templates, properties={"server": {**given, **properties}})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: s, []),
        (lambda s: replace(s, jobs=(*s.jobs, more_job(s))), ["job: job `extra` is new"]),
        (lambda s: replace(s, jobs=()), ["job: no longer here: `server`"]),
        (
            lambda s: replace(s, jobs=(replace(s.jobs[0], fingerprint="f", release_version="2"),)),
            ["job: job `server` shop/1 -> shop/2"],
        ),
        (
            lambda s: replace(s, group=InstanceGroupName("www")),
            ["job: instance group web -> www"],
        ),
        (
            lambda s: replace(s, packages=(replace(s.packages[0], dependency_key="k"),)),
            ["packages: packages: `server`"],
        ),
        (
            lambda s: replace(s, packages=(replace(s.packages[0], name=PackageName("p")),)),
            ["packages: packages: `p`, `server`"],
        ),
        (
            lambda s: other_templates(s, port="changed"),
            ["configuration: property `port` of job `server`"],
        ),
        (
            lambda s: other_templates(s, **{"link db": "changed"}),
            ["configuration: link `db` of job `server`"],
        ),
        (
            other_templates,
            ["configuration: templates of job `server`: its address, index or AZ changed"],
        ),
        (
            lambda s: replace(other_templates(s), jobs=(replace(s.jobs[0], fingerprint="other"),)),
            ["job: job `server` shop/1 -> shop/1", "configuration: templates of `server`"],
        ),
    ],
)
def test_software(change: Callable[[InstanceSpec], InstanceSpec], expected: list[str]) -> None:
    assert told(change) == expected


def test_many_properties_are_counted_after_the_first_six() -> None:
    many = {f"p{number}": "new" for number in range(8)}

    lines = told(lambda s: other_templates(s, **many))

    assert len(lines) == 7
    assert lines[-1] == "configuration: 2 more properties or links of job `server`"


def network(name: str, ip: str | None = "10.0.0.2") -> NetworkSpec:
    return NetworkSpec(
        name=NetworkName(name),
        kind="manual",
        ip=None if ip is None else ip_address(ip),
        netmask="255.255.255.0",
        gateway=ip_address("10.0.0.1"),
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([network("a")], [network("a")], []),
        ([network("a")], [], ["it leaves network `a`"]),
        ([], [network("a")], ["it joins network `a`"]),
        ([network("a")], [network("a", "10.0.0.3")], ["address in network `a`"]),
        ([network("a", None)], [network("a")], ["address in network `a`"]),
        (
            [network("a")],
            [replace(network("a"), dns=("1.1.1.1",), gateway=None)],
            ["settings of network `a`: `gateway`, `dns`"],
        ),
        ([network("a"), network("b")], [network("b"), network("a")], ["order of its networks"]),
    ],
)
def test_networks(
    before: list[NetworkSpec], after: list[NetworkSpec], expected: list[str]
) -> None:
    assert [reason.text for reason in network_reasons(before, after, lambda _: None)] == expected


def test_keys_that_differ_are_sorted_and_a_missing_one_is_not_a_null_one() -> None:
    assert changed_keys({"b": 1, "a": 1, "same": 0}, {"a": 2, "c": None, "same": 0}) == [
        "a",
        "b",
        "c",
    ]


def test_long_lists_are_cut() -> None:
    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed(list("abcdefgh")).endswith("`f` and 2 more")
