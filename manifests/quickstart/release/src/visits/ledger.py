"""How many visits this machine has taken, on its persistent disk.

The file holds a name for the disk (the *writer*, made once) and the count in two slots that are
written in turn, each with a checksum, so a kill in the middle of a write leaves the other slot.
A number is handed out only after it is on the disk. Many visits at once share one sync.
"""

import asyncio
import os
import secrets
import zlib
from pathlib import Path

_SLOT = 30  # 20 digits, a blank, 8 hex digits of checksum, a newline
_HEADER = 33  # 32 hex digits of the writer's name and a newline


class Ledger:
    """The durable count of one disk. One process at a time."""

    def __init__(self, folder: Path) -> None:
        self._file = _open(folder / "visits")
        raw = os.pread(self._file, _HEADER + 2 * _SLOT, 0)
        self.writer = raw[: _HEADER - 1].decode()
        slots = [_read_slot(raw, 0), _read_slot(raw, 1)]
        self._count = max(slots)
        if self._count < 0:
            raise ValueError(f"{folder / 'visits'} is damaged: neither of its counts is whole")
        self.durable = self._count
        """How many visits are on the disk; what lies beyond it was not answered yet."""
        self._slot = 1 - slots.index(self._count)
        self._sync: asyncio.Task[None] | None = None

    async def add(self) -> int:
        """Count one visit and return its number once that is on the disk."""
        self._count += 1
        number = self._count
        while self.durable < number:
            if self._sync is None or self._sync.done():
                self._sync = asyncio.create_task(self._write())
            await asyncio.shield(self._sync)
        return number

    async def _write(self) -> None:
        count, slot = self._count, self._slot
        self._slot = 1 - slot
        await asyncio.to_thread(self._write_slot, count, slot)
        self.durable = count

    def _write_slot(self, count: int, slot: int) -> None:
        digits = b"%020d" % count
        line = digits + b" %08x\n" % zlib.crc32(digits)
        os.pwrite(self._file, line, _HEADER + slot * _SLOT)
        os.fdatasync(self._file)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_suffix(".new")
        zero = b"%020d" % 0
        slot = zero + b" %08x\n" % zlib.crc32(zero)
        with fresh.open("wb") as output:
            output.write(secrets.token_hex(16).encode() + b"\n" + slot + slot)
            output.flush()
            os.fsync(output.fileno())
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def _read_slot(raw: bytes, slot: int) -> int:
    line = raw[_HEADER + slot * _SLOT :][:_SLOT]
    digits, _, checksum = line.rstrip(b"\n").partition(b" ")
    if len(digits) != 20 or not digits.isdigit() or checksum != b"%08x" % zlib.crc32(digits):
        return -1
    return int(digits)
