"""What of becoming a machine can be told without becoming one."""

from paasta_providers.local.machine_boot import KEPT_CAPABILITIES, parse_mounts

# Real lines, in the order of the file: the root, the folder of the machine, a disk in it.
MOUNTINFO = """\
412 398 0:61 / / rw,nosuid,relatime - tmpfs paasta-root rw,size=524288k,mode=755
420 412 254:0 /state/machines/vm-a/vcap /var/vcap rw,relatime - ext4 /dev/vda rw,discard
431 420 254:0 /state/disks/disk-a/data /var/vcap/disks/disk-a rw shared:1 - ext4 /dev/vda rw
"""


def test_mounts_are_read_with_what_they_show() -> None:
    assert parse_mounts(MOUNTINFO) == [
        ("0:61", "/", "/"),
        ("254:0", "/state/machines/vm-a/vcap", "/var/vcap"),
        ("254:0", "/state/disks/disk-a/data", "/var/vcap/disks/disk-a"),
    ]


def test_what_reaches_through_to_the_host_is_given_up() -> None:
    """Numbers of capability.h: read any file, modules, raw devices, mounts, boot, time, mknod."""
    assert KEPT_CAPABILITIES.isdisjoint({2, 16, 17, 21, 22, 25, 27, 34, 38, 39})
