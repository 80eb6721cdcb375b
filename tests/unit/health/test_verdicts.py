"""Who is dead, and who is healed.

Properties: whatever the order of events, an agent that was last seen alive is never healed; one
deployment never has two heals at once; an instance is never healed more often than the limit.
"""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.health.verdicts import (
    FIRST_REST_S,
    AskAgent,
    AskCloud,
    Effect,
    Heal,
    Limits,
    Tell,
    Verdicts,
)
from paasta_deploy.health.watch import DEAD_PAUSE_S_MAX, GATHER_S, GATHER_S_MAX
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId
from paasta_deploy.ports.healing import Patient

LIMITS = Limits(
    agent_timeout_s=10.0,
    confirm_interval_s=0.05,
    reconnect_grace_s=5.0,
    meltdown_count=5,
    meltdown_percent=20.0,
    attempts_max=3,
    attempts_window_s=600.0,
)
A, B = AgentId("agent-a"), AgentId("agent-b")
DEPLOYMENT = DeploymentName("dep")


def patient(
    agent_id: AgentId, *, busy: bool = False, healable: bool = True, size: int = 10
) -> Patient:
    return Patient(
        agent_id=agent_id,
        instance_id=InstanceId(f"instance-of-{agent_id}"),
        deployment=DEPLOYMENT,
        label=f"web/{agent_id}",
        busy=busy,
        healable=healable,
        deployment_size=size,
    )


def everybody(agent_id: AgentId) -> Patient | None:
    return patient(agent_id)


def heals(effects: tuple[Effect, ...]) -> list[tuple[InstanceId, ...]]:
    return [effect.instances for effect in effects if isinstance(effect, Heal)]


def killed(verdicts: Verdicts, agent_id: AgentId, now_s: float) -> None:
    """Close the agent's connection and let the cloud say that its VM is gone."""
    verdicts.on_disconnected(agent_id, now_s)
    verdicts.on_cloud_answer(agent_id, exists=False, now_s=now_s)


def test_a_closed_connection_asks_the_cloud_at_once() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_seen(A, 0.0)
    assert verdicts.on_disconnected(A, 1.0) == (AskCloud(agent_id=A),)


def test_a_machine_that_the_cloud_calls_gone_is_healed_after_the_gathering_pause() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_seen(A, 0.0)
    killed(verdicts, A, 1.0)
    assert verdicts.next_tick_s() == 1.0 + GATHER_S
    assert heals(verdicts.tick(1.0 + GATHER_S, everybody)) == [
        (InstanceId("instance-of-agent-a"),)
    ]


def test_machines_that_die_together_are_healed_by_one_task() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    killed(verdicts, B, 1.01)
    found = heals(verdicts.tick(1.04, everybody))
    assert found == [(InstanceId("instance-of-agent-a"), InstanceId("instance-of-agent-b"))]


def test_a_machine_that_is_still_listed_is_asked_about_again() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_disconnected(A, 1.0)
    assert verdicts.on_cloud_answer(A, exists=True, now_s=1.0) == ()
    assert verdicts.tick(1.05, everybody) == (AskCloud(agent_id=A),)


def test_an_agent_that_reconnects_is_no_longer_suspect() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_disconnected(A, 1.0)
    verdicts.on_seen(A, 1.2)
    assert verdicts.suspects() == frozenset()
    assert verdicts.on_cloud_answer(A, exists=False, now_s=1.3) == ()
    assert verdicts.tick(2.0, everybody) == ()


def test_a_silent_machine_that_the_cloud_lists_is_pinged_before_the_verdict() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_disconnected(A, 1.0)
    assert verdicts.on_cloud_answer(A, exists=True, now_s=6.1) == (AskAgent(agent_id=A),)
    verdicts.on_agent_answer(A, answers=False, now_s=7.0)
    assert heals(verdicts.tick(7.1, everybody)) == [(InstanceId("instance-of-agent-a"),)]


def test_a_machine_that_answers_the_last_ping_lives() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_disconnected(A, 1.0)
    verdicts.on_cloud_answer(A, exists=True, now_s=6.1)
    verdicts.on_agent_answer(A, answers=True, now_s=7.0)
    assert verdicts.tick(8.0, everybody) == ()


def test_missing_heartbeats_make_a_suspect_although_the_connection_is_open() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_seen(A, 0.0)
    assert verdicts.sweep(9.9) == ()
    assert verdicts.sweep(10.1) == (AskCloud(agent_id=A),)


def test_a_vm_that_is_nobodys_any_more_is_forgotten() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    assert verdicts.tick(1.1, lambda _: None) == ()
    assert verdicts.suspects() == frozenset()


def test_a_deployment_that_a_task_is_changing_is_left_to_the_task() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    assert verdicts.tick(1.1, lambda agent: patient(agent, busy=True)) == ()
    assert heals(verdicts.tick(2.0, everybody)) == [(InstanceId("instance-of-agent-a"),)]


