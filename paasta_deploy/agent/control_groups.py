"""Memory and process limits of services, where the machine has control groups for us to write.

A machine that is a container of its own often sees no control groups at all; then limits are
those of the machine and this module says so once. Both generations of the interface are used as
they are found: the folder of our own group, below which one group per service is made.

Source: cgroups(7). Nothing here may keep a process from running: what fails is logged.
"""

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.definitions import Limits

log = logging.getLogger(__name__)

MOUNT = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
_FILES = {"memory": ("memory.limit_in_bytes", "memory.max"), "pids": ("pids.max", "pids.max")}
"""The file that limits, by controller: of version 1, of version 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Controller:
    """Where a controller's groups may be made, and which of the two files limits."""

    folder: Path
    file: str


def find_folders(own_groups: str, mount: Path = MOUNT) -> dict[str, tuple[Path, int]]:
    """Return by controller the folder of our group below ``mount``, and the file's generation.

    ``own_groups`` is the text of ``/proc/self/cgroup``. Pure.
    """
    found: dict[str, tuple[Path, int]] = {}
    for line in own_groups.splitlines():
        _, controllers, path = line.split(":", 2)
        relative = path.lstrip("/")
        for controller in controllers.split(","):
            if controller in _FILES:
                found[controller] = (mount / controller / relative, 0)
        if not controllers:
            for controller in _FILES:
                found.setdefault(controller, (mount / relative, 1))
    return found


class ControlGroups:
    """Makes one group per service. Construct once; looks at the machine at the first limit.

    ``is_ours``: the machine is ours alone. On a shared host groups are somebody else's business.
    """

    def __init__(
        self, *, is_ours: bool, mount: Path = MOUNT, own_groups: Path = OWN_GROUPS
    ) -> None:
        self._mount = mount
        self._own_groups = own_groups
        self._controllers: dict[str, _Controller] | None = None if is_ours else {}

    def limit(self, name: str, pid: int, limits: Limits) -> None:
        """Put a process under its limits, as far as the machine allows."""
        wanted = {"memory": limits.memory_bytes, "pids": limits.processes}
        for controller, value in wanted.items():
            if value is None:
                continue
            found = self._found().get(controller)
            if found is None:
                continue
            try:
                group = found.folder / f"paasta.{name}"
                group.mkdir(exist_ok=True)
                (group / found.file).write_text(str(value))
                (group / "cgroup.procs").write_text(str(pid))
            except OSError as cause:
                log.warning("the %s limit of %s is not applied: %s", controller, name, cause)

    def _found(self) -> dict[str, _Controller]:
        if self._controllers is None:
            self._controllers = self._usable()
            for controller in _FILES.keys() - self._controllers.keys():
                log.info("%s limits are the machine's: no control group to write", controller)
        return self._controllers

    def _usable(self) -> dict[str, _Controller]:
        try:
            own_groups = self._own_groups.read_text(encoding="utf-8")
        except OSError:
            return {}
        usable = {}
        for controller, (folder, generation) in find_folders(own_groups, self._mount).items():
            file = _FILES[controller][generation]
            # Of version 2 the files of a controller exist in children only where it is delegated.
            is_offered = generation == 0 or controller in _subtree_controllers(folder)
            if is_offered and os.access(folder, os.W_OK):
                usable[controller] = _Controller(folder=folder, file=file)
        return usable


def _subtree_controllers(folder: Path) -> list[str]:
    try:
        return (folder / "cgroup.subtree_control").read_text(encoding="utf-8").split()
    except OSError:
        return []
