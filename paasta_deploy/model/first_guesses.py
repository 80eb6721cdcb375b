"""How long steps take on a public cloud, for whoever has never seen one take any time.

Forgotten as soon as a step of the kind was seen, or a provider knows better
(``Capabilities.expected_s``).
"""

from collections.abc import Mapping

_SECONDS: Mapping[str, float] = {
    "CreateVm": 60.0,
    "DeleteVm": 30.0,
    "CompilePackage": 60.0,
    "CreateDisk": 5.0,
    "AttachDisk": 10.0,
    "DetachDisk": 5.0,
    "MigrateDisk": 60.0,
    "GrowDisk": 15.0,
    "StopInstance": 10.0,
    "ApplyInstance": 5.0,
    "StartInstance": 15.0,
    "ReplaceUngrown": 0.0,
}
"""By the name of the action. Orders of magnitude, by our judgement; nothing is decided by them."""

_OTHERS_S = 1.0


def first_guess_s(action: str) -> float:
    """Return how long a step of the kind takes, in seconds."""
    return _SECONDS.get(action, _OTHERS_S)
