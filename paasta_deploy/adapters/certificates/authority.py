"""The director's own certificate authority: ECDSA on P-256, quick to sign and understood by all.

It is made once and signs everything that speaks TLS here: nats-server, the blob listener, agents,
the director itself. Who holds its key is the director, so the key never leaves its folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import StoreError

# No deployment lives as long on one director; changing an authority means a new one beside it.
AUTHORITY_VALID = timedelta(days=20 * 365)
# Machines whose clock is behind must take a fresh certificate.
CLOCK_SKEW = timedelta(hours=1)
_AUTHORITY_NAME = "paasta-deploy director"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One certificate and its key, as PEM texts."""

    certificate: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a certificate is for. ``hosts`` are DNS names and IP addresses."""

    common_name: str
    hosts: Sequence[str]
    is_server: bool


class CertificateAuthority:
    """Signs certificates. Safe from any thread."""

    def __init__(
        self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, trusted: str = ""
    ) -> None:
        """``trusted`` is what others are to trust: more than this one while it is exchanged."""
        self._certificate = certificate
        self._key = key
        self.pem = _pem_of(certificate)
        self.trusted = trusted or self.pem
        public = certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        self._key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(public)

    @classmethod
    def open(cls, certificate_file: Path, key_file: Path, *, now: datetime) -> Self:
        """Read the authority, or make it when there is none. Raises StoreError.

        Of several certificates in the file that of the key counts; all of them are trusted.
        """
        try:
            if not certificate_file.exists():
                # The certificate is written last: with it, both are there.
                certificate, key = _make(now)
                write_private(key_file, _key_pem_of(key).encode())
                write_private(certificate_file, _pem_of(certificate).encode())
            key = _read_key(key_file)
            found = x509.load_pem_x509_certificates(certificate_file.read_bytes())
            own = [one for one in found if one.public_key() == key.public_key()]
            if not own:
                raise ValueError("the key is not that of the certificate")  # noqa: TRY301 - told below
            certificate = own[0]
        except (OSError, ValueError) as error:
            raise StoreError(
                f"The director's certificate authority {certificate_file} (key: {key_file}) "
                f"cannot be used: {error}.",
                hint="Restore both files from a backup. Without them every agent must be made "
                "anew: move the folder away, start the director, and recreate the VMs.",
            ) from error
        return cls(certificate, key, "".join(_pem_of(one) for one in found))

    def issue(self, subject: Subject, *, now: datetime, valid: timedelta) -> Issued:
        """Return a fresh key and its certificate. Takes a fraction of a millisecond."""
        key = ec.generate_private_key(ec.SECP256R1())
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        if subject.is_server:
            usage = ExtendedKeyUsageOID.SERVER_AUTH
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(subject.common_name))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCK_SKEW)
            .not_valid_after(now + valid)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([_general_name(host) for host in subject.hosts]),
                critical=False,
            )
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(self._key_id, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Issued(certificate=_pem_of(certificate), private_key=_key_pem_of(key))

    def is_good(self, issued: Issued, subject: Subject, *, until: datetime) -> bool:
        """Return whether we issued it for this subject, with its key, and it lasts until then."""
        try:
            certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
            key = serialization.load_pem_private_key(issued.private_key.encode(), password=None)
            certificate.verify_directly_issued_by(self._certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return (
            certificate.public_key() == key.public_key()
            and certificate.not_valid_after_utc > until
            and certificate.subject == _name(subject.common_name)
            and set(hosts_of(certificate)) == {str(host) for host in subject.hosts}
        )


def hosts_of(certificate: x509.Certificate) -> list[str]:
    """Return the DNS names and IP addresses that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = names.get_values_for_type(x509.IPAddress)
    return [*names.get_values_for_type(x509.DNSName), *(str(one) for one in addresses)]


def _make(now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    name = _name(_AUTHORITY_NAME)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + AUTHORITY_VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no key on an elliptic curve")  # noqa: TRY004 - of content
    return key


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
