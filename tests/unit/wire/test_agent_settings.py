"""Properties: settings and their update read back as they were written; no key is ever shown."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import AgentId, DiskCid
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.agent_settings import (
    HEARTBEAT_INTERVAL_S_MIN,
    AgentSettings,
    BlobstoreSettings,
    MbusCertificate,
    UpdateSettings,
    decode_agent_settings,
    decode_update_settings,
    encode_agent_settings,
    encode_update_settings,
)
from paasta_deploy.wire.reading import WireError

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]
CERTIFICATES = st.builds(
    MbusCertificate,
    ca=st.text(min_size=1),
    certificate=st.text(min_size=1),
    private_key=st.text(min_size=1),
)
BLOBSTORES = st.builds(
    BlobstoreSettings,
    provider=st.sampled_from(["local", "dav"]),
    options=st.dictionaries(st.text(), st.text(), max_size=2),
)


def settings_with(bosh: JsonObject) -> AgentSettings:
    return decode_agent_settings({"agent_id": "a", "mbus": "nats://m", "env": {"bosh": bosh}})


@given(
    st.builds(
        AgentSettings,
        agent_id=st.text().map(AgentId),
        vm_name=st.text(),
        vm_cid=st.text(),
        networks=st.just({"default": {"ip": "127.0.0.1"}}),
        persistent_disks=st.dictionaries(
            st.text().map(DiskCid), st.just("/dev/sdb") | st.just({"path": "/d"}), max_size=2
        ),
        ephemeral_disk=st.none() | st.just("/dev/sda"),
        system_disk=st.none() | st.text(),
        mbus=st.text(),
        blobstore=BLOBSTORES,
        ntp=st.lists(st.text()).map(tuple),
        env=st.just({}) | st.just({"bosh": {"parallel": 2}}),
    )
)
def test_settings_are_read_as_they_were_written(settings: AgentSettings) -> None:
    assert decode_agent_settings(encode_agent_settings(settings)) == settings


@given(
    st.builds(
        UpdateSettings,
        trusted_certs=st.text(),
        disk_names=st.none() | st.dictionaries(st.text(), st.text().map(DiskCid), max_size=2),
        certificate=st.none() | CERTIFICATES,
        mbus_urls=st.lists(st.text()).map(tuple),
        blobstores=st.lists(BLOBSTORES, max_size=2).map(tuple),
        heartbeat_interval_s=st.none() | st.floats(HEARTBEAT_INTERVAL_S_MIN, 3600),
    )
)
def test_an_update_is_read_as_it_was_written(update: UpdateSettings) -> None:
    assert decode_update_settings(encode_update_settings(update)) == update


def test_the_recorded_update_says_only_that_no_disk_has_a_name() -> None:
    recorded = next(
        one["payload"]["arguments"][0]
        for one in RECORDED
        if one["subject"].startswith("agent.") and one["payload"]["method"] == "update_settings"
    )
    unnamed = UpdateSettings(disk_names={})
    assert decode_update_settings(recorded) == unnamed
    assert encode_update_settings(unnamed) == recorded
    assert "disk_associations" not in encode_update_settings(UpdateSettings())


def test_urls_in_the_env_win_over_mbus() -> None:
    assert settings_with({"mbus": {"urls": ["nats://n"]}}).mbus_urls == ("nats://n",)
    assert settings_with({}).mbus_urls == ("nats://m",)


def test_blobstores_in_the_env_win_over_the_top_level_one() -> None:
    listed = settings_with(
        {"blobstores": [{"provider": "local", "options": {"blobstore_path": "/blobs"}}]}
    )
    assert listed.blobstores[0].local_path == "/blobs"
    assert settings_with({}).blobstores == (BlobstoreSettings(),)


def test_the_blobstores_ca_stands_deep_in_its_options() -> None:
    options = {"tls": {"cert": {"ca": "PEM"}}}
    assert BlobstoreSettings(provider="dav", options=options).ca == "PEM"
    assert BlobstoreSettings(provider="dav", options={"tls": "x"}).ca == ""
    assert BlobstoreSettings(provider="dav", options={"blobstore_path": "/x"}).local_path == ""


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(WireError, match="private_key"):
        settings_with({"mbus": {"cert": {"ca": "c", "certificate": "d"}}})


def test_an_empty_certificate_is_none() -> None:
    assert settings_with({"mbus": {"cert": {}}}).mbus_certificate is None


def test_the_heartbeat_has_a_default_and_a_floor() -> None:
    assert settings_with({}).heartbeat_interval_s == 30
    fast = {"agent": {"settings": {"heartbeat_interval_s": 0}}}
    assert settings_with(fast).heartbeat_interval_s == HEARTBEAT_INTERVAL_S_MIN


def test_parallel_is_at_least_one() -> None:
    assert settings_with({"parallel": 0}).parallel == 1
    assert settings_with({}).parallel == 5


def test_a_mistake_deep_in_the_env_shows_at_once() -> None:
    with pytest.raises(WireError, match=r"settings\.env\.bosh: 'parallel' must be a number"):
        settings_with({"parallel": "many"})


def test_private_parts_are_not_shown() -> None:
    certificate = MbusCertificate(ca="c", certificate="d", private_key="KEY")
    settings = settings_with(
        {"mbus": {"cert": {"ca": "c", "certificate": "d", "private_key": "KEY"}}}
    )
    update = UpdateSettings(certificate=certificate)
    assert settings.mbus_certificate == certificate
    assert "KEY" not in repr((certificate, settings, update))
