"""Persistent disks and snapshots: folders that outlive machines.

::

    <state>/disks/<cid>/disk.json      what it is (synced: it must survive the host)
                        data/          what machines see
                        attached_to    cid of the machine, and the boot that this is true for
    <state>/snapshots/<cid>/           snapshot.json and a copy of data/

Sizes are recorded and shown, not enforced: a folder has the room that its filesystem has.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from paasta_providers.local import processes
from paasta_providers.local.errors import PROVIDER
from paasta_providers.local.folders import discard, read_file, sync_folder, write_file
from paasta_providers.local.records import (
    BrokenRecordError,
    DiskRecord,
    SnapshotRecord,
    disk_record,
    disk_text,
    snapshot_text,
)
from paasta_providers.local.translate import disk_cid, is_cid

from paasta_deploy.cpi.errors import (
    CloudError,
    DiskNotFoundError,
    NoDiskSpaceError,
    NotSupportedError,
)
from paasta_deploy.cpi.requests import CreateDisk
from paasta_deploy.model.ids import DiskCid, SnapshotCid, VmCid

_RECORD_FILE = "disk.json"
_ATTACHED_FILE = "attached_to"
_DATA = "data"
_MIB = 1 << 20


class Disks:
    """All disks of one state folder. Who may attach what is decided by the caller."""

    def __init__(self, state: Path, *, overcommit: bool) -> None:
        self._disks = state / "disks"
        self._snapshots = state / "snapshots"
        self._trash = state / "trash"
        self._overcommit = overcommit

    def create(self, request: CreateDisk) -> DiskCid:
        """Make the disk, or return the one that was made with this id. Raises CloudError."""
        cid = disk_cid(request.disk_id)
        if self._record(cid) is not None:
            return cid
        self._disks.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._require_space(request.size_mib)
        data = self.data(cid)
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o755)  # jobs of other users go through it; the director's umask keeps them out
        self.write(DiskRecord(cid=cid, disk_id=request.disk_id, size_mib=request.size_mib))
        sync_folder(self._disks)
        return cid

    def read(self, cid: DiskCid) -> DiskRecord:
        """Return the record. Raises DiskNotFoundError."""
        record = self._record(cid)
        if record is None:
            raise DiskNotFoundError(
                f"There is no disk {cid} on this host.", provider=PROVIDER, cid=cid
            )
        return record

    def exists(self, cid: DiskCid) -> bool:
        """Return whether there is such a disk."""
        return self._record(cid) is not None

    def cids(self) -> list[DiskCid]:
        """Return all disks."""
        if not self._disks.is_dir():
            return []
        cids = (DiskCid(entry.name) for entry in self._disks.iterdir())
        return sorted(cid for cid in cids if self.exists(cid))

    def data(self, cid: DiskCid) -> Path:
        """Return the folder that machines see."""
        return self._disks / cid / _DATA

    def write(self, record: DiskRecord) -> None:
        """Write the record. Raises OSError."""
        write_file(self._disks / record.cid / _RECORD_FILE, disk_text(record), durable=True)

    def resize(self, cid: DiskCid, size_mib: int) -> None:
        """Record a larger size. Raises DiskNotFoundError, NoDiskSpaceError, NotSupportedError."""
        record = self.read(cid)
        if size_mib < record.size_mib:
            raise NotSupportedError(
                f"Disk {cid} has {record.size_mib} MiB and cannot shrink to {size_mib} MiB.",
                provider=PROVIDER,
                method="resize_disk",
                cid=cid,
                hint="make a smaller disk and migrate to it",
            )
        self._require_space(size_mib - record.size_mib)
        self.write(replace(record, size_mib=size_mib))

    def set_metadata(self, cid: DiskCid, metadata: Mapping[str, str]) -> None:
        """Replace names and tags. Raises DiskNotFoundError."""
        self.write(replace(self.read(cid), metadata=dict(metadata)))

    def delete(self, cid: DiskCid) -> None:
        """Remove the disk with its data; an absent one is success."""
        if is_cid("disk", cid):
            discard(self._disks / cid, self._trash)

    def attached_to(self, cid: DiskCid) -> VmCid | None:
        """Return the machine that the disk was attached to since the host is up, or None."""
        text = read_file(self._disks / cid / _ATTACHED_FILE) if is_cid("disk", cid) else None
        words = (text or "").split()
        if len(words) != 2 or words[1] != processes.boot_id():
            return None
        return VmCid(words[0])

    def attach(self, cid: DiskCid, vm: VmCid) -> None:
        """Note down that the machine has the disk."""
        text = f"{vm} {processes.boot_id()}\n"
        write_file(self._disks / cid / _ATTACHED_FILE, text, durable=False)

    def detach(self, cid: DiskCid, vm: VmCid) -> None:
        """Note down that the machine has the disk no more, if it had it."""
        if self.attached_to(cid) == vm:
            (self._disks / cid / _ATTACHED_FILE).unlink(missing_ok=True)

    def snapshot(self, cid: DiskCid, metadata: Mapping[str, str]) -> SnapshotCid:
        """Copy the disk; where the filesystem can share blocks, without using space.

        What a running machine writes meanwhile may be in it half. Raises CloudError.
        """
        record = self.read(cid)
        self._snapshots.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = 1
        while (self._snapshots / (name := f"snapshot-{cid}-{number}")).exists():
            number += 1
        snapshot = SnapshotCid(name)
        folder = self._snapshots / snapshot
        folder.mkdir(mode=0o700)
        copied = subprocess.run(
            ["cp", "-a", "--reflink=auto", "--", self.data(cid), folder / _DATA],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if copied.returncode:
            discard(folder, self._trash)
            raise CloudError(
                f"The snapshot of disk {cid} failed: {copied.stderr.strip()}",
                provider=PROVIDER,
                method="snapshot_disk",
                cid=cid,
            )
        text = snapshot_text(
            SnapshotRecord(
                cid=snapshot, disk=cid, size_mib=record.size_mib, metadata=dict(metadata)
            )
        )
        write_file(folder / "snapshot.json", text, durable=True)
        return snapshot

    def delete_snapshot(self, cid: SnapshotCid) -> None:
        """Remove a snapshot; an absent one is success."""
        if is_cid("snapshot", cid):
            discard(self._snapshots / cid, self._trash)

    def _record(self, cid: DiskCid) -> DiskRecord | None:
        text = read_file(self._disks / cid / _RECORD_FILE) if is_cid("disk", cid) else None
        try:
            return None if text is None else disk_record(text)
        except BrokenRecordError as error:
            raise CloudError(
                f"The record of disk {cid} cannot be read: {error}.",
                provider=PROVIDER,
                cid=cid,
                hint=f"its data is in {self.data(cid)}; mend {self._disks / cid / _RECORD_FILE}",
            ) from error

    def _require_space(self, size_mib: int) -> None:
        free_mib = shutil.disk_usage(self._disks).free // _MIB
        if size_mib > free_mib and not self._overcommit:
            raise NoDiskSpaceError(
                f"A disk of {size_mib} MiB does not fit: {free_mib} MiB are free in "
                f"{os.fspath(self._disks)} ({os.strerror(errno.ENOSPC)}).",
                provider=PROVIDER,
                method="create_disk",
                hint="free some space, ask for a smaller disk, or set `overcommit_disks: true` "
                "in the properties of the local CPI",
            )
