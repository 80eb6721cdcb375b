"""Limits of memory, CPU and processes through whatever control groups this host has.

Hosts have version 1 (one tree per controller), version 2 (one tree), both with the controllers
spread over them, or neither. A machine gets one folder in each tree that has a controller for one
of its limits; no limit, no folder. What the host cannot limit is told, not hidden.

Trees are found from the texts of ``/proc/self/mountinfo`` and ``/proc/self/cgroup`` (pure), then
folders are made and removed (not pure). Version 1: below the group that the director is in, so
that its own limits hold. Version 2: below the root of what we see, since a group that holds
processes cannot hold limited groups. Source: cgroups(7).
"""

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paasta_providers.local.waiting import wait_until

REMOVAL_DEADLINE_S = 5.0
"""Until the kernel has let go of killed processes; measured below 10 ms."""

_REMOVAL_POLL_S = 0.002
_CPU_PERIOD_US = 100_000
"""The kernel's own default; quotas are per 0.1 s."""

_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a machine may use; None is as much as the host has."""

    ram_mib: int | None = None
    cpus: float | None = None
    pids_max: int | None = None

    @property
    def controllers(self) -> frozenset[str]:
        """The controllers that are needed."""
        wanted = {"memory": self.ram_mib, "cpu": self.cpus, "pids": self.pids_max}
        return frozenset(name for name, value in wanted.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A mounted tree of control groups, the controllers that it has, and where ours begin."""

    folder: Path
    version: int
    controllers: frozenset[str]


def find_trees(
    mountinfo: str, own_groups: str, unified_controllers: Mapping[str, str]
) -> tuple[Tree, ...]:
    """Return the usable trees.

    ``mountinfo`` and ``own_groups`` are the texts of /proc/self/mountinfo and /proc/self/cgroup;
    ``unified_controllers`` maps mount points of version 2 to the text of ``cgroup.controllers``.
    """
    own = {
        controller: path
        for _number, controllers, path in (
            line.split(":", 2) for line in own_groups.splitlines() if line.count(":") >= 2
        )
        for controller in controllers.split(",")
    }
    trees: list[Tree] = []
    for line in mountinfo.splitlines():
        head, _, tail = line.partition(" - ")
        fields, kinds = head.split(), tail.split()
        if len(fields) < 5 or len(kinds) < 3:
            continue
        root, mount_point = fields[3], fields[4]
        if kinds[0] == "cgroup2":
            controllers = frozenset(unified_controllers.get(mount_point, "").split())
            trees.append(Tree(folder=Path(mount_point), version=2, controllers=controllers))
        elif kinds[0] == "cgroup":
            controllers = frozenset(kinds[2].split(",")) & {"memory", "cpu", "pids"}
            for controller in sorted(controllers)[:1]:
                folder = _below(mount_point, root, own.get(controller, "/"))
                trees.append(Tree(folder=folder, version=1, controllers=controllers))
    return tuple({tree.folder: tree for tree in trees}.values())


def _below(mount_point: str, root: str, own: str) -> Path:
    """Return the own group as a folder; in a container only a part of the tree is mounted."""
    if own == root or own.startswith(root.rstrip("/") + "/"):
        own = own[len(root.rstrip("/")) :]
    else:
        own = "/"
    return Path(mount_point) / own.strip("/")


def limit_files(limits: Limits, tree: Tree) -> Mapping[str, str]:
    """Return the files to write and their content, for the limits that ``tree`` can keep."""
    files: dict[str, str] = {}
    if limits.ram_mib is not None and "memory" in tree.controllers:
        ram = str(limits.ram_mib * _MIB)
        if tree.version == 1:
            files["memory.limit_in_bytes"] = ram
            files["memory.memsw.limit_in_bytes"] = ram
        else:
            files["memory.max"] = ram
            files["memory.swap.max"] = "0"
    if limits.pids_max is not None and "pids" in tree.controllers:
        files["pids.max"] = str(limits.pids_max)
    if limits.cpus is not None and "cpu" in tree.controllers:
        quota = int(limits.cpus * _CPU_PERIOD_US)
        if tree.version == 1:
            files["cpu.cfs_period_us"] = str(_CPU_PERIOD_US)
            files["cpu.cfs_quota_us"] = str(quota)
        else:
            files["cpu.max"] = f"{quota} {_CPU_PERIOD_US}"
    return files


