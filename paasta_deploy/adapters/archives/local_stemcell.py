"""The stemcell of the embedded local provider: a few hundred kilobytes around the agent's zipapp.

Local machines share the host's operating system, so there is no disk image to bring; what makes a
machine a machine of ours is the agent. Its bytes therefore are the image, and they decide about
the version: another agent is another stemcell, and deploying it recreates the machines.
"""

import hashlib
import io
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from paasta_deploy.adapters.archives.tar_writing import STORED, TarEntry, write_tar_gz
from paasta_deploy.model.errors import StemcellError
from paasta_deploy.model.ids import StemcellName, StemcellVersion
from paasta_deploy.model.stemcell import StemcellManifest

LOCAL_STEMCELL = StemcellName("paasta-local")
"""Name and operating system of the stemcell for local machines."""

_API_VERSION = 3
_FORMAT = "paasta-agent-zipapp"


def content_version(image: bytes) -> StemcellVersion:
    """Return ``0.<number>`` with a number that stands for the content (48 bits of its SHA-256)."""
    return StemcellVersion(f"0.{int(hashlib.sha256(image).hexdigest()[:12], 16)}")


def build_local_stemcell(
    agent_zipapp: Path, target: Path, *, version: StemcellVersion | None = None
) -> StemcellManifest:
    """Write the stemcell around ``agent_zipapp`` to ``target``, atomically; return its manifest.

    Same zipapp and version, same bytes. Without ``version`` the content decides, which identifies
    the stemcell but says nothing about which one is newer; give a rising version where ``latest``
    has to find the newest. Raises StemcellError when a file cannot be read or written.
    """
    try:
        image = agent_zipapp.read_bytes()
        manifest = StemcellManifest(
            name=LOCAL_STEMCELL,
            version=content_version(image) if version is None else version,
            os=str(LOCAL_STEMCELL),
            digest=f"sha256:{hashlib.sha256(image).hexdigest()}",
            api_version=_API_VERSION,
            formats=(_FORMAT,),
            cloud_properties={"infrastructure": "local"},
        )
        packed = io.BytesIO()
        write_tar_gz(
            packed,
            [
                TarEntry(name="stemcell.MF", content=_manifest_text(manifest)),
                TarEntry(name="image", content=image),
            ],
            level=STORED,
        )
        with NamedTemporaryFile(dir=target.parent, prefix=".stemcell-", delete=False) as output:
            output.write(packed.getvalue())
        Path(output.name).replace(target)
    except OSError as error:
        raise StemcellError(f"Writing the local stemcell '{target}' failed: {error}") from error
    return manifest


def _manifest_text(manifest: StemcellManifest) -> bytes:
    fields = {
        "name": str(manifest.name),
        "version": str(manifest.version),
        "operating_system": manifest.os,
        "bosh_protocol": manifest.bosh_protocol,
        "api_version": manifest.api_version,
        "sha1": manifest.digest,
        "stemcell_formats": list(manifest.formats),
        "cloud_properties": dict(manifest.cloud_properties),
    }
    return yaml.safe_dump(fields, sort_keys=True).encode()
