"""Prepares the ground at every start: folders, links, the log, what a reboot made stale."""

import contextlib
import logging
import shutil
from logging.handlers import RotatingFileHandler
from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.stored_files import write_whole

_LOG_BYTES_MAX = 5_000_000
_LOG_FILES_KEPT = 2
"""Years of a quiet agent, or the last hours of a troubled one."""


def prepare_ground(layout: Layout) -> None:
    """Have every folder, an empty one for temporary files, and no pid files of another boot.

    Can be repeated. Raises OSError.
    """
    shutil.rmtree(layout.tmp, ignore_errors=True)
    for folder, mode in layout.folders():
        if not folder.is_dir():
            folder.mkdir(parents=True)
            folder.chmod(mode)
    for name in ("log", "run"):
        link = layout.root / "sys" / name
        if not link.is_symlink() and not link.is_dir():
            link.symlink_to(Path("..") / "data" / "sys" / name)
    boot = _boot_id()
    with contextlib.suppress(FileNotFoundError):
        if layout.boot_file.read_text(encoding="ascii") == boot:
            return
    for stale in layout.run.iterdir():
        if stale.is_dir() and not stale.is_symlink():
            shutil.rmtree(stale, ignore_errors=True)
        else:
            stale.unlink(missing_ok=True)
    write_whole(layout.boot_file, boot.encode())


def begin_log(layout: Layout) -> None:
    """Log to the agent's own file, and nowhere else."""
    handler = RotatingFileHandler(
        layout.agent_log, maxBytes=_LOG_BYTES_MAX, backupCount=_LOG_FILES_KEPT, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # asyncio remarks on every TLS connection that ends; faults come through its own handler.
    logging.getLogger("asyncio").setLevel(logging.ERROR)


def _boot_id() -> str:
    """Return what differs between boots of the machine; a container boots with its namespace."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