_OPTIONAL_FILES = frozenset({"memory.memsw.limit_in_bytes", "memory.swap.max"})
"""Missing where the kernel does not account swap; the limit of memory holds without them."""


class ControlGroups:
    """The groups of one director's machines. ``name`` is unlike that of any other director."""

    def __init__(self, trees: Sequence[Tree], name: str) -> None:
        self._name = name
        self._trees = tuple(tree for tree in trees if tree.controllers)

    @property
    def controllers(self) -> frozenset[str]:
        """What this host lets us limit."""
        writable = (tree for tree in self._trees if os.access(tree.folder, os.W_OK))
        return frozenset().union(*(tree.controllers for tree in writable))

    def create(self, machine: str, limits: Limits) -> tuple[Path, ...]:
        """Make the machine's folders with its limits and return their ``cgroup.procs`` files.

        Limits that this host cannot keep are left out (``controllers`` tells). Raises OSError.
        """
        doors: list[Path] = []
        for tree in self._trees:
            files = limit_files(limits, tree)
            if not files or not _prepare(tree, tree.folder / self._name):
                continue
            folder = tree.folder / self._name / machine
            folder.mkdir(exist_ok=True)
            for file, value in files.items():
                _write(folder / file, value, optional=file in _OPTIONAL_FILES)
            doors.append(folder / "cgroup.procs")
        return tuple(doors)

    def remove(self, machine: str) -> None:
        """Remove the machine's folders, whose processes must be dead. Raises OSError."""
        for tree in self._trees:
            _remove(tree.folder / self._name / machine)

    def folders(self) -> tuple[Path, ...]:
        """Return every folder of ours that exists."""
        found: list[Path] = []
        for tree in self._trees:
            own = tree.folder / self._name
            if own.is_dir():
                found += [own, *(entry for entry in sorted(own.iterdir()) if entry.is_dir())]
        return tuple(found)

    def remove_all(self) -> None:
        """Remove the folders that the machines' folders stand in, where they are empty."""
        for tree in self._trees:
            try:
                (tree.folder / self._name).rmdir()
            except OSError as error:
                if error.errno not in {errno.ENOENT, errno.EBUSY, errno.ENOTEMPTY}:
                    raise


def _prepare(tree: Tree, folder: Path) -> bool:
    """Make the folder for all machines; return False where this host does not let us."""
    try:
        if tree.version == 2:
            wanted = tree.controllers & {"memory", "cpu", "pids"}
            if not wanted:
                return False
            order = " ".join(f"+{name}" for name in sorted(wanted))
            (tree.folder / "cgroup.subtree_control").write_text(order, encoding="ascii")
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.subtree_control").write_text(order, encoding="ascii")
        else:
            folder.mkdir(exist_ok=True)
    except OSError:
        return False
    return True


def _write(file: Path, value: str, *, optional: bool) -> None:
    try:
        with file.open("w", encoding="ascii") as output:
            output.write(value)
    except OSError:
        if not optional:
            raise


def _remove(folder: Path) -> None:
    if not wait_until(
        lambda: _is_removed(folder), deadline_s=REMOVAL_DEADLINE_S, poll_s=_REMOVAL_POLL_S
    ):
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(folder))


def _is_removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        return False
    return True


def trees_of_this_host() -> tuple[Tree, ...]:
    """Read the three texts and return the trees."""
    mountinfo = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    try:
        own = Path("/proc/self/cgroup").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    unified: dict[str, str] = {}
    for line in mountinfo.splitlines():
        head, _, tail = line.partition(" - ")
        if tail.startswith("cgroup2 "):
            mount_point = head.split()[4]
            try:
                unified[mount_point] = os.fsdecode(
                    Path(mount_point, "cgroup.controllers").read_bytes()
                )
            except OSError:
                continue
    return find_trees(mountinfo, own, unified)
