"""Stemcells of the local provider: the agent's zipapp, under a cid made from name and content."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from paasta_providers.local.errors import PROVIDER
from paasta_providers.local.folders import discard, sync_folder
from paasta_providers.local.translate import is_cid

from paasta_deploy.cpi.errors import CloudError, StemcellNotFoundError
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.model.ids import StemcellCid

FORMAT = "paasta-agent-zipapp"
"""The one entry of ``stemcell_formats`` that stemcells for this provider have."""

_IMAGE = "agent.pyz"
_DIGITS = 16
"""Of the digest in a cid: 64 bits, against mistakes and not against forgers."""


class Stemcells:
    """All stemcells of one state folder."""

    def __init__(self, state: Path) -> None:
        self._stemcells = state / "stemcells"
        self._trash = state / "trash"

    def create(self, request: CreateStemcell) -> StemcellCid:
        """Copy the image. Same name, version and content: same stemcell.

        Raises CloudError, OSError.
        """
        image = Path(request.image)
        if not zipfile.is_zipfile(image):
            raise CloudError(
                f"The image of stemcell {request.name}/{request.version} is no zipapp with an "
                "agent.",
                provider=PROVIDER,
                method="create_stemcell",
                hint=f"the local provider takes stemcells with the format {FORMAT}",
            )
        identity = f"{request.name}\0{request.version}\0".encode() + image.read_bytes()
        digest = hashlib.sha256(identity).hexdigest()
        cid = StemcellCid(f"stemcell-{digest[:_DIGITS]}")
        folder = self._stemcells / cid
        if (folder / _IMAGE).is_file():
            return cid
        for parent in (self._stemcells, self._trash):
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._trash) as half:
            copy = Path(half, _IMAGE)
            shutil.copyfile(image, copy)
            copy.chmod(0o644)
            with copy.open("rb") as file:
                os.fsync(file.fileno())
            folder.mkdir(mode=0o755, exist_ok=True)
            copy.replace(folder / _IMAGE)
            sync_folder(folder)
        return cid

    def image(self, cid: StemcellCid) -> Path:
        """Return the agent's zipapp. Raises StemcellNotFoundError."""
        image = self._stemcells / cid / _IMAGE
        if not is_cid("stemcell", cid) or not image.is_file():
            raise StemcellNotFoundError(
                f"There is no stemcell {cid} on this host.",
                provider=PROVIDER,
                cid=cid,
                hint="upload the stemcell again: `paasta-deploy upload-stemcell`",
            )
        return image

    def delete(self, cid: StemcellCid) -> None:
        """Remove the stemcell; an absent one is success. Raises OSError."""
        if is_cid("stemcell", cid):
            discard(self._stemcells / cid, self._trash)
