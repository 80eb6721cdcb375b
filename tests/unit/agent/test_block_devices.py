"""Properties: a device with anything on it is never formatted or partitioned."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.block_devices import (
    DeviceFacts,
    DiskError,
    partition_of,
    plan_device,
)

CONTENTS = st.sampled_from(["", "ext4", "xfs", "gpt", "dos", "LVM2_member", "swap"])


@given(
    content=CONTENTS,
    room_sectors=st.sampled_from([0, 2**21]),
    has_partition=st.booleans(),
    partition_content=CONTENTS,
    file_system=st.sampled_from(["ext4", "xfs"]),
)
def test_what_holds_something_is_never_formatted(
    content: str,
    room_sectors: int,
    has_partition: bool,
    partition_content: str,
    file_system: str,
) -> None:
    facts = DeviceFacts(
        device="/dev/sdb",
        content=content,
        partition="/dev/sdb1",
        has_partition=has_partition,
        partition_content=partition_content if has_partition else "",
        room_sectors=room_sectors if has_partition else 0,
    )
    try:
        plan = plan_device(facts, file_system)
    except DiskError:
        assert content
        return
    for command in plan.commands:
        if command[0].startswith("mkfs"):
            assert command[1] == "/dev/sdb1"
            assert not facts.partition_content
            assert facts.has_partition or not content
        elif "--label" not in command[2]:
            assert partition_content
        else:
            assert not content
            assert not has_partition


def facts(content: str = "", partition_content: str | None = None) -> DeviceFacts:
    return DeviceFacts(
        device="/dev/sdb",
        content=content,
        partition="/dev/sdb1",
        has_partition=partition_content is not None,
        partition_content=partition_content or "",
    )


def test_an_empty_device_is_partitioned_and_formatted() -> None:
    plan = plan_device(facts(), "xfs")
    assert plan.mountable == "/dev/sdb1"
    assert [command[0] for command in plan.commands] == ["/bin/sh", "mkfs.xfs"]
    assert plan.commands[0][-1] == "/dev/sdb"


def test_a_partition_that_was_never_formatted_is() -> None:
    assert plan_device(facts("gpt", ""), "ext4").commands == (("mkfs.ext4", "/dev/sdb1"),)


def test_what_is_ready_is_mounted_as_it_is() -> None:
    assert plan_device(facts("gpt", "ext4"), "xfs").commands == ()
    plan = plan_device(facts("ext4"), "ext4")
    assert (plan.commands, plan.mountable) == ((), "/dev/sdb")


def test_a_partition_on_a_grown_device_is_grown_and_never_formatted() -> None:
    ready = facts("gpt", "ext4")

    (command,) = plan_device(replace(ready, room_sectors=2**21), "ext4").commands

    assert "sfdisk --no-reread -N 1" in command[2]
    assert command[-1] == "/dev/sdb"
    assert plan_device(replace(ready, room_sectors=2048), "ext4").commands == ()
    empty = replace(facts("gpt", ""), room_sectors=2**21)
    assert plan_device(empty, "ext4").commands == (("mkfs.ext4", "/dev/sdb1"),)


def test_an_unknown_file_system_is_told() -> None:
    with pytest.raises(DiskError, match="'fat'"):
        plan_device(facts(), "fat")


@pytest.mark.parametrize(
    ("device", "partition"),
    [
        ("/dev/sdb", "/dev/sdb1"),
        ("/dev/nvme1n1", "/dev/nvme1n1p1"),
        ("/dev/loop0", "/dev/loop0p1"),
    ],
)
def test_partitions_are_named_as_the_kernel_does(device: str, partition: str) -> None:
    assert partition_of(device) == partition
