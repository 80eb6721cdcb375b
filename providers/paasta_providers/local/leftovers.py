"""Lists what the local provider has on this host: for tests, scripts and worried operators.

``python3 -m paasta_providers.local.leftovers [STATE_FOLDER]`` prints one line each and ends with
code 1 when there is something. With a state folder only that director's things count; without one,
everything that carries a mark of ours: processes, interfaces, routes, rules, control groups.
Nothing is changed.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from paasta_providers.local import process_table, processes, rtnetlink
from paasta_providers.local.cgroups import ControlGroups, trees_of_this_host
from paasta_providers.local.links import RouteSocket
from paasta_providers.local.translate import GROUP_PREFIX, VETH_PREFIX, director_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One thing: what it is (``process``, ``interface``, ``machine`` ...) and which one."""

    kind: str
    name: str


def find_leftovers(state: Path | None = None) -> tuple[Leftover, ...]:
    """Return what is on this host, of the director with that state folder or of all of them."""
    state = None if state is None else state.resolve()
    found = _processes(state) + _network(state) + _groups(state) + _mounts(state)
    if state is not None:
        found += _machine_folders(state)
    return tuple(found)


def _processes(state: Path | None) -> list[Leftover]:
    found = []
    for pid in process_table.numbers():
        line = processes.command_line(pid)
        words = line.split(" ", 1)
        is_titled = words[0] in {processes.TITLE, processes.LAUNCHER_TITLE}
        machine = processes.machine_of(pid)
        if not is_titled and machine is None:
            continue
        if state is not None and f"{state}/" not in line and not _is_of(state, machine, pid):
            continue
        if processes.started(pid) is not None:
            found.append(Leftover(kind="process", name=f"{pid} {machine or ''} {line}".strip()))
    return found


def _is_of(state: Path, machine: str | None, pid: int) -> bool:
    """Return whether a process that carries a mark belongs to this director."""
    if machine is None:
        return False
    return (state / "machines" / machine).is_dir() or processes.works_in(pid, state)


def _network(state: Path | None) -> list[Leftover]:
    prefix = VETH_PREFIX if state is None else VETH_PREFIX + director_tag(state)
    with RouteSocket() as host:
        links = host.links()
        names = {link.index: link.name for link in links}
        found = [
            Leftover(kind="interface", name=link.name)
            for link in links
            if link.name.startswith(prefix)
        ]
        found += [
            Leftover(kind="route", name=f"{route.destination} {names.get(route.device, '')}")
            for route in host.routes()
            if route.protocol == rtnetlink.PROTOCOL
            and (state is None or names.get(route.device, "").startswith(prefix))
        ]
        if state is None:
            found += [
                Leftover(kind="rule", name=f"{rule.priority} {rule.source or rule.destination}")
                for rule in host.rules()
                if rule.protocol == rtnetlink.PROTOCOL
            ]
            found += [
                Leftover(kind="address", name=str(entry.address))
                for entry in host.addresses()
                if entry.protocol == rtnetlink.PROTOCOL
            ]
    return found


def _groups(state: Path | None) -> list[Leftover]:
    trees = trees_of_this_host()
    if state is not None:
        folders = ControlGroups(trees, GROUP_PREFIX + director_tag(state)).folders()
    else:
        folders = tuple(
            folder for tree in trees for folder in sorted(tree.folder.glob(f"{GROUP_PREFIX}*"))
        )
    return [Leftover(kind="control group", name=str(folder)) for folder in folders]


def _mounts(state: Path | None) -> list[Leftover]:
    """Return mounts in our own mount namespace; those of machines go with theirs."""
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    mark = f"{state}/" if state is not None else "paasta-"
    return [Leftover(kind="mount", name=line) for line in mounts if mark in line]


def _machine_folders(state: Path) -> list[Leftover]:
    found = []
    for kind in ("machines", "addresses", "trash"):
        folder = state / kind
        if folder.is_dir():
            found += [Leftover(kind=kind, name=entry.name) for entry in sorted(folder.iterdir())]
    return found


def main(arguments: list[str]) -> int:
    """Print the list; return the process' exit code."""
    leftovers = find_leftovers(Path(arguments[0]) if arguments else None)
    for leftover in leftovers:
        print(f"{leftover.kind}: {leftover.name}")  # noqa: T201 - this is a command
    return 1 if leftovers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
