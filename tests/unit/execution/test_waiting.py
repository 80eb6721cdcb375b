"""What has not begun says what it waits for: its slot, or what stands before it.

Property: every change that is neither begun nor a barrier is counted exactly once.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.execution.waiting import SHOWN_MAX, waits
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.planning.actions import Gate
from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Plan, SlotName, Stage, StepId
from tests.unit.execution.world import change, create_vm, plan_of, spec

SLOT = SlotName("update/web")


def of(name: str, group: str = "web", *, canary: bool = False) -> Change:
    return replace(
        change(name, slot=SLOT), group=InstanceGroupName(group), canary=canary, label=name
    )


def gate(name: str) -> Change:
    return replace(change(f"gate/{name}"), kind=ChangeKind.BARRIER, group=None)


def rollout() -> Plan:
    """Return a plan: VMs, then a canary of web, then two others, then db."""
    act = [create_vm(spec())]
    return plan_of(
        (change("vm", stage=Stage.CREATE_VMS, slot=SLOT), act, ()),
        (of("web0", canary=True), act, ("vm/0",)),
        (of("web1"), act, ("web0/0",)),
        (of("web2"), act, ("web0/0",)),
        (gate("web"), [Gate()], ("web1/0", "web2/0")),
        (of("db0", "db"), act, ("gate/web/0",)),
        slots={SLOT: 1},
    )


def told(finished: Collection[str] = (), begun: Collection[str] = ()) -> Sequence[str]:
    return waits(
        rollout(),
        finished={StepId(f"{name}/0") for name in finished},
        begun={ChangeId(name) for name in (*finished, *begun)},
    )


def test_whole_stages_canaries_and_groups_are_named() -> None:
    assert told(begun=["vm"]) == [
        "web: 1 waits for missing VMs to be made",
        "web: 2 wait for its canaries",
        "db: 1 waits for group web, which goes before it",
    ]


def test_what_could_begin_waits_for_its_slot() -> None:
    assert told(["vm", "web0"], ["web1"]) == [
        "web: 1 waits for max_in_flight, 1 at once",
        "db: 1 waits for group web, which goes before it",
    ]


def test_a_barrier_stands_for_what_is_left_before_it() -> None:
    assert told(["vm", "web0", "web1", "web2"]) == ["db: 1 waits for max_in_flight, 1 at once"]


def test_what_has_begun_waits_for_nothing_here() -> None:
    assert told(["vm", "web0", "web1", "web2"], ["db0"]) == []


def test_only_the_next_reasons_are_told() -> None:
    plan = plan_of(
        *((of(f"c{number}", f"g{number}"), [create_vm(spec())], ()) for number in range(9)),
        slots={SLOT: 1},
    )

    assert len(waits(plan, finished=(), begun=())) == SHOWN_MAX


@given(st.sets(st.sampled_from(("vm", "web0", "web1", "web2", "db0"))))
def test_everything_that_has_not_begun_is_counted_once(begun: set[str]) -> None:
    counted = sum(int(text.split(": ")[1].split()[0]) for text in told(begun=sorted(begun)))

    assert counted == 5 - len(begun)
