"""The simulated cloud itself: what stands behind the API of an IaaS, in memory.

It knows machines, volumes, images and snapshots and nothing of our contract; it fails in its own
words (:class:`ApiError`), as an SDK does. Every call first meets its weather. Calls may come from
many threads: what a call does is done under one lock, what it waits is waited outside.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TypeVar

from paasta_providers.simulated.inventory import Image, Machine, Shelf, Snapshot, Volume
from paasta_providers.simulated.weather import Climate, Fate, forecast

from paasta_deploy.model.ids import AgentId, DiskCid, SnapshotCid, StemcellCid, VmCid
from paasta_deploy.testing.simulated_cloud import MachineListener

_Value = TypeVar("_Value")


class Trouble(Enum):
    """The error codes of this cloud's API."""

    UNAVAILABLE = "ServiceUnavailable"
    THROTTLED = "TooManyRequests"
    VM_FAILED = "MachineFailedToStart"
    QUOTA = "QuotaExceeded"
    IMAGE_UNKNOWN = "ImageNotFound"
    MACHINE_UNKNOWN = "MachineNotFound"
    VOLUME_UNKNOWN = "VolumeNotFound"
    VOLUME_IN_USE = "VolumeInUse"
    ADDRESS_IN_USE = "AddressInUse"
    SHRINKING = "VolumeCannotShrink"


