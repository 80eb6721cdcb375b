"""What goes wrong in the simulated cloud, and how long things take: all of it from a seed.

Pure. The fate of a call depends on the seed, the method, the thing it is about and how often that
has been called, never on what other threads do at the same time; so equal seeds give equal runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from random import Random


class Fate(Enum):
    """What becomes of one call."""

    DONE = "done"
    REFUSED = "refused"  # 5xx before anything was done
    THROTTLED = "throttled"  # 429 before anything was done
    ANSWER_LOST = "answer lost"  # done, but the caller gets a 5xx
    FAILED = "failed"  # a VM that breaks while it is made; nothing is left of it


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRange:
    """A call takes between ``low_s`` and ``high_s`` seconds, evenly spread."""

    low_s: float = 0.0
    high_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Climate:
    """How bad the weather is. Rates are shares of calls, 0 to 1, and exclude one another.

    ``latencies`` is by method; ``default`` stands for those that are not named. ``vm_failure``
    applies to ``create_vm`` only.
    """

    seed: int = 0
    latencies: Mapping[str, LatencyRange] = field(default_factory=dict)
    refused: float = 0.0
    throttled: float = 0.0
    answer_lost: float = 0.0
    vm_failure: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One call's fate and how long it takes."""

    fate: Fate
    latency_s: float


FAIR = Forecast(fate=Fate.DONE, latency_s=0.0)


def forecast(climate: Climate, method: str, key: str, count: int) -> Forecast:
    """Return what becomes of the ``count``-th call of ``method`` about ``key``."""
    latency = climate.latencies.get(method) or climate.latencies.get("default")
    vm_failure = climate.vm_failure if method == "create_vm" else 0.0
    troubles = (
        (Fate.REFUSED, climate.refused),
        (Fate.THROTTLED, climate.throttled),
        (Fate.ANSWER_LOST, climate.answer_lost),
        (Fate.FAILED, vm_failure),
    )
    if latency is None and not any(rate for _, rate in troubles):
        return FAIR
    dice = Random(f"{climate.seed}/{method}/{key}/{count}")  # noqa: S311 - reproducible on purpose
    latency_s = 0.0
    if latency is not None:
        latency_s = latency.low_s + dice.random() * (latency.high_s - latency.low_s)
    left = dice.random()
    for fate, rate in troubles:
        if left < rate:
            return Forecast(fate=fate, latency_s=latency_s)
        left -= rate
    return Forecast(fate=Fate.DONE, latency_s=latency_s)
