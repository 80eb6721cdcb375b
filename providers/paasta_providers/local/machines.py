"""The folder of each machine: its records, its lock, and who holds which address.

::

    <state>/machines/<cid>/machine.json    the recipe (0600)
                           process.json    which process it is; the machine writes it itself
                           pid             the same for operators
                           lock            held by whoever changes the machine (flock)
                           console.log     what its agent printed
                           vcap/           its /var/vcap
    <state>/addresses/<ip>                 a link to the cid that has the address
    <state>/trash/                         folders being removed

The lock is a kernel lock on an open file, which the child that becomes the machine shares until it
is done. So when a director is killed in the middle of a creation, its successor waits for that
very creation to end before it looks. No record is synced to the disk: a machine does not survive
what the kernel's page cache does not survive, and the boot's id in ``process.json`` tells.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from paasta_providers.local import processes
from paasta_providers.local.errors import PROVIDER
from paasta_providers.local.folders import discard, empty, read_file, remove_tree, write_file
from paasta_providers.local.machine_boot import PID_FILE, PROCESS_FILE
from paasta_providers.local.processes import ProcessMark
from paasta_providers.local.records import (
    BrokenRecordError,
    MachineRecord,
    machine_record,
    machine_text,
    process_mark,
)
from paasta_providers.local.translate import is_cid
from paasta_providers.local.waiting import wait_until

from paasta_deploy.cpi.errors import CloudUnavailableError, VmCreationError
from paasta_deploy.model.ids import VmCid

LOCK_DEADLINE_S = 60.0
"""A machine's lock is held for milliseconds, or for as long as a creation may take at worst."""

_LOCK_POLL_S = 0.002
_LOCK_FILE = "lock"
_RECORD_FILE = "machine.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMachine:
    """A machine's folder while its lock is held. ``lock_fd`` may be handed to a child.

    ``is_new``: the folder was made for this, so nothing of the machine can be anywhere.
    """

    cid: VmCid
    folder: Path
    lock_fd: int
    is_new: bool


