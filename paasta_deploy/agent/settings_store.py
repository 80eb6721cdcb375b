"""The settings an agent was born with, and those that the director handed it since.

Both are secrets (they hold keys) and stay in files that only the agent reads. What was handed
later wins, and survives a restart of the agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.stored_files import read_json, write_json
from paasta_deploy.model.ids import AgentId, DiskCid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_settings import (
    AgentSettings,
    BlobstoreSettings,
    MbusCertificate,
    UpdateSettings,
    decode_agent_settings,
    decode_update_settings,
    encode_update_settings,
)
from paasta_deploy.wire.reading import Fields, WireError

_ADDRESSING = ("default", "gateway"), ("default", "dns")


@dataclass(slots=True, kw_only=True)
class SettingsStore:
    """What is in force at this moment; whoever works with it asks anew each time."""

    layout: Layout
    born: AgentSettings
    update: UpdateSettings

    @property
    def agent_id(self) -> AgentId:
        """Who this agent is."""
        return self.born.agent_id

    @property
    def mbus_urls(self) -> tuple[str, ...]:
        """Where NATS is."""
        return self.update.mbus_urls or self.born.mbus_urls

    @property
    def certificates(self) -> tuple[MbusCertificate, ...]:
        """Certificates for NATS, best first: the long-lived one, then the one of birth."""
        found = (self.update.certificate, self.born.mbus_certificate)
        return tuple(certificate for certificate in found if certificate is not None)

    @property
    def blobstores(self) -> tuple[BlobstoreSettings, ...]:
        """Where blobs are, and whom their servers' certificates must come from."""
        return self.update.blobstores or self.born.blobstores

    @property
    def heartbeat_interval_s(self) -> float:
        """Seconds between heartbeats."""
        return self.update.heartbeat_interval_s or self.born.heartbeat_interval_s

    @property
    def disk_hints(self) -> Mapping[DiskCid, JsonValue]:
        """Where the disks are that were attached before the agent was born."""
        return self.born.persistent_disks

    def default_ip(self) -> str:
        """Return the address by which others reach this machine, or an empty text."""
        networks = [
            network
            for network in Fields({"networks": self.born.networks}, "settings")
            .objects_by_name("networks")
            .values()
            if network.text("ip", "")
        ]
        for key, word in _ADDRESSING:
            for network in networks:
                if word in network.texts(key):
                    return network.text("ip")
        return networks[0].text("ip") if networks else ""

    def take(self, update: UpdateSettings) -> None:
        """Write what the director hands over and let it be in force. What it leaves out stays.

        Raises OSError; then nothing has changed.
        """
        merged = UpdateSettings(
            trusted_certs=update.trusted_certs,
            disk_names=self.update.disk_names if update.disk_names is None else update.disk_names,
            certificate=update.certificate or self.update.certificate,
            mbus_urls=update.mbus_urls or self.update.mbus_urls,
            blobstores=update.blobstores or self.update.blobstores,
            heartbeat_interval_s=update.heartbeat_interval_s or self.update.heartbeat_interval_s,
        )
        write_json(self.layout.update_file, encode_update_settings(merged))
        self.update = merged


def read_settings(settings_file: Path, layout: Layout) -> SettingsStore:
    """Read the settings of birth and the later ones. Raises WireError, OSError."""
    value = read_json(settings_file)
    if value is None:
        raise WireError(
            f"{settings_file} does not exist",
            hint="name the file that the provider wrote: --settings FILE",
        )
    later = read_json(layout.update_file)
    return SettingsStore(
        layout=layout,
        born=decode_agent_settings(value),
        update=UpdateSettings() if later is None else decode_update_settings(later),
    )
