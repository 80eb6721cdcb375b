"""What goes wrong in a simulation, and when. Pure values; `fault_file` reads them from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.values import JsonValue
from paasta_deploy.testing.simulator.tempo import USUAL, Tempo


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """Machines die: that of ``group/index``, those of a whole ``group``, or all (``*``)."""

    at_s: float
    instances: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Agents of instances cannot be reached for a while; their jobs run on."""

    at_s: float
    instances: str
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AzOutage:
    """Every machine of an AZ dies, and nothing can be made there for a while."""

    at_s: float
    az: str
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorKill:
    """``kill -9`` of the director; another one starts after a while."""

    at_s: float
    for_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleStorm:
    """The API takes another number of calls a second for a while; 0: none at all."""

    at_s: float
    calls_per_second: float
    for_s: float


Fault = Crash | Partition | AzOutage | DirectorKill | ThrottleStorm


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """How many calls the API of the account takes; others get 429 with ``retry_after_s``.

    ``burst`` may come at once. None: any number.
    """

    calls_per_second: float | None = None
    burst: float = 20.0
    in_flight: int | None = None
    retry_after_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Everything that goes wrong.

    ``cloud`` are properties of the simulated CPI (``refused``, ``throttled``, ``answer_lost``,
    ``vm_failure`` as shares of calls, ``quota``). ``hung`` is the share of calls that never
    answer, ``boot_failure`` that of machines whose agent never speaks, ``silence`` that of agent
    requests without an answer. ``crashes_per_hour`` counts over the whole deployment.
    """

    tempo: Tempo = USUAL
    cloud: Mapping[str, JsonValue] = field(default_factory=dict)
    hung: float = 0.0
    boot_failure: float = 0.0
    silence: float = 0.0
    crashes_per_hour: float = 0.0
    throttle: Throttle = Throttle()
    timeline: tuple[Fault, ...] = ()


NO_FAULTS = Faults()
