"""The settings of new VMs are what our agent's and a real bosh-agent's reader want."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from paasta_deploy.adapters.certificates import (
    AgentEndpoints,
    DirectorAgentSettings,
    DirectorCertificates,
)
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.agents import AgentSettingsSource
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.wire.agent_settings import decode_agent_settings, decode_update_settings

AGENT = AgentId("6f57b937-bb54-4f99-615d-6db1ce081eec")
ENV: JsonObject = {
    "bosh": {"group": "web", "agent": {"settings": {"tmpfs": True}}},
    "other": 1,
}


@pytest.fixture
def certificates(tmp_path: Path) -> DirectorCertificates:
    return DirectorCertificates.open(tmp_path, clock=FakeClock(), hosts=())


@pytest.fixture
def source(certificates: DirectorCertificates) -> AgentSettingsSource:
    endpoints = AgentEndpoints(
        mbus_urls=("nats://10.245.0.1:4222",),
        blobs_url="https://10.245.0.1:25251",
        ntp=("time.example",),
    )
    return DirectorAgentSettings(certificates, endpoints, heartbeat_interval_s=1.0)


def end_of(pem: str) -> timedelta:
    """Return how long a certificate lasts from now."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc - FakeClock().now()


def test_the_agent_reads_its_settings(
    source: AgentSettingsSource, certificates: DirectorCertificates
) -> None:
    settings = decode_agent_settings(json.loads(source.settings_for(AGENT, ENV).reveal()))

    assert (settings.agent_id, settings.mbus) == (AGENT, "nats://10.245.0.1:4222")
    assert settings.mbus_urls == ("nats://10.245.0.1:4222",)
    assert settings.heartbeat_interval_s == 1.0
    assert settings.ntp == ("time.example",)
    assert settings.mbus_certificate is not None
    assert settings.mbus_certificate.ca == certificates.ca_pem
    assert end_of(settings.mbus_certificate.certificate) == timedelta(hours=1)
    assert [one.ca for one in settings.blobstores] == [certificates.ca_pem]


def test_what_the_deployment_wants_of_the_environment_is_kept(source: AgentSettingsSource) -> None:
    read = json.loads(source.settings_for(AGENT, ENV).reveal())["env"]

    assert (read["other"], read["bosh"]["group"]) == (1, "web")
    assert read["bosh"]["agent"]["settings"]["tmpfs"] is True
    assert "mbus" not in json.dumps(ENV), "what was handed in is left alone"


def test_settings_are_secret(source: AgentSettingsSource) -> None:
    settings = source.settings_for(AGENT, {})

    assert isinstance(settings, Secret)
    assert "PRIVATE KEY" in settings.reveal()
    assert "PRIVATE KEY" not in f"{settings}{settings!r}"


def test_every_vm_gets_keys_of_its_own(source: AgentSettingsSource) -> None:
    first, second = (source.settings_for(AGENT, {}) for _ in range(2))

    assert first != second


def test_the_agent_reads_its_update(source: AgentSettingsSource) -> None:
    update = decode_update_settings(source.update_settings_for(AGENT))

    assert update.certificate is not None
    assert end_of(update.certificate.certificate) == timedelta(days=365)
    assert update.mbus_urls == ("nats://10.245.0.1:4222",)
    assert update.heartbeat_interval_s == 1.0
    assert update.blobstores
