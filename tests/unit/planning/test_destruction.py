"""What a plan takes away, counted and held against a limit."""

import pytest

from paasta_deploy.model.changes import ChangeKind, Reason
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.model.recorded import DeploymentRecord, RecordedDeployment
from paasta_deploy.planning.destruction import destroy_limit, excess
from paasta_deploy.wire.plan_report import DiskFate, Fates, InstanceChange, VmFate


def row(index: int, disk: DiskFate = DiskFate.NONE) -> InstanceChange:
    return InstanceChange(
        group=InstanceGroupName("db"),
        index=index,
        instance_id=InstanceId(f"i{index}"),
        kind=ChangeKind.RECREATE,
        fates=Fates(vm=VmFate.REPLACED, disk=disk),
        reasons=(Reason(aspect="stemcell", text="the stemcell is newer"),),
    )


ROWS = [row(index) for index in range(5)]


@pytest.mark.parametrize("limit", [5, 6])
def test_as_many_as_are_allowed_are_taken_away(limit: int) -> None:
    assert excess(ROWS, limit=limit, asked=str(limit)) == ()


def test_a_refusal_names_how_many_and_the_first_with_their_reasons() -> None:
    (found,) = excess(ROWS, limit=4, asked="4")

    assert "of 5 instances; --max-destroy allows 4" in found.summary
    assert found.detail.startswith("db/0: recreate (the stemcell is newer); db/1: ")
    assert found.detail.endswith("; and 2 more")
    assert "--max-destroy 5" in found.hint


def test_a_refusal_says_what_percents_mean_and_whose_disk_is_orphaned() -> None:
    (found,) = excess([row(0, DiskFate.ORPHANED)], limit=0, asked="9%")

    assert "of 1 instance; --max-destroy allows 0 (9%)" in found.summary
    assert found.detail == "db/0: recreate, its disk orphaned (the stemcell is newer)"


def test_what_was_agreed_to_before_a_kill_counts_once() -> None:
    before = frozenset({InstanceId("i0"), InstanceId("gone")})

    assert excess(ROWS[:2], limit=3, asked="3", before=before) == ()
    (found,) = excess(ROWS[:3], limit=3, asked="3", before=before)
    assert "of 4 instances" in found.summary
    assert excess(ROWS[:1], limit=0, asked="0", before=before) == ()


def test_percents_of_nothing_are_nothing() -> None:
    recorded = RecordedDeployment(deployment=DeploymentRecord(name=DeploymentName("shop")))

    assert destroy_limit("50%", recorded) == 0
    assert destroy_limit("3", recorded) == 3
