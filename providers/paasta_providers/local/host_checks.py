"""Looks what this host allows: which isolation to use, and what an operator should know.

The choice is made from what the kernel says about us, not by trying: trying would fork a director
that has threads.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from paasta_providers.local import kernel
from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import ControlGroups
from paasta_providers.local.cloud_properties import AUTOMATIC
from paasta_providers.local.errors import PROVIDER

from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.diagnostics import Code, Diagnostic, error, warning

NOT_ISOLATED = Code("local.not-isolated")
NO_LIMITS = Code("local.no-limits")
FORWARDING_DROPPED = Code("local.forwarding-dropped")
OLD_KERNEL = Code("local.old-kernel")

KERNEL_MIN = (5, 12)
"""mount_setattr(2), which makes whole trees of mounts read-only, came with it (2021)."""

_CAP_NET_ADMIN, _CAP_SYS_ADMIN, _CAP_MKNOD = 12, 21, 27
_NEEDED = frozenset({_CAP_NET_ADMIN, _CAP_SYS_ADMIN, _CAP_MKNOD})
_FIREWALL_DEADLINE_S = 5.0
_SHARED_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


def choose_isolation(wanted: str) -> Isolation:
    """Return the isolation that is ``wanted``, or the best one where that is ``auto``."""
    if wanted != AUTOMATIC:
        return Isolation(wanted)
    can = kernel.effective_capabilities() >= _NEEDED and kernel_version() >= KERNEL_MIN
    return Isolation.NAMESPACES if can else Isolation.PROCESSES


def kernel_version() -> tuple[int, int]:
    """Return major and minor number of the running kernel."""
    major, minor = [*os.uname().release.split("."), "0"][:2]
    return int(major), int("".join(letter for letter in minor if letter.isdigit()) or "0")


def require_hidden(state: Path) -> None:
    """Raise CloudConfigError when machines would see the director's folder."""
    for shared in (*_SHARED_FOLDERS, sys.base_prefix):
        if state.is_relative_to(shared) and shared != "/":
            raise CloudConfigError(
                f"The state folder {state} is below {shared}, which every local machine sees.",
                provider=PROVIDER,
                hint="put $PAASTA_HOME somewhere else",
            )


def check_host(isolation: Isolation, groups: ControlGroups) -> Sequence[Diagnostic]:
    """Return what an operator should know about machines on this host."""
    found: list[Diagnostic] = []
    if kernel_version() < KERNEL_MIN:
        found.append(
            (error if isolation is Isolation.NAMESPACES else warning)(
                OLD_KERNEL,
                f"Linux {os.uname().release} is too old for machines with namespaces",
                hint="use Linux 5.12 or newer",
            )
        )
    if isolation is Isolation.PROCESSES:
        found.append(
            warning(
                NOT_ISOLATED,
                "local machines are plain processes here: they see this user's files and each "
                "other, and any address of 127.0.0.0/8 is open to all of this host",
                detail="namespaces need root (CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_MKNOD)",
                hint="run the director as root for machines of their own",
            )
        )
    missing = {"memory", "cpu", "pids"} - groups.controllers
    if missing:
        found.append(
            warning(
                NO_LIMITS,
                f"this host cannot limit {', '.join(sorted(missing))} of local machines",
                detail="the control groups for it are missing or not ours to use",
                hint="cloud_properties that ask for it have no effect here",
            )
        )
    if isolation is Isolation.NAMESPACES and _forwarding_is_dropped():
        found.append(
            warning(
                FORWARDING_DROPPED,
                "this host's firewall drops forwarded packets, so local machines will not reach "
                "each other",
                detail="`iptables -S FORWARD` shows a DROP policy; Docker sets it",
                hint="iptables -I FORWARD -i pd+ -o pd+ -j ACCEPT",
            )
        )
    return found


def _forwarding_is_dropped() -> bool:
    try:
        shown = subprocess.run(
            ["iptables", "-S", "FORWARD"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_FIREWALL_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    rules = shown.stdout
    return "-P FORWARD DROP" in rules and "-i pd+ -o pd+ -j ACCEPT" not in rules
