"""The port :class:`~paasta_deploy.ports.variables.ValueGenerator`: real keys and randomness."""

from binascii import a2b_base64
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import md5
from random import Random
from secrets import SystemRandom

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from paasta_deploy.adapters.variables.certificates import (
    SERIAL_BITS,
    Signer,
    certificate_pem,
    key_pem,
    make_certificate,
)
from paasta_deploy.adapters.variables.keys import FreshKeys, KeySource
from paasta_deploy.adapters.variables.sha512_crypt import sha512_crypt
from paasta_deploy.adapters.variables.signers import Signers
from paasta_deploy.manifest.variables import parse_options
from paasta_deploy.manifest.variables.types import (
    CertificateOptions,
    KeyOptions,
    PasswordOptions,
    UserOptions,
)
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.variables import WantedValue

_USERNAME = PasswordOptions(alphabet="abcdefghijklmnopqrstuvwxyz")
_SALT = PasswordOptions(length=16, alphabet="abcdefghijklmnopqrstuvwxyz0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshValues:
    """Makes values. Safe from any thread.

    ``keys`` may be :class:`~paasta_deploy.adapters.variables.keys.KeysAhead` when it is known how
    many will be needed. ``randomness`` is the operating system's, except in tests. ``signers``
    are CAs that were read or made before.
    """

    clock: Clock
    keys: KeySource = field(default_factory=FreshKeys)
    randomness: Random = field(default_factory=SystemRandom)
    signers: Signers = field(default_factory=Signers)

    def generate(self, wanted: WantedValue) -> JsonValue:
        """Return a fresh value. Raises VariableError, see the port."""
        definition = wanted.definition
        parsed = parse_options(definition)
        match parsed.options:
            case PasswordOptions() as options:
                return self._text(options)
            case UserOptions() as options:
                return self._user(options)
            case KeyOptions() as options:
                key = self.keys.rsa_key(options.key_length)
                return _ssh(key, options) if definition.variable_type == "ssh" else _rsa(key)
            case CertificateOptions() as options:
                return self._certificate(wanted, options)
            case None:
                wrong = [item.summary for item in parsed.diagnostics if item.is_error]
                raise VariableError(
                    f"The variable `{definition.name}` cannot be made: {'; '.join(wrong)}."
                )

    def _text(self, options: PasswordOptions) -> str:
        draw: Callable[[str], str] = self.randomness.choice
        return "".join(draw(options.alphabet) for _ in range(options.length))

    def _user(self, options: UserOptions) -> JsonObject:
        password = self._text(options.password)
        return {
            "username": options.username or self._text(_USERNAME),
            "password": password,
            "password_hash": sha512_crypt(password, self._text(_SALT)),
        }

    def _certificate(self, wanted: WantedValue, options: CertificateOptions) -> JsonObject:
        name = wanted.definition.name
        try:
            signer = None if wanted.authority is None else self.signers.read(wanted.authority)
        except ValueError as error:
            raise VariableError(
                f"The certificate `{name}` cannot be made: the value of its CA `{options.ca}` "
                f"cannot sign, {error}.",
                hint=f"Repair the value of `{options.ca}`, or remove it to have a new one made; "
                "everything that it signed must then be made anew, too.",
            ) from error
        if options.ca and signer is None:
            raise VariableError(
                f"The certificate `{name}` cannot be made: its CA `{options.ca}` has no value."
            )
        key = self.keys.rsa_key(options.key_length)
        try:
            certificate = make_certificate(
                options,
                key,
                signer,
                alternative_names=wanted.alternative_names,
                now=self.clock.now(),
                serial=self.randomness.getrandbits(SERIAL_BITS) or 1,
            )
        except ValueError as error:
            raise VariableError(
                f"The certificate `{name}` cannot be made: a name in its options does not fit "
                "into a certificate.",
                hint="Countries have two letters; alternative names are DNS names or addresses, "
                "in ASCII.",
            ) from error
        pem = certificate_pem(certificate)
        value = {
            "ca": pem if signer is None else signer.pem,
            "certificate": pem,
            "private_key": key_pem(key),
        }
        if options.is_ca:
            self.signers.keep(value, Signer(certificate=certificate, key=key))
        return value


def _rsa(key: rsa.RSAPrivateKey) -> JsonObject:
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {"private_key": key_pem(key), "public_key": public.decode()}


def _ssh(key: rsa.RSAPrivateKey, options: KeyOptions) -> JsonObject:
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    comment = f" {options.comment}" if options.comment else ""
    return {
        "private_key": key_pem(key),
        "public_key": f"{line}{comment}\n",
        "public_key_fingerprint": _fingerprint(line),
    }


def _fingerprint(line: str) -> str:
    """Return the MD5 of the key as pairs of digits, which is how old OpenSSH shows it."""
    blob = a2b_base64(line.split()[1])
    digits = md5(blob, usedforsecurity=False).hexdigest()
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
