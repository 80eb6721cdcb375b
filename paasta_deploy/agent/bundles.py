"""Jobs and packages on the disk: each in a folder per version, with a link to the current one.

A version's folder is filled beside its place and renamed into it, so it is whole or absent, and
whoever finds it need not fetch it again. Links are switched at once.

Everything here blocks; call it in threads.
"""

import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from paasta_deploy.agent.accounts import Account, find_account
from paasta_deploy.agent.archives import ArchiveError, Rewrite, unpack
from paasta_deploy.agent.blobs import Blobs
from paasta_deploy.agent.layout import VCAP_USER, Layout, safe_name
from paasta_deploy.agent.relocation import relocate
from paasta_deploy.agent.stored_files import link_whole
from paasta_deploy.wire.apply_spec import ApplySpec, BlobSource, PackageSource
from paasta_deploy.wire.digest import strongest

_SCRIPT_FOLDER = "bin"
_SCRIPT_MODE = 0o750
_FILE_MODE = 0o640
_FOLDER_MODE = 0o750
"""Rendered templates may hold secrets: they are for root and the jobs' group only, as in BOSH."""


class Bundles:
    """Installs versions, switches links, removes what nobody needs any more."""

    def __init__(self, layout: Layout, blobs: Blobs) -> None:
        self._layout = layout
        self._blobs = blobs

    def package_folder(self, package: PackageSource) -> Path:
        """Return where this version of a package belongs. Raises WireError, UnsafeNameError."""
        name = safe_name(package.name, "package")
        return self._layout.package_versions / name / strongest(package.source.digest).hexdigest

    def job_folder(self, job: str, templates: BlobSource) -> Path:
        """Return where a job of this templates archive belongs."""
        version = strongest(templates.digest).hexdigest
        return self._layout.job_versions / safe_name(job, "job") / version

    def install_package(self, package: PackageSource) -> Path:
        """Fetch and unpack a package unless it is there; return its folder."""
        folder = self.package_folder(package)
        if not folder.is_dir():
            fresh = self._unpacked(package.source, f"package {package.name}", rewrite=None)
            _move(fresh, folder)
        return folder

    def install_jobs(self, jobs: Iterable[str], templates: BlobSource) -> None:
        """Fetch the templates archive and unpack every job of it unless all are there."""
        folders = {job: self.job_folder(job, templates) for job in jobs}
        if all(folder.is_dir() for folder in folders.values()):
            return
        root = self._layout.root
        fresh = self._unpacked(
            templates, "the rendered templates", rewrite=lambda content: relocate(content, root)
        )
        account = find_account(VCAP_USER)
        try:
            for job, folder in folders.items():
                unpacked = fresh / job
                unpacked.mkdir(exist_ok=True)
                _close_to_others(unpacked, account)
                (unpacked / "packages").symlink_to(os.path.relpath(self._layout.packages, folder))
                _move(unpacked, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def switch_packages(self, folders: Mapping[str, Path]) -> None:
        """Let `packages/<name>` lead to these folders, and nothing else be there."""
        _switch(self._layout.packages, folders)

    def switch_jobs(self, folders: Mapping[str, Path]) -> None:
        """Let `jobs/<name>` lead to these folders, and nothing else be there."""
        _switch(self._layout.jobs, folders)

    def remove_all_but(self, specs: Iterable[ApplySpec]) -> None:
        """Remove the versions that none of ``specs`` names."""
        kept: set[Path] = set()
        for spec in specs:
            kept.update(self.package_folder(package) for package in spec.packages.values())
            if spec.templates is not None:
                kept.update(self.job_folder(job.name, spec.templates) for job in spec.jobs)
        for versions in (self._layout.package_versions, self._layout.job_versions):
            for name in versions.iterdir():
                for version in name.iterdir():
                    if version not in kept:
                        shutil.rmtree(version, ignore_errors=True)
                if not any(name.iterdir()):
                    name.rmdir()

    def _unpacked(self, source: BlobSource, what: str, rewrite: Rewrite | None) -> Path:
        """Return a fresh folder with the content of a blob."""
        fresh = self._layout.tmp / f"unpack-{uuid.uuid4()}"
        archive = fresh.with_suffix(".tgz")
        fresh.mkdir(mode=0o755)
        try:
            self._blobs.fetch(source, archive)
            unpack(archive, fresh, rewrite=rewrite)
        except ArchiveError as cause:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ArchiveError(f"{what}: {cause}") from cause
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        finally:
            archive.unlink(missing_ok=True)
        return fresh


def _move(fresh: Path, folder: Path) -> None:
    """Put a filled folder into its place; the same version may have arrived there meanwhile."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(fresh, ignore_errors=True)


def _switch(links: Path, folders: Mapping[str, Path]) -> None:
    for name, folder in folders.items():
        link_whole(links / name, folder)
    for link in links.iterdir():
        if link.name not in folders and link.is_symlink():
            link.unlink()


def _close_to_others(folder: Path, account: Account | None) -> None:
    """Give a job's files BOSH's modes, and the jobs' group read access."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files, "."):
            path = os.path.join(place, name)  # noqa: PTH118 - called for every file
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                continue
            if stat.S_ISDIR(mode):
                os.chmod(path, _FOLDER_MODE)  # noqa: PTH101 - many files
            elif Path(place).relative_to(folder).parts[:1] == (_SCRIPT_FOLDER,):
                os.chmod(path, _SCRIPT_MODE)  # noqa: PTH101 - many files
            else:
                os.chmod(path, _FILE_MODE)  # noqa: PTH101 - many files
            if account is not None:
                os.chown(path, -1, account.gid)
