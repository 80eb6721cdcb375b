"""Disks to machines and away again: what the provider's attachment methods do.

A disk is in one machine at a time. It is attached when its own note says so and that machine's
record names it; the record is written first and cleared last. Giving a disk to another machine
needs proof that nothing of the former one can write any more: its death, or an unmount that the
kernel refuses while a file is open.
"""

import errno
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from paasta_providers.local import processes, translate
from paasta_providers.local.boot import Isolation, MountOrder
from paasta_providers.local.errors import PROVIDER, busy_disk, failure
from paasta_providers.local.machines import HeldMachine
from paasta_providers.local.process_table import members
from paasta_providers.local.records import MachineRecord
from paasta_providers.local.vms import LocalHost

from paasta_deploy.cpi.errors import DiskInUseError, VmNotFoundError
from paasta_deploy.cpi.requests import DiskHint
from paasta_deploy.model.ids import DiskCid, VmCid

_LOCKS = 64
"""Two calls for one disk must not overlap; with this many locks, others rarely wait for them."""


class Attachments:
    """The attachment methods of the contract."""

    def __init__(self, host: LocalHost) -> None:
        self._host = host
        self._changing = tuple(Lock() for _ in range(_LOCKS))

    def attach(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        """Let the living machine have the disk and return where it finds it.

        Raises VmNotFoundError, DiskNotFoundError, DiskInUseError, OSError.
        """
        host = self._host
        with self._changing[hash(disk) % _LOCKS], host.machines.hold(vm) as held:
            record = host.machines.read(vm)
            if held is None or record is None or not host.machines.is_alive(vm):
                raise VmNotFoundError(
                    f"Disk {disk} cannot be attached: {vm} does not live on this host.",
                    provider=PROVIDER,
                    method="attach_disk",
                    cid=vm,
                )
            host.disks.read(disk)
            self._take_from_former(vm, disk)
            if disk not in record.disks:
                host.machines.write(replace(record, disks=(*record.disks, disk)))
            host.disks.attach(disk, vm)
            if record.isolation is Isolation.NAMESPACES:
                self._change_mount(held, record, disk, shown=True)
            return translate.disk_hint(disk, host.disks.data(disk), record.isolation)

    def detach(self, vm: VmCid, disk: DiskCid) -> None:
        """Take the disk away. Not attached there is success.

        Raises DiskInUseError when a process in the living machine has a file of it open, OSError.
        """
        host = self._host
        with self._changing[hash(disk) % _LOCKS], host.machines.hold(vm) as held:
            record = host.machines.read(vm)
            if held is None or record is None:
                return
            if host.disks.attached_to(disk) == vm:
                if not host.machines.is_alive(vm):
                    host.kill(vm)
                elif record.isolation is Isolation.NAMESPACES:
                    self._change_mount(held, record, disk, shown=False)
                else:
                    self._refuse_open_files(vm, disk)
                host.disks.detach(disk, vm)
            if disk in record.disks:
                kept = tuple(other for other in record.disks if other != disk)
                host.machines.write(replace(record, disks=kept))

    def attached_to(self, vm: VmCid) -> Sequence[DiskCid]:
        """Return the disks of the machine; none when it does not exist."""
        record = self._host.machines.read(vm)
        return () if record is None else self._host.attached(record)

    def holder(self, disk: DiskCid) -> VmCid | None:
        """Return the machine that has the disk, dead or alive, or None."""
        vm = self._host.disks.attached_to(disk)
        return vm if vm is not None and disk in self.attached_to(vm) else None

    def refuse_attached(self, disk: DiskCid, method: str) -> None:
        """Raise DiskInUseError when a machine has the disk."""
        vm = self.holder(disk)
        if vm is not None:
            raise DiskInUseError(
                f"Disk {disk} is attached to {vm}.",
                provider=PROVIDER,
                method=method,
                cid=disk,
                hint=f"detach it first, or delete {vm}",
            )

    def _take_from_former(self, vm: VmCid, disk: DiskCid) -> None:
        former = self.holder(disk)
        if former is None or former == vm:
            return
        if self._host.machines.is_alive(former):
            self.refuse_attached(disk, "attach_disk")
        self._host.kill(former)

    def _refuse_open_files(self, vm: VmCid, disk: DiskCid) -> None:
        folder = self._host.machines.folder(vm)
        mark = self._host.machines.process(vm)
        data = self._host.disks.data(disk)
        found = members(self._host.looks.fresh(), vm, folder, mark)
        if any(processes.works_in(pid, data) for pid in found):
            raise busy_disk(vm, disk)

    def _change_mount(
        self, held: HeldMachine, record: MachineRecord, disk: DiskCid, *, shown: bool
    ) -> None:
        mark = self._host.machines.process(record.cid)
        order = MountOrder(
            pid=mark.pid if mark else 0,
            started=mark.started if mark else 0,
            target=str(translate.MACHINE_DISKS / disk),
            source=str(self._host.disks.data(disk)) if shown else "",
        )
        answer = self._host.order(record, order, held.lock_fd)
        if answer.error == errno.EBUSY and not shown:
            raise busy_disk(record.cid, disk)
        if answer.error:
            raise failure(answer.error, answer.doing, answer.path, cid=disk)