def test_only_one_heal_of_a_deployment_runs_at_a_time() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    assert heals(verdicts.tick(1.1, everybody))
    killed(verdicts, B, 1.2)
    assert heals(verdicts.tick(1.3, everybody)) == []
    verdicts.on_healed(DEPLOYMENT)
    verdicts.on_gone(A)
    assert heals(verdicts.tick(1.4, everybody)) == [(InstanceId("instance-of-agent-b"),)]


def test_a_meltdown_is_told_once_and_not_healed() -> None:
    verdicts = Verdicts(LIMITS)
    for number in range(5):
        killed(verdicts, AgentId(f"agent-{number}"), 1.0)
    first = verdicts.tick(1.1, everybody)
    assert [type(effect) for effect in first] == [Tell]
    assert verdicts.tick(2.0, everybody) == ()


def test_many_dead_in_a_large_deployment_are_no_meltdown() -> None:
    verdicts = Verdicts(LIMITS)
    for number in range(5):
        killed(verdicts, AgentId(f"agent-{number}"), 1.0)
    (found,) = heals(verdicts.tick(1.1, lambda agent: patient(agent, size=1000)))
    assert len(found) == 5


def test_an_instance_that_is_not_to_be_healed_is_told() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    (effect,) = verdicts.tick(1.1, lambda agent: patient(agent, healable=False))
    assert isinstance(effect, Tell)


def test_a_machine_that_cannot_live_rests_longer_each_time_and_is_then_given_up() -> None:
    verdicts = Verdicts(LIMITS)
    healed_at: list[float] = []
    gave_up = False
    killed(verdicts, A, 0.0)
    for step in range(1, 2000):
        now_s = step / 20
        for effect in verdicts.tick(now_s, everybody):
            if isinstance(effect, Heal):
                healed_at.append(now_s)
                verdicts.on_healed(DEPLOYMENT)
            gave_up = gave_up or isinstance(effect, Tell)
    assert len(healed_at) == LIMITS.attempts_max
    assert healed_at[1] - healed_at[0] >= FIRST_REST_S
    assert healed_at[2] - healed_at[1] >= 2 * FIRST_REST_S
    assert gave_up


def test_machines_that_never_spoke_after_the_start_are_asked_about() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_seen(A, 0.0)
    effects = verdicts.on_expected((patient(A), patient(B)), 10.0)
    assert effects == (AskCloud(agent_id=B),)


def missing(instance_id: InstanceId, *, has_vm: bool = False, busy: bool = False) -> Patient:
    return Patient(
        agent_id=AgentId("agent-new") if has_vm else None,
        instance_id=instance_id,
        deployment=DEPLOYMENT,
        label=f"web/{instance_id}",
        busy=busy,
        healable=True,
        deployment_size=10,
    )


ONE = InstanceId("instance-of-agent-a")


def nobody(_agent_id: AgentId) -> Patient | None:
    return None


def test_a_resurrection_that_failed_is_tried_again_although_no_agent_is_left() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    assert heals(verdicts.tick(1.1, everybody, missing)) == [(ONE,)]
    verdicts.on_healed(DEPLOYMENT, succeeded=False, now_s=2.0)
    assert verdicts.next_tick_s() is not None
    healed = [heals(verdicts.tick(2.0 + step, nobody, missing)) for step in range(4)]
    assert [(ONE,)] in healed


def test_a_resurrection_that_succeeded_leaves_nothing_to_do() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    verdicts.tick(1.1, everybody, missing)
    verdicts.on_healed(DEPLOYMENT, succeeded=True, now_s=2.0)
    verdicts.on_gone(A)
    assert verdicts.next_tick_s() is None


def test_an_instance_without_a_machine_is_given_one() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_missing([missing(ONE)], 1.0)
    assert verdicts.next_tick_s() == 1.0
    assert heals(verdicts.tick(1.0, nobody, missing)) == [(ONE,)]


def test_a_missing_machine_waits_for_the_task_that_may_be_making_it() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_missing([missing(ONE)], 1.0)
    assert verdicts.tick(1.0, nobody, lambda one: missing(one, busy=True)) == ()
    assert verdicts.tick(2.0, nobody, lambda one: missing(one, has_vm=True)) == ()
    assert verdicts.next_tick_s() is None, "it has one now"


def test_dead_and_missing_at_once_is_one_heal() -> None:
    verdicts = Verdicts(LIMITS)
    killed(verdicts, A, 1.0)
    verdicts.on_missing([missing(ONE), missing(InstanceId("other"))], 1.0)
    (found,) = heals(verdicts.tick(1.1, everybody, missing))
    assert found == (ONE, InstanceId("other"))


