"""Making one X.509 certificate, with the fields that the BOSH CLI gives it.

A CA may sign certificates and revocation lists; every other one may sign and encrypt, and is for
servers unless its options say otherwise. The id of a key is the SHA-1 of its modulus, as BOSH has
it, so that both products find the same chains. Source: bosh.md 3.5 and certificates of the CLI.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1
from ipaddress import IPv6Address, ip_address
from threading import Lock

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from paasta_deploy.manifest.variables.types import (
    CertificateOptions,
    ExtendedKeyUsage,
    KeyUsage,
    SubjectOptions,
)
from paasta_deploy.model.values import JsonObject

SERIAL_BITS = 128
"""As BOSH has it; 64 random bits are the least that anybody asks for."""

_SigningKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
_EXTENDED_KEY_USAGES = {
    ExtendedKeyUsage.CLIENT_AUTH: ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsage.SERVER_AUTH: ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsage.CODE_SIGNING: ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsage.EMAIL_PROTECTION: ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsage.TIMESTAMPING: ExtendedKeyUsageOID.TIME_STAMPING,
}
_WARNINGS = Lock()
"""Python's list of warnings to pass over belongs to the whole process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A certificate that signs others, and its key."""

    certificate: x509.Certificate
    key: _SigningKey = field(repr=False)

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return certificate_pem(self.certificate)


def read_signer(value: JsonObject) -> Signer:
    """Return the signer that a value ``{certificate, private_key}`` holds.

    Of several certificates in one text the first counts, as with BOSH. Keys of any kind are taken,
    BOSH takes RSA only. Raises ValueError, whose text says what is wrong and repeats nothing.
    """
    certificate_text, key_text = value.get("certificate"), value.get("private_key")
    if not isinstance(certificate_text, str) or not isinstance(key_text, str):
        raise ValueError("it lacks `certificate` or `private_key`")  # noqa: TRY004 - the value is wrong
    try:
        certificate = x509.load_pem_x509_certificate(certificate_text.encode())
    except ValueError as cause:
        raise ValueError("its `certificate` is no PEM text of a certificate") from cause
    try:
        key = serialization.load_pem_private_key(key_text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise ValueError("its `private_key` is no PEM text of a key without password") from cause
    if not isinstance(key, _SigningKey):
        raise ValueError("its `private_key` cannot sign")  # noqa: TRY004 - the value is wrong
    if certificate.public_key() != key.public_key():
        raise ValueError("its `private_key` is not that of its `certificate`")
    return Signer(certificate=certificate, key=key)


def make_certificate(
    options: CertificateOptions,
    key: rsa.RSAPrivateKey,
    signer: Signer | None,
    *,
    alternative_names: Iterable[str] = (),
    now: datetime,
    serial: int,
) -> x509.Certificate:
    """Return a certificate for ``key``. Without a signer it signs itself.

    ``alternative_names`` come beside those of the options. Raises ValueError when a name cannot
    stand in a certificate.
    """
    names = dict.fromkeys((*options.alternative_names, *alternative_names))
    start = now.replace(microsecond=0)
    with _long_names():
        subject = _subject(options.subject)
        issuer = subject if signer is None else signer.certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=options.duration_days))
            .add_extension(_key_usage(options.key_usage), critical=True)
        )
    if options.extended_key_usage:
        usages = [_EXTENDED_KEY_USAGES[item] for item in options.extended_key_usage]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    own_id = _key_id(key)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=options.is_ca, path_length=None), critical=True
    ).add_extension(x509.SubjectKeyIdentifier(own_id), critical=False)
    signer_id = own_id if signer is None else _key_id_of(signer.certificate)
    if signer_id is not None:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier(signer_id, None, None), critical=False
        )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName(_general_names(names)), critical=False
        )
    return _sign(builder, key if signer is None else signer.key)


def certificate_pem(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key: rsa.RSAPrivateKey) -> str:
    """Return a key as PEM of PKCS #1 (``BEGIN RSA PRIVATE KEY``), the form that BOSH writes."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


def _sign(builder: x509.CertificateBuilder, key: _SigningKey) -> x509.Certificate:
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return builder.sign(key, None)
    return builder.sign(key, hashes.SHA256())


def _subject(options: SubjectOptions) -> x509.Name:
    parts: tuple[tuple[ObjectIdentifier, str], ...] = (
        (NameOID.COUNTRY_NAME, options.country),
        (NameOID.STATE_OR_PROVINCE_NAME, options.state),
        (NameOID.LOCALITY_NAME, options.locality),
        (NameOID.ORGANIZATION_NAME, options.organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, options.organization_unit),
        (NameOID.COMMON_NAME, options.common_name),
    )
    # BOSH takes common names of any length, although X.520 ends them at 64 characters.
    return x509.Name(
        [
            x509.NameAttribute(oid, text, _validate=oid is not NameOID.COMMON_NAME)
            for oid, text in parts
            if text
        ]
    )


@contextmanager
def _long_names() -> Iterator[None]:
    with _WARNINGS, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Attribute's length must be")
        yield


def _key_usage(usages: Iterable[KeyUsage]) -> x509.KeyUsage:
    wanted = frozenset(usages)
    return x509.KeyUsage(
        digital_signature=KeyUsage.DIGITAL_SIGNATURE in wanted,
        content_commitment=KeyUsage.NON_REPUDIATION in wanted,
        key_encipherment=KeyUsage.KEY_ENCIPHERMENT in wanted,
        data_encipherment=KeyUsage.DATA_ENCIPHERMENT in wanted,
        key_agreement=KeyUsage.KEY_AGREEMENT in wanted,
        key_cert_sign=KeyUsage.KEY_CERT_SIGN in wanted,
        crl_sign=KeyUsage.CRL_SIGN in wanted,
        encipher_only=KeyUsage.ENCIPHER_ONLY in wanted,
        decipher_only=KeyUsage.DECIPHER_ONLY in wanted,
    )


def _key_id(key: rsa.RSAPrivateKey) -> bytes:
    modulus = key.public_key().public_numbers().n
    # No security hangs on it: it only tells keys apart.
    return sha1(modulus.to_bytes((modulus.bit_length() + 7) // 8), usedforsecurity=False).digest()


def _key_id_of(certificate: x509.Certificate) -> bytes | None:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return found.value.digest


def _general_names(names: Iterable[str]) -> list[x509.GeneralName]:
    """Return DNS names first and then addresses, the order in which BOSH writes them."""
    dns: list[x509.GeneralName] = []
    addresses: list[x509.GeneralName] = []
    for name in names:
        address = _address(name)
        if address is None:
            dns.append(x509.DNSName(name))
        else:
            addresses.append(address)
    return dns + addresses


def _address(name: str) -> x509.IPAddress | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
    return x509.IPAddress(address)
