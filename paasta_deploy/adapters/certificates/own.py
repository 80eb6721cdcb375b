"""The port :class:`~paasta_deploy.ports.own_certificates.OwnCertificates`: files in folders."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from typing_extensions import override

from paasta_deploy.adapters.certificates.director_certificates import DirectorCertificates
from paasta_deploy.adapters.certificates.facts import X509Reader
from paasta_deploy.model.errors import VariableError
from paasta_deploy.ports.own_certificates import OwnCertificate, OwnCertificates

log = logging.getLogger(__name__)

BY_ITSELF = "by the director, 60 days before its end"
BY_HAND = "by you: replace the file and its key, then restart the director"
BY_COMMAND = "by `paasta-deploy director rotate-ca`"

_OWN: Mapping[str, tuple[str, str]] = {
    "ca.pem": ("signs all others, and agents'", BY_COMMAND),
    "nats.pem": ("message bus for agents", BY_ITSELF),
    "blobs.pem": ("blobs for agents", BY_ITSELF),
    "api.pem": ("API over HTTPS", BY_ITSELF),
    "director.pem": ("the director on its message bus", BY_ITSELF),
}


class FolderCertificates(OwnCertificates):
    """Those of a state folder, and those that the operator's settings name (path -> use)."""

    def __init__(
        self, folder: Path, certificates: DirectorCertificates, named: Mapping[Path, str]
    ) -> None:
        self._folder = folder
        self._certificates = certificates
        self._named = named
        self._reader = X509Reader()

    @override
    def listed(self) -> Sequence[OwnCertificate]:
        files = {self._folder / name: told for name, told in _OWN.items()}
        files |= {path: (use, BY_HAND) for path, use in self._named.items()}
        found = (self._read(path, use, renewal) for path, (use, renewal) in files.items())
        return [one for one in found if one is not None]

    @override
    def renew(self) -> Sequence[str]:
        return self._certificates.renew()

    def _read(self, path: Path, use: str, renewal: str) -> OwnCertificate | None:
        try:
            facts = self._reader.facts(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, VariableError) as error:
            log.warning("no certificate", extra={"path": str(path), "reason": str(error)})
            return None
        return OwnCertificate(path=str(path), use=use, renewal=renewal, facts=facts)
