"""Connects the director to agents: certificates, message bus, blobs, the host's address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from paasta_deploy.adapters.blobs import BlobFolder, BlobLinks, BlobListener
from paasta_deploy.adapters.bus.channel import BusAccess, NatsAgentChannel
from paasta_deploy.adapters.bus.keys import BusKeys
from paasta_deploy.adapters.bus.server import NatsServer
from paasta_deploy.adapters.bus.server_config import NatsServerSettings
from paasta_deploy.adapters.certificates import (
    AgentEndpoints,
    CertificateFiles,
    DirectorAgentSettings,
    DirectorCertificates,
)
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.adapters.store import SqlStore
from paasta_deploy.cpi.provider import HostOperations, Provider
from paasta_deploy.model.ids import CpiName, DirectorUuid
from paasta_deploy.wiring.places import Folders, RememberedPorts
from paasta_deploy.wiring.settings import Settings, SettingsError

LOCAL_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What connects the director to agents: certificates, message bus, blobs."""

    certificates: DirectorCertificates
    credentials: DirectorAgentSettings
    nats: NatsServer | None
    agents: NatsAgentChannel
    blobs: BlobFolder
    listener: BlobListener


async def connect_outside(
    settings: Settings,
    folders: Folders,
    store: SqlStore,
    address: str,
    uuid: DirectorUuid,
) -> Outside:
    """Start or adopt nats-server, connect to it, and serve blobs. Raises PaastaError."""
    clock, ids = SystemClock(), SystemIdSource()
    ports = RememberedPorts(settings.home, address)
    certificates = DirectorCertificates.open(folders.certificates, clock=clock, hosts=(address,))
    nats, access = _bus(
        settings, folders, certificates=certificates, address=address, ports=ports, uuid=uuid
    )
    blobs_port = ports.port("blobs", settings.agents.blobs_port)
    blobs_url = f"https://{address}:{blobs_port}"
    links = BlobLinks.open(blobs_url, folders.certificates / "blob-links.key", clock=clock)
    blobs = BlobFolder(settings.home / settings.blobs.folder, sign=links.sign, ids=ids)
    listener = BlobListener(blobs, links=links, tls=certificates.blobs_server.server_context())
    await listener.start(address, blobs_port)
    if nats is not None:
        await nats.start()  # last of those that may fail: it would outlive us
    agents = NatsAgentChannel(
        access, clock=clock, ids=ids, is_known=lambda agent_id: store.vm(agent_id) is not None
    )
    await agents.connect()
    return Outside(
        certificates=certificates,
        credentials=DirectorAgentSettings(
            certificates,
            AgentEndpoints(mbus_urls=(access.url,), blobs_url=blobs_url),
            heartbeat_interval_s=settings.agents.heartbeat_interval,
            bootstrap_valid=timedelta(seconds=settings.agents.bootstrap_certificate_valid),
            certificate_valid=timedelta(days=settings.agents.certificate_valid_days),
        ),
        nats=nats,
        agents=agents,
        blobs=blobs,
        listener=listener,
    )


def _bus(
    settings: Settings,
    folders: Folders,
    *,
    certificates: DirectorCertificates,
    address: str,
    ports: RememberedPorts,
    uuid: DirectorUuid,
) -> tuple[NatsServer | None, BusAccess]:
    """Return our own nats-server (None: it is not ours) and how to get to the bus."""
    wanted = settings.nats
    if wanted.mode == "external":
        if not (wanted.url and wanted.ca and wanted.certificate and wanted.private_key):
            raise SettingsError(
                "nats.mode is external, which needs nats.url, ca, certificate and private_key."
            )
        files = CertificateFiles(
            ca=settings.home / wanted.ca,
            certificate=settings.home / wanted.certificate,
            private_key=settings.home / wanted.private_key,
        )
        access = BusAccess(url=wanted.url, certificates=files, keys=None, director=uuid)
        return None, access
    keys = BusKeys.open(folders.nats / "keys.json")
    nats = NatsServer(
        NatsServerSettings(
            folder=folders.nats,
            host=address,
            port=ports.port("nats", wanted.port),
            certificates=certificates.nats_server,
            keys=keys,
        ),
        clock=SystemClock(),
    )
    access = BusAccess(
        url=nats.url, certificates=certificates.director_client, keys=keys, director=uuid
    )
    return nats, access


def find_host_address(settings: Settings, providers: Mapping[CpiName, Provider]) -> str:
    """Return where agents reach this machine, and make sure that it exists."""
    address = settings.host.address
    for provider in providers.values():
        if isinstance(provider, HostOperations):
            provider.prepare_host()
            address = address or str(provider.host_address)
    return address or LOCAL_ADDRESS
