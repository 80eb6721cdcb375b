"""The port :class:`~paasta_deploy.ports.variables.StandIns`: values that only look like some.

All keys are one and the same, and everybody may know it, so making a stand-in costs a signature
and no search for primes, and nobody can be hurt by one. Everything in one is fixed: plans that are
made twice are equal, also by two directors. Texts begin with :data:`MARK`, certificates have
:data:`MARK` as their organizational unit.
"""

import hashlib
import json
import string
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from random import Random

from cryptography.hazmat.primitives.asymmetric import rsa
from typing_extensions import override

from paasta_deploy.adapters.variables.generator import FreshValues
from paasta_deploy.adapters.variables.sha512_crypt import sha512_crypt
from paasta_deploy.adapters.variables.signers import Signers
from paasta_deploy.manifest.variables import parse_options
from paasta_deploy.manifest.variables.types import (
    DURATION_DAYS_MAX,
    Options,
    PasswordOptions,
    UserOptions,
)
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json
from paasta_deploy.ports.variables import StandIns, WantedValue

MARK = "standin"
"""What stand-ins have in common: it reads well in a password, too, whose letters may be few."""

_KEPT_MAX = 1024
"""Stand-ins that are remembered: a large deployment has some hundred, and a plan asks thrice."""

_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""Certificates last from here for as long as they may: no template finds one that has ended."""

_PUBLIC_EXPONENT = 65537
_KEPT_OPTIONS = ("common_name", "is_ca", "username")
"""What is kept of options that cannot be read as a whole, because a placeholder stands in them."""


class FixedStandIns(StandIns):
    """Makes stand-ins. Safe from any thread; the same wish has the same stand-in everywhere."""

    @override
    def stand_in(self, wanted: WantedValue) -> JsonValue:
        definition = wanted.definition
        return _made(
            definition.name,
            definition.variable_type,
            canonical_json(definition.options),
            canonical_json(wanted.authority) if wanted.authority is not None else "",
            wanted.alternative_names,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """A clock that stands, and the one key: what fresh values need to be always the same."""

    at: datetime = field(default=_BEGIN)

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return 0.0

    async def wait(self, delay_s: float) -> None:
        raise AssertionError(f"nobody waits {delay_s} s for a stand-in")

    def rsa_key(self, bits: int) -> rsa.RSAPrivateKey:
        del bits  # the one key there is; longer ones would only make plans slower
        return stand_in_key()


@cache
def stand_in_key() -> rsa.RSAPrivateKey:
    """Return the key of all stand-ins."""
    text = resources.files(__package__).joinpath("stand_in_key.json").read_text("utf-8")
    p, q = (int("".join(json.loads(text)[name]), 16) for name in ("p", "q"))
    private = pow(_PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=private,
        dmp1=rsa.rsa_crt_dmp1(private, p),
        dmq1=rsa.rsa_crt_dmq1(private, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e=_PUBLIC_EXPONENT, n=p * q),
    ).private_key()


@cache
def _signers() -> Signers:
    """Return the authorities among the stand-ins: reading one again costs more than signing."""
    return Signers()


@lru_cache(maxsize=_KEPT_MAX)
def _made(
    name: str, kind: str, options: str, authority: str, alternative_names: tuple[str, ...]
) -> JsonValue:
    wanted = WantedValue(
        definition=VariableDefinition(name=name, variable_type=kind, options=json.loads(options)),
        authority=json.loads(authority) if authority else None,
        alternative_names=alternative_names,
    )
    definition = _readable(wanted.definition)
    match parse_options(definition).options:
        case PasswordOptions() as found:
            return _text(name, found)
        case UserOptions() as found:
            return _user(name, found)
        case None:
            return f"(({name}))"  # a type that nobody can make is told elsewhere
        case _:
            return _with_key(replace(wanted, definition=definition))


def _readable(definition: VariableDefinition) -> VariableDefinition:
    """Return the definition with options that can be read, whatever was written."""
    if _options_of(definition) is not None:
        return definition
    kept = {key: definition.options[key] for key in _KEPT_OPTIONS if key in definition.options}
    if definition.variable_type == "certificate":
        kept.setdefault("self_sign", True)
    for options in (kept, {key: item for key, item in kept.items() if key == "self_sign"}):
        less = replace(definition, options=options)
        if _options_of(less) is not None:
            return less
    return replace(definition, options={})


def _options_of(definition: VariableDefinition) -> Options | None:
    return parse_options(definition).options


def _with_key(wanted: WantedValue) -> JsonValue:
    definition = wanted.definition
    options: JsonObject = definition.options
    if definition.variable_type == "certificate":
        options = {**options, "organization_unit": MARK, "duration": DURATION_DAYS_MAX}
        if options.get("ca") and wanted.authority is None:
            wanted = replace(wanted, authority=_authority(str(options["ca"])))
    elif definition.variable_type == "ssh":
        options = {**options, "ssh_comment": MARK}
    values = FreshValues(
        clock=_Frozen(),
        keys=_Frozen(),
        randomness=Random(definition.name),  # noqa: S311 - no secret, and always the same
        signers=_signers(),
    )
    try:
        return values.generate(replace(wanted, definition=replace(definition, options=options)))
    except VariableError:
        # A name that no certificate takes, perhaps because it is a placeholder yet.
        plain: JsonObject = {"self_sign": True, "organization_unit": MARK}
        return values.generate(WantedValue(definition=replace(definition, options=plain)))


@cache
def _authority(name: str) -> JsonObject:
    """Return a stand-in for an authority that there is: its real key must sign nothing here."""
    options = canonical_json({"is_ca": True, "common_name": name})
    value = _made(name, "certificate", options, "", ())
    assert not isinstance(value, str | int | float | None), "a certificate has parts"
    return value  # type: ignore[return-value] # of a mapping's kinds only that one is left


def _user(name: str, options: UserOptions) -> JsonObject:
    password = _text(name, options.password)
    return {
        "username": options.username or MARK,
        "password": password,
        "password_hash": sha512_crypt(password, MARK),
    }


def _text(name: str, options: PasswordOptions) -> str:
    """Return a text of the asked length and letters that is marked; another for each name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    text = (MARK + digest) * (1 + options.length // len(digest))
    return "".join(_like(letter, options.alphabet) for letter in text[: options.length])


def _like(letter: str, alphabet: str) -> str:
    for same in (letter, letter.upper()):
        if same in alphabet:
            return same
    return alphabet[string.printable.index(letter) % len(alphabet)]
