"""Selectors: BOSH's slugs."""

import pytest

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId, TaskId
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.wants import Selector, Wants

WEB = InstanceRecord(
    instance_id=InstanceId("abc"),
    deployment=DeploymentName("dep"),
    group=InstanceGroupName("web"),
    index=1,
    az=None,
    bootstrap=False,
)


@pytest.mark.parametrize(
    ("group", "id_or_index", "selected"),
    [
        (None, None, True),
        ("web", None, True),
        ("web", "1", True),
        ("web", "abc", True),
        ("web", "0", False),
        ("web", "ab", False),
        ("db", None, False),
        ("db", "1", False),
        (None, "1", True),
    ],
)
def test_a_selector_selects_by_group_and_by_id_or_index(
    group: str | None, id_or_index: str | None, *, selected: bool
) -> None:
    selector = Selector(
        group=None if group is None else InstanceGroupName(group), id_or_index=id_or_index
    )
    assert selector.selects(WEB) is selected


def test_a_task_without_selectors_is_about_everything_and_skips_no_drain() -> None:
    wants = Wants(task_id=TaskId(1))
    assert wants.selects(WEB)
    assert not wants.skips_drain(WEB)


def test_drains_are_skipped_for_those_named_only() -> None:
    db = Selector(group=InstanceGroupName("db"))
    assert not Wants(task_id=TaskId(1), skip_drain=(db,)).skips_drain(WEB)
    assert Wants(task_id=TaskId(1), skip_drain=(db, Selector())).skips_drain(WEB)
