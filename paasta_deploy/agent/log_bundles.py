"""Packs logs: of the jobs, of the agent itself, or of the system. Blocks; call it in a thread."""

import os
import pwd
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from paasta_deploy.agent.archives import pack
from paasta_deploy.agent.layout import Layout
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.agent_work import LogsRequest

_ALL = ("**/*",)
_SYSTEM_LOGS = Path("/var/log")


class UnknownLogsError(PaastaError):
    """There are no logs of that kind."""


def pack_logs(request: LogsRequest, layout: Layout) -> Path:
    """Return a fresh archive below the temporary folder; the caller removes it.

    Raises UnknownLogsError, OSError.
    """
    folder = _folder(request.kind, layout).resolve()
    archive = layout.tmp / f"logs-{uuid.uuid4()}.tgz"
    pack(folder, archive, set(_chosen(folder, request.filters or _ALL)))
    if request.owning_user:
        try:
            owner = pwd.getpwnam(request.owning_user)
        except KeyError as cause:
            archive.unlink()
            raise UnknownLogsError(f"there is no user {request.owning_user!r}") from cause
        os.chown(archive, owner.pw_uid, owner.pw_gid)
    return archive


def _folder(kind: str, layout: Layout) -> Path:
    match kind:
        case "job":
            return layout.logs
        case "agent":
            return layout.agent_log.parent
        case "system" if layout.owns_machine:
            return _SYSTEM_LOGS
        case "system":
            raise UnknownLogsError(
                "this machine shares its system with others, so it has no system logs of its own"
            )
        case _:
            raise UnknownLogsError(f"there are no logs of kind {kind!r}: job, agent or system")


def _chosen(folder: Path, filters: Iterable[str]) -> Iterator[Path]:
    """Return the files that match; a filter that leaves the folder matches nothing."""
    for pattern in filters:
        relative = pattern.lstrip("/")
        if not relative or ".." in Path(relative).parts:
            continue
        for path in folder.glob(relative):
            if path.is_file() and not path.is_symlink():
                yield path
