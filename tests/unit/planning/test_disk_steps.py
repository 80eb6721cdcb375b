"""From every state of disks to the one disk that an instance should have, and nothing deleted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AgentId,
    DeploymentName,
    DiskCid,
    DiskId,
    InstanceId,
    TaskId,
    VmCid,
)
from paasta_deploy.model.lifecycle import DiskState, RunState
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateDisk,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    ReplaceUngrown,
)
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.disk_steps import detach_all, orphan_all, replacement, settle_disks
from paasta_deploy.planning.plan import ChangeId
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.wanted import Target
from paasta_deploy.testing.clock import EPOCH, FakeIds
from tests.unit.planning.shop import deployed_shop

STATES = {
    "creating": DiskState.CREATING,
    "detached": DiskState.DETACHED,
    "attaching": DiskState.ATTACHING,
    "attached": DiskState.ATTACHED,
    "detaching": DiskState.DETACHING,
}


def disk(number: int, text: str, vm_cid: str) -> DiskRecord:
    """``100 attached`` or ``100 attached elsewhere``; the number tells ids and ages apart.

    Also ``100 attached refused``, ``100 detached growing=200``, ``100 attached name=wal``.
    """
    size, state, *rest = text.split()
    elsewhere = "elsewhere" in rest
    here = None if state in {"creating", "detached"} else VmCid("other" if elsewhere else vm_cid)
    said = dict(word.split("=") for word in rest if "=" in word)
    return DiskRecord(
        disk_id=DiskId(f"d{number}"),
        deployment=DeploymentName("shop"),
        instance_id=None,
        state=STATES[state],
        size_mib=int(size),
        cloud_properties={},
        created_at=EPOCH + timedelta(seconds=number),
        cid=None if state == "creating" else DiskCid(f"c{number}"),
        vm_cid=here,
        name=said.get("name", ""),
        growing_to_mib=int(said["growing"]) if "growing" in said else None,
        growth_refused="refused" in rest,
    )


def told(chain: StepChain) -> list[str]:
    lines: list[str] = []
    for step in chain.steps:
        match step.action:
            case CreateDisk(disk_id=disk_id, disk=spec):
                lines.append(f"create {name(disk_id)} {spec.size_mib}")
            case AttachDisk(disk_id=disk_id):
                lines.append(f"attach {name(disk_id)}")
            case DetachDisk(disk_id=disk_id, agent_answers=answers):
                lines.append(f"detach {name(disk_id)}" + ("" if answers else " alone"))
            case MigrateDisk(old=old, new=new):
                lines.append(f"copy {name(old)} to {name(new)}")
            case OrphanDisk(disk_id=disk_id):
                lines.append(f"orphan {name(disk_id)}")
            case GrowDisk(disk_id=disk_id, size_mib=size_mib):
                lines.append(f"grow {name(disk_id)} {size_mib}")
            case ReplaceUngrown(disk_id=disk_id):
                lines.append(f"or replace {name(disk_id)}")
            case other:
                raise AssertionError(other)
    return lines


def name(disk_id: DiskId) -> str:
    return disk_id if disk_id.startswith("d") and len(disk_id) == 2 else "new"


def settled(
    disks: Sequence[str],
    wanted: int | None,
    *,
    new_vm: bool = False,
    follows: bool = True,
    named: Sequence[DiskSpec] = (),
    grows: bool = False,
) -> list[str]:
    world = deployed_shop()
    record = world.instance("db/0")
    vm = next(item for item in world.fold.vms.values() if item.instance_id == record.instance_id)
    assert record.spec is not None
    assert vm.cid is not None
    spec = replace(
        record.spec,
        disk=None if wanted is None else DiskSpec(size_mib=wanted),
        named_disks=tuple(named),
    )
    situation = Situation(
        record=record,
        vm=vm,
        disks=tuple(disk(number, text, vm.cid) for number, text in enumerate(disks)),
    )
    target = Target(
        spec=spec,
        run_state=RunState.STARTED,
        task_id=TaskId(1),
        disk_follows_spec=follows,
        growing_cpis=frozenset({DEFAULT_CPI}) if grows else frozenset(),
    )
    chain = StepChain(ChangeId("c"))
    agent_id = AgentId("fresh") if new_vm else vm.agent_id
    settle_disks(chain, situation, target, agent_id, is_new_vm=new_vm, ids=FakeIds())
    return told(chain)


EXCHANGE = ["create new 200", "attach new", "copy d0 to new", "detach d0", "orphan d0"]


@pytest.mark.parametrize(
    ("disks", "wanted", "expected"),
    [
        ([], None, []),
        ([], 100, ["create new 100", "attach new"]),
        (["100 creating"], 100, ["create d0 100", "attach d0"]),
        (["100 detached"], 100, ["attach d0"]),
        (["100 attaching"], 100, ["attach d0"]),
        (["100 attached"], 100, []),
        (["100 detaching"], 100, ["detach d0", "attach d0"]),
        (["100 attached elsewhere"], 100, ["detach d0 alone", "attach d0"]),
        (["100 attached"], 200, EXCHANGE),
        (["100 detached"], 200, ["attach d0", *EXCHANGE]),
        (["100 creating"], 200, ["create d0 100", "orphan d0", "create new 200", "attach new"]),
        (["100 attached"], None, ["detach d0", "orphan d0"]),
        (["100 detached"], None, ["orphan d0"]),
        (["100 creating"], None, ["create d0 100", "orphan d0"]),
        (
            ["100 attached", "200 creating"],
            200,
            ["create d1 200", "attach d1", "copy d0 to d1", "detach d0", "orphan d0"],
        ),
        (
            ["100 attached", "200 detached"],
            200,
            ["attach d1", "copy d0 to d1", "detach d0", "orphan d0"],
        ),
        (["100 attached", "200 attached"], 200, ["copy d0 to d1", "detach d0", "orphan d0"]),
        (["100 detached", "200 attached"], 200, ["orphan d0"]),
        (
            ["100 detached", "200 detached"],
            200,
            ["attach d0", "attach d1", "copy d0 to d1", "detach d0", "orphan d0"],
        ),
        (["100 attached", "200 attached"], 100, ["detach d1", "orphan d1"]),
        (
            ["100 attached", "150 attached"],
            200,
            ["detach d1", "orphan d1", *EXCHANGE],
        ),
    ],
)
def test_a_vm_that_stays(disks: list[str], wanted: int | None, expected: list[str]) -> None:
    assert settled(disks, wanted) == expected


@pytest.mark.parametrize(
    ("disks", "wanted", "expected"),
    [
        (["100 attached"], 100, ["attach d0"]),
        (["100 attached"], 200, ["attach d0", *EXCHANGE]),
        (
            ["100 detached", "200 attached"],
            200,
            ["attach d0", "attach d1", "copy d0 to d1", "detach d0", "orphan d0"],
        ),
        (["100 attached"], None, ["orphan d0"]),
    ],
)
def test_a_new_vm_has_nothing_attached_whatever_was_recorded(
    disks: list[str], wanted: int | None, expected: list[str]
) -> None:
    assert settled(disks, wanted, new_vm=True) == expected


@pytest.mark.parametrize(
    ("disks", "wanted", "expected"),
    [
        (["100 detached"], 200, ["attach d0"]),
        (["100 detached"], None, ["attach d0"]),
        (["100 creating"], 200, ["create d0 100", "attach d0"]),
        ([], 200, ["create new 200", "attach new"]),
        ([], None, []),
        (["100 attached", "200 attached"], 200, ["detach d1", "orphan d1"]),
    ],
)
def test_without_a_manifest_the_disk_that_has_the_data_is_the_right_one(
    disks: list[str], wanted: int | None, expected: list[str]
) -> None:
    assert settled(disks, wanted, follows=False) == expected


def test_detaching_goes_from_the_newest_to_the_oldest_and_orphaning_forgets_nothing() -> None:
    world = deployed_shop()
    situation = Situation(
        record=world.instance("db/0"),
        disks=(disk(0, "100 attached", "vm"), disk(1, "200 detaching", "vm")),
    )
    chain = StepChain(ChangeId("c"))

    detach_all(chain, situation, agent_answers=False)
    orphan_all(chain, situation)

    assert told(chain) == ["detach d1 alone", "detach d0 alone", "orphan d0", "orphan d1"]


GROWTH = ["grow d0 200", "attach d0", "or replace d0"]


@pytest.mark.parametrize(
    ("disks", "wanted", "expected"),
    [
        (["100 attached"], 200, ["detach d0", *GROWTH]),
        (["100 detached"], 200, GROWTH),
        (["100 attaching"], 200, ["detach d0", *GROWTH]),
        (["100 detaching"], 200, ["detach d0", *GROWTH]),
        (["100 attached elsewhere"], 200, ["detach d0 alone", *GROWTH]),
        (["100 detached growing=200"], 200, GROWTH),
        (["100 detached growing=150"], 200, GROWTH),
        (["200 attached growing=200"], 200, ["detach d0", *GROWTH]),
        (["100 attached refused"], 200, EXCHANGE),
        (["200 attached"], 200, []),
        (["300 attached"], 200, EXCHANGE),
        (["100 detached growing=300"], 200, ["attach d0", *EXCHANGE]),
        (["200 detached growing=300"], 200, ["attach d0", *EXCHANGE]),
        (["100 attached", "150 attached"], 200, ["detach d1", "orphan d1", "detach d0", *GROWTH]),
        (
            ["100 attached", "200 attached"],
            200,
            ["copy d0 to d1", "detach d0", "orphan d0"],
        ),
    ],
)
def test_a_disk_is_grown_where_its_cpi_can(
    disks: list[str], wanted: int, expected: list[str]
) -> None:
    """Not while it is exchanged already, not below what it may have, not after a refusal."""
    assert settled(disks, wanted, grows=True) == expected


def test_a_disk_is_grown_on_its_way_to_a_new_vm() -> None:
    assert settled(["100 detached"], 200, grows=True, new_vm=True) == GROWTH


def test_nothing_grows_without_a_manifest() -> None:
    """Recreate and resurrect take the disk that is there, even one of an unknown size."""
    found = settled(["100 detached growing=200"], 200, grows=True, new_vm=True, follows=False)

    assert found == ["attach d0"]


WAL, LOG = DiskSpec(size_mib=200, name="wal"), DiskSpec(size_mib=50, name="log")


@pytest.mark.parametrize(
    ("disks", "grows", "expected"),
    [
        ([], False, ["create new 200", "attach new", "create new 50", "attach new"]),
        (["200 attached name=wal", "50 attached name=log"], False, []),
        (["50 attached name=log"], False, ["create new 200", "attach new"]),
        (
            ["200 attached name=wal", "50 attached name=log", "70 attached name=old"],
            False,
            ["detach d2", "orphan d2"],
        ),
        (
            ["100 attached name=wal", "50 attached name=log"],
            False,
            ["create new 200", "attach new", "detach d0", "orphan d0"],
        ),
        (["100 attached name=wal", "50 attached name=log"], True, ["detach d0", *GROWTH]),
        (
            ["100 attached name=wal", "50 attached name=log", "200 detached name=wal"],
            False,
            ["attach d2", "detach d0", "orphan d0"],
        ),
        (
            ["100 detached name=wal", "50 attached name=log", "200 attached name=wal"],
            False,
            ["orphan d0"],
        ),
        (
            ["200 attached name=wal", "50 creating name=log"],
            False,
            ["create d1 50", "attach d1"],
        ),
        (
            ["200 attached", "50 attached name=log"],
            False,
            ["create new 200", "attach new", "detach d0", "orphan d0"],
        ),
    ],
)
def test_named_disks_change_each_for_itself(
    disks: list[str], grows: bool, expected: list[str]
) -> None:
    """And nothing is copied: nobody but their jobs knows what is on them."""
    assert settled(disks, None, named=(WAL, LOG), grows=grows) == expected


def test_a_new_vm_gets_all_its_disks() -> None:
    disks = ["200 detached name=wal", "50 detached name=log"]

    assert settled(disks, None, named=(WAL, LOG), new_vm=True) == ["attach d0", "attach d1"]


def test_a_disk_that_was_grown_needs_no_replacement() -> None:
    assert replaced("100 attached") == []


@pytest.mark.parametrize(
    ("disk_text", "expected"),
    [
        ("100 attached refused", EXCHANGE),
        (
            "100 attached refused name=wal",
            ["create new 200", "attach new", "detach d0", "orphan d0"],
        ),
    ],
)
def test_a_disk_whose_growth_was_refused_is_replaced_in_the_usual_order(
    disk_text: str, expected: list[str]
) -> None:
    assert replaced(disk_text) == expected


def replaced(text: str) -> list[str]:
    action = ReplaceUngrown(
        disk_id=DiskId("d0"),
        new=DiskId("new"),
        disk=DiskSpec(size_mib=200),
        instance_id=InstanceId("i"),
        agent_id=AgentId("a"),
        former_instance="db/i",
    )
    chain = StepChain(ChangeId("c"))
    for name_, part in replacement(action, disk(0, text, "vm")):
        chain.add(name_, part)
    return told(chain)
