"""From what the kernel says (errno) to what an operator can do: a table, and the sentences around.

Pure. ``retryable`` follows from the class: see ``paasta_deploy/cpi/errors.py``.
"""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudCredentialsError,
    CloudError,
    CloudUnavailableError,
    DiskInUseError,
    NoDiskSpaceError,
    NotSupportedError,
    QuotaExceededError,
    VmCreationError,
    VmCreationRetryableError,
)

PROVIDER = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What an errno means here: the class to raise, why it happens, and what to do."""

    kind: type[CloudError]
    why: str
    hint: str


_NO_RIGHT = Cause(
    kind=CloudCredentialsError,
    why="this user lacks the right to do it on this host",
    hint="run the director as root (in a container: with --privileged), or set `isolation: "
    "processes` in the properties of the local CPI to work without namespaces",
)
_NO_SPACE = Cause(
    kind=NoDiskSpaceError,
    why="the filesystem is full, or its quota is used up",
    hint="free some space (`df -h`, `df -i`), or delete orphaned disks",
)
_TOO_MANY = Cause(
    kind=QuotaExceededError,
    why="this host has run out of processes, open files, memory or namespaces",
    hint="look at `ulimit -a`, /proc/sys/kernel/pid_max, /proc/sys/user/ and `free -m`; "
    "make fewer or smaller machines",
)
_TAKEN = Cause(
    kind=CloudConfigError,
    why="something else on this host has that name or address",
    hint="look at `ip route` and `ip link`; if it is a leftover, "
    "`python3 -m paasta_providers.local.leftovers` tells whose",
)
_NO_FEATURE = Cause(
    kind=NotSupportedError,
    why="this kernel cannot do it",
    hint="namespaces need Linux 5.12 or newer with veth, tmpfs and policy routing; set "
    "`isolation: processes` in the properties of the local CPI to work without",
)
_BUSY = Cause(
    kind=CloudUnavailableError,
    why="the kernel is still busy with it",
    hint="try again in a moment",
)
_READ_ONLY = Cause(
    kind=CloudConfigError,
    why="the filesystem is read-only",
    hint="put the director's state folder on a writable filesystem",
)

CAUSES: Mapping[int, Cause] = {
    errno.EPERM: _NO_RIGHT,
    errno.EACCES: _NO_RIGHT,
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
    errno.EMFILE: _TOO_MANY,
    errno.ENFILE: _TOO_MANY,
    errno.ENOMEM: _TOO_MANY,
    errno.EAGAIN: _TOO_MANY,
    errno.EUSERS: _TOO_MANY,
    errno.EEXIST: _TAKEN,
    errno.EADDRINUSE: _TAKEN,
    errno.EOPNOTSUPP: _NO_FEATURE,
    errno.EAFNOSUPPORT: _NO_FEATURE,
    errno.ENOSYS: _NO_FEATURE,
    errno.ENODEV: _NO_FEATURE,
    errno.EBUSY: _BUSY,
    errno.ETIMEDOUT: _BUSY,
    errno.EINTR: _BUSY,
    errno.EROFS: _READ_ONLY,
}


def cloud_error(error: OSError, doing: str, *, method: str = "", cid: str = "") -> CloudError:
    """Return what to raise ``from error``, which came up while ``doing`` something."""
    path = "" if error.filename is None else os.fsdecode(error.filename)
    number = error.errno or (errno.ETIMEDOUT if isinstance(error, TimeoutError) else errno.EIO)
    return failure(number, doing, path, method=method, cid=cid)


def failure(
    number: int, doing: str, path: str = "", *, method: str = "", cid: str = ""
) -> CloudError:
    """Return the error for an errno; unknown ones are told with the kernel's own words."""
    cause = CAUSES.get(number)
    where = f" ({path})" if path else ""
    whose = f" of {cid}" if cid else ""
    kernel_words = f"{os.strerror(number)}, errno {number}"
    if cause is None:
        return CloudError(
            f"The local provider failed{whose} while {doing}{where}: {kernel_words}.",
            provider=PROVIDER,
            method=method,
            cid=cid,
        )
    return cause.kind(
        f"The local provider failed{whose} while {doing}{where}: {cause.why} ({kernel_words}).",
        provider=PROVIDER,
        method=method,
        cid=cid,
        hint=cause.hint,
    )


def boot_failure(number: int, doing: str, path: str, *, cid: str) -> CloudError:
    """Return why a machine did not come up; nothing of it is left.

    Causes that the operator must remove stay what they are; the rest is a failed creation, worth
    another try where the host was only busy.
    """
    error = failure(number, doing, path, method="create_vm", cid=cid)
    if isinstance(error, CloudUnavailableError):
        return VmCreationRetryableError(
            str(error), provider=PROVIDER, method="create_vm", cid=cid, hint=error.hint
        )
    if type(error) is CloudError:
        return VmCreationError(str(error), provider=PROVIDER, method="create_vm", cid=cid)
    return error


def busy_disk(vm: str, disk: str) -> DiskInUseError:
    """Return the error for a disk with open files in a machine that lives."""
    return DiskInUseError(
        f"Disk {disk} cannot be detached from {vm}: a process in there has files of it open.",
        provider=PROVIDER,
        method="detach_disk",
        cid=disk,
        hint="stop the instance's jobs first (`paasta-deploy stop`), or delete the VM",
    )