class ApiError(Exception):
    """What the simulated API answers instead of a result."""

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much the account may have; None is no limit."""

    machines: int | None = None
    volumes: int | None = None
    volumes_size_mib: int | None = None


class Account:
    """What one account has, behind the front door of the API where the weather is.

    ``folder`` None keeps everything in memory only.
    """

    def __init__(
        self, *, climate: Climate, folder: Path | None, sleep: Callable[[float], None]
    ) -> None:
        self._climate = climate
        self._sleep = sleep
        self._lock = threading.RLock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self.machines: Shelf[Machine] = Shelf(Machine, folder / "machines" if folder else None)
        self.volumes: Shelf[Volume] = Shelf(Volume, folder / "volumes" if folder else None)
        self.images: Shelf[Image] = Shelf(Image, folder / "images" if folder else None)
        self.snapshots: Shelf[Snapshot] = Shelf(Snapshot, folder / "snapshots" if folder else None)

    def call(self, method: str, key: str, act: Callable[[], _Value]) -> _Value:
        """Do ``act`` under the lock, as far as its fate allows. Raises ApiError."""
        with self._lock:
            self._counts[method, key] += 1
            coming = forecast(self._climate, method, key, self._counts[method, key])
        if coming.latency_s > 0:
            self._sleep(coming.latency_s)
        if coming.fate is Fate.REFUSED:
            raise ApiError(Trouble.UNAVAILABLE, f"503 for {method}")
        if coming.fate is Fate.THROTTLED:
            raise ApiError(Trouble.THROTTLED, f"429 for {method}")
        if coming.fate is Fate.FAILED:
            raise ApiError(Trouble.VM_FAILED, "the machine broke while it was started")
        with self._lock:
            value = act()
        if coming.fate is Fate.ANSWER_LOST:
            raise ApiError(Trouble.UNAVAILABLE, f"connection reset after {method}")
        return value

    def backstage(self) -> threading.RLock:
        """Return the lock, for what happens in the cloud without a call."""
        return self._lock

    def count(self, method: str, key: str) -> int:
        """Return how often ``method`` was called about ``key``."""
        return self._counts[method, key]

    def machine(self, cid: VmCid) -> Machine:
        """Return a machine that must be there. Raises ApiError."""
        machine = self.machines.get(cid)
        if machine is None:
            raise ApiError(Trouble.MACHINE_UNKNOWN, f"there is no machine {cid}")
        return machine

    def volume(self, cid: DiskCid) -> Volume:
        """Return a volume that must be there. Raises ApiError."""
        volume = self.volumes.get(cid)
        if volume is None:
            raise ApiError(Trouble.VOLUME_UNKNOWN, f"there is no volume {cid}")
        return volume


class Volumes:
    """The block storage of an account."""

    def __init__(self, account: Account, quota: Quota) -> None:
        self._account = account
        self._quota = quota
        self._attached: dict[VmCid, set[DiskCid]] = {}
        for volume in account.volumes.all():
            if volume.attached_to is not None:
                self._attached.setdefault(volume.attached_to, set()).add(volume.cid)

    def make(self, wanted: Volume) -> Volume:
        """Make a volume. One that exists already with this cid is returned as it is."""

        def act() -> Volume:
            known = self._account.volumes.get(wanted.cid)
            if known is not None:
                return known
            limit, size_limit = self._quota.volumes, self._quota.volumes_size_mib
            if limit is not None and len(self._account.volumes) >= limit:
                raise ApiError(Trouble.QUOTA, f"the account may have {limit} volumes")
            if size_limit is not None and self._volumes_size_mib() + wanted.size_mib > size_limit:
                raise ApiError(Trouble.QUOTA, f"volumes may have {size_limit} MiB in all")
            self._account.volumes.put(wanted)
            return wanted

        return self._account.call("create_disk", wanted.disk_id, act)

    def _volumes_size_mib(self) -> int:
        return sum(volume.size_mib for volume in self._account.volumes.all())

    def get(self, cid: DiskCid) -> Volume | None:
        """Return one volume."""
        return self._account.call("has_disk", cid, lambda: self._account.volumes.get(cid))

    def all(self) -> tuple[Volume, ...]:
        """Return all volumes."""
        return self._account.call("list_disks", "", self._account.volumes.all)

    def delete(self, cid: DiskCid) -> None:
        """Delete a volume that no machine has. Absent is fine."""

        def act() -> None:
            volume = self._account.volumes.get(cid)
            if volume is not None and volume.attached_to is not None:
                holder = volume.attached_to
                raise ApiError(Trouble.VOLUME_IN_USE, f"{cid} is attached to {holder}")
            self._account.volumes.remove(cid)

        self._account.call("delete_disk", cid, act)

    def attach(self, machine: VmCid, cid: DiskCid) -> None:
        """Attach a volume to a machine. Attached there already is fine."""

        def act() -> None:
            self._account.machine(machine)
            volume = self._account.volume(cid)
            if volume.attached_to not in (None, machine):
                holder = volume.attached_to
                raise ApiError(Trouble.VOLUME_IN_USE, f"{cid} is attached to {holder}")
            self._account.volumes.put(replace(volume, attached_to=machine))
            self._attached.setdefault(machine, set()).add(cid)

        self._account.call("attach_disk", cid, act)

    def detach(self, machine: VmCid, cid: DiskCid) -> None:
        """Take a volume off a machine. Not attached there is fine."""

        def act() -> None:
            volume = self._account.volumes.get(cid)
            if volume is not None and volume.attached_to == machine:
                self._account.volumes.put(replace(volume, attached_to=None))
                self._attached[machine].discard(cid)

        self._account.call("detach_disk", cid, act)

    def of_machine(self, machine: VmCid) -> tuple[DiskCid, ...]:
        """Return the volumes that a machine has."""
        return self._account.call(
            "get_disks", machine, lambda: tuple(self._attached.get(machine, ()))
        )

    def tag(self, cid: DiskCid, tags: Mapping[str, str]) -> None:
        """Replace the tags of a volume."""

        def act() -> None:
            self._account.volumes.put(replace(self._account.volume(cid), metadata=dict(tags)))

        self._account.call("set_disk_metadata", cid, act)

    def grow(self, cid: DiskCid, size_mib: int) -> None:
        """Grow a volume that no machine has."""

        def act() -> None:
            volume = self._account.volume(cid)
            if volume.attached_to is not None:
                raise ApiError(Trouble.VOLUME_IN_USE, f"{cid} is attached")
            if size_mib < volume.size_mib:
                raise ApiError(Trouble.SHRINKING, f"{cid} has {volume.size_mib} MiB")
            self._account.volumes.put(replace(volume, size_mib=size_mib))

        self._account.call("resize_disk", cid, act)

    def machine_is_gone(self, machine: VmCid) -> None:
        """Detach what the machine had. Not a call of the API: the cloud does it by itself."""
        for cid in self._attached.pop(machine, ()):
            self._account.volumes.put(replace(self._account.volume(cid), attached_to=None))


class Machines:
    """The compute service of an account."""

    def __init__(
        self, account: Account, volumes: Volumes, quota: Quota, listener: MachineListener | None
    ) -> None:
        self._account = account
        self._volumes = volumes
        self._quota = quota
        self._listener = listener
        machines = account.machines.all()
        self._by_agent = {machine.agent_id: machine.cid for machine in machines}
        self._addresses = {
            address: machine.cid for machine in machines for address in machine.addresses
        }

    def listen(self, listener: MachineListener) -> None:
        """Tell ``listener`` of every machine from now on."""
        self._listener = listener

    def start(self, wanted: Machine) -> Machine:
        """Make a machine. One that exists already with this cid is returned as it is."""

        def act() -> Machine:
            known = self._account.machines.get(wanted.cid)
            if known is not None:
                return known
            self._check_new_machine(wanted)
            self._account.machines.put(wanted)
            self._by_agent[wanted.agent_id] = wanted.cid
            self._addresses.update(dict.fromkeys(wanted.addresses, wanted.cid))
            if self._listener is not None:
                self._listener.machine_started(wanted.agent_id)
            return wanted

        return self._account.call("create_vm", wanted.agent_id, act)

    def _check_new_machine(self, wanted: Machine) -> None:
        if self._account.images.get(wanted.image) is None:
            raise ApiError(Trouble.IMAGE_UNKNOWN, f"there is no image {wanted.image}")
        if (
            self._quota.machines is not None
            and len(self._account.machines) >= self._quota.machines
        ):
            raise ApiError(Trouble.QUOTA, f"the account may have {self._quota.machines} machines")
        for address in wanted.addresses:
            holder = self._addresses.get(address)
            if holder is not None:
                raise ApiError(Trouble.ADDRESS_IN_USE, f"{holder} has the address {address}")

    def of_agent(self, agent_id: AgentId) -> Machine | None:
        """Return the machine that carries ``agent_id``."""

        def act() -> Machine | None:
            cid = self._by_agent.get(agent_id)
            return None if cid is None else self._account.machines.get(cid)

        return self._account.call("find_vm", agent_id, act)

    def get(self, cid: VmCid) -> Machine | None:
        """Return one machine."""
        return self._account.call("has_vm", cid, lambda: self._account.machines.get(cid))

    def all(self) -> tuple[Machine, ...]:
        """Return all machines."""
        return self._account.call("list_vms", "", self._account.machines.all)

    def end(self, cid: VmCid) -> None:
        """Delete a machine; its volumes are detached, its addresses free. Absent is fine."""

        def act() -> None:
            machine = self._account.machines.get(cid)
            if machine is None:
                return
            self._volumes.machine_is_gone(cid)
            self._account.machines.remove(cid)
            self._by_agent.pop(machine.agent_id, None)
            for address in machine.addresses:
                del self._addresses[address]
            if self._listener is not None and machine.running:
                self._listener.machine_ended(machine.agent_id)

        self._account.call("delete_vm", cid, act)

    def tag(self, cid: VmCid, tags: Mapping[str, str]) -> None:
        """Replace the tags of a machine."""

        def act() -> None:
            self._account.machines.put(replace(self._account.machine(cid), metadata=dict(tags)))

        self._account.call("set_vm_metadata", cid, act)

    def restart(self, cid: VmCid) -> None:
        """Restart a machine hard, also one that had crashed."""

        def act() -> None:
            machine = self._account.machine(cid)
            self._account.machines.put(replace(machine, running=True))
            if self._listener is not None:
                self._listener.machine_started(machine.agent_id)

        self._account.call("reboot_vm", cid, act)

    def crash(self, cid: VmCid) -> None:
        """Let a machine die by itself, for tests and the simulator. Not a call of the API."""
        with self._account.backstage():
            machine = self._account.machines.get(cid)
            if machine is None or not machine.running:
                return
            self._account.machines.put(replace(machine, running=False))
            if self._listener is not None:
                self._listener.machine_ended(machine.agent_id)


class Images:
    """The images and snapshots of an account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def register(self, image: Image) -> None:
        """Register an image; the same one again is fine."""
        self._account.call("create_stemcell", image.cid, lambda: self._account.images.put(image))

    def drop(self, cid: StemcellCid) -> None:
        """Drop an image; absent is fine."""
        self._account.call("delete_stemcell", cid, lambda: self._account.images.remove(cid))

    def take_snapshot(self, cid: DiskCid, tags: Mapping[str, str]) -> SnapshotCid:
        """Take a snapshot of a volume."""

        def act() -> SnapshotCid:
            volume = self._account.volume(cid)
            number = self._account.count("snapshot_disk", cid)
            snapshot = SnapshotCid(f"{volume.cid}-snapshot-{number}")
            self._account.snapshots.put(Snapshot(cid=snapshot, volume=cid, metadata=dict(tags)))
            return snapshot

        return self._account.call("snapshot_disk", cid, act)

    def drop_snapshot(self, cid: SnapshotCid) -> None:
        """Drop a snapshot; absent is fine."""
        self._account.call("delete_snapshot", cid, lambda: self._account.snapshots.remove(cid))


class CloudClient:
    """One account of the simulated cloud, by service. Equal seeds give equal runs."""

    def __init__(
        self,
        *,
        climate: Climate,
        quota: Quota,
        folder: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
        listener: MachineListener | None = None,
    ) -> None:
        account = Account(climate=climate, folder=folder, sleep=sleep)
        self.volumes = Volumes(account, quota)
        self.machines = Machines(account, self.volumes, quota, listener)
        self.images = Images(account)
