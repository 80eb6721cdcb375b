"""Seats by AZ, as tables: who stays, who goes, where the new ones are."""

from collections.abc import Sequence

import pytest

from paasta_deploy.model.ids import AzName, DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.az_placement import seat_by_az


def existing(*azs: str | None, ignored: Sequence[int] = ()) -> list[InstanceRecord]:
    return [
        InstanceRecord(
            instance_id=InstanceId(f"i{index}"),
            deployment=DeploymentName("shop"),
            group=InstanceGroupName("web"),
            index=index,
            az=None if az is None else AzName(az),
            bootstrap=index == 0,
            ignored=index in ignored,
        )
        for index, az in enumerate(azs)
    ]


def seats(
    azs: Sequence[str], count: int, records: list[InstanceRecord], with_disk: Sequence[int] = ()
) -> tuple[list[str], list[int]]:
    """Return ``az`` or ``az:index`` of each seat, and the indexes that lost theirs."""
    seating = seat_by_az(
        [AzName(az) for az in azs], count, records, {InstanceId(f"i{n}") for n in with_disk}
    )
    told = [
        f"{seat.az}" if seat.former is None else f"{seat.az}:{seat.former.index}"
        for seat in seating.seats
    ]
    return sorted(told), sorted(record.index for record in seating.obsolete)


@pytest.mark.parametrize(
    ("azs", "count", "records", "with_disk", "expected"),
    [
        (["z1", "z2"], 3, existing(), [], (["z1", "z1", "z2"], [])),
        (["z2", "z1"], 1, existing(), [], (["z1"], [])),
        ([], 2, existing(), [], (["None", "None"], [])),
        (["z1", "z2"], 2, existing("z1", "z1"), [], (["z1:0", "z2"], [1])),
        (["z1", "z2"], 2, existing("z1", "z1"), [0, 1], (["z1:0", "z1:1"], [])),
        (["z1", "z2"], 1, existing("z1", "z2"), [0, 1], (["z1:0"], [1])),
        (["z1", "z2"], 1, existing("z2", "z2"), [], (["z2:0"], [1])),
        (["z1"], 2, existing("z1", "z2"), [0, 1], (["z1", "z1:0"], [1])),
        (["z1"], 1, existing(None), [], (["z1"], [0])),
        ([], 1, existing("z1"), [0], (["None"], [0])),
        (["z1", "z2", "z3"], 4, existing("z3", "z3"), [], (["z1", "z2", "z3:0", "z3:1"], [])),
    ],
)
def test_seats(
    azs: list[str],
    count: int,
    records: list[InstanceRecord],
    with_disk: list[int],
    expected: tuple[list[str], list[int]],
) -> None:
    assert seats(azs, count, records, with_disk) == expected


def test_an_ignored_instance_stays_even_in_an_az_that_is_given_up() -> None:
    assert seats(["z1"], 2, existing("z1", "z2", ignored=[1])) == (["z1:0", "z2:1"], [])


def test_ignored_instances_come_before_those_with_disks() -> None:
    records = existing("z1", "z1", ignored=[1])

    assert seats(["z1"], 1, records, with_disk=[0]) == (["z1:1"], [0])
