"""Makes what looks after the director's own certificates, and shows new ones without a restart."""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from paasta_deploy.adapters.certificates.own import FolderCertificates
from paasta_deploy.adapters.certificates.succession import FolderAuthority
from paasta_deploy.director.agent_certificates import AgentCertificates
from paasta_deploy.director.authority_rotation import AuthorityRotation
from paasta_deploy.director.certificate_keeping import CertificateKeeper
from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.permits import Permit
from paasta_deploy.ports.store import Store
from paasta_deploy.wiring.outside import Outside
from paasta_deploy.wiring.places import Folders
from paasta_deploy.wiring.settings import Settings


class ShownCertificates:
    """Everything here that shows a certificate of ours."""

    def __init__(self, settings: Settings, outside: Outside) -> None:
        self._settings = settings
        self._outside = outside
        self._api: ssl.SSLContext | None = None

    def api_context(self) -> ssl.SSLContext:
        """Return the TLS of the API: with the operator's certificate, or that of our own CA."""
        if self._api is None:
            self._api = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._api.load_cert_chain(*self._api_files())
        return self._api

    def show(self) -> None:
        """Read all files again; connections that are open stay as they are."""
        outside = self._outside
        blobs = outside.certificates.blobs_server
        outside.listener.show(blobs.certificate, blobs.private_key)
        outside.agents.show_certificates()
        if outside.nats is not None:
            outside.nats.show_certificates()
        if self._api is not None:
            self._api.load_cert_chain(*self._api_files())

    def named(self) -> dict[Path, str]:
        """Return the certificates that the operator's settings name, with their use."""
        https, nats, home = self._settings.api.https, self._settings.nats, self._settings.home
        found: dict[Path, str] = {}
        if https.certificate and https.private_key:
            found[home / https.certificate] = "API over HTTPS (director.yml)"
        if nats.mode == "external" and nats.certificate and nats.ca:
            found[home / nats.certificate] = "the director on the message bus (director.yml)"
            found[home / nats.ca] = "CA of the message bus (director.yml)"
        return found

    def _api_files(self) -> tuple[Path, Path]:
        https = self._settings.api.https
        if https.certificate and https.private_key:
            return self._settings.home / https.certificate, self._settings.home / https.private_key
        files = self._outside.certificates.api_server
        return files.certificate, files.private_key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCertificates:
    """What looks after certificates, and what exchanges the CA."""

    shown: ShownCertificates
    keeper: CertificateKeeper
    rotation: AuthorityRotation


def keep_certificates(
    settings: Settings,
    folders: Folders,
    *,
    outside: Outside,
    store: Store,
    clock: Clock,
    permit: Permit,
) -> KeptCertificates:
    """Construct it; the keeper looks once it is started."""
    shown = ShownCertificates(settings, outside)
    agents = AgentCertificates(
        store=store,
        agents=AgentCalls(outside.agents, permit=permit),
        credentials=outside.credentials,
    )
    return KeptCertificates(
        shown=shown,
        keeper=CertificateKeeper(
            own=FolderCertificates(folders.certificates, outside.certificates, shown.named()),
            show=shown.show,
            store=store,
            agents=agents,
            clock=clock,
            agents_valid=timedelta(days=settings.agents.certificate_valid_days),
        ),
        rotation=AuthorityRotation(
            own=FolderAuthority(folders.certificates, outside.certificates, clock=clock),
            show=shown.show,
            agents=agents,
            store=store,
            clock=clock,
        ),
    )
