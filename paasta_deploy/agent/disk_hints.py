"""Where an attached disk is: the hint that the CPI gave, read into a device or a folder. Pure.

Clouds hint in different ways (bosh.md 5.3): a device path, an id that udev makes a link of, a
volume id; a local machine hints at a folder of its host: ``{"path": ..., "kind": "bind"}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.values import JsonValue

_VIRTIO_SERIAL_MAX = 20
"""virtio shows only that much of a disk's serial number."""


class DiskHintError(PaastaError):
    """A hint does not say where the disk is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderDisk:
    """A folder that is the disk."""

    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDisk:
    """A block device; the first of ``candidates`` that exists is it."""

    candidates: tuple[str, ...]


Disk = FolderDisk | DeviceDisk


def read_hint(cid: DiskCid, hint: JsonValue) -> Disk:
    """Return where the disk is. Raises DiskHintError."""
    if isinstance(hint, str) and hint.startswith("/"):
        return DeviceDisk(candidates=(hint,))
    if isinstance(hint, Mapping):
        texts = {key: value for key, value in hint.items() if isinstance(value, str) and value}
        if texts.get("kind") == "bind" and texts.get("path", "").startswith("/"):
            return FolderDisk(folder=Path(texts["path"]))
        candidates = _candidates(texts)
        if candidates:
            return DeviceDisk(candidates=candidates)
    raise DiskHintError(
        f"the disk {cid} is attached, but nothing says where: its hint is {hint!r}"
    )


def _candidates(texts: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    if "path" in texts:
        found.append(texts["path"])
    for key in ("id", "volume_id"):
        if key in texts:
            serial = texts[key]
            short = serial[:_VIRTIO_SERIAL_MAX]
            found += [
                f"/dev/disk/by-id/virtio-{short}",
                f"/dev/disk/by-id/{serial}",
                f"/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_{serial.replace('-', '')}",
                f"/dev/disk/by-id/google-{serial}",
            ]
    return tuple(found)
