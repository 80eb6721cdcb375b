"""Brings a machine's files to what a spec says: fetch, unpack, switch, remember, tidy.

``prepare`` does the slow first half while the old jobs still run. Both halves can be repeated at
any time and do only what is missing, so an interrupted one is finished by doing it again.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from paasta_deploy.agent.accounts import find_account
from paasta_deploy.agent.blobs import Blobs
from paasta_deploy.agent.bundles import Bundles
from paasta_deploy.agent.definitions import Service
from paasta_deploy.agent.layout import VCAP_USER, Layout, safe_name
from paasta_deploy.agent.outputs import own_folder
from paasta_deploy.agent.services import JobFiles, services_of
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.spec_store import SpecStore
from paasta_deploy.agent.threads import in_thread, in_threads
from paasta_deploy.wire.apply_spec import ApplySpec

log = logging.getLogger(__name__)


class Applier:
    """Applies specs."""

    def __init__(self, *, layout: Layout, settings: SettingsStore, specs: SpecStore) -> None:
        self._layout = layout
        self._settings = settings
        self._specs = specs

    async def prepare(self, spec: ApplySpec) -> None:
        """Have every version of ``spec`` on the disk. Raises PaastaError, OSError."""
        settings = self._settings
        blobs = Blobs(settings.blobstores)
        bundles = Bundles(self._layout, blobs)
        work: list[Callable[[], object]] = [
            lambda package=package: bundles.install_package(package)  # type: ignore[misc] # bound
            for package in spec.packages.values()
            if not bundles.package_folder(package).is_dir()
        ]
        if spec.templates is not None and spec.jobs:
            names = [job.name for job in spec.jobs]
            templates = spec.templates
            # The largest part comes first; templates are small and wait for nobody.
            work.append(lambda: bundles.install_jobs(names, templates))
        try:
            await in_threads(work, parallel=settings.born.parallel)
        finally:
            blobs.close()

    async def apply(self, spec: ApplySpec) -> None:
        """Make ``spec`` the current one. Raises PaastaError, OSError."""
        await self.prepare(spec)
        self._specs.apply(spec)
        bundles = Bundles(self._layout, Blobs(()))
        await in_thread(lambda: self._switch(spec, bundles))

    async def restore(self) -> None:
        """After a restart: finish a switch that was interrupted. Raises PaastaError, OSError."""
        spec = self._specs.current
        bundles = Bundles(self._layout, Blobs(()))
        folders = [bundles.package_folder(package) for package in spec.packages.values()]
        if spec.templates is not None:
            folders += [bundles.job_folder(job.name, spec.templates) for job in spec.jobs]
        if folders and all(folder.is_dir() for folder in folders):
            await in_thread(lambda: self._switch(spec, bundles))

    def services(self) -> tuple[Service, ...]:
        """Return what the current jobs want to be kept running. Raises JobDefinitionError."""
        return services_of(
            (self._job_files(job.name) for job in self._specs.current.jobs), self._layout
        )

    def _switch(self, spec: ApplySpec, bundles: Bundles) -> None:
        bundles.switch_packages(
            {one.name: bundles.package_folder(one) for one in spec.packages.values()}
        )
        templates = spec.templates
        names = [job.name for job in spec.jobs] if templates is not None else []
        bundles.switch_jobs(
            {name: bundles.job_folder(name, templates) for name in names if templates is not None}
        )
        self._make_job_folders(names)
        self._copy_monit_files(names)
        bundles.remove_all_but([self._specs.current, self._specs.previous])

    def _make_job_folders(self, names: list[str]) -> None:
        """Make the folders into which jobs write; they belong to the jobs' user."""
        account = find_account(VCAP_USER)
        for name in names:
            for folder in (self._layout.logs, self._layout.run, self._layout.data):
                own_folder(folder / name, account)

    def _copy_monit_files(self, names: list[str]) -> None:
        """Leave a copy where operators look for it: `monit/0000_<job>.monitrc`."""
        for old in self._layout.monit.glob("*.monitrc"):
            old.unlink()
        for place, name in enumerate(names):
            source = self._layout.jobs / name / "monit"
            if source.is_file():
                shutil.copyfile(source, self._layout.monit / f"{place:04}_{name}.monitrc")

    def _job_files(self, job: str) -> JobFiles:
        folder = self._layout.jobs / safe_name(job, "job")
        return JobFiles(
            job=job,
            monit=_text(folder / "monit"),
            bpm=_text(folder / "config" / "bpm.yml"),
        )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
