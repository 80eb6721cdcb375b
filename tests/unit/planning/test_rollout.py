"""The order of a rollout: runs of groups, AZs one after another, canaries in the first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.deployment import AzUpdateStrategy, Share, UpdatePolicy
from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    TaskId,
)
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import WatchTime
from paasta_deploy.planning.rollout import (
    Batch,
    GroupRollout,
    batches_of,
    overridden,
    parse_share,
    policy_from,
    runs_of,
)
from paasta_deploy.planning.wants import Wants
from tests.unit.planning.shop import deployed_shop

WATCH = WatchTime(min_ms=1, max_ms=2)


def policy(
    *,
    canaries: str = "1",
    max_in_flight: str = "1",
    serial: bool = True,
    parallel_azs: bool = False,
) -> UpdatePolicy:
    return UpdatePolicy(
        canaries=parse_share(canaries) or Share(amount=0),
        max_in_flight=parse_share(max_in_flight) or Share(amount=0),
        canary_watch_time=WATCH,
        update_watch_time=WATCH,
        serial=serial,
        initial_deploy_az_update_strategy=(
            AzUpdateStrategy.PARALLEL if parallel_azs else AzUpdateStrategy.SERIAL
        ),
    )


def instances(*azs: str | None, bootstrap: int = 0) -> list[InstanceRecord]:
    return [
        InstanceRecord(
            instance_id=InstanceId(f"i{index}"),
            deployment=DeploymentName("shop"),
            group=InstanceGroupName("web"),
            index=index,
            az=None if az is None else AzName(az),
            bootstrap=index == bootstrap,
        )
        for index, az in enumerate(azs)
    ]


def told(batches: list[Batch]) -> list[tuple[str | None, list[int], int, int]]:
    return [
        (
            batch.az,
            [record.index for record in batch.instances],
            batch.canaries,
            batch.max_in_flight,
        )
        for batch in batches
    ]


def batches(
    records: list[InstanceRecord], said: UpdatePolicy, *, first: bool = False
) -> list[tuple[str | None, list[int], int, int]]:
    az = next((record.az for record in records if record.bootstrap), None)
    return told(batches_of(records, said, bootstrap_az=az, is_first_deploy=first))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", Share(amount=3)),
        ("0", Share(amount=0)),
        ("30%", Share(amount=30, is_percent=True)),
        ("", None),
        ("%", None),
        ("-1", None),
        ("3 %", None),
        ("x", None),
        ("\u0663", None),
    ],
)
def test_shares(text: str, expected: Share | None) -> None:
    assert parse_share(text) == expected


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        ("abc", ["a", "b", "c"]),
        ("", ["abc"]),
        ("a", ["a", "bc"]),
        ("c", ["ab", "c"]),
        ("b", ["a", "b", "c"]),
    ],
)
def test_runs(serial: str, expected: list[str]) -> None:
    groups = [
        GroupRollout(name=InstanceGroupName(name), policy=policy(serial=name in serial))
        for name in "abc"
    ]

    assert ["".join(group.name for group in run) for run in runs_of(groups)] == expected


def test_the_az_of_the_bootstrap_instance_comes_first_and_it_leads() -> None:
    records = instances("z1", "z3", "z2", "z3", None, bootstrap=3)

    assert batches(records, policy(max_in_flight="2")) == [
        ("z3", [3, 1], 1, 2),
        (None, [4], 0, 1),
        ("z1", [0], 0, 1),
        ("z2", [2], 0, 1),
    ]


def test_percentages_are_of_what_changes_in_the_az() -> None:
    records = instances(*["z1"] * 10, *["z2"] * 3)

    found = batches(records, policy(canaries="20%", max_in_flight="30%"))

    assert [batch[2:] for batch in found] == [(2, 3), (0, 1)]


def test_max_in_flight_is_at_least_one_and_canaries_may_be_none() -> None:
    assert batches(instances("z1"), policy(canaries="10%", max_in_flight="0")) == [
        ("z1", [0], 0, 1)
    ]


def test_a_first_deploy_may_go_through_all_azs_at_once() -> None:
    records = instances("z1", "z2")
    said = policy(parallel_azs=True, max_in_flight="5")

    assert batches(records, said, first=True) == [(None, [0, 1], 1, 2)]
    assert len(batches(records, said, first=False)) == 2


@given(
    azs=st.lists(st.sampled_from(["z1", "z2", "z3", None]), max_size=12),
    canaries=st.integers(0, 5),
    in_flight=st.integers(0, 5),
)
def test_every_instance_is_in_one_batch_and_only_the_first_has_canaries(
    azs: list[str | None], canaries: int, in_flight: int
) -> None:
    found = batches(instances(*azs), policy(canaries=str(canaries), max_in_flight=str(in_flight)))

    assert sorted(index for batch in found for index in batch[1]) == list(range(len(azs)))
    assert all(batch[2] == 0 for batch in found[1:])
    assert all(batch[2] <= len(batch[1]) and batch[3] >= 1 for batch in found)


def test_the_operators_numbers_replace_the_manifests() -> None:
    wants = Wants(task_id=TaskId(1), canaries="50%", max_in_flight="7")

    said = overridden(policy(), wants)

    assert (said.canaries, said.max_in_flight) == (
        Share(amount=50, is_percent=True),
        Share(amount=7),
    )
    assert overridden(policy(), Wants(task_id=TaskId(1))) == policy()


def test_a_group_of_which_no_manifest_tells_goes_one_by_one() -> None:
    careful = policy_from(deployed_shop().instance("web/0").spec)

    assert (careful.canaries.amount, careful.max_in_flight.amount) == (0, 1)
    assert careful.update_watch_time.max_ms == 2000
