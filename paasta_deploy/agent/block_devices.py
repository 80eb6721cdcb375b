"""Makes a block device usable: partition, file system, mount; by the machine's ordinary tools.

The rule above all: a device with anything on it is never formatted. What is to be done is decided
by :func:`plan_device`, purely, from what `blkid` and the kernel say.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.tools import Ran, Tools
from paasta_deploy.model.errors import PaastaError

log = logging.getLogger(__name__)

FILE_SYSTEM_DEFAULT = "ext4"
"""BOSH's default; ``persistent_disk_fs`` chooses another."""

_FILE_SYSTEMS = frozenset({"ext4", "xfs"})
_GROWN_PARTITION = 'echo ", +" | sfdisk --no-reread -N 1 "$1" && partx -u "$1"'
"""Lets the first partition reach to the end of its device; run like the next one."""
_ONE_PARTITION = 'echo ",,L" | sfdisk --label gpt --wipe never "$1"'
"""Run as ``sh -c``; the device is its first argument."""
_ROOM_MIN_SECTORS = 8192
"""4 MiB: less is left behind a partition for alignment and for the second partition table."""
_PARTITION_WAIT_S = 10.0
"""How long udev may take to make the node of a new partition."""
_LOOK_S = 0.05


class DiskError(PaastaError):
    """A disk cannot be used as it is; the message says what stands in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What is on a device now. ``content`` is blkid's name of it: ``ext4``, ``gpt``, or empty.

    ``room_sectors`` are unused behind the partition: the device was grown.
    """

    device: str
    content: str
    partition: str
    has_partition: bool
    partition_content: str
    room_sectors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePlan:
    """What to do, in order, and what to mount then."""

    commands: tuple[tuple[str, ...], ...]
    mountable: str


def partition_of(device: str) -> str:
    """Return the name of a device's first partition: ``sdb1``, ``nvme1n1p1``."""
    return f"{device}p1" if device[-1:].isdigit() else f"{device}1"


def plan_device(facts: DeviceFacts, file_system: str) -> DevicePlan:
    """Return how to make the device mountable. Raises DiskError. Pure."""
    if file_system not in _FILE_SYSTEMS:
        raise DiskError(
            f"persistent_disk_fs is {file_system!r}", hint="ext4 and xfs can be made here"
        )
    make = (f"mkfs.{file_system}", facts.partition)
    if facts.has_partition:
        commands: tuple[tuple[str, ...], ...] = ()
        if not facts.partition_content:
            commands = (make,)
        elif facts.content == "gpt" and facts.room_sectors >= _ROOM_MIN_SECTORS:
            commands = (("/bin/sh", "-c", _GROWN_PARTITION, "sfdisk", facts.device),)
        return DevicePlan(commands=commands, mountable=facts.partition)
    if facts.content in _FILE_SYSTEMS:
        return DevicePlan(commands=(), mountable=facts.device)
    if facts.content:
        raise DiskError(
            f"{facts.device} holds {facts.content} and no partition; it is left as it is",
            hint="empty the disk, or attach another one",
        )
    label = ("/bin/sh", "-c", _ONE_PARTITION, "sfdisk", facts.device)
    return DevicePlan(commands=(label, make), mountable=facts.partition)


class BlockDevices:
    """Looks at devices and mounts them. Only for agents that are root."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def mount(
        self, device: str, target: Path, *, file_system: str, options: Sequence[str]
    ) -> None:
        """Make the device mountable and mount it. Raises DiskError."""
        real = str(Path(device).resolve())
        plan = plan_device(await self._facts(real), file_system)
        for command in plan.commands:
            log.info("disk %s: %s", real, " ".join(command))
            await self._do(command)
            if _ONE_PARTITION in command:
                await _appear(plan.mountable)
        target.mkdir(parents=True, exist_ok=True)
        chosen = ("-o", ",".join(options)) if options else ()
        await self._do(("mount", *chosen, plan.mountable, str(target)))
        await self._fill_device(plan.mountable, target)

    async def _fill_device(self, mountable: str, target: Path) -> None:
        """Let the mounted file system have all of its device, which may have been grown.

        It does nothing where it has. If it fails, the disk is as usable as it was, so jobs go on.
        """
        content = await self._content(mountable)
        command = ("xfs_growfs", str(target)) if content == "xfs" else ("resize2fs", mountable)
        try:
            await self._do(command)
        except DiskError as cause:
            log.warning("the file system on %s stays as large as it is: %s", mountable, cause)

    async def unmount(self, target: Path) -> None:
        """Unmount what is mounted there. Raises DiskError."""
        await self._do(("umount", str(target)))

    async def _facts(self, device: str) -> DeviceFacts:
        partition = partition_of(device)
        has_partition = Path(partition).exists()
        return DeviceFacts(
            device=device,
            content=await self._content(device),
            partition=partition,
            has_partition=has_partition,
            partition_content=await self._content(partition) if has_partition else "",
            room_sectors=_room_sectors(device, partition) if has_partition else 0,
        )

    async def _content(self, device: str) -> str:
        """Return the type of file system or partition table; empty when there is neither."""
        query = ("blkid", "-p", "-o", "value", "-s", "TYPE", "-s", "PTTYPE", device)
        ran = await self._run(query)
        if ran.status not in {0, 2}:  # 2 is blkid's "nothing found"
            raise DiskError(f"blkid cannot read {device}: {ran.text}")
        return ran.text.split("\n", 1)[0].strip() if ran.status == 0 else ""

    async def _do(self, argv: Sequence[str]) -> None:
        ran = await self._run(argv)
        if ran.status != 0:
            raise DiskError(f"{' '.join(argv)} ended with {ran.status}: {ran.text}")

    async def _run(self, argv: Sequence[str]) -> Ran:
        try:
            return await self._tools.run(*argv)
        except OSError as cause:
            raise DiskError(f"{argv[0]} cannot be run: {cause}") from cause


def _room_sectors(device: str, partition: str) -> int:
    """Return how many sectors of the device are behind its partition; 0 if that is not known."""
    blocks = Path("/sys/class/block")
    try:
        end = sum(
            int((blocks / Path(partition).name / part).read_text(encoding="ascii"))
            for part in ("start", "size")
        )
        size = int((blocks / Path(device).name / "size").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return max(0, size - end)


async def _appear(partition: str) -> None:
    try:
        async with asyncio.timeout(_PARTITION_WAIT_S):
            while not Path(partition).exists():  # noqa: ASYNC110 - udev tells nobody
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as cause:
        raise DiskError(f"{partition} was made, but its device node does not appear") from cause


def is_mount_point(path: Path) -> bool:
    """Return whether something is mounted there, bind mounts included."""
    wanted = os.fsencode(path.resolve())
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        fields = line.split(b" ")
        if fields[4].replace(b"\\040", b" ") == wanted:
            return True
    return False
