"""The files that a machine sees: a template built once, then put together per machine in mounts.

The launcher, in a mount namespace of its own, gathers read-only views of the host's programs, of
Python and of the agent (:func:`build_template`). Each machine gets a small root in memory, which
is writable as on any VM, with those views bound in, its own ``/dev``, ``/proc`` and ``/sys``, and
its folder on disk as ``/var/vcap`` (:func:`enter_root`). Nothing else of the host is there: not
``/root``, ``/home``, ``/etc`` (but for the list in ``etc_files.py``), ``/var`` or the director's
folder.

Two paths are the same inside and outside, because running code refers to them: Python's prefix
and the agent's zipapp. Of the folders above them only the names are to be seen.
Must not run in the host's own mount namespace. Standard library only.
"""

import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paasta_providers.local import kernel
from paasta_providers.local.boot import BootOrder
from paasta_providers.local.etc_files import HOST_ITEMS, TTY_GROUP, VCAP_ID, etc_files

ROOT_SIZE = "512m"
"""Room in memory for /tmp, /run and /etc; what is larger belongs in /var/vcap/data, on disk."""

_SYSTEM_FOLDERS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_OWN_FOLDERS = (
    ("dev", 0o755),
    ("dev/pts", 0o755),
    ("dev/shm", 0o1777),
    ("etc", 0o755),
    ("etc/.host", 0o755),
    ("home", 0o755),
    ("home/vcap", 0o755),
    ("media", 0o755),
    ("mnt", 0o755),
    ("opt", 0o755),
    ("proc", 0o555),
    ("root", 0o711),
    ("run", 0o755),
    ("run/lock", 0o1777),
    ("srv", 0o755),
    ("sys", 0o555),
    ("tmp", 0o1777),
    ("var", 0o755),
    ("var/cache", 0o755),
    ("var/lib", 0o755),
    ("var/log", 0o755),
    ("var/mail", 0o755),
    ("var/spool", 0o755),
    ("var/tmp", 0o1777),
    ("var/vcap", 0o755),
)
_DEVICES = (
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
)
_LINKS = (
    ("dev/ptmx", "pts/ptmx"),
    ("dev/fd", "/proc/self/fd"),
    ("dev/stdin", "/proc/self/fd/0"),
    ("dev/stdout", "/proc/self/fd/1"),
    ("dev/stderr", "/proc/self/fd/2"),
    ("etc/mtab", "/proc/self/mounts"),
    ("var/run", "/run"),
    ("var/lock", "/run/lock"),
)
_PROC_READ_ONLY = ("sys", "irq", "bus", "fs", "sysrq-trigger")
"""Root inside could change the whole kernel through these (core_pattern, sysrq)."""

_PROC_HIDDEN = ("kcore", "keys", "timer_list", "sched_debug")
_QUIET = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What every machine of one launcher gets.

    ``views`` are (source, path inside without leading slash), and go onto ``folders`` and
    ``files`` (paths inside); ``links`` are (path inside, target). ``mount_point`` is an empty
    folder on which each machine builds its root. Texts, not paths: see processes.read_bytes.
    """

    views: tuple[tuple[str, str], ...]
    folders: tuple[str, ...]
    files: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    mount_point: str


def build_template(work: Path, image: Path, prefix: Path) -> Template:
    """Leave the host's mounts for own ones and gather the views below the folder ``work``.

    What the host mounts or unmounts later still reaches this process, so it keeps no filesystem of
    the host busy. ``image`` is the agent's zipapp, ``prefix`` the folder that Python runs from.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_SLAVE)
    gathered, mount_point = work / "template", work / "root"
    for folder in (gathered, mount_point):
        folder.mkdir(parents=True, exist_ok=True)
    kernel.mount("paasta-template", gathered, "tmpfs", _QUIET & ~kernel.MS_NOEXEC, "mode=755")
    views: list[tuple[Path, str]] = []
    links: list[tuple[str, str]] = []
    for name in _SYSTEM_FOLDERS:
        original = Path("/", name)
        if original.is_symlink():
            links.append((name, os.fspath(original.readlink())))
        elif original.is_dir():
            views.append((_view(original, gathered / name), name))
    if not prefix.is_relative_to("/usr"):
        views.append((_view(prefix, gathered / "python"), os.fspath(prefix).lstrip("/")))
    views.append((_view(image, gathered / "agent.pyz"), os.fspath(image).lstrip("/")))
    views.append((_gather_etc(gathered / "etc"), "etc/.host"))
    links += [
        (f"etc/{entry.name}", f".host/{entry.name}") for entry in (gathered / "etc").iterdir()
    ]
    kernel.make_read_only(gathered)
    return Template(
        views=tuple((os.fspath(source), inside) for source, inside in views),
        folders=tuple(inside for source, inside in views if source.is_dir())
        + tuple(os.fspath(Path(inside).parent) for source, inside in views if source.is_file()),
        files=tuple(inside for source, inside in views if source.is_file()),
        links=tuple(links),
        mount_point=os.fspath(mount_point),
    )


