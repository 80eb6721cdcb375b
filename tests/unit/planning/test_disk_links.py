"""A job learns the names of its group's disks by links of type `disk`, and of no other's."""

import pytest

from paasta_deploy.model.ids import InstanceGroupName, JobName
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld, RefusedError
from tests.unit.planning.shop import CLOUD, MANIFEST, shop

ONE = "  persistent_disks: [{name: wal, type: disk}]\n"
TWO = "  persistent_disks: [{name: wal, type: disk}, {name: log, type: disk}]\n"
SAID = "    release: shop\n    properties: {size: 7}\n"


def release(*, optional: bool = False, other: bool = False) -> ReleaseRecord:
    """Return a release whose database, or whose server, takes a disk."""
    wish: JsonObject = {"journal": {"type": "disk", "optional": optional}}
    database: JsonObject = {"properties": {"size": 1}, "consumes": {} if other else wish}
    server: JsonObject = {"properties": {"port": 80}, "consumes": wish if other else {}}
    return made_release(
        {"name": "shop", "version": "1", "jobs": {"db": database, "server": server}}
    )


def world(disks: str, said: str = "", **wish: bool) -> PlanningWorld:
    text = MANIFEST.replace("  persistent_disk_type: disk\n", disks)
    return shop(text.replace(SAID, SAID + said), CLOUD, release(**wish))


def links(of: PlanningWorld, group: str = "db", job: str = "db") -> JsonObject:
    return of.think().links.of_job[InstanceGroupName(group), JobName(job)]


def test_the_only_disk_of_the_group_needs_no_word() -> None:
    assert links(world(ONE)) == {
        "journal": {
            "deployment_name": "shop",
            "instance_group": "db",
            "properties": {"name": "wal"},
            "networks": [],
            "instances": [],
        }
    }


def test_one_of_several_disks_is_named() -> None:
    found = links(world(TWO, "    consumes: {journal: {from: log}}\n"))

    journal = found["journal"]
    assert isinstance(journal, dict)
    assert journal["properties"] == {"name": "log"}


def test_several_disks_and_no_word_are_ambiguous() -> None:
    with pytest.raises(RefusedError, match="disk `wal` of group `db`") as caught:
        world(TWO).think()

    assert caught.value.diagnostics[0].code == "PD0613"
    assert "from: wal" in caught.value.text


def test_an_unknown_disk_is_told_with_those_that_there_are() -> None:
    with pytest.raises(RefusedError, match="did you mean `wal`") as caught:
        world(TWO, "    consumes: {journal: {from: wall}}\n").think()

    assert caught.value.diagnostics[0].code == "PD0612"


def test_the_disks_of_another_group_are_out_of_reach() -> None:
    with pytest.raises(RefusedError, match="which nobody provides"):
        world(ONE, other=True).think()


def test_an_optional_link_without_disks_is_left_out() -> None:
    assert links(world("", optional=True)) == {}


def test_another_name_of_a_disk_changes_its_consumers() -> None:
    before = world(ONE)
    before.deploy()
    before.manifest = before.manifest.replace("name: wal", "name: journal")
    before.new_task()

    plan = before.plan_deploy()

    reasons = {reason.text for change in plan.changes for reason in change.reasons}
    assert any("link `journal` of job `db`" in text for text in reasons), reasons
