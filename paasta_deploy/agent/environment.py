"""What every process that the agent starts has in its environment.

Providers may start the agent with more than Linux gives: a folder with the right Python in front
of the search path, and a mark by which they find the processes of a machine. Both are handed on.
"""

import os
from collections.abc import Mapping

MACHINE_MARK = "PAASTA_MACHINE"
"""Where a local machine has no PID namespace, its provider finds its processes by it."""

_STANDARD = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")

SCRIPT_PATH = _STANDARD[2:]
"""What BOSH's agent gives to scripts and start programs as PATH."""

PROGRAM_PATH = _STANDARD
"""What processes, compilations and tools find without naming its folder."""


def search_path(standard: tuple[str, ...], own: str | None = None) -> str:
    """Return PATH: the folders that the provider put in front, then the standard ones.

    ``own`` is the agent's PATH, by default that of its environment.
    """
    words = (os.environ.get("PATH", "") if own is None else own).split(":")
    added = [word for word in words if word.startswith("/") and word not in _STANDARD]
    return ":".join(dict.fromkeys((*added, *standard)))


def marks() -> Mapping[str, str]:
    """Return the variables that providers want every process to carry."""
    mark = os.environ.get(MACHINE_MARK)
    return {} if mark is None else {MACHINE_MARK: mark}