def _gather_etc(target: Path) -> Path:
    target.mkdir()
    for item in HOST_ITEMS:
        copy_public(Path("/etc", item), target / item)
    # A mount of its own can be shown to machines; a folder of the template's cannot.
    kernel.mount(target, target, flags=kernel.MS_BIND)
    return target


def _view(original: Path, view: Path) -> Path:
    if original.is_dir():
        view.mkdir()
    else:
        view.touch()
    kernel.mount(original, view, flags=kernel.MS_BIND | kernel.MS_REC)
    return view


def copy_public(source: Path, target: Path) -> None:
    """Copy a file or a folder, but only what everybody may read. A missing source is left out."""
    try:
        mode = source.stat().st_mode
    except OSError:
        return
    if stat.S_ISDIR(mode):
        if mode & 0o005 != 0o005:
            return
        target.mkdir(parents=True, exist_ok=True)
        for entry in source.iterdir():
            if entry.is_symlink():
                (target / entry.name).symlink_to(entry.readlink())
            else:
                copy_public(entry, target / entry.name)
    elif stat.S_ISREG(mode) and mode & 0o004:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o644)


def enter_root(template: Template, order: BootOrder) -> None:
    """Build the machine's root and make it this process' root. Needs an own mount namespace."""
    kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    root = template.mount_point
    kernel.mount("paasta-root", root, "tmpfs", kernel.MS_NOSUID, f"mode=755,size={ROOT_SIZE}")
    os.chdir(root)
    _fill(template, order)
    for source, inside in template.views:
        kernel.mount(source, inside, flags=kernel.MS_BIND | kernel.MS_REC)
    kernel.mount(f"{order.folder}/vcap", "var/vcap", flags=kernel.MS_BIND)
    for disk in order.disks:
        target = f"var/vcap/disks/{disk.cid}"
        os.makedirs(target, exist_ok=True)  # noqa: PTH103 - the hot path of a boot
        kernel.mount(disk.source, target, flags=kernel.MS_BIND)
    _mount_kernel_views(privileged=order.privileged)
    kernel.pivot_root_here()


def _fill(template: Template, order: BootOrder) -> None:
    before = os.umask(0)
    for name, mode in _OWN_FOLDERS:
        os.mkdir(name, mode)  # noqa: PTH102 - a relative path, and this is the hot path of a boot
    for name, major, minor in _DEVICES:
        os.mknod(f"dev/{name}", stat.S_IFCHR | 0o666, os.makedev(major, minor))
    os.umask(before)
    for folder in template.folders:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
    for file in template.files:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644))
    for name, target in (*_LINKS, *template.links):
        os.symlink(target, name)  # noqa: PTH211 - as above
    for name, (mode, content) in etc_files(order.hostname, order.addresses, order.dns).items():
        fd = os.open(f"etc/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            os.write(fd, content.encode())
        finally:
            os.close(fd)
    os.chown("home/vcap", VCAP_ID, VCAP_ID)


def _mount_kernel_views(*, privileged: bool) -> None:
    terminals = f"newinstance,ptmxmode=0666,mode=620,gid={TTY_GROUP}"
    kernel.mount("devpts", "dev/pts", "devpts", kernel.MS_NOSUID | kernel.MS_NOEXEC, terminals)
    kernel.mount("proc", "proc", "proc", _QUIET)
    if privileged:
        kernel.mount("sysfs", "sys", "sysfs", _QUIET)
        return
    kernel.mount("sysfs", "sys", "sysfs", _QUIET | kernel.MS_RDONLY)
    # The settings of the machine's own network stay writable: they are nobody else's.
    network_settings = kernel.clone_mount("proc/sys/net")
    try:
        _protect_proc()
        kernel.place_mount(network_settings, "proc/sys/net")
    finally:
        os.close(network_settings)


def _protect_proc() -> None:
    for name in _existing(_PROC_READ_ONLY):
        kernel.mount(name, name, flags=kernel.MS_BIND)
        kernel.make_read_only(name)
    for name in _existing(_PROC_HIDDEN):
        kernel.mount("dev/null", name, flags=kernel.MS_BIND)


def _existing(names: Sequence[str]) -> list[str]:
    return [path for name in names if os.path.exists(path := f"proc/{name}")]  # noqa: PTH110 - as above
