"""Taking in releases and stemcells: verify, keep the blobs, register the image at every CPI.

Repeating an upload is success and changes nothing (``fix`` replaces the blobs), so a task that was
killed in the middle is simply run again.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.director.cancelling import check_before, cut_short
from paasta_deploy.director.requests import (
    DeleteArtifactRequest,
    TaskRequest,
    UploadReleaseRequest,
    UploadStemcellRequest,
)
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.execution.clouds import Caller, CloudCall, Clouds
from paasta_deploy.execution.cpis import Cpis
from paasta_deploy.model.digests import Digester, digest_mismatch
from paasta_deploy.model.errors import (
    BlobError,
    NotFoundError,
    PaastaError,
    ReleaseError,
    StemcellError,
)
from paasta_deploy.model.ids import CpiName, ReleaseName, ReleaseVersion, StemcellCid
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    Put,
    ReleaseRecord,
    Remove,
    StemcellRecord,
    TaskRecord,
)
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.model.spec import BlobRef, StemcellKey
from paasta_deploy.model.stemcell import StemcellManifest
from paasta_deploy.ports.archives import Archives, ReadRelease, ReadStemcell
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

_RELEASE_IN_USE = 30007
_STEMCELL_IN_USE = 50004
_SAME_VERSION_OTHER_CONTENT = 30014
_STEMCELL_FORMAT = 50008
_RELEASE_NOT_FOUND = 30005
_STEMCELL_NOT_FOUND = 50003
_DIGEST = 30015
_CHUNK_BYTES = 1 << 20


class Uploads:
    """The use cases around releases and stemcells."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        blobs: Blobs,
        archives: Archives,
        providers: Mapping[CpiName, Provider],
        clouds: Clouds,
        clock: Clock,
        workspace: Path,
    ) -> None:
        """``workspace`` is a folder on the disk of the blobs for unpacking."""
        self._store = store
        self._journal = journal
        self._blobs = blobs
        self._archives = archives
        self._providers = Cpis.of(providers)
        self._clouds = clouds
        self._clock = clock
        self._workspace = workspace

    async def upload_release(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``update_release``. Raises ReleaseError, BlobError."""
        assert isinstance(request, UploadReleaseRequest)
        with _source(request):
            return await self._take_release(context, request)

    async def _take_release(self, context: TaskContext, request: UploadReleaseRequest) -> str:
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        known = {
            package.fingerprint: blob
            for release in self._store.releases()
            for package in release.manifest.packages
            if (blob := release.blobs.get(f"package/{package.name}")) is not None
        }
        with self._folder("release-") as folder, cut_short(context.cancel, "the upload"):
            with stages.task("Extracting release"):
                archive = await asyncio.to_thread(self._fetch, request, Path(folder))
            with stages.task("Verifying manifest"):
                unpacked = Path(folder) / "unpacked"
                unpacked.mkdir()
                release = await asyncio.to_thread(
                    self._archives.read_release,
                    archive,
                    unpacked,
                    known_fingerprints=frozenset() if request.fix else frozenset(known),
                )
            manifest = release.manifest
            present = self._store.release(manifest.name, manifest.version)
            named = f"{manifest.name}/{manifest.version}"
            if present is not None and not request.fix:
                self._check_same(present.manifest, manifest)
                with stages.task("Release already exists", named):
                    return f"Release '{named}' already exists"
            with stages.task("Creating new packages and jobs"):
                blobs = await asyncio.to_thread(self._keep, release, known)
        record = ReleaseRecord(
            name=manifest.name, version=manifest.version, manifest=manifest, blobs=blobs
        )
        await self._note(context, "release", Put(record=record))
        with stages.task("Release has been created", named):
            return f"Created release '{named}'"

    async def upload_stemcell(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``update_stemcell``: one image per CPI. Raises StemcellError, CloudError."""
        assert isinstance(request, UploadStemcellRequest)
        with _source(request):
            return await self._take_stemcell(context, request)

    async def _take_stemcell(self, context: TaskContext, request: UploadStemcellRequest) -> str:
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        with self._folder("stemcell-") as folder:
            with (
                stages.task("Update stemcell", "Extracting stemcell archive", index=1, total=5),
                cut_short(context.cancel, "the upload"),
            ):
                archive = await asyncio.to_thread(self._fetch, request, Path(folder))
                unpacked = Path(folder) / "unpacked"
                unpacked.mkdir()
                stemcell = await asyncio.to_thread(self._archives.read_stemcell, archive, unpacked)
            manifest = stemcell.manifest
            for name, provider in self._providers.items():
                # An upload to a cloud that has begun is left to end, and recorded.
                check_before(context.cancel, f"the upload to CPI '{name or 'default'}'")
                await self._register(context, stages, name, provider, stemcell, fix=request.fix)
        return f"/stemcells/{manifest.name}/{manifest.version}"

    async def delete_artifact(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``delete_artifacts``: one release version or one stemcell."""
        assert isinstance(request, DeleteArtifactRequest)
        if request.kind == "release":
            return await self.delete_release(
                context,
                ReleaseName(request.name),
                ReleaseVersion(request.version),
                force=request.force,
            )
        return await self.delete_stemcell(
            context, request.name, request.version, force=request.force
        )

    async def delete_release(
        self, context: TaskContext, name: ReleaseName, version: ReleaseVersion, *, force: bool
    ) -> str:
        """Remove one release version that no deployment uses. Raises ReleaseError."""
        record = self._store.release(name, version)
        if record is None:
            raise NotFoundError(
                f"Release '{name}/{version}' doesn't exist", code=_RELEASE_NOT_FOUND
            )
        users = [d.name for d in self._store.deployments() if (name, version) in d.releases]
        if users and not force:
            raise ReleaseError(
                f"Release '{name}/{version}' is in use by {', '.join(users)}.",
                code=_RELEASE_IN_USE,
                hint="delete those deployments or deploy them with another version first",
            )
        await self._note(context, "release", Remove(record=record))
        return f"/release/{name}"

    async def delete_stemcell(
        self, context: TaskContext, name: str, version: str, *, force: bool
    ) -> str:
        """Remove one stemcell from every CPI. Raises StemcellError, CloudError."""
        records = [
            record
            for record in self._store.stemcells()
            if record.name == name and record.version == version
        ]
        if not records:
            raise NotFoundError(
                f"Stemcell '{name}/{version}' doesn't exist", code=_STEMCELL_NOT_FOUND
            )
        users = [
            deployment.name
            for deployment in self._store.deployments()
            if any(
                key.name == name and key.version == version
                for key in self._stemcells_of(deployment)
            )
        ]
        if users and not force:
            raise StemcellError(
                f"Stemcell '{name}/{version}' is in use by {', '.join(users)}.",
                code=_STEMCELL_IN_USE,
                hint="delete those deployments or deploy them with another stemcell first",
            )
        for record in records:
            check_before(context.cancel, f"'{name}/{version}' was deleted everywhere")
            provider = self._providers.get(record.cpi)
            if provider is None:
                raise StemcellError(
                    f"CPI '{record.cpi}' is not configured any more, so its image of"
                    f" '{name}/{version}' cannot be deleted.",
                    hint="save the CPI config that has it: `paasta-deploy update-cpi-config`",
                )
            await self._clouds.calls(record.cpi).run(
                CloudCall(method="delete_stemcell", subject=record.cid),
                partial(provider.delete_stemcell, record.cid),
                caller=Caller.of_task(context.task_id, context.cancel),
            )
            await self._note(context, "stemcell", Remove(record=record))
        return f"/stemcells/{name}/{version}"

    @contextmanager
    def _folder(self, prefix: str) -> Iterator[str]:
        """Give a folder for unpacking.

        A thread that was left behind may still write there; the next start removes what it leaves.
        """
        with tempfile.TemporaryDirectory(
            dir=self._workspace, prefix=prefix, ignore_cleanup_errors=True
        ) as folder:
            yield folder

    def _stemcells_of(self, deployment: DeploymentRecord) -> Iterable[StemcellKey]:
        """Yield what is used; a deploy of a part, or a failed one, brings more than recorded."""
        yield from deployment.stemcells
        recorded = self._store.recorded_deployment(deployment.name)
        if recorded is not None:
            yield from (vm.stemcell for vm in recorded.vms)

    async def _register(
        self,
        context: TaskContext,
        stages: StageReporter,
        cpi: CpiName,
        provider: Provider,
        stemcell: ReadStemcell,
        *,
        fix: bool,
    ) -> None:
        manifest = stemcell.manifest
        present = any(
            record.name == manifest.name
            and record.version == manifest.version
            and self._providers.current(record.cpi) == cpi
            for record in self._store.stemcells()
        )
        with stages.task(
            "Update stemcell", "Checking if this stemcell already exists", index=3, total=5
        ):
            if present and not fix:
                return
        self._check_formats(manifest, provider)
        with stages.task(
            "Update stemcell",
            f"Uploading stemcell {manifest.name}/{manifest.version} to the cloud",
            index=4,
            total=5,
        ):
            call = CloudCall(method="create_stemcell", subject=manifest.name)
            create = partial(self._create, provider, stemcell)
            caller = Caller.of_task(context.task_id, context.cancel)
            cid = await self._clouds.calls(cpi).run(call, create, caller=caller)
        with stages.task(
            "Update stemcell",
            f"Save stemcell {manifest.name}/{manifest.version} ({cid})",
            index=5,
            total=5,
        ):
            record = StemcellRecord(
                name=manifest.name,
                version=manifest.version,
                os=manifest.os,
                cid=cid,
                cpi=cpi,
                api_version=manifest.api_version,
            )
            await self._note(context, "stemcell", Put(record=record))

    def _create(self, provider: Provider, stemcell: ReadStemcell) -> StemcellCid:
        manifest = stemcell.manifest
        return provider.create_stemcell(
            CreateStemcell(
                name=manifest.name,
                version=manifest.version,
                image=stemcell.image,
                cloud_properties=manifest.cloud_properties,
            )
        )

    def _check_formats(self, manifest: StemcellManifest, provider: Provider) -> None:
        offered = provider.capabilities()
        if manifest.formats and not set(manifest.formats) & set(offered.stemcell_formats):
            raise StemcellError(
                f"Stemcell '{manifest.name}/{manifest.version}' has the formats "
                f"{', '.join(manifest.formats)}; CPI '{offered.provider}' takes "
                f"{', '.join(offered.stemcell_formats)}.",
                code=_STEMCELL_FORMAT,
            )

    def _check_same(self, present: ReleaseManifest, uploaded: ReleaseManifest) -> None:
        if _fingerprints(present) != _fingerprints(uploaded):
            raise ReleaseError(
                f"Release '{uploaded.name}/{uploaded.version}' exists with other content.",
                code=_SAME_VERSION_OTHER_CONTENT,
                hint="give it a new version, or upload with --fix to replace it",
            )

    def _keep(self, release: ReadRelease, known: Mapping[str, BlobRef]) -> dict[str, BlobRef]:
        blobs = {key: self._blobs.put_file(path) for key, path in release.files.items()}
        for package in release.manifest.packages:
            key = f"package/{package.name}"
            if key not in blobs and package.fingerprint in known:
                blobs[key] = known[package.fingerprint]
        return blobs

    def _fetch(self, request: UploadReleaseRequest | UploadStemcellRequest, folder: Path) -> Path:
        if request.source.startswith("/"):
            archive = Path(request.source)
            if not archive.is_file():
                raise BlobError(
                    f"There is no file {archive} on the director's machine.",
                    hint="upload it" + (" again" if request.remove_source else ""),
                )
        else:
            archive = folder / "archive.tgz"
            self._archives.fetch(request.source, archive)
        if request.sha1:
            mismatch = digest_mismatch(request.sha1, _hexdigests(archive))
            if mismatch is not None:
                raise BlobError(
                    f"'{request.source}' is not what was announced: {mismatch}", code=_DIGEST
                )
        return archive

    async def _note(self, context: TaskContext, step: str, change: Put | Remove) -> None:
        await self._journal.write(
            JournalEntry(task_id=context.task_id, phase=Phase.NOTE, step=step, changes=(change,))
        )


@contextmanager
def _source(request: UploadReleaseRequest | UploadStemcellRequest) -> Iterator[None]:
    """Remove what was uploaded once it is taken in or refused; a killed task needs it again."""
    try:
        yield
    except PaastaError:
        _remove_source(request)
        raise
    _remove_source(request)


def _remove_source(request: UploadReleaseRequest | UploadStemcellRequest) -> None:
    if request.remove_source and request.source.startswith("/"):
        Path(request.source).unlink(missing_ok=True)


def clean_workspace(workspace: Path, unfinished: Iterable[TaskRecord]) -> None:
    """Remove what killed directors left in the workspace, except uploads still to be taken in."""
    wanted = {str(task.request.get("source")) for task in unfinished}
    for path in workspace.iterdir():
        if str(path) in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _hexdigests(archive: Path) -> dict[str, str]:
    digester = Digester(("sha1", "sha256", "sha512"))
    with archive.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digester.update(chunk)
    return digester.hexdigests()


def _fingerprints(manifest: ReleaseManifest) -> frozenset[str]:
    jobs = {f"job/{job.name}/{job.fingerprint}" for job in manifest.jobs}
    sources = {f"package/{item.name}/{item.fingerprint}" for item in manifest.packages}
    compiled = {f"package/{item.name}/{item.fingerprint}" for item in manifest.compiled_packages}
    return frozenset(jobs | sources | compiled)
