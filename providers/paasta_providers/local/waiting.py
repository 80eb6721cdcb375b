"""Waits for what the kernel announces to nobody: looked at again and again, until a deadline.

Only for locks of files and for control groups; everything else here waits for an event.
"""

import time
from collections.abc import Callable
from threading import Event


def wait_until(reached: Callable[[], bool], *, deadline_s: float, poll_s: float) -> bool:
    """Ask ``reached`` until it says yes, and return whether it did in time."""
    deadline = time.monotonic() + deadline_s
    nobody_sets_it = Event()
    while not reached():
        if time.monotonic() > deadline:
            return False
        nobody_sets_it.wait(poll_s)
    return True
