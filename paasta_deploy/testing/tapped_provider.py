"""Listens to the calls of a provider, and may break them: on the way in or on the way out.

For transcripts (who was called, in which order) and for crash tests, where the director dies just
before a call reaches the cloud or just before its answer comes back.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from paasta_deploy.cpi.provider import Provider

Tap = Callable[[str, tuple[object, ...]], None]
"""Is told the method and its arguments, in the thread of the call, which raises what it raises."""

TAPPED = (
    "create_vm",
    "find_vm",
    "delete_vm",
    "has_vm",
    "set_vm_metadata",
    "reboot_vm",
    "list_vms",
    "create_disk",
    "delete_disk",
    "has_disk",
    "attach_disk",
    "detach_disk",
    "get_disks",
    "list_disks",
    "set_disk_metadata",
    "resize_disk",
    "snapshot_disk",
    "delete_snapshot",
    "create_stemcell",
    "delete_stemcell",
)
"""The methods that reach the cloud."""


def tap(provider: Provider, *, before: Tap | None = None, after: Tap | None = None) -> None:
    """Put taps on every call of this very provider."""
    for name in TAPPED:
        setattr(provider, name, _tapped(name, getattr(provider, name), before, after))


def _tapped(
    name: str, method: Callable[..., Any], before: Tap | None, after: Tap | None
) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: object) -> object:
        if before is not None:
            before(name, arguments)
        answer: object = method(*arguments)
        if after is not None:
            after(name, arguments)
        return answer

    return call
