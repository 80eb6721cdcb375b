"""The few system calls of Linux that Python's library lacks: namespaces, mounts, capabilities.

Each function is one call and raises OSError with the kernel's errno and the path it was about.
No decisions are made here. Standard library only: this runs inside machines, too.
Source: the Linux man pages of section 2; numbers of the mount calls are the same on all
architectures since Linux 5.2 (``open_tree``, ``move_mount``) and 5.12 (``mount_setattr``).
"""

import ctypes
import os
import resource
from collections.abc import Iterable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MS_SLAVE = 0x80000
MNT_DETACH = 0x2

_SYS_OPEN_TREE = 428
_SYS_MOVE_MOUNT = 429
_SYS_MOUNT_SETATTR = 442
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_OPEN_TREE_CLONE = 1
_OPEN_TREE_CLOEXEC = os.O_CLOEXEC
_MOVE_MOUNT_FROM_EMPTY_PATH = 0x4
_MOUNT_ATTR_RDONLY = 0x1

_PR_CAPBSET_DROP = 24
_PR_SET_NAME = 15
_STAT_BYTES_MAX = 4096
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES_KNOWN = 41
"""Linux 5.9 to 6.18 have capabilities 0 to 40; a number the kernel lacks is EINVAL and skipped."""


def _fail(path: str | Path = "") -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), str(path) or None)


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for new ones."""
    if _libc.unshare(flags) != 0:
        raise _fail()


def enter_namespace(fd: int, kind: int) -> None:
    """Join the namespace that ``fd`` (an open file of ``/proc/PID/ns``) stands for."""
    if _libc.setns(fd, kind) != 0:
        raise _fail()


def mount(
    source: str | Path, target: str | Path, kind: str = "", flags: int = 0, options: str = ""
) -> None:
    """Mount; the arguments are those of ``mount(2)``."""
    failed = _libc.mount(
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    if failed:
        raise _fail(target)


def unmount(target: str | Path, flags: int = 0) -> None:
    """Unmount the topmost mount at ``target``. EBUSY: somebody has a file open on it."""
    if _libc.umount2(os.fsencode(target), flags) != 0:
        raise _fail(target)


def pivot_root_here() -> None:
    """Make the current folder, which must be a mount point, the root, and let go of the old one.

    New and old root may be the same folder: the old root then lies on top of the new one and the
    unmount takes it away (pivot_root(2), example).
    """
    if _libc.pivot_root(b".", b".") != 0:
        raise _fail(".")
    unmount(".", MNT_DETACH)
    os.chdir("/")


def clone_mount(source: str | Path) -> int:
    """Return an open, detached copy of the mounts at ``source``; close it to give it up."""
    flags = _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC | _AT_RECURSIVE
    fd: int = _libc.syscall(_SYS_OPEN_TREE, _AT_FDCWD, os.fsencode(source), flags)
    if fd < 0:
        raise _fail(source)
    return fd


def place_mount(fd: int, target: str | Path) -> None:
    """Put the detached mount ``fd`` at ``target`` in the mount namespace of the caller."""
    failed = _libc.syscall(
        _SYS_MOVE_MOUNT, fd, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_FROM_EMPTY_PATH
    )
    if failed:
        raise _fail(target)


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def make_read_only(target: str | Path) -> None:
    """Make the mount at ``target`` and every mount below it read-only."""
    attributes = _MountAttributes(attr_set=_MOUNT_ATTR_RDONLY)
    failed = _libc.syscall(
        _SYS_MOUNT_SETATTR,
        _AT_FDCWD,
        os.fsencode(target),
        _AT_RECURSIVE,
        ctypes.byref(attributes),
        ctypes.sizeof(attributes),
    )
    if failed:
        raise _fail(target)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def keep_capabilities(kept: Iterable[int]) -> None:
    """Give up all capabilities but ``kept``, for this process and whatever it will execute.

    What this process never had (a container may take some away) is not asked for.
    """
    kept = frozenset(kept) & effective_capabilities()
    for number in range(_CAPABILITIES_KNOWN):
        if number not in kept:
            _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    words = (_CapabilitySets * 2)()
    for number in kept:
        words[number // 32].effective |= 1 << (number % 32)
        words[number // 32].permitted |= 1 << (number % 32)
    header = _CapabilityHeader(version=_CAPABILITY_VERSION_3, pid=0)
    if _libc.capset(ctypes.byref(header), words) != 0:
        raise _fail()


def effective_capabilities() -> frozenset[int]:
    """Return the capabilities that this process has now."""
    header = _CapabilityHeader(version=_CAPABILITY_VERSION_3, pid=0)
    words = (_CapabilitySets * 2)()
    if _libc.capget(ctypes.byref(header), words) != 0:
        raise _fail()
    return frozenset(
        number
        for number in range(_CAPABILITIES_KNOWN)
        if words[number // 32].effective >> (number % 32) & 1
    )


def name_process(name: str, title: str) -> None:
    """Let ``ps`` show ``title`` (cut to the room of the original command line) and ``name``.

    The kernel reads a command line from the process' own memory, so it is overwritten in place.
    """
    _libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)
    fd = os.open("/proc/self/stat", os.O_RDONLY | os.O_CLOEXEC)
    try:
        fields = os.read(fd, _STAT_BYTES_MAX).rpartition(b")")[2].split()
    finally:
        os.close(fd)
    # proc(5): arg_start and arg_end are fields 48 and 49; the state, field 3, is the first here.
    start, end = int(fields[45]), int(fields[46])
    if 0 < start < end:
        text = title.encode()[: end - start - 1]
        ctypes.memmove(start, text.ljust(end - start, b"\0"), end - start)


def raise_open_files(wanted: int) -> None:
    """Allow ``wanted`` open files, or as many as the hard limit lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
