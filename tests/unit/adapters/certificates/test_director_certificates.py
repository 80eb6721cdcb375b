"""One director's certificates: kept over starts, made anew when they must be."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from ssl import TLSVersion

import pytest
from cryptography import x509

from paasta_deploy.adapters.certificates import CertificateFiles, DirectorCertificates
from paasta_deploy.adapters.certificates.authority import hosts_of
from paasta_deploy.adapters.certificates.director_certificates import SERVER_VALID
from paasta_deploy.adapters.certificates.names import agent_named
from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.testing.clock import FakeClock

AGENT = AgentId("6f57b937-bb54-4f99-615d-6db1ce081eec")


def opened(
    folder: Path, clock: FakeClock | None = None, hosts: Sequence[str] = ("10.245.0.1",)
) -> DirectorCertificates:
    """Open the certificates of a folder."""
    return DirectorCertificates.open(folder, clock=clock or FakeClock(), hosts=hosts)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def certificate(files: CertificateFiles) -> x509.Certificate:
    """Read a certificate."""
    return x509.load_pem_x509_certificate(files.certificate.read_bytes())


def test_starting_again_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path)
    before = contents(tmp_path)
    opened(tmp_path)

    assert contents(tmp_path) == before
    assert sorted(before) == sorted(
        f"{name}.{kind}"
        for name in ("api", "blobs", "ca", "director", "nats")
        for kind in ("key", "pem")
    )


def test_servers_are_known_by_the_host_and_locally(tmp_path: Path) -> None:
    certificates = opened(tmp_path)

    for files in (certificates.nats_server, certificates.blobs_server, certificates.api_server):
        assert {"10.245.0.1", "127.0.0.1", "localhost"} <= set(hosts_of(certificate(files)))


def test_a_real_bosh_agent_finds_the_name_that_it_insists_on(tmp_path: Path) -> None:
    subject = certificate(opened(tmp_path).nats_server).subject.rfc4514_string()

    assert subject == "CN=default.nats.bosh-internal"


def test_certificates_that_end_soon_are_made_anew_by_the_same_authority(tmp_path: Path) -> None:
    clock = FakeClock()
    certificates = opened(tmp_path, clock)
    ca = certificates.ca_pem
    clock.advance((SERVER_VALID - timedelta(days=30)).total_seconds())

    assert certificates.renew() == ("nats", "blobs", "api", "director")
    assert certificates.renew() == ()
    assert opened(tmp_path, clock).ca_pem == ca


def test_a_new_address_of_the_host_makes_new_server_certificates(tmp_path: Path) -> None:
    before = certificate(opened(tmp_path).director_client)
    moved = opened(tmp_path, hosts=("192.0.2.7", "director.example"))

    hosts = hosts_of(certificate(moved.nats_server))
    assert {"192.0.2.7", "director.example"} <= set(hosts)
    assert certificate(moved.director_client) == before


def test_a_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    files = opened(tmp_path).nats_server
    files.certificate.write_bytes(b"\xff half")
    files.private_key.unlink()

    subject = certificate(opened(tmp_path).nats_server).subject
    assert subject.rfc4514_string() == "CN=default.nats.bosh-internal"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "certs").write_text("no folder")

    with pytest.raises(StoreError, match="cannot be used"):
        opened(tmp_path / "certs")


def test_agents_get_certificates_in_their_own_name_for_the_wanted_time(tmp_path: Path) -> None:
    clock = FakeClock()
    certificates = opened(tmp_path, clock)
    short = certificates.issue_bootstrap(AGENT, valid=timedelta(hours=1))
    long = certificates.issue_agent(AGENT, valid=timedelta(days=365))
    read_short, read_long = (
        x509.load_pem_x509_certificate(one.certificate.encode()) for one in (short, long)
    )

    assert hosts_of(read_short) == [f"{AGENT}.bootstrap.agent.bosh-internal"]
    assert hosts_of(read_long) == [f"{AGENT}.agent.bosh-internal"]
    assert agent_named(hosts_of(read_short)) == agent_named(hosts_of(read_long)) == AGENT
    assert read_short.not_valid_after_utc == clock.now() + timedelta(hours=1)
    assert (short.ca, long.ca) == (certificates.ca_pem, certificates.ca_pem)
    assert short.private_key not in repr(short)


def test_the_contexts_are_ready_for_tls(tmp_path: Path) -> None:
    certificates = DirectorCertificates.open(tmp_path, clock=SystemClock(), hosts=())

    server = certificates.blobs_server.server_context()
    client = certificates.director_client.client_context()
    assert server.minimum_version is TLSVersion.TLSv1_2
    assert len(client.get_ca_certs()) == 1
