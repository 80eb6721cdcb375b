"""Measures the machine and its processes through /proc and statvfs.

One look costs a few hundred microseconds, so that three hundred agents on one host can afford
their heartbeats. What cannot be read is left out, never guessed.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.proc_text import (
    CpuTicks,
    ProcessTimes,
    read_cpu,
    read_load,
    read_memory,
    read_process,
)
from paasta_deploy.wire.vitals import CpuVitals, DiskVitals, MemoryVitals, Vitals

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
_PROC = Path("/proc")
_FAMILY_MAX = 1000
"""Processes of one service that are looked at; a fork bomb must not stop the heartbeats."""


def process_times(pid: int) -> ProcessTimes | None:
    """Return what /proc says of a process, None when there is none (any more)."""
    try:
        return read_process((_PROC / str(pid) / "stat").read_text(encoding="utf-8"))
    except (OSError, ValueError, IndexError):
        return None


def is_alive(pid: int) -> bool:
    """Return whether the process exists and is no zombie."""
    times = process_times(pid)
    return times is not None and times.state not in {"Z", "X"}


def uptime_ticks() -> int:
    """Return the clock ticks since the host booted."""
    return int(float(_read("uptime").split()[0]) * _TICKS_PER_S)


class MachineVitals:
    """Looks at the machine; shares of the CPU are those since the look before."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._ticks = CpuTicks(user=0, system=0, wait=0, total=0)

    def look(self, *, has_disk: bool) -> Vitals:
        """Return the vitals. ``has_disk``: a persistent disk is mounted."""
        ticks = read_cpu(_read("stat"))
        user, system, wait = ticks.since(self._ticks)
        self._ticks = ticks
        memory = read_memory(_read("meminfo"))
        total = memory.get("MemTotal", 0)
        return Vitals(
            cpu=CpuVitals(user_percent=user, sys_percent=system, wait_percent=wait),
            memory=_usage(total, memory.get("MemAvailable", total)),
            swap=_usage(memory.get("SwapTotal", 0), memory.get("SwapFree", 0)),
            disks=self._disks(has_disk=has_disk),
            load=read_load(_read("loadavg")),
            uptime_s=machine_uptime_s(),
        )

    def _disks(self, *, has_disk: bool) -> dict[str, DiskVitals]:
        places = {"system": Path("/"), "ephemeral": self._layout.data}
        if has_disk:
            places["persistent"] = self._layout.store
        found = {name: _disk(place) for name, place in places.items()}
        return {name: disk for name, disk in found.items() if disk is not None}


def machine_uptime_s() -> int:
    """Return the seconds since pid 1 started: a container is younger than its host."""
    first = process_times(1)
    started = 0 if first is None else first.started
    return max(0, (uptime_ticks() - started) // _TICKS_PER_S)


class ProcessVitals:
    """Looks at one service: its process and all descendants."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None

    def look(self, pid: int) -> tuple[int, float, int, float] | None:
        """Return uptime (s), CPU (%), memory (KiB), memory (%); None when the process is gone.

        The CPU share is that since the look before, at first since the process started.
        """
        leader = process_times(pid)
        if leader is None:
            return None
        family = [leader, *(times for times in map(process_times, _descendants(pid)) if times)]
        now = uptime_ticks()
        cpu = sum(times.cpu_ticks for times in family)
        known = self._before if self._before is not None and self._before[0] == pid else None
        _, since, cpu_before = known or (pid, leader.started, 0)
        self._before = (pid, now, cpu)
        percent = 100.0 * max(0, cpu - cpu_before) / max(1, now - since)
        memory_kib = sum(times.resident_pages for times in family) * _PAGE_KIB
        total_kib = max(1, read_memory(_read("meminfo")).get("MemTotal", 1))
        uptime_s = max(0, (now - leader.started) // _TICKS_PER_S)
        return uptime_s, round(percent, 1), memory_kib, round(100.0 * memory_kib / total_kib, 1)


def _descendants(pid: int) -> Iterable[int]:
    waiting, found = [pid], 0
    while waiting and found < _FAMILY_MAX:
        parent = waiting.pop()
        try:
            text = (_PROC / str(parent) / "task" / str(parent) / "children").read_text("ascii")
        except OSError:
            continue
        for child in map(int, text.split()):
            found += 1
            waiting.append(child)
            yield child


def _usage(total_kib: int, free_kib: int) -> MemoryVitals:
    used_kib = max(0, total_kib - free_kib)
    return MemoryVitals(used_kib=used_kib, percent=round(100 * used_kib / max(1, total_kib)))


def _disk(place: Path) -> DiskVitals | None:
    try:
        status = os.statvfs(place)
    except OSError:
        return None
    usable = status.f_blocks - status.f_bfree + status.f_bavail
    return DiskVitals(
        percent=_percent(status.f_blocks - status.f_bfree, usable),
        inode_percent=_percent(status.f_files - status.f_ffree, status.f_files),
    )


def _percent(used: int, total: int) -> int:
    return round(100 * used / total) if total > 0 else 0


def _read(name: str) -> str:
    return (_PROC / name).read_text(encoding="utf-8")
