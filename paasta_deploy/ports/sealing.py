"""Keeping values secret at rest, and reading what a certificate says of itself.

A sealed text may lie in a database, a journal and a backup; only who has the key can open it. The
label is sealed along: a text that somebody moved to another record does not open there.
"""

from typing import Protocol

from paasta_deploy.model.values import JsonValue
from paasta_deploy.model.variable_records import CertificateFacts


class Sealer(Protocol):
    """Seals and opens values. Safe from any thread; microseconds each."""

    def seal(self, value: JsonValue, label: str) -> str:
        """Return ``value`` as a text that tells nothing: another text at each call.

        Raises VariableError: there is no key and none can be made.
        """
        ...

    def open(self, sealed: str, label: str) -> JsonValue:
        """Return what was sealed under ``label``.

        Raises VariableError (not retryable): the key is lost, or the text or label was changed.
        """
        ...


class CertificateReader(Protocol):
    """Reads certificates. Safe from any thread."""

    def facts(self, pem: str) -> CertificateFacts:
        """Return the facts of the first certificate in ``pem``. Raises VariableError."""
        ...