def test_a_machine_that_can_never_be_made_is_given_up_and_told_once() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_missing([missing(ONE)], 0.0)
    heal_count, told = 0, 0
    for step in range(200):
        for effect in verdicts.tick(float(step), nobody, missing):
            if isinstance(effect, Heal):
                heal_count += 1
                verdicts.on_healed(DEPLOYMENT, succeeded=False, now_s=float(step))
            told += isinstance(effect, Tell)
    assert heal_count == LIMITS.attempts_max
    assert told == 1


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["seen", "closed", "gone", "there", "ping", "tick", "healed", "sweep"]),
        st.sampled_from([A, B]),
        st.floats(min_value=0.01, max_value=4.0),
    ),
    max_size=60,
)


@given(EVENTS)
def test_no_order_of_events_heals_the_living_or_heals_twice_at_once(
    events: list[tuple[str, AgentId, float]],
) -> None:
    verdicts = Verdicts(LIMITS)
    now_s = 0.0
    last: dict[AgentId, str] = {}
    healing = False
    counts: Counter[InstanceId] = Counter()
    for kind, agent_id, pause_s in events:
        now_s += pause_s
        effects: tuple[Effect, ...] = ()
        match kind:
            case "seen":
                effects, last[agent_id] = verdicts.on_seen(agent_id, now_s), "seen"
            case "closed":
                effects, last[agent_id] = verdicts.on_disconnected(agent_id, now_s), "closed"
            case "gone" | "there":
                effects = verdicts.on_cloud_answer(agent_id, exists=kind == "there", now_s=now_s)
            case "ping":
                effects = verdicts.on_agent_answer(agent_id, answers=False, now_s=now_s)
            case "sweep":
                effects = verdicts.sweep(now_s)
                last = dict.fromkeys(last, "closed")
            case "tick":
                effects = verdicts.tick(now_s, everybody)
            case _:
                verdicts.on_healed(DEPLOYMENT)
                healing = False
        for instances in heals(effects):
            assert not healing
            healing = True
            for instance in instances:
                counts[instance] += 1
                assert last[AgentId(instance.removeprefix("instance-of-"))] == "closed"
    window = now_s / LIMITS.attempts_window_s + 1
    assert all(count <= LIMITS.attempts_max * window for count in counts.values())


def test_the_dead_wait_for_those_about_whom_the_cloud_is_still_asked() -> None:
    verdicts = Verdicts(LIMITS)
    for agent_id in (A, B):
        verdicts.on_seen(agent_id, 0.0)
        verdicts.on_disconnected(agent_id, 1.0)
    verdicts.on_cloud_answer(A, exists=False, now_s=1.1)

    assert heals(verdicts.tick(1.1 + GATHER_S, everybody)) == []

    verdicts.on_cloud_answer(B, exists=False, now_s=1.5)
    assert heals(verdicts.tick(1.5 + GATHER_S, everybody)) == [
        (InstanceId("instance-of-agent-a"), InstanceId("instance-of-agent-b"))
    ]


def test_the_dead_do_not_wait_for_a_cloud_that_never_answers() -> None:
    verdicts = Verdicts(LIMITS)
    for agent_id in (A, B):
        verdicts.on_seen(agent_id, 0.0)
        verdicts.on_disconnected(agent_id, 1.0)
    verdicts.on_cloud_answer(A, exists=False, now_s=1.1)

    assert heals(verdicts.tick(1.0 + GATHER_S_MAX, everybody)) == [
        (InstanceId("instance-of-agent-a"),)
    ]


def test_the_dead_who_cannot_be_healed_are_looked_at_ever_more_rarely() -> None:
    verdicts = Verdicts(LIMITS)
    verdicts.on_seen(A, 0.0)
    killed(verdicts, A, 1.0)
    looks: list[float] = []
    while len(looks) < 12:
        now_s = verdicts.next_tick_s()
        assert now_s is not None
        looks.append(now_s)
        verdicts.tick(now_s, lambda agent_id: patient(agent_id, busy=True))
    pauses = [later - earlier for earlier, later in pairwise(looks)]

    assert pauses == sorted(pauses)
    assert pauses[-1] == DEAD_PAUSE_S_MAX


def test_whoever_is_still_dead_when_a_heal_ends_is_decided_about_at_once() -> None:
    verdicts = Verdicts(LIMITS)
    for agent_id in (A, B):
        verdicts.on_seen(agent_id, 0.0)
    killed(verdicts, A, 1.0)
    assert heals(verdicts.tick(1.0 + GATHER_S, everybody))
    killed(verdicts, B, 2.0)
    for now_s in (3.0, 10.0, 50.0, 90.0):
        verdicts.tick(now_s, everybody)

    verdicts.on_gone(A)
    verdicts.on_healed(DEPLOYMENT, now_s=100.0)

    assert verdicts.next_tick_s() == 100.0
    assert heals(verdicts.tick(100.0, everybody)) == [(InstanceId("instance-of-agent-b"),)]
