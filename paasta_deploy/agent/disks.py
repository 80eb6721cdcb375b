"""The persistent disk: known by hint, mounted at `store`, never emptied.

Three ways lead from `store` to a disk. A block device is mounted. A folder of the host is
bind-mounted where the machine is ours, or was so by the provider already; elsewhere `store`
becomes a link to it. Mounting what is mounted and unmounting what is not are success.

Which disk is mounted is remembered, so that a rebooted machine has it again before its jobs start.

While a disk is exchanged, two are mounted: the old one at `store`, and the one that is mounted
second at `store_migration_target`, until everything is copied to it and it takes the place of the
old one (bosh.md 6.7). From the moment at which the copy is known to be whole, that is remembered,
so that an agent that was killed does not copy from a place where nothing is mounted any more.

Disks with names are only attached: `instance/disks/<name>` leads to the device, or to the folder
of the host, and jobs do the rest (bosh.md 6.7).
"""

import ctypes
import logging
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.accounts import is_root
from paasta_deploy.agent.block_devices import (
    FILE_SYSTEM_DEFAULT,
    BlockDevices,
    DiskError,
    is_mount_point,
)
from paasta_deploy.agent.disk_hints import DeviceDisk, FolderDisk, read_hint
from paasta_deploy.agent.layout import Layout, safe_name
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.stored_files import read_json, write_json
from paasta_deploy.agent.threads import in_thread
from paasta_deploy.agent.tools import Tools
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.reading import Fields

log = logging.getLogger(__name__)

_LIBC = ctypes.CDLL(None, use_errno=True)
_MS_BIND = 4096

_LOST_AND_FOUND = "lost+found"
"""What every ext4 has, and nothing that is copied to it needs."""


