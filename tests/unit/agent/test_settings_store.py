"""What the director hands over wins over what the agent was born with, and is kept."""

from pathlib import Path

import pytest

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.settings_store import SettingsStore, read_settings
from paasta_deploy.agent.stored_files import write_json
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.agent_settings import (
    BlobstoreSettings,
    MbusCertificate,
    UpdateSettings,
)
from paasta_deploy.wire.reading import WireError

CERT: JsonObject = {"ca": "CA", "certificate": "BORN", "private_key": "K"}
NEWER = MbusCertificate(ca="CA", certificate="NEWER", private_key="K2")


def store(tmp_path: Path, networks: JsonObject | None = None) -> SettingsStore:
    layout = Layout(root=tmp_path)
    layout.own.mkdir(exist_ok=True)
    write_json(
        tmp_path / "settings.json",
        {
            "agent_id": "a",
            "mbus": "nats://born:4222",
            "networks": networks or {},
            "env": {"bosh": {"mbus": {"cert": CERT}}},
        },
    )
    return read_settings(tmp_path / "settings.json", layout)


def test_what_is_handed_over_wins_and_survives(tmp_path: Path) -> None:
    settings = store(tmp_path)
    settings.take(
        UpdateSettings(
            certificate=NEWER,
            mbus_urls=("nats://new:4222",),
            blobstores=(BlobstoreSettings(provider="dav"),),
            heartbeat_interval_s=1,
        )
    )
    for one in (settings, store(tmp_path)):
        assert [certificate.certificate for certificate in one.certificates] == ["NEWER", "BORN"]
        assert one.mbus_urls == ("nats://new:4222",)
        assert one.blobstores == (BlobstoreSettings(provider="dav"),)
        assert one.heartbeat_interval_s == 1


def test_what_is_left_out_stays(tmp_path: Path) -> None:
    settings = store(tmp_path)
    settings.take(UpdateSettings(certificate=NEWER, heartbeat_interval_s=1))
    settings.take(UpdateSettings(trusted_certs="PEM"))
    assert settings.update.trusted_certs == "PEM"
    assert settings.certificates[0] == NEWER
    assert settings.heartbeat_interval_s == 1


def test_without_an_update_birth_decides(tmp_path: Path) -> None:
    settings = store(tmp_path)
    assert settings.mbus_urls == ("nats://born:4222",)
    assert settings.heartbeat_interval_s == 30
    assert len(settings.certificates) == 1


@pytest.mark.parametrize(
    ("networks", "ip"),
    [
        ({}, ""),
        ({"a": {"ip": ""}}, ""),
        ({"a": {"ip": "10.0.0.1"}}, "10.0.0.1"),
        ({"a": {"ip": "1.1.1.1"}, "b": {"ip": "2.2.2.2", "default": ["gateway"]}}, "2.2.2.2"),
        ({"a": {"ip": "1.1.1.1"}, "b": {"ip": "2.2.2.2", "default": ["dns"]}}, "2.2.2.2"),
    ],
)
def test_the_default_address_is_that_of_the_gateway(
    tmp_path: Path, networks: JsonObject, ip: str
) -> None:
    assert store(tmp_path, networks).default_ip() == ip


def test_settings_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(WireError, match="does not exist") as caught:
        read_settings(tmp_path / "absent.json", Layout(root=tmp_path))
    assert "--settings" in caught.value.hint
