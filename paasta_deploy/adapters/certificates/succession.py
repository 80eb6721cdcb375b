"""One authority after another in the director's folder, in steps that a kill cannot tear.

The successor is made in ``next-ca.pem`` and ``next-ca.key``. What the phase is, the files say:

=========  ==========  ====================  ==========================
phase      ``ca.key``  ``ca.pem``            ``next-ca.*``
=========  ==========  ====================  ==========================
(none)     the one     the one               not there
trusting   old         old and new           new
signing    new         new and old           new
dropping   new         new                   new
=========  ==========  ====================  ==========================

Each step replaces whole files, and the one that makes the difference last; taking a step again is
fine. Whether everybody has followed is not known here.
"""

from datetime import datetime
from pathlib import Path

from typing_extensions import override

from paasta_deploy.adapters.certificates.authority import CertificateAuthority
from paasta_deploy.adapters.certificates.director_certificates import DirectorCertificates
from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.own_certificates import OwnAuthority


class FolderAuthority(OwnAuthority):
    """The authority of a state folder."""

    def __init__(self, folder: Path, certificates: DirectorCertificates, *, clock: Clock) -> None:
        self._certificates = certificates
        self._clock = clock
        self._pem, self._key = folder / "ca.pem", folder / "ca.key"
        self._next_pem, self._next_key = folder / "next-ca.pem", folder / "next-ca.key"

    @override
    def phase(self) -> RotationPhase | None:
        if not self._next_pem.exists():
            return None
        own, following = self._own(), self._next()
        if own.pem != following.pem:
            # The bundle is written after the successor: without it nothing has begun.
            return RotationPhase.TRUSTING if following.pem in own.trusted else None
        if own.trusted != own.pem:
            return RotationPhase.SIGNING
        return RotationPhase.DROPPING

    @override
    def enter(self, phase: RotationPhase) -> None:
        try:
            self._enter(phase)
        except OSError as error:
            raise StoreError(
                f"The director's CA in {self._pem.parent} cannot be exchanged: {error}.",
                hint="The folder must belong to the user who runs the director and have space.",
            ) from error
        self._certificates.use(self._own())

    @override
    def finish(self) -> None:
        self._next_pem.unlink(missing_ok=True)  # first: it is what says that there is one
        self._next_key.unlink(missing_ok=True)

    def _enter(self, phase: RotationPhase) -> None:
        own, following = self._own(), self._next()
        match phase:
            case RotationPhase.TRUSTING:
                self._write(self._pem, own.pem + following.pem)
            case RotationPhase.SIGNING:
                # Both are in ca.pem: whichever key is found is that of one of them.
                self._write(self._key, self._next_key.read_text("ascii"))
            case RotationPhase.DROPPING:
                self._write(self._pem, following.pem)
            case RotationPhase.REPLACING:
                raise AssertionError("an authority is never just replaced")

    def _own(self) -> CertificateAuthority:
        return CertificateAuthority.open(self._pem, self._key, now=self._now())

    def _next(self) -> CertificateAuthority:
        return CertificateAuthority.open(self._next_pem, self._next_key, now=self._now())

    def _now(self) -> datetime:
        return self._clock.now()

    @staticmethod
    def _write(path: Path, text: str) -> None:
        write_private(path, text.encode("ascii"))
