"""How long things take in a simulated data centre: pure, from a seed.

What a call takes depends on the seed, what is done, to what, and for how many times; never on what
else happens at that moment. So one more fault elsewhere does not reshuffle everything.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Between ``low_s`` and ``high_s`` seconds, evenly spread."""

    low_s: float
    high_s: float


INSTANTLY = Duration(low_s=0.0, high_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Durations by what is done. What is not named takes no time.

    ``calls`` is by provider method; ``agents`` by agent method, beside ``boot`` (from the end of
    ``create_vm`` until the agent answers) and ``jobs`` (from ``start`` until jobs run).
    """

    calls: Mapping[str, Duration]
    agents: Mapping[str, Duration]


def _seconds(low_s: float, high_s: float) -> Duration:
    return Duration(low_s=low_s, high_s=high_s)


NO_TIME = Tempo(calls={}, agents={})

USUAL = Tempo(
    calls={
        "create_vm": _seconds(25, 60),
        "delete_vm": _seconds(5, 20),
        "create_disk": _seconds(2, 6),
        "attach_disk": _seconds(4, 12),
        "detach_disk": _seconds(3, 10),
        "delete_disk": _seconds(1, 4),
        "resize_disk": _seconds(5, 20),
        "has_vm": _seconds(0.1, 0.5),
        "find_vm": _seconds(0.1, 0.5),
        "set_vm_metadata": _seconds(0.2, 1),
        "set_disk_metadata": _seconds(0.2, 1),
    },
    agents={
        "boot": _seconds(20, 45),
        "jobs": _seconds(4, 15),
        "prepare": _seconds(2, 8),
        "apply": _seconds(0.5, 2),
        "stop": _seconds(1, 5),
        "drain": _seconds(0, 2),
        "mount_disk": _seconds(0.5, 2),
        "unmount_disk": _seconds(0.5, 2),
        "migrate_disk": _seconds(20, 60),
        "compile_package_with_signed_url": _seconds(20, 90),
    },
)
"""A public cloud on an ordinary day. Orders of magnitude that operators of OpenStack and AWS see;
who knows better writes `tempo` into the fault file."""


class Dice:
    """Numbers in [0, 1) from a seed; each key has a sequence of its own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._counts: Counter[tuple[str, str]] = Counter()

    def roll(self, what: str, subject: str) -> float:
        """Return the next number of ``what`` and ``subject``."""
        self._counts[what, subject] += 1
        key = f"{self._seed}/{what}/{subject}/{self._counts[what, subject]}"
        return Random(key).random()  # noqa: S311 - reproducible on purpose, guards nothing

    def duration_s(self, duration: Duration | None, what: str, subject: str) -> float:
        """Return how long ``what`` takes this time."""
        if duration is None or duration.high_s <= 0:
            return 0.0
        share = self.roll(what, subject) if duration.low_s < duration.high_s else 0.0
        return duration.low_s + share * (duration.high_s - duration.low_s)
