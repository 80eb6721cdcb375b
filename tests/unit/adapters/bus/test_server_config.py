"""The text of nats-server's configuration; that the server takes it, its own tests show."""

from dataclasses import replace
from pathlib import Path

import pytest

from paasta_deploy.adapters.bus import BusKeys, NatsServerSettings
from paasta_deploy.adapters.bus.server_config import config_name, render_config
from paasta_deploy.adapters.certificates import CertificateFiles


@pytest.fixture
def settings(tmp_path: Path) -> NatsServerSettings:
    return NatsServerSettings(
        folder=Path('/home/an operator/"x"'),
        host="10.245.0.1",
        port=4222,
        certificates=CertificateFiles(
            certificate=Path("/c/nats.pem"), private_key=Path("/c/nats.key"), ca=Path("/c/ca.pem")
        ),
        keys=BusKeys.open(tmp_path / "keys.json"),
    )


def test_equal_settings_have_equal_texts_and_names(settings: NatsServerSettings) -> None:
    text = render_config(settings)

    assert render_config(settings) == text
    assert config_name(text) == config_name(text)


def test_another_port_or_host_is_another_configuration(settings: NatsServerSettings) -> None:
    changed = [settings, replace(settings, port=4223), replace(settings, host="127.0.0.1")]

    assert len({config_name(render_config(one)) for one in changed}) == 3


def test_no_secret_stands_in_it(settings: NatsServerSettings) -> None:
    text = render_config(settings)
    keys = settings.keys

    assert keys.director.public in text
    assert not any(
        one.seed in text for one in (keys.issuer, keys.director, keys.callout, keys.system)
    )


def test_odd_paths_are_quoted(settings: NatsServerSettings) -> None:
    assert r'pid_file: "/home/an operator/\"x\"/nats.pid"' in render_config(settings)


def test_clients_must_show_certificates(settings: NatsServerSettings) -> None:
    assert "verify: true" in render_config(settings)
