"""Where everything stands below the agent's root, which is `/var/vcap` on a machine of its own.

The folders are BOSH's (bosh.md 6.4), so that releases find what they expect. On a rootless local
machine the root is a folder of the user's; templates are rewritten to it (see `relocation`).
What the agent keeps for itself is in `bosh/`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.model.errors import PaastaError

VCAP_ROOT = Path("/var/vcap")
"""Where releases expect everything."""

VCAP_USER = "vcap"
"""Who runs jobs on a machine of its own."""

_NAME = re.compile(r"[A-Za-z0-9_.+-]+")


class UnsafeNameError(PaastaError):
    """A name that becomes a part of a path could lead out of its folder. Not retryable."""


def safe_name(name: str, kind: str) -> str:
    """Return ``name`` if it is a plain word (BOSH's VALID_ID). Raises UnsafeNameError."""
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        raise UnsafeNameError(
            f"{name!r} is no name of a {kind}: letters, digits and _ . + - are allowed"
        )
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Paths below ``root``. Only names that passed :func:`safe_name` may be handed in."""

    root: Path

    @property
    def owns_machine(self) -> bool:
        """Whether the machine is ours alone: users, mounts and /etc may be changed."""
        return self.root == VCAP_ROOT

    @property
    def jobs(self) -> Path:
        """Links to the current jobs."""
        return self.root / "jobs"

    @property
    def packages(self) -> Path:
        """Links to the current packages."""
        return self.root / "packages"

    @property
    def data(self) -> Path:
        """What is lost with the machine."""
        return self.root / "data"

    @property
    def job_versions(self) -> Path:
        """``<job>/<digest>``: unpacked jobs, current and previous."""
        return self.data / "jobs"

    @property
    def package_versions(self) -> Path:
        """``<package>/<digest>``: unpacked packages, current and previous."""
        return self.data / "packages"

    @property
    def compile(self) -> Path:
        """Where packages are compiled."""
        return self.data / "compile"

    @property
    def tmp(self) -> Path:
        """Temporary files; emptied at every start of the agent."""
        return self.data / "tmp"

    @property
    def store(self) -> Path:
        """The persistent disk."""
        return self.root / "store"

    @property
    def migration_target(self) -> Path:
        """Where a new disk is mounted while data is copied to it."""
        return self.root / "store_migration_target"

    @property
    def logs(self) -> Path:
        """Logs of jobs."""
        return self.root / "sys" / "log"

    @property
    def run(self) -> Path:
        """Pid files and sockets of jobs; emptied when the machine booted."""
        return self.root / "sys" / "run"

    @property
    def monit(self) -> Path:
        """Copies of the jobs' monit files."""
        return self.root / "monit"

    @property
    def own(self) -> Path:
        """What the agent keeps: settings, spec, tasks, its log."""
        return self.root / "bosh"

    @property
    def instance(self) -> Path:
        """``id``, ``az``, ``name``, ``deployment``: files for scripts to read."""
        return self.root / "instance"

    @property
    def named_disks(self) -> Path:
        """Links to the disks that have names, which are only attached."""
        return self.instance / "disks"

    @property
    def spec_file(self) -> Path:
        """The applied spec."""
        return self.own / "spec.json"

    @property
    def previous_spec_file(self) -> Path:
        """The spec before; its versions are kept."""
        return self.own / "previous_spec.json"

    @property
    def wanted_file(self) -> Path:
        """Whether the jobs shall run; decides what a restarted agent does."""
        return self.own / "wanted.json"

    @property
    def disks_file(self) -> Path:
        """Hints of the persistent disks, and which are mounted."""
        return self.own / "disks.json"

    @property
    def update_file(self) -> Path:
        """What ``update_settings`` brought; holds a key: 0600."""
        return self.own / "update_settings.json"

    @property
    def boot_file(self) -> Path:
        """Which boot of the machine the agent saw last."""
        return self.own / "boot_id"

    @property
    def tasks(self) -> Path:
        """Agent tasks, one file each."""
        return self.own / "tasks"

    @property
    def mbus(self) -> Path:
        """Certificates and keys for NATS: 0700."""
        return self.own / "mbus"

    @property
    def agent_log(self) -> Path:
        """The agent's own log."""
        return self.own / "log" / "current"

    def job_log_folder(self, job: str) -> Path:
        """Return where the logs of one job go."""
        return self.logs / job

    def pid_file(self, job: str, process: str) -> Path:
        """Return where the pid of a bpm process is written, as bpm does."""
        return self.run / "bpm" / job / f"{process}.pid"

    def folders(self) -> tuple[tuple[Path, int], ...]:
        """Return the folders that exist from the start, outer ones first, with their modes."""
        return (
            (self.root, 0o755),
            (self.own, 0o700),
            (self.agent_log.parent, 0o700),
            (self.mbus, 0o700),
            (self.tasks, 0o700),
            (self.data, 0o755),
            (self.tmp, 0o1777),
            (self.compile, 0o755),
            (self.job_versions, 0o755),
            (self.package_versions, 0o755),
            (self.data / "sys", 0o755),
            (self.data / "sys" / "log", 0o755),
            (self.data / "sys" / "run", 0o755),
            (self.root / "sys", 0o755),
            (self.jobs, 0o755),
            (self.packages, 0o755),
            (self.monit, 0o755),
            (self.instance, 0o755),
        )
