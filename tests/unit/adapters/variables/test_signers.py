"""CAs are read once, and only so many are remembered."""

import pytest

from paasta_deploy.adapters.variables.certificates import Signer, key_pem, make_certificate
from paasta_deploy.adapters.variables.signers import SIGNERS_MAX, Signers
from paasta_deploy.manifest.variables.types import CertificateOptions
from paasta_deploy.testing.clock import FakeClock
from tests.unit.adapters.variables.fixed_keys import key


def signer() -> Signer:
    """Return a CA."""
    certificate = make_certificate(
        CertificateOptions(is_ca=True), key(0), None, now=FakeClock().now(), serial=1
    )
    return Signer(certificate=certificate, key=key(0))


def test_a_ca_is_read_once() -> None:
    signers, one = Signers(), signer()
    value = {"certificate": one.pem, "private_key": key_pem(key(0))}

    assert signers.read(value) is signers.read({**value, "ca": "whatever"})


def test_one_that_was_just_made_need_not_be_read() -> None:
    signers, one = Signers(), signer()
    signers.keep({"certificate": "no PEM", "private_key": "no PEM"}, one)

    assert signers.read({"certificate": "no PEM", "private_key": "no PEM"}) is one


def test_what_was_not_used_for_longest_is_forgotten() -> None:
    signers, one = Signers(), signer()
    for number in range(SIGNERS_MAX):
        signers.keep({"certificate": str(number), "private_key": "x"}, one)
    signers.read({"certificate": "0", "private_key": "x"})
    signers.keep({"certificate": "another", "private_key": "x"}, one)

    assert signers.read({"certificate": "0", "private_key": "x"}) is one
    with pytest.raises(ValueError, match="no PEM"):
        signers.read({"certificate": "1", "private_key": "x"})
