"""A stemcell tarball: ``stemcell.MF`` and the opaque ``image``, verified and laid out for a CPI.

Source: BOSH 10.1. A light stemcell has an empty image and all it needs in ``cloud_properties``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.adapters.archives.release_yaml import ReleaseYamlError, parse_release_yaml
from paasta_deploy.adapters.archives.tar_reading import (
    ArchiveMember,
    BrokenArchiveError,
    read_members,
)
from paasta_deploy.model.digests import Digester, digest_mismatch, parse_digest
from paasta_deploy.model.errors import StemcellError
from paasta_deploy.model.ids import StemcellName, StemcellVersion
from paasta_deploy.model.stemcell import StemcellManifest
from paasta_deploy.model.values import JsonObject

_INVALID_ARCHIVE = 50000
_IMAGE_NOT_FOUND = 50001
_DIGEST_MISMATCH = 50007

_STEMCELL_BYTES_MAX = 64 << 30
"""Raw images of Windows stemcells unpack to about 20 GiB."""

_MEMBERS_MAX = 1000
_MANIFEST_BYTES_MAX = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedStemcell:
    """A verified stemcell. ``image`` is the file that the CPI's ``create_stemcell`` takes."""

    manifest: StemcellManifest
    image: Path


def read_stemcell_archive(archive: Path, workspace: Path) -> UnpackedStemcell:
    """Unpack ``archive`` into the empty folder ``workspace`` and verify it.

    The caller owns the workspace. Raises StemcellError: 50000 (not usable), 50001 (no image) and
    50007 (the image does not match its digest).
    """
    image = workspace / "image"
    text: bytes | None = None
    digester = Digester(("sha1", "sha256", "sha512"))
    try:
        with archive.open("rb") as stream:
            members = read_members(
                stream, limit_bytes=_STEMCELL_BYTES_MAX, limit_members=_MEMBERS_MAX
            )
            for member in members:
                if member.name == "stemcell.MF":
                    text = member.read(_MANIFEST_BYTES_MAX)
                elif member.name == "image":
                    _copy(member, image, digester)
    except (BrokenArchiveError, OSError) as error:
        raise StemcellError(
            f"Extracting stemcell archive '{archive.name}' failed: {error}", code=_INVALID_ARCHIVE
        ) from error
    if text is None:
        raise StemcellError(
            f"'{archive.name}' is no stemcell: it has no stemcell.MF", code=_INVALID_ARCHIVE
        )
    if not image.exists():
        raise StemcellError(f"Stemcell image not found in '{archive.name}'", code=_IMAGE_NOT_FOUND)
    manifest = _parse_manifest(text)
    mismatch = digest_mismatch(manifest.digest, digester.hexdigests())
    if mismatch is not None:
        raise StemcellError(
            f"The image of stemcell '{manifest.name}/{manifest.version}' does not match "
            f"stemcell.MF: {mismatch}",
            code=_DIGEST_MISMATCH,
            hint="the file was damaged; fetch it again",
        )
    return UnpackedStemcell(manifest=manifest, image=image)


def _copy(member: ArchiveMember, target: Path, digester: Digester) -> None:
    with target.open("xb") as output:
        for chunk in member.chunks():
            digester.update(chunk)
            output.write(chunk)


def _parse_manifest(text: bytes) -> StemcellManifest:
    try:
        manifest = parse_release_yaml(text)
    except ReleaseYamlError as error:
        raise StemcellError(
            f"stemcell.MF is not usable: {error}", code=_INVALID_ARCHIVE
        ) from error
    name = _text(manifest, "name")
    version = _text(manifest, "version")
    digest = str(manifest.get("sha1") or "")
    try:
        parse_digest(digest)
    except ValueError as error:
        raise StemcellError(
            f"stemcell.MF has an unusable digest: {error}", code=_DIGEST_MISMATCH
        ) from error
    cloud_properties = manifest.get("cloud_properties") or {}
    formats = manifest.get("stemcell_formats") or []
    if not isinstance(cloud_properties, Mapping):
        raise StemcellError(
            "stemcell.MF: 'cloud_properties' must be a mapping", code=_INVALID_ARCHIVE
        )
    if not isinstance(formats, Sequence) or isinstance(formats, str):
        raise StemcellError(
            "stemcell.MF: 'stemcell_formats' must be a list", code=_INVALID_ARCHIVE
        )
    api_version = manifest.get("api_version", 1)
    return StemcellManifest(
        name=StemcellName(name),
        version=StemcellVersion(version),
        os=str(manifest.get("operating_system") or name),
        digest=digest,
        api_version=api_version if isinstance(api_version, int) else 1,
        bosh_protocol=str(manifest.get("bosh_protocol") or "1"),
        formats=tuple(str(item) for item in formats),
        cloud_properties=cloud_properties,
    )


def _text(manifest: JsonObject, key: str) -> str:
    value = manifest.get(key)
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        raise StemcellError(f"stemcell.MF: '{key}' is missing", code=_INVALID_ARCHIVE)
    return str(value)
