"""What the supervisor is to keep running: processes of `bpm.yml` and daemons of monit files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from paasta_deploy.model.errors import PaastaError


class JobDefinitionError(PaastaError):
    """A job's `monit` or `config/bpm.yml` cannot be followed; the message names job and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process may use; None is no limit of its own."""

    open_files: int | None = None
    memory_bytes: int | None = None
    processes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process that stays in the foreground and is our child.

    ``name`` is what people see (monit's check), ``process`` names logs and pid file.
    ``folders`` are made before the start and belong to ``user``.
    """

    name: str
    job: str
    process: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    workdir: Path
    user: str
    pre_start: str = ""
    limits: Limits = field(default_factory=Limits)
    folders: tuple[Path, ...] = ()
    stop_signal: str = "TERM"
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A program that a monit file names: it starts or stops a daemon and returns.

    Empty ``user`` and ``group`` mean the agent's own.
    """

    argv: tuple[str, ...]
    user: str = ""
    group: str = ""
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A process that leaves its starter and tells its pid in a file."""

    name: str
    job: str
    pid_file: Path
    start: Call
    stop: Call | None = None
    depends_on: tuple[str, ...] = ()


Service = Program | Daemon
