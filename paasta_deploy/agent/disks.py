"""The persistent disk: known by hint, mounted at `store`, never emptied.

Three ways lead from `store` to a disk. A block device is mounted. A folder of the host is
bind-mounted where the machine is ours, or was so by the provider already; elsewhere `store`
becomes a link to it. Mounting what is mounted and unmounting what is not are success.

Which disk is mounted is remembered, so that a rebooted machine has it again before its jobs start.
"""

import ctypes
import logging
import os
from pathlib import Path

from paasta_deploy.agent.accounts import is_root
from paasta_deploy.agent.block_devices import (
    FILE_SYSTEM_DEFAULT,
    BlockDevices,
    DiskError,
    is_mount_point,
)
from paasta_deploy.agent.disk_hints import DeviceDisk, FolderDisk, read_hint
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.stored_files import read_json, write_json
from paasta_deploy.agent.tools import Tools
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.reading import Fields

log = logging.getLogger(__name__)

_LIBC = ctypes.CDLL(None, use_errno=True)
_MS_BIND = 4096


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

    def add(self, cid: DiskCid, hint: JsonValue) -> None:
        """Remember where an attached disk is. Raises DiskHintError, OSError."""
        read_hint(cid, hint)
        self._hints[cid] = hint
        self._keep()

    def remove(self, cid: DiskCid) -> None:
        """Forget a disk that is about to be detached; unknown is success. Raises OSError."""
        self._hints.pop(cid, None)
        self._keep()

    def mounted_cids(self) -> list[DiskCid]:
        """Return the mounted disks."""
        return [] if self.mounted is None else [self.mounted]

    async def restore(self) -> None:
        """After a restart: have the disk that was mounted. Raises DiskError, OSError."""
        if not self._layout.store.is_symlink():
            self._layout.store.mkdir(exist_ok=True)
        if self.mounted is not None:
            await self._mount(self.mounted, self._layout.store)

    async def mount(self, cid: DiskCid) -> None:
        """Mount a disk at `store`; another one there is unmounted first. Raises DiskError."""
        if self.mounted is not None and self.mounted != cid:
            raise DiskError(
                f"the disk {self.mounted} is mounted; unmount it before mounting {cid}"
            )
        await self._mount(cid, self._layout.store)
        self.mounted = cid
        self._keep()

    async def unmount(self, cid: DiskCid) -> bool:
        """Unmount a disk; return whether it was mounted. Raises DiskError."""
        if self.mounted != cid:
            return False
        await self._unmount(self._layout.store)
        self.mounted = None
        self._keep()
        return True

    async def migrate(self, old: DiskCid, new: DiskCid) -> None:
        """Copy everything from ``old`` to ``new`` and mount ``new`` instead of it.

        Interrupted, it can be repeated: the old disk stays as it is. Raises DiskError.
        """
        if self.mounted == new:
            return
        if self.mounted != old:
            raise DiskError(f"the disk {old} is not mounted, so nothing can be copied from it")
        target = self._layout.migration_target
        await self._mount(new, target)
        await self._copy(self._layout.store, target)
        await self._unmount(target)
        await self.unmount(old)
        await self.mount(new)

    def _hint(self, cid: DiskCid) -> JsonValue:
        hint = self._hints.get(cid, self._settings.disk_hints.get(cid))
        if hint is None:
            raise DiskError(f"the disk {cid} is not attached, as far as this agent was told")
        return hint

    def _keep(self) -> None:
        write_json(self._layout.disks_file, {"hints": self._hints, "mounted": self.mounted})

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
        device = next((one for one in candidates if Path(one).exists()), None)
        if device is None:
            raise DiskError(
                f"the disk {cid} is attached, but there is no {' nor '.join(candidates)}"
            )
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
        ran = await self._tools.run("cp", "-a", "--reflink=auto", f"{source}/.", f"{target}/")
        if ran.status != 0:
            raise DiskError(f"copying {source} to {target} ended with {ran.status}: {ran.text}")


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
