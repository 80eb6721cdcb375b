"""What a run bears: failures where a group goes on, losses within limits, never canaries."""

from paasta_deploy.execution.run_events import LossLimits
from paasta_deploy.execution.tolerance import Tolerance, Verdict
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.planning.plan import (
    Change,
    ChangeId,
    ChangeKind,
    FailurePolicies,
    Plan,
    SlotName,
    Stage,
)

WEB, DB = InstanceGroupName("web"), InstanceGroupName("db")


def change_of(
    name: str, *, canary: bool = False, stage: Stage = Stage.UPDATE, slot: bool = True
) -> Change:
    group = name.partition("/")[0]
    return Change(
        change_id=ChangeId(name),
        stage=stage,
        kind=ChangeKind.UPDATE,
        label=name,
        group=InstanceGroupName(group),
        instance_id=InstanceId(name),
        slot=SlotName(group) if slot else None,
        canary=canary,
    )


def tolerance_of(
    *changes: Change,
    in_flight: int = 2,
    losses: LossLimits | None = None,
    web: OnFailure = OnFailure.CONTINUE,
) -> Tolerance:
    plan = Plan(
        deployment=DeploymentName("shop"),
        changes=changes,
        steps=(),
        slots={SlotName("web"): in_flight, SlotName("db"): in_flight},
        on_failure=FailurePolicies(groups={WEB: web, DB: OnFailure.STOP}),
    )
    return Tolerance(plan, losses)


def test_a_failure_stops_the_run_unless_its_group_goes_on() -> None:
    tolerance = tolerance_of()
    assert tolerance.on_failure(change_of("db/0")) is Verdict.STOP
    assert not tolerance.has_failures
    assert tolerance.on_failure(change_of("web/0")) is Verdict.GO_ON
    assert tolerance.has_failures


def test_a_rollback_stops_the_run_first() -> None:
    assert tolerance_of(web=OnFailure.ROLLBACK).on_failure(change_of("web/0")) is Verdict.STOP


def test_what_failed_gets_nothing_more_and_its_group_goes_on() -> None:
    tolerance = tolerance_of()
    tolerance.on_failure(change_of("web/0"))
    assert tolerance.leaves_out(change_of("web/0"))
    assert not tolerance.leaves_out(change_of("web/1"))


def test_a_failed_canary_stops_its_group_only() -> None:
    tolerance = tolerance_of()
    assert tolerance.on_failure(change_of("web/0", canary=True)) is Verdict.GO_ON
    assert tolerance.leaves_out(change_of("web/1"))
    assert not tolerance.leaves_out(change_of("db/0"))


def test_no_group_fails_further_than_it_has_in_flight() -> None:
    tolerance = tolerance_of(in_flight=2)
    for index in range(2):
        tolerance.on_failure(change_of(f"web/{index}"))
        assert not tolerance.leaves_out(change_of("web/9"))
    tolerance.on_failure(change_of("web/2"))
    assert tolerance.leaves_out(change_of("web/9"))


def test_lost_and_failed_instances_count_together() -> None:
    tolerance = tolerance_of(in_flight=1, losses=LossLimits())
    assert tolerance.bears_loss(change_of("web/0"))
    tolerance.on_failure(change_of("web/1"))
    assert tolerance.leaves_out(change_of("web/2"))


def test_a_lost_canary_is_a_failure() -> None:
    tolerance = tolerance_of(losses=LossLimits())
    assert not tolerance.bears_loss(change_of("web/0", canary=True))
    assert not tolerance.has_losses


def test_too_many_losses_are_a_failure() -> None:
    changes = [change_of(f"web/{index}") for index in range(10)]
    tolerance = tolerance_of(*changes, in_flight=10, losses=LossLimits(count=3, percent=20.0))
    assert [tolerance.bears_loss(change) for change in changes[:3]] == [True, True, False]


def test_nothing_is_lost_without_limits() -> None:
    tolerance = tolerance_of()
    assert not tolerance.bears_losses
    assert not tolerance.bears_loss(change_of("web/0"))


def test_what_is_no_instance_stops_a_run_that_would_go_on() -> None:
    policies = FailurePolicies(otherwise=OnFailure.CONTINUE)
    compiling = Change(
        change_id=ChangeId("compile"),
        stage=Stage.COMPILE,
        kind=ChangeKind.COMPILE,
        label="ruby/1",
    )
    assert policies.of(compiling) is OnFailure.STOP


def test_a_deletion_never_rolls_back() -> None:
    policies = FailurePolicies(otherwise=OnFailure.ROLLBACK)
    assert policies.of(change_of("old/0")) is OnFailure.ROLLBACK
    assert policies.of(change_of("old/0", stage=Stage.DELETE_UNNEEDED)) is OnFailure.STOP
