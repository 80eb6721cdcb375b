"""Instances that should run and are not whole."""

from paasta_deploy.health.relapses import LOOK_AGAIN_S, Relapses
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId
from paasta_deploy.ports.healing import Patient

ONE = InstanceId("i-1")


def patient(*, has_vm: bool = False, healable: bool = True) -> Patient:
    return Patient(
        agent_id=AgentId("agent-1") if has_vm else None,
        instance_id=ONE,
        deployment=DeploymentName("dep"),
        label="web/i-1 (0)",
        busy=False,
        healable=healable,
        deployment_size=10,
    )


def test_nobody_is_due_at_first() -> None:
    relapses = Relapses()
    assert relapses.next_s() is None
    assert relapses.due(100.0) == []


def test_whoever_is_missing_is_due_at_once_and_again_a_moment_later() -> None:
    relapses = Relapses()
    relapses.found_missing([patient()], 5.0)
    assert relapses.next_s() == 5.0
    assert relapses.due(5.0) == [ONE]
    assert relapses.due(5.0) == []
    assert relapses.due(5.0 + LOOK_AGAIN_S) == [ONE]


def test_finding_one_missing_again_changes_nothing() -> None:
    relapses = Relapses()
    relapses.found_missing([patient()], 5.0)
    relapses.due(5.0)
    relapses.found_missing([patient()], 5.1)
    assert relapses.due(5.2) == []


def test_whoever_is_whole_or_not_to_be_healed_is_forgotten() -> None:
    for found in (None, patient(healable=False)):
        relapses = Relapses()
        relapses.found_missing([patient()], 5.0)
        assert not relapses.keep(ONE, found)
        assert relapses.next_s() is None


def test_a_missing_one_that_got_a_vm_is_somebody_elses_work() -> None:
    relapses = Relapses()
    relapses.found_missing([patient()], 5.0)
    assert relapses.keep(ONE, patient())
    assert not relapses.keep(ONE, patient(has_vm=True))


def test_after_a_failed_resurrection_also_a_half_made_one_is_finished() -> None:
    relapses = Relapses()
    relapses.after_failure([ONE], 5.0)
    assert relapses.keep(ONE, patient(has_vm=True))


def test_people_are_told_once() -> None:
    relapses = Relapses()
    relapses.found_missing([patient()], 5.0)
    assert relapses.tell_once(ONE)
    assert not relapses.tell_once(ONE)
    assert not relapses.tell_once(InstanceId("unknown"))
