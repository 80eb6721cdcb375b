"""What is called out, judged from made-up groups; whole plans are in `test_reporting`."""

from paasta_deploy.model.ids import InstanceGroupName, InstanceId
from paasta_deploy.planning.plan import ChangeKind, Reason
from paasta_deploy.planning.suspicions import suspicions
from paasta_deploy.wire.plan_report import (
    DiskFate,
    Fates,
    GroupChanges,
    InstanceChange,
    Suspicion,
    VmFate,
)

WEB = InstanceGroupName("web")


def row(
    index: int,
    kind: ChangeKind,
    vm: VmFate = VmFate.KEPT,
    disk: DiskFate = DiskFate.NONE,
    aspect: str = "stemcell",
) -> InstanceChange:
    return InstanceChange(
        group=WEB,
        index=index,
        instance_id=InstanceId(f"web-{index}"),
        kind=kind,
        fates=Fates(vm=vm, disk=disk),
        reasons=(Reason(aspect=aspect, text=aspect),),
    )


def group(*rows: InstanceChange, unchanged: int = 0) -> GroupChanges:
    return GroupChanges(name=WEB, instances=rows, unchanged=unchanged)


def kinds(*groups: GroupChanges) -> list[Suspicion]:
    return [item.kind for item in suspicions(groups)]


def test_updates_and_new_instances_are_no_suspicion() -> None:
    created = row(0, ChangeKind.CREATE, VmFate.CREATED, DiskFate.CREATED)

    assert kinds(group(created, row(1, ChangeKind.UPDATE))) == []


def test_one_vm_replaced_of_many_is_no_suspicion() -> None:
    replaced = row(0, ChangeKind.RECREATE, VmFate.REPLACED)

    assert kinds(group(replaced, unchanged=1)) == []
    assert kinds(group(replaced)) == [], "a group of one is replaced whole whenever it is"


def test_all_vms_replaced_is_one_even_if_new_ones_come() -> None:
    rows = [row(index, ChangeKind.RECREATE, VmFate.REPLACED) for index in range(2)]

    assert kinds(group(*rows)) == [Suspicion.WHOLE_GROUP]
    assert kinds(group(*rows, row(2, ChangeKind.CREATE, VmFate.CREATED))) == [
        Suspicion.WHOLE_GROUP
    ]


def test_fewer_instances_without_data_are_no_suspicion() -> None:
    assert kinds(group(row(1, ChangeKind.DELETE, VmFate.DELETED), unchanged=1)) == []


def test_instances_with_data_that_go_are_one() -> None:
    gone = row(1, ChangeKind.DELETE, VmFate.DELETED, DiskFate.ORPHANED)

    assert kinds(group(gone, unchanged=1)) == [Suspicion.DATA]
    assert "all of `web` is deleted" in suspicions([group(gone)])[0].text


def test_a_disk_taken_from_an_instance_that_stays_is_one() -> None:
    (item,) = suspicions([group(row(1, ChangeKind.UPDATE, disk=DiskFate.ORPHANED), unchanged=1)])

    assert item.text.startswith("`web` loses its persistent disks (web/1)")
