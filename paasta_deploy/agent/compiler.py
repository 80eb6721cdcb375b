"""Compiles a package: source and dependencies in, `packaging` run, the result packed and stored.

The machine is left as it was found: whatever was linked before is linked again.

Source: bosh.md 6.7.
"""

import logging
import shutil
from pathlib import Path

from paasta_deploy.agent.archives import pack, unpack
from paasta_deploy.agent.blobs import Blobs
from paasta_deploy.agent.bundles import Bundles
from paasta_deploy.agent.children import Children
from paasta_deploy.agent.environment import PROGRAM_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import Layout, safe_name
from paasta_deploy.agent.outputs import printed
from paasta_deploy.agent.relocation import relocate
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.stored_files import link_whole
from paasta_deploy.agent.threads import in_thread, in_threads
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.agent_work import CompileRequest, CompileResult
from paasta_deploy.wire.apply_spec import BlobSource

log = logging.getLogger(__name__)

_SCRIPT = "packaging"
_TAIL_BYTES = 4000
"""How much of the output of a failed compilation is told; the whole is in the log folder."""


class CompilationFailedError(PaastaError):
    """The packaging script failed; the message ends with the last it printed."""


class Compiler:
    """Compiles one package at a time."""

    def __init__(self, *, children: Children, layout: Layout, settings: SettingsStore) -> None:
        self._children = children
        self._layout = layout
        self._settings = settings

    async def compile(self, request: CompileRequest) -> CompileResult:
        """Compile and store. Raises CompilationFailedError, PaastaError, OSError."""
        settings = self._settings
        blobs = Blobs(settings.blobstores)
        bundles = Bundles(self._layout, blobs)
        name = safe_name(request.package.name, "package")
        target = self._layout.compile / name
        links = _links(self._layout.packages)
        try:
            await self._install(request, bundles, settings.born.parallel)
            await in_thread(lambda: self._fetch(request.package.source, blobs, target))
            installed = await self._package(request, target)
            archive = self._layout.compile / f"{name}.tgz"
            await in_thread(lambda: pack(installed, archive))
            digest, blob_id = await in_thread(
                lambda: blobs.store(archive, request.upload_url, request.upload_headers)
            )
        finally:
            blobs.close()
            _restore(self._layout.packages, links)
            for leftover in self._layout.compile.glob(f"{name}*"):
                _remove(leftover)
        return CompileResult(digest=digest, blobstore_id=blob_id)

    async def _install(self, request: CompileRequest, bundles: Bundles, parallel: int) -> None:
        """Have the dependencies, and nothing else, below `packages`."""
        folders = await in_threads(
            [
                lambda package=package: bundles.install_package(package)  # type: ignore[misc] # bound
                for package in request.dependencies
            ],
            parallel=parallel,
        )
        names = [package.name for package in request.dependencies]
        bundles.switch_packages(dict(zip(names, folders, strict=True)))

    def _fetch(self, source: BlobSource, blobs: Blobs, target: Path) -> None:
        _remove(target)
        target.mkdir()
        archive = target.with_name(f"{target.name}.source.tgz")
        blobs.fetch(source, archive)
        unpack(archive, target)
        archive.unlink()
        script = target / _SCRIPT
        if script.is_file():
            script.write_bytes(relocate(script.read_bytes(), self._layout.root))

    async def _package(self, request: CompileRequest, target: Path) -> Path:
        """Run `packaging` and return the folder that it filled."""
        installed = self._layout.compile / f"{target.name}.installed"
        _remove(installed)
        installed.mkdir()
        link = self._layout.packages / target.name
        link_whole(link, installed)
        if not (target / _SCRIPT).is_file():
            return installed
        with printed(self._layout.tmp) as output:
            command = Command(
                argv=("/bin/bash", "-x", _SCRIPT),
                env={
                    "BOSH_COMPILE_TARGET": str(target),
                    "BOSH_INSTALL_TARGET": str(link),
                    "BOSH_PACKAGE_NAME": request.package.name,
                    "BOSH_PACKAGE_VERSION": request.package.version,
                    "HOME": str(target),
                    "PATH": search_path(PROGRAM_PATH),
                    "TMPDIR": str(self._layout.tmp),
                },
                cwd=target,
                stdout=output.descriptor,
                stderr=output.descriptor,
            )
            status = await self._children.run(command)
            if status != 0:
                raise CompilationFailedError(
                    f"Running packaging script of package {request.package.name}: it ended with"
                    f" {status}; its last output:\n{output.tail(_TAIL_BYTES)}"
                )
        return installed


def _links(folder: Path) -> dict[str, Path]:
    return {link.name: link.readlink() for link in folder.iterdir() if link.is_symlink()}


def _restore(folder: Path, links: dict[str, Path]) -> None:
    for link in folder.iterdir():
        if link.is_symlink() and links.get(link.name) != link.readlink():
            link.unlink()
    for name, target in links.items():
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
