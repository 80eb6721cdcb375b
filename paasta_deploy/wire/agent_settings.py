"""The settings with which an agent comes up, and those that the director hands it later.

Settings are written by the director, carried by the provider (user-data, a file) and read by the
agent; they hold the machine's NATS key, so they are a secret as a whole: files of mode 0600, never
in logs or arguments. Private parts are kept out of ``repr``; a `Secret` is not used, because
the agent must come up on machines with nothing but Python's standard library.

Source: bosh.md 1.8, 5.4, 6.7 and wire/nats.jsonl. ``env.bosh.agent.settings.
heartbeat_interval_s`` and ``heartbeat_interval_s`` in ``update_settings`` are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.ids import AgentId, DiskCid
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.reading import Fields

PARALLEL_DEFAULT = 5
"""How many blobs are fetched at once; BOSH's default (bosh.md 1.8)."""

HEARTBEAT_INTERVAL_S_DEFAULT = 30.0
"""What BOSH's agents do (bosh.md 6.3); quiet machines cost next to nothing with it."""

HEARTBEAT_INTERVAL_S_MIN = 0.2
"""A faster pulse would cost more than it tells: connections closing are seen at once anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MbusCertificate:
    """PEM texts: the CA to trust, and the client certificate with its key."""

    ca: str
    certificate: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobstoreSettings:
    """A blobstore. ``provider`` is ``local`` or ``dav``; ``options`` belong to it.

    Known options: ``blobstore_path`` (local), ``tls.cert.ca`` (whom HTTPS links must come from).
    """

    provider: str = "dummy"
    options: JsonObject = field(default_factory=dict, repr=False)

    @property
    def local_path(self) -> str:
        """The folder of a local blobstore, else an empty text."""
        path = self.options.get("blobstore_path")
        return path if self.provider == "local" and isinstance(path, str) else ""

    @property
    def ca(self) -> str:
        """PEM text of the CA that signs the blobstore's certificate, or an empty text."""
        value: JsonValue = self.options
        for key in ("tls", "cert", "ca"):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """Everything an agent is born with. ``persistent_disks`` maps disk cid to attach hint."""

    agent_id: AgentId
    vm_name: str = ""
    vm_cid: str = ""
    networks: JsonObject = field(default_factory=dict)
    persistent_disks: Mapping[DiskCid, JsonValue] = field(default_factory=dict)
    ephemeral_disk: JsonValue = None
    system_disk: JsonValue = None
    mbus: str = ""
    blobstore: BlobstoreSettings = field(default_factory=BlobstoreSettings)
    ntp: tuple[str, ...] = ()
    env: JsonObject = field(default_factory=dict, repr=False)

    @property
    def mbus_urls(self) -> tuple[str, ...]:
        """Where NATS is: ``env.bosh.mbus.urls`` if given, else ``mbus``."""
        urls = self._bosh.object("mbus").texts("urls")
        return urls or ((self.mbus,) if self.mbus else ())

    @property
    def mbus_certificate(self) -> MbusCertificate | None:
        """The short-lived certificate of the first connection (``env.bosh.mbus.cert``)."""
        return decode_certificate(self._bosh.object("mbus"))

    @property
    def blobstores(self) -> tuple[BlobstoreSettings, ...]:
        """The blobstores: ``env.bosh.blobstores`` if given, else the top-level one."""
        listed = self._bosh.objects("blobstores")
        return tuple(decode_blobstore(one) for one in listed) or (self.blobstore,)

    @property
    def parallel(self) -> int:
        """How many blobs to fetch at once."""
        return max(1, self._bosh.integer("parallel", PARALLEL_DEFAULT))

    @property
    def heartbeat_interval_s(self) -> float:
        """Seconds between heartbeats."""
        wanted = self._bosh.object("agent").object("settings")
        interval_s = wanted.number("heartbeat_interval_s", HEARTBEAT_INTERVAL_S_DEFAULT)
        return max(HEARTBEAT_INTERVAL_S_MIN, interval_s)

    @property
    def _bosh(self) -> Fields:
        return Fields(self.env, "settings.env").object("bosh")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSettings:
    """The argument of ``update_settings``. What is None, or another thing empty, stays as it is.

    ``certificate`` is the long-lived one that replaces the bootstrap certificate.
    ``disk_names`` maps the name of a disk (``disk_associations``) to its cid; empty: none has one.
    """

    trusted_certs: str = ""
    disk_names: Mapping[str, DiskCid] | None = None
    certificate: MbusCertificate | None = None
    mbus_urls: tuple[str, ...] = ()
    blobstores: tuple[BlobstoreSettings, ...] = ()
    heartbeat_interval_s: float | None = None


