"""``instance_groups:`` of a deployment."""

import pytest

from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import InstanceGroup, Lifecycle, NamedDisk, VmResources
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    GROUP,
    changed,
    deployment_of,
    deployment_problems,
)
from tests.unit.manifest.texts import found, node

HERE = "  instances: 2\n"


def group(lines: str) -> InstanceGroup:
    """Return the group with these lines added."""
    return deployment_of(changed(DEPLOYMENT, (HERE, HERE + lines))).instance_groups[0]


def with_lines(lines: str) -> list[tuple[str, str]]:
    """Return what is wrong when these lines are added to the group."""
    return deployment_problems((HERE, HERE + lines))


def test_every_key_of_a_group_is_read() -> None:
    read = group(
        "  lifecycle: errand\n  vm_extensions: [a, b]\n  persistent_disk_type: 10GB\n"
        "  env: {bosh: {swap_size: 0}}\n  tags: {team: x, size: 5}\n"
        "  migrated_from: [{name: old, az: z1}, {name: older}]\n"
    )

    assert read.lifecycle is Lifecycle.ERRAND
    assert (read.vm_extensions, read.persistent_disk_type) == (("a", "b"), "10GB")
    assert (read.env, read.tags) == ({"bosh": {"swap_size": 0}}, {"team": "x", "size": "5"})
    assert [(m.name, m.az) for m in read.migrated_from] == [("old", "z1"), ("older", None)]


def test_a_vm_can_be_described_by_its_needs() -> None:
    text = changed(
        DEPLOYMENT,
        ("vm_type: small", "vm_resources: {cpu: 2, ram: 1024, ephemeral_disk_size: 0}"),
    )

    assert deployment_of(text).instance_groups[0].vm_resources == VmResources(
        cpu=2, ram_mib=1024, ephemeral_disk_mib=0
    )


def test_disks_can_be_many_or_of_a_size() -> None:
    many = group("  persistent_disks: [{name: a, type: big}, {name: b, type: big}]\n")

    assert many.persistent_disks == (
        NamedDisk(name="a", disk_type="big"),
        NamedDisk(name="b", disk_type="big"),
    )
    assert group("  persistent_disk: 512\n").persistent_disk_mib == 512


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  lifecycle: batch\n", [("PD0120", "batch")]),
        ("  lifecycle: ~\n", [("PD0101", "~")]),
        (
            "  vm_resources: {cpu: 1, ram: 1, ephemeral_disk_size: 1}\n",
            [("PD0124", "vm_resources")],
        ),
        ("  vm_extensions: a\n", [("PD0101", "a")]),
        ("  vm_extensions: [[a]]\n", [("PD0101", "[")]),
        ("  persistent_disk: -1\n", [("PD0125", "-1")]),
        ("  persistent_disk: big\n", [("PD0101", "big")]),
        (
            "  persistent_disk: 1\n  persistent_disk_type: b\n",
            [("PD0125", "persistent_disk_type")],
        ),
        ("  persistent_disks: [{name: ' ', type: b}]\n", [("PD0125", "' '")]),
        ("  persistent_disks: [{name: a/b, type: b}]\n", [("PD1001", "a/b")]),
        ("  persistent_disks: [{name: .., type: b}]\n", [("PD1001", "..")]),
        ("  persistent_disks: [{type: b}]\n", [("PD0102", "{")]),
        ("  persistent_disks: [{name: a, type: b}, {name: a, type: b}]\n", [("PD0125", "a")]),
        ("  env: [a]\n", [("PD0101", "[")]),
        ("  tags: [a]\n", [("PD0101", "[")]),
        ("  tags: {a: [b]}\n", [("PD0101", "[")]),
        ("  migrated_from: [{name: old, az: z9}]\n", [("PD0130", "z9")]),
        ("  migrated_from: [{az: z1}]\n", [("PD0102", "{")]),
        ("  templates: []\n", [("PD0109", "templates")]),
        ("  template: a\n", [("PD0109", "template")]),
        ("  resource_pool: a\n", [("PD0109", "resource_pool")]),
        ("  persistent_disk_pool: a\n", [("PD0109", "persistent_disk_pool")]),
        ("  state: stopped\n", [("PD0138", "state")]),
        ("  instance_states: {}\n", [("PD0138", "instance_states")]),
        ("  provides: {}\n", [("PD0103", "provides")]),
    ],
)
def test_mistakes_are_told(lines: str, expected: list[tuple[str, str]]) -> None:
    assert with_lines(lines) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("azs: [z1]", "azs: []", [("PD0121", "[")]),
        ("azs: [z1]", "azs: z1", [("PD0101", "z1")]),
        ("azs: [z1]", "azs: [1]", [("PD0122", "1")]),
        ("instances: 2", "instances: '2'", [("PD0101", "'2'")]),
        ("instances: 2", "instances: -2", [("PD0104", "-2")]),
        ("instances: 2", "instances: ((n))", [("PD0149", "((n))")]),
        ("instances: 2", "instances: 100001", [("PD0105", "100001")]),
        ("stemcell: default", "stemcell: ''", [("PD0106", "''")]),
        ("name: web", "name: ' '", [("PD0106", "' '"), ("PD0107", "' '")]),
        ("  instances: 2\n", "", [("PD0102", "name")]),
        ("name: web", "name: we.b-", [("PD0107", "we.b-")]),
        ("vm_type: small", "vm_type: yes", [("PD0101", "yes")]),
        (
            "vm_type: small",
            "vm_resources: {cpu: 0, ram: 1}",
            [("PD0102", "{"), ("PD0104", "0")],
        ),
    ],
)
def test_mistakes_in_required_keys_are_told(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert deployment_problems((old, new)) == expected


def test_a_number_in_quotes_is_recognised() -> None:
    text = changed(DEPLOYMENT, ("instances: 2", "instances: '2'"))

    assert parse_deployment(node(text)).diagnostics[0].hint == "remove the quotes: 2"


def test_two_groups_with_one_dns_name_are_told() -> None:
    text = DEPLOYMENT + changed(GROUP, ("name: web", "name: Web"))
    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [("PD0119", "Web")]
    assert "the same in DNS" in result.diagnostics[0].detail


def test_an_az_that_is_named_twice_counts_once() -> None:
    text = changed(DEPLOYMENT, ("azs: [z1]", "azs: [z1, z1]"))

    assert deployment_of(text).instance_groups[0].azs == ("z1",)


def test_properties_of_a_group_are_deprecated() -> None:
    text = changed(DEPLOYMENT, (HERE, HERE + "  properties: {a: 1}\n"))

    assert found(text, parse_deployment(node(text)).diagnostics) == [("PD0108", "properties")]


def migrating(name: str, source: str) -> str:
    """Return a group that takes over another one."""
    return changed(
        GROUP, ("name: web", f"name: {name}\n  migrated_from: [{{name: {source}, az: z1}}]")
    )


def test_a_group_that_is_still_there_cannot_be_taken_over() -> None:
    text = DEPLOYMENT + migrating("new", "web")

    assert found(text, parse_deployment(node(text)).diagnostics) == [("PD0130", "web")]


def test_a_group_cannot_be_taken_over_twice() -> None:
    text = DEPLOYMENT + migrating("a", "old") + migrating("b", "old")

    assert found(text, parse_deployment(node(text)).diagnostics) == [("PD0130", "old")]


def test_a_group_may_take_over_itself_to_name_its_az() -> None:
    text = DEPLOYMENT + migrating("self", "self")

    assert not parse_deployment(node(text)).diagnostics
