"""The director's own certificates: of its authority, its servers, its connections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from paasta_deploy.model.lifecycle import RotationPhase
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


class OwnAuthority(Protocol):
    """The authority that signs them, and its exchange for another one, phase by phase.

    What is signed and trusted is that of the phase from then on. Safe from any thread.
    """

    def phase(self) -> RotationPhase | None:
        """Return how far an exchange has come; None: there is none. Raises StoreError."""
        ...

    def enter(self, phase: RotationPhase) -> None:
        """Enter the next phase, the first one by making a successor. Raises StoreError.

        Entering the present one again is fine.
        """
        ...

    def finish(self) -> None:
        """End the exchange after its last phase."""
        ...