class Machines:
    """All machine folders of one state folder."""

    def __init__(self, state: Path) -> None:
        self._machines = state / "machines"
        self._addresses = state / "addresses"
        self._trash = state / "trash"
        self._claims = Lock()
        self._preparing = Lock()
        self._is_prepared = False

    def folder(self, cid: VmCid) -> Path:
        """Return where the machine's folder is, if it exists."""
        return self._machines / cid

    def exists(self, cid: VmCid) -> bool:
        """Return whether there is a folder, of a machine in whatever state."""
        return is_cid("vm", cid) and self.folder(cid).is_dir()

    def cids(self) -> list[VmCid]:
        """Return all machines that have a folder."""
        if not self._machines.is_dir():
            return []
        return sorted(VmCid(entry.name) for entry in self._machines.iterdir())

    @contextmanager
    def hold(
        self,
        cid: VmCid,
        *,
        create: bool = False,
        if_busy: Callable[[], None] | None = None,
    ) -> Iterator[HeldMachine | None]:
        """Hold the machine's lock; None when it has no folder and none is to be made.

        ``if_busy`` is called once when somebody else has the lock. Raises CloudUnavailableError
        when that one does not let go of it.
        """
        held = self._lock(cid, create, if_busy) if create or is_cid("vm", cid) else None
        if held is None:
            yield None
            return
        try:
            yield held
        finally:
            # Closed, not unlocked: a child that shares the lock keeps it until it is done, too.
            os.close(held.lock_fd)

    def _lock(
        self, cid: VmCid, create: bool, if_busy: Callable[[], None] | None
    ) -> HeldMachine | None:
        folder = self.folder(cid)
        file = folder / _LOCK_FILE
        while True:
            is_new = create and self._make(folder)
            try:
                fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:
                if create:
                    continue
                return None
            _await_lock(fd, file, cid, if_busy)
            if _is_file(fd, file):
                return HeldMachine(cid=cid, folder=folder, lock_fd=fd, is_new=is_new)
            os.close(fd)

    def _make(self, folder: Path) -> bool:
        self._prepare()
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return False
        return True

    def _prepare(self) -> None:
        """Make the folders, once, and remove what interrupted removals have left."""
        with self._preparing:
            if not self._is_prepared:
                for folder in (self._addresses, self._trash, self._machines):
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                empty(self._trash)
                self._is_prepared = True

    def read(self, cid: VmCid) -> MachineRecord | None:
        """Return the record, or None when there is none that can be used."""
        text = read_file(self.folder(cid) / _RECORD_FILE) if is_cid("vm", cid) else None
        try:
            return None if text is None else machine_record(text)
        except BrokenRecordError:
            return None

    def write(self, record: MachineRecord) -> None:
        """Write the record. Raises OSError."""
        write_file(self.folder(record.cid) / _RECORD_FILE, machine_text(record), durable=False)

    def process(self, cid: VmCid) -> ProcessMark | None:
        """Return which process the machine said it was, dead or alive."""
        text = read_file(self.folder(cid) / PROCESS_FILE) if is_cid("vm", cid) else None
        try:
            return None if text is None else process_mark(text)
        except BrokenRecordError:
            return None

    def is_alive(self, cid: VmCid) -> bool:
        """Return whether the machine's first process runs."""
        mark = self.process(cid)
        return mark is not None and processes.is_alive(mark)

    def claim(self, record: MachineRecord) -> None:
        """Give the addresses to the machine. Raises VmCreationError when another one has one."""
        with self._claims:
            for address in record.addresses:
                link = self._addresses / address
                owner = VmCid(str(link.readlink())) if link.is_symlink() else record.cid
                if owner != record.cid and self.exists(owner):
                    raise VmCreationError(
                        f"{record.cid} cannot have the address {address}: it belongs to {owner}, "
                        f"which is {'running' if self.is_alive(owner) else 'dead, not deleted'}.",
                        provider=PROVIDER,
                        method="create_vm",
                        cid=record.cid,
                        hint=f"delete {owner} first, or choose another address",
                    )
                link.unlink(missing_ok=True)
                link.symlink_to(record.cid)

    def release(self, cid: VmCid) -> None:
        """Take the machine's addresses back."""
        record = self.read(cid)
        names: Sequence[str]
        names = os.listdir(self._addresses) if record is None else record.addresses  # noqa: PTH208 - names are wanted
        with self._claims:
            for name in names:
                link = self._addresses / name
                if link.is_symlink() and str(link.readlink()) == cid:
                    link.unlink()

    def clear(self, held: HeldMachine) -> None:
        """Remove everything in the folder but the lock."""
        for entry in held.folder.iterdir():
            if entry.name == _LOCK_FILE:
                continue
            if entry.is_dir() and not entry.is_symlink():
                remove_tree(entry)
            else:
                entry.unlink()

    def forget_process(self, held: HeldMachine) -> None:
        """Remove what says which process the machine is."""
        for name in (PROCESS_FILE, PID_FILE):
            (held.folder / name).unlink(missing_ok=True)

    def discard(self, held: HeldMachine) -> None:
        """Remove the folder with everything in it."""
        discard(held.folder, self._trash)


def _await_lock(fd: int, file: Path, cid: VmCid, if_busy: Callable[[], None] | None) -> None:
    """Lock the open file; close it where somebody else does not let go of the lock."""
    if _is_locked(fd):
        return
    if if_busy is not None:
        if_busy()
    if not wait_until(lambda: _is_locked(fd), deadline_s=LOCK_DEADLINE_S, poll_s=_LOCK_POLL_S):
        os.close(fd)
        raise CloudUnavailableError(
            f"The lock of {cid} was not released within {LOCK_DEADLINE_S:.0f} s.",
            provider=PROVIDER,
            cid=cid,
            hint=f"see who holds it: `fuser -v {file}`",
        )


def _is_locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_file(fd: int, path: Path) -> bool:
    """Return whether the open file still stands under that name: its folder may be removed."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
