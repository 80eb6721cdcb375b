"""A group that is gone and has a likely successor is called a renaming, with the lines to add."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.renames import suspicious_renames
from paasta_deploy.testing.planning_world import parsed_manifest
from tests.unit.planning.shop import MANIFEST, deployed_shop

RECORDS = list(deployed_shop().fold.instances.values())
OLD = [item for item in RECORDS if item.group == "db"]
GONE = {InstanceGroupName("db"): OLD}
RENAMED = MANIFEST.replace("- name: db\n  instances", "- name: data\n  instances")


def told(
    text: str,
    gone: Mapping[InstanceGroupName, Sequence[InstanceRecord]] = GONE,
    *,
    with_disks: bool = False,
) -> Sequence[Diagnostic]:
    """Return what is said about a manifest when groups are gone."""
    disks = frozenset(item.instance_id for item in OLD) if with_disks else frozenset()
    return tuple(suspicious_renames(parsed_manifest(text), gone, RECORDS, disks))


def test_a_renaming_is_suspected_only_where_the_jobs_are_alike() -> None:
    others = RENAMED.replace("  - name: db\n", "  - name: server\n")

    assert len(told(RENAMED)) == 1
    assert told(others) == ()
    assert told(MANIFEST) == ()
    assert told(RENAMED, {}) == ()


def test_the_lines_to_add_are_given() -> None:
    (said,) = told(RENAMED)

    assert not said.is_error
    assert said.hint == "if it was renamed, write into `data`:\nmigrated_from:\n- {name: db}"
    assert "persistent" not in said.detail


def test_what_becomes_of_the_data_is_said() -> None:
    (said,) = told(RENAMED, with_disks=True)

    assert said.detail == (
        "3 instances will be deleted, 3 of them with a persistent disk: `data` begins without data"
    )


def test_instances_that_were_in_no_az_need_one_said() -> None:
    nowhere = {InstanceGroupName("db"): [replace(item, az=None) for item in OLD]}
    (said,) = told(RENAMED, nowhere)

    assert "\n- {name: db, az: z1}\n- {name: db, az: z2}" in said.hint


def test_of_two_that_are_alike_the_one_with_as_many_instances_is_meant() -> None:
    group = RENAMED[RENAMED.index("- name: data") : RENAMED.index("- name: web")]
    other = group.replace("- name: data", "- name: more").replace("instances: 3", "instances: 1")
    text = RENAMED.replace("- name: data", f"{other}- name: data", 1)
    (said,) = told(text)

    assert "`data`" in said.summary
