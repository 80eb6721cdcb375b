"""What exists in the simulated cloud, and how it is kept in a folder.

Each thing is one small JSON file, replaced atomically, so that a kill at any moment leaves the
folder readable and a change costs the same in a cloud of ten thousand machines as in an empty one.
Agent settings are not kept: they hold credentials, and nothing here reads them.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, SnapshotCid, StemcellCid, VmCid

_Thing = TypeVar("_Thing", "Machine", "Volume", "Image", "Snapshot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One VM. ``addresses`` are ``network/ip``, unique among machines of this cloud."""

    cid: VmCid
    agent_id: AgentId
    image: StemcellCid
    addresses: tuple[str, ...] = ()
    running: bool = True
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One persistent disk. ``attached_to`` is the one machine that has it."""

    cid: DiskCid
    disk_id: DiskId
    size_mib: int
    attached_to: VmCid | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One registered stemcell."""

    cid: StemcellCid
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One snapshot of a volume."""

    cid: SnapshotCid
    volume: DiskCid
    metadata: Mapping[str, str] = field(default_factory=dict)


class Shelf(Generic[_Thing]):
    """All things of one kind by cid, in memory and, if there is a folder, on disk."""

    def __init__(self, kind: Callable[..., _Thing], folder: Path | None) -> None:
        self._kind: Callable[..., _Thing] = kind
        self._folder = folder
        self._things: dict[str, _Thing] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._things = dict(self._read(folder))

    def _read(self, folder: Path) -> list[tuple[str, _Thing]]:
        found = []
        for path in sorted(folder.glob("*.json")):
            values: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if "addresses" in values:
                values["addresses"] = tuple(values["addresses"])
            found.append((path.stem, self._kind(**values)))
        return found

    def get(self, cid: str) -> _Thing | None:
        """Return one thing."""
        return self._things.get(cid)

    def all(self) -> tuple[_Thing, ...]:
        """Return everything, in the order in which it was made."""
        return tuple(self._things.values())

    def __len__(self) -> int:
        return len(self._things)

    def put(self, thing: _Thing) -> None:
        """Keep ``thing``; the one with the same cid goes."""
        self._things[thing.cid] = thing
        if self._folder is not None:
            values = {item.name: getattr(thing, item.name) for item in fields(thing)}
            _replace(self._folder / f"{thing.cid}.json", json.dumps(values))

    def remove(self, cid: str) -> None:
        """Drop one thing; absent is fine."""
        self._things.pop(cid, None)
        if self._folder is not None:
            (self._folder / f"{cid}.json").unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    scratch = path.with_suffix(".new")
    scratch.write_text(text, "utf-8")
    os.replace(scratch, path)  # noqa: PTH105 - atomic, unlike what Path.rename promises
