"""The director's own certificates: of its authority, its servers, its connections. Not agents'."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from paasta_deploy.model.variable_records import CertificateFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCertificate:
    """One certificate in a file. ``renewal`` says to people how it is renewed."""

    path: str
    use: str
    renewal: str
    facts: CertificateFacts


class OwnCertificates(Protocol):
    """Lists them and renews those that the director makes. Safe from any thread."""

    def listed(self) -> Sequence[OwnCertificate]:
        """Return all of them. A file that cannot be read is left out, and logged."""
        ...

    def renew(self) -> Sequence[str]:
        """Make anew those that end soon; return their names. Raises StoreError.

        Whoever shows one has to read it again.
        """
        ...
