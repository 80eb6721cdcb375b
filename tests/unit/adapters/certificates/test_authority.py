"""The authority: made once, kept whole, quick, and believed by real TLS."""

import ssl
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from paasta_deploy.adapters.certificates.authority import (
    CertificateAuthority,
    Issued,
    Subject,
    hosts_of,
)
from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.model.errors import StoreError
from paasta_deploy.testing.clock import FakeClock

NOW = FakeClock().now()
# OpenSSL looks at the real clock.
TODAY = SystemClock().now()
DAY = timedelta(days=1)
SERVER = Subject(common_name="a.b", hosts=("a.b", "10.0.0.1", "::1"), is_server=True)


def opened(folder: Path) -> CertificateAuthority:
    """Open the authority of a folder."""
    return CertificateAuthority.open(folder / "ca.pem", folder / "ca.key", now=NOW)


def test_the_authority_is_made_once_and_its_files_are_private(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "certs"), opened(tmp_path / "certs")

    assert first.pem == second.pem
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "certs").iterdir()}
    assert modes == {0o600}


def test_an_authority_without_its_key_is_told_and_not_made_anew(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "ca.key").unlink()

    with pytest.raises(StoreError, match=r"ca\.key") as refusal:
        opened(tmp_path)
    assert "backup" in refusal.value.hint


def test_an_authority_with_a_foreign_key_is_told(tmp_path: Path) -> None:
    opened(tmp_path / "a")
    opened(tmp_path / "b")
    (tmp_path / "a" / "ca.key").write_bytes((tmp_path / "b" / "ca.key").read_bytes())

    with pytest.raises(StoreError, match="not that of the certificate"):
        opened(tmp_path / "a")


def test_half_of_an_authority_that_a_kill_left_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "ca.key").write_text("half a key")

    assert opened(tmp_path).pem == opened(tmp_path).pem


def test_a_certificate_names_its_hosts_and_period(tmp_path: Path) -> None:
    issued = opened(tmp_path).issue(SERVER, now=NOW, valid=DAY)
    certificate = x509.load_pem_x509_certificate(issued.certificate.encode())

    assert sorted(hosts_of(certificate)) == ["10.0.0.1", "::1", "a.b"]
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc == NOW + DAY


def test_only_a_certificate_of_ours_for_the_subject_with_its_key_and_time_is_good(
    tmp_path: Path,
) -> None:
    authority = opened(tmp_path / "a")
    issued = authority.issue(SERVER, now=NOW, valid=DAY)
    other_key = authority.issue(SERVER, now=NOW, valid=DAY).private_key
    foreign = opened(tmp_path / "b").issue(SERVER, now=NOW, valid=DAY)
    moved = Subject(common_name="a.b", hosts=("a.b", "10.0.0.2"), is_server=True)

    assert authority.is_good(issued, SERVER, until=NOW)
    assert not authority.is_good(issued, SERVER, until=NOW + DAY)
    assert not authority.is_good(issued, moved, until=NOW)
    assert not authority.is_good(foreign, SERVER, until=NOW)
    mixed = Issued(certificate=issued.certificate, private_key=other_key)
    assert not authority.is_good(mixed, SERVER, until=NOW)
    assert not authority.is_good(Issued(certificate="", private_key=""), SERVER, until=NOW)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Let two contexts shake hands in memory. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_hostname=name),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def contexts(folder: Path, issued: Issued, ca: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server that shows the certificate and a client that trusts the authority."""
    (folder / "server.pem").write_text(issued.certificate)
    (folder / "server.key").write_text(issued.private_key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem", folder / "server.key")
    return server, ssl.create_default_context(cadata=ca)


@pytest.mark.parametrize("name", ["a.b", "10.0.0.1", "::1"])
def test_real_tls_believes_a_server_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    authority = CertificateAuthority.open(tmp_path / "ca.pem", tmp_path / "ca.key", now=TODAY)
    issued = authority.issue(SERVER, now=TODAY, valid=DAY)
    server, client = contexts(tmp_path, issued, authority.pem)

    handshake(server, client, name)


def test_real_tls_believes_no_other_name_and_no_other_authority(tmp_path: Path) -> None:
    authority = CertificateAuthority.open(tmp_path / "ca.pem", tmp_path / "ca.key", now=TODAY)
    issued = authority.issue(SERVER, now=TODAY, valid=DAY)
    server, client = contexts(tmp_path, issued, authority.pem)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(server, client, "c.d")

    other = CertificateAuthority.open(tmp_path / "2.pem", tmp_path / "2.key", now=TODAY)
    server, client = contexts(tmp_path, issued, other.pem)
    with pytest.raises(ssl.SSLError):
        handshake(server, client, "a.b")
