"""What the monitor knows of one agent, and the pauses between two looks at it."""

from dataclasses import dataclass
from enum import Enum

GATHER_S = 0.02
"""Machines that die together are healed by one task, and a meltdown is seen before the first heal;
a fiftieth of a second is nothing to the one that died alone."""

GATHER_S_MAX = 2.0
"""While a cloud is still asked about others of the deployment, the dead wait for them so long: it
answers within a second or two, and a second task would only start when the first has ended."""

DEAD_PAUSE_S_MAX = 1.0
"""The dead who cannot be healed now (a deploy runs, meltdown, switched off) are looked at again
after pauses that double up to this: a second more is nothing then, and a thousand of them at
twenty looks a second would keep a core busy."""


class Suspicion(Enum):
    """Why an agent is suspect."""

    DISCONNECTED = "its connection closed"
    SILENT = "its heartbeats stopped"


@dataclass(slots=True)
class Watch:
    """What is known of one agent."""

    seen_s: float
    connected: bool = True
    suspicion: Suspicion | None = None
    suspect_since_s: float = 0.0
    ask_again_s: float = 0.0
    asking: bool = False
    dead_since_s: float | None = None
    pause_s: float = GATHER_S
    told: bool = False