def encode_agent_settings(settings: AgentSettings) -> JsonObject:
    """Return the settings object. A secret: see the module's docstring."""
    return {
        "agent_id": settings.agent_id,
        "vm": {"name": settings.vm_name, "id": settings.vm_cid},
        "networks": settings.networks,
        "disks": {
            "system": settings.system_disk,
            "ephemeral": settings.ephemeral_disk,
            "persistent": {str(cid): hint for cid, hint in settings.persistent_disks.items()},
        },
        "mbus": settings.mbus,
        "blobstore": _encode_blobstore(settings.blobstore),
        "ntp": list(settings.ntp),
        "env": settings.env,
    }


def decode_agent_settings(value: JsonValue) -> AgentSettings:
    """Read settings, all of them, so that a mistake shows at start. Raises WireError."""
    fields = Fields(value, "settings")
    disks = fields.object("disks")
    settings = AgentSettings(
        agent_id=AgentId(fields.text("agent_id")),
        vm_name=fields.object("vm").text("name", ""),
        vm_cid=fields.object("vm").text("id", ""),
        networks=fields.object("networks").raw,
        persistent_disks={
            DiskCid(cid): hint for cid, hint in disks.object("persistent").raw.items()
        },
        ephemeral_disk=disks.raw.get("ephemeral"),
        system_disk=disks.raw.get("system"),
        mbus=fields.text("mbus", ""),
        blobstore=decode_blobstore(fields.object("blobstore")),
        ntp=fields.texts("ntp"),
        env=fields.object("env").raw,
    )
    _ = (settings.mbus_urls, settings.mbus_certificate, settings.blobstores)
    _ = (settings.parallel, settings.heartbeat_interval_s)
    return settings


def encode_update_settings(update: UpdateSettings) -> JsonObject:
    """Return the argument of ``update_settings``. A secret: see the module's docstring."""
    encoded: dict[str, JsonValue] = {"trusted_certs": update.trusted_certs}
    if update.disk_names is not None:
        encoded["disk_associations"] = [
            {"name": name, "cid": cid} for name, cid in update.disk_names.items()
        ]
    mbus: dict[str, JsonValue] = {}
    if update.certificate is not None:
        mbus["cert"] = encode_certificate(update.certificate)
    if update.mbus_urls:
        mbus["urls"] = list(update.mbus_urls)
    if mbus:
        encoded["mbus"] = mbus
    if update.blobstores:
        encoded["blobstores"] = [_encode_blobstore(one) for one in update.blobstores]
    if update.heartbeat_interval_s is not None:
        encoded["heartbeat_interval_s"] = update.heartbeat_interval_s
    return encoded


def decode_update_settings(value: JsonValue) -> UpdateSettings:
    """Read the argument of ``update_settings``. Raises WireError."""
    fields = Fields(value, "update_settings")
    interval_s = None
    if fields.has("heartbeat_interval_s"):
        interval_s = max(HEARTBEAT_INTERVAL_S_MIN, fields.number("heartbeat_interval_s"))
    return UpdateSettings(
        trusted_certs=fields.text("trusted_certs", ""),
        disk_names={
            disk.text("name"): DiskCid(disk.text("cid"))
            for disk in fields.objects("disk_associations")
        }
        if fields.has("disk_associations")
        else None,
        certificate=decode_certificate(fields.object("mbus")),
        mbus_urls=fields.object("mbus").texts("urls"),
        blobstores=tuple(decode_blobstore(one) for one in fields.objects("blobstores")),
        heartbeat_interval_s=interval_s,
    )


def encode_certificate(certificate: MbusCertificate) -> JsonObject:
    """Return the object that stands under ``mbus.cert``."""
    return {
        "ca": certificate.ca,
        "certificate": certificate.certificate,
        "private_key": certificate.private_key,
    }


def decode_certificate(mbus: Fields) -> MbusCertificate | None:
    """Read ``mbus.cert``; None when it is absent or empty. Raises WireError."""
    cert = mbus.object("cert")
    if not cert.text("certificate", ""):
        return None
    return MbusCertificate(
        ca=cert.text("ca"),
        certificate=cert.text("certificate"),
        private_key=cert.text("private_key"),
    )


def decode_blobstore(fields: Fields) -> BlobstoreSettings:
    """Read one blobstore. Raises WireError."""
    return BlobstoreSettings(
        provider=fields.text("provider", "dummy"), options=fields.object("options").raw
    )


def _encode_blobstore(blobstore: BlobstoreSettings) -> JsonObject:
    return {"provider": blobstore.provider, "options": blobstore.options}
