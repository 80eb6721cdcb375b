"""Certificates: chains that others believe, fields as the BOSH CLI sets them, odd CAs.

Properties: every chain of CAs verifies from its leaf to its root and to no other root.
"""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.adapters.variables.certificates import (
    Signer,
    certificate_pem,
    key_pem,
    make_certificate,
    read_signer,
)
from paasta_deploy.manifest.variables.types import (
    DEFAULT_CA_KEY_USAGE,
    DEFAULT_EXTENDED_KEY_USAGE,
    DEFAULT_KEY_USAGE,
    CertificateOptions,
    ExtendedKeyUsage,
    KeyUsage,
    SubjectOptions,
)
from paasta_deploy.testing.clock import FakeClock
from tests.unit.adapters.variables.fixed_keys import KEYS, key

NOW = FakeClock().now().replace(microsecond=123456)
LEAF = CertificateOptions(
    subject=SubjectOptions(common_name="leaf"),
    alternative_names=("10.0.0.1", "a.b", "::1", "*.c", "::ffff:10.0.0.2", "fe80::1%eth0"),
    key_usage=DEFAULT_KEY_USAGE,
    extended_key_usage=DEFAULT_EXTENDED_KEY_USAGE,
)
CA = CertificateOptions(
    subject=SubjectOptions(common_name="root"), is_ca=True, key_usage=DEFAULT_CA_KEY_USAGE
)


def made(
    options: CertificateOptions, number: int, signer: Signer | None = None, *, serial: int = 7
) -> Signer:
    """Return a certificate with one of the fixed keys."""
    certificate = make_certificate(options, key(number), signer, now=NOW, serial=serial)
    return Signer(certificate=certificate, key=key(number))


def chain(length: int) -> list[Signer]:
    """Return CAs from the root on."""
    found: list[Signer] = []
    for number in range(length):
        options = CertificateOptions(
            subject=SubjectOptions(common_name=f"ca-{number}"),
            is_ca=True,
            key_usage=DEFAULT_CA_KEY_USAGE,
        )
        found.append(made(options, number % KEYS, found[-1] if found else None, serial=number + 1))
    return found


def is_believed(leaf: Signer, between: list[Signer], root: Signer) -> bool:
    """Whether a client that trusts the root believes the leaf to be a.b."""
    verifier = (
        PolicyBuilder()
        .store(Store([root.certificate]))
        .time(NOW + timedelta(days=1))
        .build_server_verifier(x509.DNSName("a.b"))
    )
    try:
        verifier.verify(leaf.certificate, [item.certificate for item in between])
    except VerificationError:
        return False
    return True


@settings(max_examples=4)
@given(st.integers(min_value=1, max_value=4))
def test_a_chain_is_believed_to_its_own_root_only(length: int) -> None:
    cas = chain(length)
    leaf = made(LEAF, (length + 1) % KEYS, cas[-1], serial=99)
    stranger = made(CA, 3)

    assert is_believed(leaf, cas[1:], cas[0])
    assert not is_believed(leaf, cas[1:], stranger)


def test_a_leaf_has_the_fields_of_the_cli() -> None:
    root = made(CA, 0)
    leaf = made(LEAF, 1, root).certificate
    extensions = leaf.extensions

    assert leaf.serial_number == 7
    assert leaf.not_valid_before_utc == NOW.replace(microsecond=0)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=365)
    assert [(part.oid, part.value) for part in leaf.subject] == [
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.ORGANIZATION_NAME, "Cloud Foundry"),
        (NameOID.COMMON_NAME, "leaf"),
    ]
    assert leaf.issuer == root.certificate.subject
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca) == (True, False)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.key_encipherment
    assert not usage.value.key_cert_sign
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    authority = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == own.digest
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.b", "*.c", "fe80::1%eth0"]
    assert [str(item) for item in names.get_values_for_type(x509.IPAddress)] == [
        "10.0.0.1",
        "::1",
        "10.0.0.2",
    ]


def test_a_root_signs_itself_and_others() -> None:
    root = made(CA, 0).certificate
    usage = root.extensions.get_extension_for_class(x509.KeyUsage).value

    root.verify_directly_issued_by(root)
    assert usage.key_cert_sign
    assert usage.crl_sign
    assert not usage.digital_signature
    with pytest.raises(x509.ExtensionNotFound):
        root.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    with pytest.raises(x509.ExtensionNotFound):
        root.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_names_of_links_stand_beside_those_of_the_options() -> None:
    certificate = make_certificate(
        LEAF, key(1), made(CA, 0), alternative_names=("q.db.bosh", "a.b"), now=NOW, serial=1
    )
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["a.b", "*.c", "fe80::1%eth0", "q.db.bosh"]


def test_every_usage_and_part_of_the_subject_is_carried_over() -> None:
    options = CertificateOptions(
        subject=SubjectOptions(
            common_name="한글",
            organization="o",
            organization_unit="u",
            locality="l",
            state="s",
            country="KR",
        ),
        key_usage=tuple(KeyUsage),
        extended_key_usage=tuple(ExtendedKeyUsage),
    )
    certificate = made(options, 0).certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert certificate.subject.rfc4514_string() == "CN=한글,OU=u,O=o,L=l,ST=s,C=KR"
    assert usage.content_commitment
    assert usage.data_encipherment
    assert usage.key_agreement
    assert usage.encipher_only
    assert usage.decipher_only
    assert len(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == 5


def test_a_common_name_may_be_longer_than_its_standard_allows() -> None:
    options = CertificateOptions(
        subject=SubjectOptions(common_name="x" * 80), is_ca=True, key_usage=DEFAULT_CA_KEY_USAGE
    )

    made(LEAF, 1, made(options, 0))


def test_a_name_that_is_no_name_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"ascii|IA5|A-label"):
        make_certificate(
            CertificateOptions(alternative_names=("ö",)), key(0), None, now=NOW, serial=1
        )


@pytest.mark.parametrize(
    "private_key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()]
)
def test_a_ca_may_have_a_key_that_bosh_does_not_make(
    private_key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "foreign")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(
            private_key,
            None if isinstance(private_key, ed25519.Ed25519PrivateKey) else SHA256(),
        )
    )
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    signer = read_signer({"certificate": certificate_pem(certificate), "private_key": pem})
    leaf = made(LEAF, 1, signer).certificate

    leaf.verify_directly_issued_by(certificate)
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)


def test_of_several_certificates_the_first_signs() -> None:
    first, second = made(CA, 0), made(CA, 1, serial=8)
    value = {"certificate": first.pem + second.pem, "private_key": key_pem(key(0))}

    assert read_signer(value).pem == first.pem


@pytest.mark.parametrize(
    ("certificate", "private_key", "message"),
    [
        (None, "x", "lacks `certificate`"),
        ("x", "x", "`certificate` is no PEM"),
        ("good", "x", "`private_key` is no PEM"),
        ("good", "other", "is not that of its"),
    ],
)
def test_a_value_that_cannot_sign_is_refused_without_repeating_it(
    certificate: str | None, private_key: str, message: str
) -> None:
    texts = {"good": made(CA, 0).pem, "other": key_pem(key(1))}
    value = {
        "certificate": None if certificate is None else texts.get(certificate, certificate),
        "private_key": texts.get(private_key, private_key),
    }

    with pytest.raises(ValueError, match=message) as raised:
        read_signer(value)
    assert "-----" not in str(raised.value)


def test_a_key_is_written_in_the_form_that_bosh_reads() -> None:
    assert key_pem(key(0)).startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    assert "-----" not in repr(made(CA, 0)).replace("-----BEGIN CERTIFICATE", "")
