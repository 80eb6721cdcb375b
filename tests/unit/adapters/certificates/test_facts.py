"""The facts of certificates, read from certificates that were made here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paasta_deploy.adapters.certificates.authority import CertificateAuthority, Subject
from paasta_deploy.adapters.certificates.facts import X509Reader
from paasta_deploy.model.errors import VariableError

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_the_facts_of_an_authority_and_of_what_it_signed(tmp_path: Path) -> None:
    authority = CertificateAuthority.open(tmp_path / "ca.pem", tmp_path / "ca.key", now=NOW)
    subject = Subject(common_name="web", hosts=["web"], is_server=True)
    issued = authority.issue(subject, now=NOW, valid=timedelta(days=30))
    reader = X509Reader()
    leaf = reader.facts(issued.certificate + authority.pem)

    assert (leaf.subject, leaf.is_authority) == ("CN=web", False)
    assert leaf.not_after == NOW + timedelta(days=30)
    assert leaf.not_before <= NOW
    assert reader.facts(authority.pem).is_authority


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_told(text: str) -> None:
    with pytest.raises(VariableError, match="cannot be read"):
        X509Reader().facts(text)
