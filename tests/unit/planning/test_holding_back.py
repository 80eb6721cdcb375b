"""Which instances belong to a part, and what a part is refused or warned for."""

import pytest

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.changes import ChangeKind
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.holding_back import held_back_text, part_problems
from paasta_deploy.planning.placement import PlacedInstance, Placement
from paasta_deploy.planning.wants import Part, Selector
from paasta_deploy.wire.plan_report import HeldBack


def record(group: str, index: int) -> InstanceRecord:
    return InstanceRecord(
        instance_id=InstanceId(f"{group}{index}"),
        deployment=DeploymentName("shop"),
        group=InstanceGroupName(group),
        index=index,
        az=None,
        bootstrap=False,
    )


def selector(group: str, index: str | None = None) -> Selector:
    return Selector(group=InstanceGroupName(group), id_or_index=index)


WEBS = tuple(record("web", index) for index in range(3))
PLACEMENT = Placement(
    instances=tuple(PlacedInstance(record=one, addresses={}) for one in WEBS),
    obsolete=(record("old", 0),),
)


def problems(**part: tuple[Selector, ...]) -> tuple[Diagnostic, ...]:
    return part_problems(Part(**part), PLACEMENT, ())


def test_everything_belongs_to_a_whole_deploy() -> None:
    assert Part().is_whole
    assert not any(Part().leaves_out(one) for one in WEBS)


def test_what_is_excluded_stays_out_even_when_it_is_selected() -> None:
    part = Part(only=(selector("web"),), exclude=(selector("web", "1"),))

    assert [part.leaves_out(one) for one in WEBS] == [False, True, False]
    assert part.leaves_out(record("old", 0))


@pytest.mark.parametrize("chosen", [selector("web", "web2"), selector("old")])
def test_an_id_and_a_group_that_is_gone_from_the_manifest_can_be_named(chosen: Selector) -> None:
    assert problems(exclude=(chosen,), only=(selector("web"),)) == ()


def test_a_misspelt_name_is_told_with_the_right_one() -> None:
    (group, instance) = problems(only=(selector("wbe"), selector("web", "7")))

    assert (group.code, instance.code) == ("PD0722", "PD0722")
    assert group.hint == "did you mean `web`?"
    assert "`--only web/7` names no" in instance.summary


def test_a_part_of_nothing_is_refused() -> None:
    (found,) = problems(exclude=(Selector(),))

    assert "leave no instance" in found.summary


def test_what_is_held_back_is_told_in_short() -> None:
    held = [
        HeldBack(
            group=one.group,
            index=one.index,
            instance_id=one.instance_id,
            kind=ChangeKind.UPDATE,
        )
        for one in (*WEBS, record("db", 4))
    ]

    assert held_back_text(held).startswith("Held back, as asked for: web/0-2, db/4; deploy again")
