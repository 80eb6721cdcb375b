"""All certificates that one director needs, in one folder: made, kept, renewed.

``ca.pem`` and ``ca.key`` are the authority. For each server and for the director as a client there
is ``<name>.pem`` and ``<name>.key``; they are made anew when they are about to expire, when the
host's addresses changed, and when they are damaged. Agents' certificates are never kept: each is
made when a VM is created or told its settings, and who holds one is let in only while the director
knows the VM.
"""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from paasta_deploy.adapters.certificates.authority import CertificateAuthority, Issued, Subject
from paasta_deploy.adapters.certificates.names import (
    DIRECTOR_NAME,
    NATS_SERVER_NAME,
    agent_name,
    bootstrap_name,
)
from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.ports.clock import Clock
from paasta_deploy.wire.agent_settings import MbusCertificate

# What browsers allow at most; a director that runs longer than the rest renews by itself.
SERVER_VALID = timedelta(days=397)
# Long before the end, so that a director which is started once in a while meets no expired one.
RENEW_BEFORE_END = timedelta(days=60)
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")
BLOBS_SERVER_NAME = "default.blobs.bosh-internal"
API_SERVER_NAME = "default.api.bosh-internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFiles:
    """PEM files of one party, and of the authority by which it knows the others."""

    certificate: Path
    private_key: Path
    ca: Path

    def server_context(self) -> ssl.SSLContext:
        """Return a context for a server that asks clients for no certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.private_key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return a context for a client that shows its certificate and trusts our CA alone."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.load_cert_chain(self.certificate, self.private_key)
        return context


class DirectorCertificates:
    """The certificates of one state folder. Made by :meth:`open`; safe from any thread."""

    def __init__(
        self, folder: Path, authority: CertificateAuthority, *, clock: Clock, hosts: Sequence[str]
    ) -> None:
        self._folder = folder
        self._authority = authority
        self._clock = clock
        every_host = tuple(dict.fromkeys((*hosts, *LOCAL_HOSTS)))
        self._subjects = {
            name: Subject(
                common_name=common_name, hosts=(common_name, *every_host), is_server=True
            )
            for name, common_name in (
                ("nats", NATS_SERVER_NAME),
                ("blobs", BLOBS_SERVER_NAME),
                ("api", API_SERVER_NAME),
            )
        }
        self._subjects["director"] = Subject(
            common_name=DIRECTOR_NAME, hosts=(DIRECTOR_NAME,), is_server=False
        )

    @classmethod
    def open(cls, folder: Path, *, clock: Clock, hosts: Sequence[str]) -> Self:
        """Read the folder, make what is missing and renew what needs it. Raises StoreError.

        ``hosts`` are the addresses and names by which agents and clients reach this host; the
        local ones are always among them.
        """
        authority = CertificateAuthority.open(
            folder / "ca.pem", folder / "ca.key", now=clock.now()
        )
        certificates = cls(folder, authority, clock=clock, hosts=hosts)
        certificates.renew()
        return certificates

    @property
    def ca_pem(self) -> str:
        """Whom everybody is to trust, and may know; two while the authority is exchanged."""
        return self._authority.trusted

    def use(self, authority: CertificateAuthority) -> tuple[str, ...]:
        """Sign with another authority from now on; return the names of what was made anew."""
        self._authority = authority
        return self.renew()

    @property
    def nats_server(self) -> CertificateFiles:
        """Of our nats-server."""
        return self._files("nats")

    @property
    def blobs_server(self) -> CertificateFiles:
        """Of the listener from which agents fetch blobs."""
        return self._files("blobs")

    @property
    def api_server(self) -> CertificateFiles:
        """Of the API over HTTPS, unless the operator configured another."""
        return self._files("api")

    @property
    def director_client(self) -> CertificateFiles:
        """Of the director's own connections to NATS."""
        return self._files("director")

    def renew(self) -> tuple[str, ...]:
        """Make anew what is missing, wrong or ends soon; return the names of what was made.

        Servers read their files when they start (nats-server also at SIGHUP). Raises StoreError.
        """
        return tuple(name for name in self._subjects if self._renew(name))

    def issue_agent(self, agent_id: AgentId, *, valid: timedelta) -> MbusCertificate:
        """Return a long-lived certificate for an agent. Takes a fraction of a millisecond."""
        return self._issue_agent(agent_id, agent_name(agent_id), valid)

    def issue_bootstrap(self, agent_id: AgentId, *, valid: timedelta) -> MbusCertificate:
        """Return the certificate with which an agent comes up for the first time."""
        return self._issue_agent(agent_id, bootstrap_name(agent_id), valid)

    def _issue_agent(self, agent_id: AgentId, name: str, valid: timedelta) -> MbusCertificate:
        subject = Subject(common_name=agent_name(agent_id), hosts=(name,), is_server=False)
        issued = self._authority.issue(subject, now=self._clock.now(), valid=valid)
        return MbusCertificate(
            ca=self.ca_pem, certificate=issued.certificate, private_key=issued.private_key
        )

    def _files(self, name: str) -> CertificateFiles:
        return CertificateFiles(
            certificate=self._folder / f"{name}.pem",
            private_key=self._folder / f"{name}.key",
            ca=self._folder / "ca.pem",
        )

    def _renew(self, name: str) -> bool:
        files, subject, now = self._files(name), self._subjects[name], self._clock.now()
        try:
            if files.certificate.exists() and files.private_key.exists():
                kept = Issued(
                    certificate=files.certificate.read_text("utf-8"),
                    private_key=files.private_key.read_text("utf-8"),
                )
                if self._authority.is_good(kept, subject, until=now + RENEW_BEFORE_END):
                    return False
            issued = self._authority.issue(subject, now=now, valid=SERVER_VALID)
            write_private(files.private_key, issued.private_key.encode())
            write_private(files.certificate, issued.certificate.encode())
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"The certificate {files.certificate} cannot be renewed: {error}.",
                hint="The folder must belong to the user who runs the director and have space.",
            ) from error
        return True
