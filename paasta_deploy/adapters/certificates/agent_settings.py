"""The settings and credentials with which agents come up, and those they get afterwards.

A new VM carries a certificate that is valid for an hour: its settings lie where a cloud's
operators and every process of the VM may find them (user data, a metadata service). The agent
that answered gets its own, long-lived certificate over the connection that the first one opened.
Source: bosh.md 5.4, 6.1, bosh-clients.md 2.1 (what a real bosh-agent insists on).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from paasta_deploy.adapters.certificates.director_certificates import DirectorCertificates
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json, deep_merge
from paasta_deploy.wire.agent_settings import (
    AgentSettings,
    BlobstoreSettings,
    UpdateSettings,
    encode_agent_settings,
    encode_certificate,
    encode_update_settings,
)

# A VM that has not called back after an hour is made again, with a new certificate.
BOOTSTRAP_VALID = timedelta(hours=1)
# Every deploy and every resurrection hands out a new one; a year between two is rare.
CERTIFICATE_VALID = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEndpoints:
    """Where agents find the director: ``nats://host:port`` and ``https://host:port``."""

    mbus_urls: Sequence[str]
    blobs_url: str
    ntp: Sequence[str] = ()


class DirectorAgentSettings:
    """Makes settings for agents of one director (port ``AgentSettingsSource``)."""

    def __init__(
        self,
        certificates: DirectorCertificates,
        endpoints: AgentEndpoints,
        *,
        heartbeat_interval_s: float,
        bootstrap_valid: timedelta = BOOTSTRAP_VALID,
        certificate_valid: timedelta = CERTIFICATE_VALID,
    ) -> None:
        self._certificates = certificates
        self._endpoints = endpoints
        self._heartbeat_interval_s = heartbeat_interval_s
        self._bootstrap_valid = bootstrap_valid
        self._certificate_valid = certificate_valid

    def settings_for(self, agent_id: AgentId, env: JsonObject) -> Secret:
        """Return the settings JSON of a new VM, ``env`` merged into it."""
        certificate = self._certificates.issue_bootstrap(agent_id, valid=self._bootstrap_valid)
        blobstore = self._blobstore()
        listed: JsonObject = {"provider": blobstore.provider, "options": blobstore.options}
        ours: JsonObject = {
            "bosh": {
                "mbus": {
                    "cert": encode_certificate(certificate),
                    "urls": list(self._endpoints.mbus_urls),
                },
                # A real bosh-agent ends at once when this list is absent.
                "blobstores": [listed],
                "agent": {"settings": {"heartbeat_interval_s": self._heartbeat_interval_s}},
            }
        }
        settings = AgentSettings(
            agent_id=agent_id,
            mbus=self._endpoints.mbus_urls[0],
            blobstore=blobstore,
            ntp=tuple(self._endpoints.ntp),
            env=deep_merge(env, ours),
        )
        return Secret(canonical_json(encode_agent_settings(settings)))

    def update_settings_for(self, agent_id: AgentId) -> Mapping[str, JsonValue]:
        """Return the argument of ``update_settings``: a long-lived certificate, and all else."""
        return encode_update_settings(
            UpdateSettings(
                certificate=self._certificates.issue_agent(
                    agent_id, valid=self._certificate_valid
                ),
                mbus_urls=tuple(self._endpoints.mbus_urls),
                blobstores=(self._blobstore(),),
                heartbeat_interval_s=self._heartbeat_interval_s,
            )
        )

    def _blobstore(self) -> BlobstoreSettings:
        # Every link that we hand out is signed, so the agent needs no user; it must trust our CA.
        return BlobstoreSettings(
            provider="dav",
            options={
                "endpoint": self._endpoints.blobs_url,
                "enable_signed_urls": True,
                "tls": {"cert": {"ca": self._certificates.ca_pem}},
            },
        )