class Disks:
    """The disks of this machine."""

    def __init__(self, *, tools: Tools, layout: Layout, settings: SettingsStore) -> None:
        self._tools = tools
        self._layout = layout
        self._settings = settings
        self._devices = BlockDevices(tools)
        kept = Fields(read_json(layout.disks_file) or {}, "disks")
        self._hints: dict[str, JsonValue] = dict(kept.object("hints").raw)
        self.mounted: DiskCid | None = (
            DiskCid(kept.text("mounted")) if kept.has("mounted") else None
        )
        self._target: DiskCid | None = DiskCid(kept.text("target")) if kept.has("target") else None
        self._copied: DiskCid | None = DiskCid(kept.text("copied")) if kept.has("copied") else None
        self.named: dict[str, DiskCid] = {
            name: DiskCid(str(cid)) for name, cid in kept.object("named").raw.items()
        }

    def add(self, cid: DiskCid, hint: JsonValue) -> None:
        """Remember where an attached disk is. Raises DiskHintError, OSError."""
        read_hint(cid, hint)
        self._hints[cid] = hint
        self._keep()

    def remove(self, cid: DiskCid) -> None:
        """Forget a disk that is about to be detached; unknown is success. Raises OSError."""
        self._hints.pop(cid, None)
        for name in [name for name, other in self.named.items() if other == cid]:
            (self._layout.named_disks / name).unlink(missing_ok=True)
            del self.named[name]
        self._keep()

    def name(self, named: Mapping[str, DiskCid]) -> None:
        """Let `instance/disks/<name>` lead to each of these disks, and to no other.

        Raises DiskError when one of them is not attached or not there (yet), UnsafeNameError,
        OSError. What was named before stays named then, so that it can be repeated.
        """
        folder = self._layout.named_disks
        places = {safe_name(name, "disk"): self._place(cid) for name, cid in named.items()}
        if places:
            folder.mkdir(parents=True, exist_ok=True)
        for name in self.named.keys() - places.keys():
            (folder / name).unlink(missing_ok=True)
        for name, place in places.items():
            link = folder / name
            if not link.is_symlink() or link.readlink() != place:
                link.unlink(missing_ok=True)
                link.symlink_to(place)
        self.named = dict(named)
        self._keep()

    def mounted_cids(self) -> list[DiskCid]:
        """Return the mounted disks, that at `store` first."""
        return [cid for cid in (self.mounted, self._target) if cid is not None]

    async def restore(self) -> None:
        """After a restart: have the disks that were there. Raises DiskError, OSError."""
        if not self._layout.store.is_symlink():
            self._layout.store.mkdir(exist_ok=True)
        if self.mounted is not None:
            await self._mount(self.mounted, self._layout.store)
        if self._target is not None:
            await self._mount(self._target, self._layout.migration_target)
        self.name(self.named)

    async def mount(self, cid: DiskCid) -> None:
        """Mount a disk: at `store`, or where data is copied to if another one is there already.

        Raises DiskError.
        """
        if self.mounted in {None, cid}:
            await self._mount(cid, self._layout.store)
            self.mounted, self._copied = cid, None
        elif self._target in {None, cid}:
            await self._mount(cid, self._layout.migration_target)
            self._target = cid
        else:
            raise DiskError(
                f"the disks {self.mounted} and {self._target} are mounted; unmount one of them"
                f" before mounting {cid}"
            )
        self._keep()

    async def unmount(self, cid: DiskCid) -> bool:
        """Unmount a disk; return whether it was mounted. Raises DiskError."""
        if self.mounted == cid:
            await self._unmount(self._layout.store)
            self.mounted = None
        elif self._target == cid:
            await self._unmount(self._layout.migration_target)
            self._layout.migration_target.rmdir()
            self._target = None
        else:
            return False
        self._keep()
        return True

    async def migrate(self, old: DiskCid, new: DiskCid) -> None:
        """Copy everything from ``old`` to ``new`` and mount ``new`` instead of it.

        Interrupted, it can be repeated: the old disk stays as it is. Raises DiskError.
        """
        if self.mounted == new:
            return
        if self._copied != new:
            if self.mounted != old:
                raise DiskError(f"the disk {old} is not mounted, so nothing can be copied from it")
            if self._target != new:
                await self.mount(new)
            await self._copy(self._layout.store, self._layout.migration_target)
            self._copied = new
            self._keep()
        await self.unmount(new)
        await self.unmount(old)
        await self._mount(new, self._layout.store)
        self.mounted, self._copied = new, None
        self._keep()

    def _hint(self, cid: DiskCid) -> JsonValue:
        hint = self._hints.get(cid, self._settings.disk_hints.get(cid))
        if hint is None:
            raise DiskError(f"the disk {cid} is not attached, as far as this agent was told")
        return hint

    def _keep(self) -> None:
        write_json(
            self._layout.disks_file,
            {
                "hints": self._hints,
                "mounted": self.mounted,
                "target": self._target,
                "copied": self._copied,
                "named": self.named,
            },
        )

    def _place(self, cid: DiskCid) -> Path:
        """Return where an attached disk is to be found. Raises DiskError, DiskHintError."""
        match read_hint(cid, self._hint(cid)):
            case FolderDisk(folder=folder):
                if not folder.is_dir():
                    raise DiskError(f"the disk's folder {folder} does not exist on this machine")
                return folder
            case DeviceDisk(candidates=candidates):
                return Path(_device(cid, candidates))

    async def _mount(self, cid: DiskCid, place: Path) -> None:
        disk = read_hint(cid, self._hint(cid))
        match disk:
            case FolderDisk(folder=folder):
                self._join(folder, place)
            case DeviceDisk(candidates=candidates):
                await self._mount_device(cid, candidates, place)

    async def _mount_device(self, cid: DiskCid, candidates: tuple[str, ...], place: Path) -> None:
        if is_mount_point(place):
            return
        device = _device(cid, candidates)
        env = Fields(self._settings.born.env, "settings.env")
        await self._devices.mount(
            device,
            place,
            file_system=env.text("persistent_disk_fs", FILE_SYSTEM_DEFAULT),
            options=env.texts("persistent_disk_mount_options"),
        )

    def _join(self, folder: Path, place: Path) -> None:
        """Let ``place`` lead to a folder of the host: by bind mount, else by link."""
        if not folder.is_dir():
            raise DiskError(f"the disk's folder {folder} does not exist on this machine")
        if place.exists() and place.samefile(folder):
            return
        if place.is_symlink():
            place.unlink()
        elif place.is_dir() and any(place.iterdir()):
            raise DiskError(
                f"{place} holds files which are not on the disk; move them away, they would be"
                " hidden"
            )
        if self._layout.owns_machine and is_root() and _bind(folder, place):
            return
        if place.is_dir():
            place.rmdir()
        place.symlink_to(folder)

    async def _unmount(self, place: Path) -> None:
        """Let ``place`` be an empty folder again."""
        if place.is_symlink():
            place.unlink()
        elif is_mount_point(place):
            try:
                await self._devices.unmount(place)
            except DiskError as cause:
                raise DiskError(f"{cause}; it is used by {_users_of(place)}") from cause
        place.mkdir(exist_ok=True)

    async def _copy(self, source: Path, target: Path) -> None:
        """Copy everything, let it reach the disk, and see that all of it is there.

        The target is emptied first: all that it can have is a former copy that was cut off, with
        files that may have been deleted since.
        """
        if source.samefile(target):
            raise DiskError(f"{source} and {target} are the same disk")
        await in_thread(lambda: _empty(target))
        for command in (
            ("cp", "-a", "--reflink=auto", f"{source}/.", f"{target}/"),
            ("sync", "-f", str(target)),
        ):
            ran = await self._tools.run(*command)
            if ran.status != 0:
                raise DiskError(
                    f"copying {source} to {target}: {command[0]} ended with {ran.status}: "
                    f"{ran.text}"
                )
        there, here = await in_thread(lambda: (tally(source), tally(target)))
        if there != here:
            raise DiskError(
                f"{source} was not copied whole: {there.files} files with {there.size} bytes are "
                f"there, {here.files} files with {here.size} bytes at {target}",
                hint="something writes there although the jobs are stopped; end it, and retry",
            )


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name == _LOST_AND_FOUND:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How much is below a folder: entries of any kind, and bytes of ordinary files."""

    files: int = 0
    size: int = 0


def tally(folder: Path) -> Tally:
    """Count what is below ``folder``, without what file systems make themselves. Raises OSError.

    Sizes of folders differ between file systems, so they do not count.
    """
    files = size = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != _LOST_AND_FOUND]
        files += len(folders) + len(names)
        for name in names:
            found = os.lstat(os.path.join(place, name))  # noqa: PTH118 - millions of files
            if stat.S_ISREG(found.st_mode):
                size += found.st_size
    return Tally(files=files, size=size)


def _device(cid: DiskCid, candidates: tuple[str, ...]) -> str:
    """Return the device that is there. Raises DiskError."""
    device = next((one for one in candidates if Path(one).exists()), None)
    if device is None:
        raise DiskError(f"the disk {cid} is attached, but there is no {' nor '.join(candidates)}")
    return device


def _bind(folder: Path, place: Path) -> bool:
    """Bind-mount; return whether that is allowed here. Raises OSError on any other failure."""
    place.mkdir(exist_ok=True)
    failed = _LIBC.mount(os.fsencode(folder), os.fsencode(place), None, _MS_BIND, None)
    if failed:
        number = ctypes.get_errno()
        cause = OSError(number, os.strerror(number), str(place))
        if isinstance(cause, PermissionError):
            log.info("mounting is not allowed here; %s becomes a link", place)
            return False
        raise cause
    return True


def _users_of(place: Path) -> str:
    """Return who has files open below ``place``: what an operator wants to know next."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = [process / "cwd", process / "root", *(process / "fd").iterdir()]
            if any(link.readlink().is_relative_to(place) for link in links):
                name = (process / "comm").read_text(encoding="utf-8").strip()
                found.append(f"{name} (pid {process.name})")
        except OSError:
            continue
    return ", ".join(found) or "nobody that can be seen"
