"""The types of ``variables:`` and the options of each, as values that cannot be wrong.

The defaults are those of the BOSH CLI. Options that only CredHub knows (the value store of a BOSH
director) are taken, too, so that a manifest written for a director can be used with a vars store;
the CLI would refuse them, see :func:`~paasta_deploy.manifest.variables.options.beyond_cli`.
Source: bosh.md 3.5.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

KEY_LENGTHS = (2048, 3072, 4096)
"""Bits of an RSA key: what BOSH allows. Shorter ones are broken, longer ones take minutes."""

PASSWORD_LENGTH_MAX = 1 << 20
"""Characters. BOSH has no limit; beyond this it is a slip of the keyboard and not a password."""

DURATION_DAYS_MAX = 106_751
"""Days that a certificate lasts at most: 292 years, where BOSH's own arithmetic overflows."""

_CLI_ALPHABET = string.ascii_lowercase + string.digits
SPECIAL_CHARACTERS = "!#$%&()*,-./:;<=>?@[]^_`{|}~"
"""What ``include_special`` adds: printable, without quotes, backslash and plus sign."""


class VariableType(Enum):
    """What can be made."""

    PASSWORD = "password"  # noqa: S105 - a type's name
    CERTIFICATE = "certificate"
    RSA = "rsa"
    SSH = "ssh"
    USER = "user"


PARTS: Mapping[VariableType, tuple[str, ...]] = {
    VariableType.PASSWORD: (),
    VariableType.CERTIFICATE: ("ca", "certificate", "private_key"),
    VariableType.RSA: ("private_key", "public_key"),
    VariableType.SSH: ("private_key", "public_key", "public_key_fingerprint"),
    VariableType.USER: ("username", "password", "password_hash"),
}
"""The keys of a value that is a mapping; a value without parts is a text."""


class KeyUsage(Enum):
    """What the key of a certificate may be used for (RFC 5280, 4.2.1.3)."""

    DIGITAL_SIGNATURE = "digital_signature"
    NON_REPUDIATION = "non_repudiation"
    KEY_ENCIPHERMENT = "key_encipherment"
    DATA_ENCIPHERMENT = "data_encipherment"
    KEY_AGREEMENT = "key_agreement"
    KEY_CERT_SIGN = "key_cert_sign"
    CRL_SIGN = "crl_sign"
    ENCIPHER_ONLY = "encipher_only"
    DECIPHER_ONLY = "decipher_only"


class ExtendedKeyUsage(Enum):
    """What a certificate is for (RFC 5280, 4.2.1.12). The BOSH CLI knows the first two."""

    CLIENT_AUTH = "client_auth"
    SERVER_AUTH = "server_auth"
    CODE_SIGNING = "code_signing"
    EMAIL_PROTECTION = "email_protection"
    TIMESTAMPING = "timestamping"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordOptions:
    """``length`` characters, each drawn from ``alphabet``."""

    length: int = 20
    alphabet: str = _CLI_ALPHABET


@dataclass(frozen=True, slots=True, kw_only=True)
class UserOptions:
    """``username`` empty: one is made up, too."""

    username: str = ""
    password: PasswordOptions = field(default_factory=PasswordOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOptions:
    """``comment`` stands behind a public key for SSH."""

    key_length: int = 2048
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectOptions:
    """The name of a certificate; empty parts are left out."""

    common_name: str = ""
    organization: str = "Cloud Foundry"
    organization_unit: str = ""
    locality: str = ""
    state: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateOptions:
    """``ca`` names the certificate that signs, empty: the certificate signs itself.

    ``key_usage`` and ``extended_key_usage`` are complete, defaults and all.
    """

    subject: SubjectOptions = field(default_factory=SubjectOptions)
    alternative_names: tuple[str, ...] = ()
    is_ca: bool = False
    ca: str = ""
    key_usage: tuple[KeyUsage, ...] = ()
    extended_key_usage: tuple[ExtendedKeyUsage, ...] = ()
    duration_days: int = 365
    key_length: int = 3072


Options = PasswordOptions | UserOptions | KeyOptions | CertificateOptions

DEFAULT_KEY_USAGE = (KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DIGITAL_SIGNATURE)
DEFAULT_CA_KEY_USAGE = (KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN)
DEFAULT_EXTENDED_KEY_USAGE = (ExtendedKeyUsage.SERVER_AUTH,)


def key_bits(options: Options) -> int | None:
    """Return the length of the key that a value with these options needs; None: no key."""
    if isinstance(options, KeyOptions | CertificateOptions):
        return options.key_length
    return None
