"""Reads the texts of Linux's /proc. Pure: texts in, numbers out.

Source: proc(5). Times are in clock ticks, memory in KiB unless said.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTimes:
    """From ``/proc/<pid>/stat``. ``state`` is one letter; ``started`` is ticks since boot."""

    state: str
    parent: int
    group: int
    session: int
    cpu_ticks: int
    started: int
    resident_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuTicks:
    """From the first line of ``/proc/stat``: ticks of all CPUs since boot."""

    user: int
    system: int
    wait: int
    total: int

    def since(self, before: "CpuTicks") -> tuple[float, float, float]:
        """Return the shares of user, system and wait since ``before``, in percent."""
        passed = max(1, self.total - before.total)
        return (
            100.0 * max(0, self.user - before.user) / passed,
            100.0 * max(0, self.system - before.system) / passed,
            100.0 * max(0, self.wait - before.wait) / passed,
        )


def read_process(text: str) -> ProcessTimes:
    """Read ``/proc/<pid>/stat``; the name in it may hold blanks and brackets."""
    fields = text[text.rindex(")") + 2 :].split()
    return ProcessTimes(
        state=fields[0],
        parent=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        cpu_ticks=int(fields[11]) + int(fields[12]),
        started=int(fields[19]),
        resident_pages=int(fields[21]),
    )


def read_cpu(text: str) -> CpuTicks:
    """Read ``/proc/stat``: user, nice, system, idle, iowait, irq, softirq, steal, guests."""
    ticks = [int(word) for word in text.split("\n", 1)[0].split()[1:9]]
    system = ticks[2] + sum(ticks[5:7])
    return CpuTicks(user=ticks[0] + ticks[1], system=system, wait=ticks[4], total=sum(ticks))


def read_memory(text: str) -> dict[str, int]:
    """Read ``/proc/meminfo``: KiB by name."""
    lines = (line.split() for line in text.splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1}


def read_load(text: str) -> tuple[float, float, float]:
    """Read ``/proc/loadavg``."""
    one, five, fifteen = (float(word) for word in text.split()[:3])
    return one, five, fifteen
