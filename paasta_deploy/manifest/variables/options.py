"""From the ``options`` of a definition to typed options, or diagnostics at the lines to blame.

A length of zero means the default, as with the BOSH CLI. Options that wait for the value of a
variable are not judged. Source: bosh.md 3.5, and what the real CLI takes and refuses.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error, has_errors, warning
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.variables import types
from paasta_deploy.manifest.variables.option_reader import OptionReader
from paasta_deploy.manifest.variables.types import (
    KEY_LENGTHS,
    SPECIAL_CHARACTERS,
    CertificateOptions,
    ExtendedKeyUsage,
    KeyOptions,
    KeyUsage,
    Options,
    PasswordOptions,
    SubjectOptions,
    UserOptions,
    VariableType,
)
from paasta_deploy.model.deployment import VariableDefinition

_CHARACTERS = ("include_special", "exclude_upper", "exclude_lower", "exclude_number")
_SUBJECT = ("organization_unit", "locality", "state", "country")
_BY_CLI: Mapping[VariableType, tuple[str, ...]] = {
    VariableType.PASSWORD: ("length",),
    VariableType.USER: (),
    VariableType.RSA: (),
    VariableType.SSH: (),
    VariableType.CERTIFICATE: (
        "common_name",
        "organization",
        "alternative_names",
        "is_ca",
        "ca",
        "extended_key_usage",
        "duration",
        "key_length",
    ),
}
_BEYOND_CLI: Mapping[VariableType, tuple[str, ...]] = {
    VariableType.PASSWORD: _CHARACTERS,
    VariableType.USER: ("username", "length", *_CHARACTERS),
    VariableType.RSA: ("key_length",),
    VariableType.SSH: ("key_length", "ssh_comment"),
    VariableType.CERTIFICATE: (*_SUBJECT, "key_usage", "self_sign"),
}
_AGREEING = {KeyUsage.ENCIPHER_ONLY, KeyUsage.DECIPHER_ONLY}
"""Usages that mean nothing without ``key_agreement`` (RFC 5280)."""

_COUNTRY_LETTERS = 2
_IGNORED_BY_CLI = (VariableType.RSA, VariableType.SSH)
"""Types whose options the CLI does not look at, so that an unknown one must not stop anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsResult:
    """The options; None when ``diagnostics`` hold an error or the type cannot be made."""

    options: Options | None
    diagnostics: tuple[Diagnostic, ...] = ()


_SIGNING = ("ca", "is_ca", "self_sign")
"""Options that say who signs a certificate."""


def option_names(kind: VariableType) -> tuple[str, ...]:
    """Return the names of all options of a type."""
    return _BY_CLI[kind] + _BEYOND_CLI[kind]


def type_of(definition: VariableDefinition) -> VariableType | None:
    """Return the type of a definition; None: it is none that can be made."""
    known = {kind.value: kind for kind in VariableType}
    return known.get(definition.variable_type)


def parse_options(definition: VariableDefinition) -> OptionsResult:
    """Return the typed options of a definition, with everything that is wrong with them."""
    kind = type_of(definition)
    if kind is None:
        return OptionsResult(options=None, diagnostics=(_unknown_type(definition),))
    reader = OptionReader(definition)
    options: Options
    match kind:
        case VariableType.PASSWORD:
            options = _password(reader)
        case VariableType.USER:
            options = UserOptions(username=reader.text("username"), password=_password(reader))
        case VariableType.RSA | VariableType.SSH:
            default = KeyOptions()
            options = KeyOptions(
                key_length=_key_length(reader, default.key_length),
                comment=reader.text("ssh_comment"),
            )
        case VariableType.CERTIFICATE:
            options = _certificate(reader)
    known = option_names(kind)
    for name in definition.options:
        if name not in known:
            reader.unknown(name, known, is_ignored=kind in _IGNORED_BY_CLI)
    found = reader.diagnostics
    if isinstance(options, CertificateOptions) and not reader.is_wrong(*_SIGNING):
        found += _who_signs(definition, reader)
    return OptionsResult(
        options=None if has_errors(found) else options,
        diagnostics=tuple(dict.fromkeys(found)),  # an option may have been read twice
    )


def beyond_cli(definition: VariableDefinition) -> tuple[Diagnostic, ...]:
    """Return a warning for each thing that this product makes and the BOSH CLI refuses.

    For whoever fills a vars store: the same manifest does not work with ``bosh``.
    """
    kind = type_of(definition)
    if kind is VariableType.USER:
        return (
            warning(
                codes.BEYOND_BOSH_CLI,
                "the BOSH CLI cannot make a variable of type `user`",
                span=definition.source.span("type"),
                detail="only this product and a director can",
            ),
        )
    if kind is None or kind in _IGNORED_BY_CLI:
        return ()
    return tuple(
        warning(
            codes.BEYOND_BOSH_CLI,
            f"the BOSH CLI does not know the option `{name}`",
            span=definition.source.key_span("options", name),
            detail="only this product and a director do; `bosh int` refuses it",
        )
        for name in definition.options
        if name in _BEYOND_CLI[kind]
    )


def _unknown_type(definition: VariableDefinition) -> Diagnostic:
    names = [kind.value for kind in VariableType]
    return error(
        codes.UNKNOWN_VARIABLE_TYPE,
        f"a variable of type `{definition.variable_type}` cannot be made",
        span=definition.source.span("type"),
        detail=f"`{definition.name}` has no value yet",
        hint=did_you_mean(definition.variable_type, names)
        + f"\nor give it a value with `-v {definition.name}=VALUE`",
    )


def _password(reader: OptionReader) -> PasswordOptions:
    default = PasswordOptions()
    length = reader.number("length", lowest=0, highest=types.PASSWORD_LENGTH_MAX)
    chosen = {name: reader.flag(name) for name in _CHARACTERS}
    alphabet = default.alphabet
    if any(reader.has(name) for name in _CHARACTERS):
        alphabet = (
            ("" if chosen["exclude_upper"] else string.ascii_uppercase)
            + ("" if chosen["exclude_lower"] else string.ascii_lowercase)
            + ("" if chosen["exclude_number"] else string.digits)
            + (SPECIAL_CHARACTERS if chosen["include_special"] else "")
        )
    if not alphabet:
        reader.wrong("exclude_lower", "leaves no characters", "exclude less")
    return PasswordOptions(length=length or default.length, alphabet=alphabet)


def _key_length(reader: OptionReader, default: int) -> int:
    length = reader.number("key_length")
    if length and length not in KEY_LENGTHS:
        allowed = ", ".join(str(item) for item in KEY_LENGTHS)
        reader.wrong("key_length", "is a length that no key may have", f"one of {allowed} bits")
    return length or default


def _certificate(reader: OptionReader) -> CertificateOptions:
    default = CertificateOptions()
    is_ca = reader.flag("is_ca")
    reader.flag("self_sign")  # its mistakes are told here, what it means by _who_signs
    usages = reader.choices("key_usage", KeyUsage)
    if set(usages) & _AGREEING and KeyUsage.KEY_AGREEMENT not in usages:
        reader.wrong("key_usage", "lacks `key_agreement`", "it goes with the `..._only` usages")
    extended: tuple[ExtendedKeyUsage, ...] = ()
    if not is_ca:
        # The CLI neither checks nor uses these on a CA, and a usage there would bind its leaves.
        extended = reader.choices("extended_key_usage", ExtendedKeyUsage)
        extended = extended or types.DEFAULT_EXTENDED_KEY_USAGE
    duration = reader.number("duration", highest=types.DURATION_DAYS_MAX)
    if duration < 0:
        reader.warn("duration", "is negative", f"{default.duration_days} days are used")
    return CertificateOptions(
        subject=_subject(reader),
        alternative_names=_alternative_names(reader),
        is_ca=is_ca,
        ca=reader.text("ca"),
        key_usage=usages or (types.DEFAULT_CA_KEY_USAGE if is_ca else types.DEFAULT_KEY_USAGE),
        extended_key_usage=extended,
        duration_days=duration if duration > 0 else default.duration_days,
        key_length=_key_length(reader, default.key_length),
    )


def _who_signs(definition: VariableDefinition, reader: OptionReader) -> list[Diagnostic]:
    is_signed = bool(reader.text("ca"))
    signs_itself = reader.flag("is_ca") or reader.flag("self_sign")
    if is_signed and reader.flag("self_sign"):
        return [
            error(
                codes.BAD_VARIABLE_OPTION,
                f"`self_sign` of the variable `{definition.name}` contradicts its `ca`",
                span=definition.source.span("options", "self_sign"),
                hint="keep one of them",
            )
        ]
    if is_signed or signs_itself or reader.is_open("is_ca", "self_sign"):
        return []
    return [
        error(
            codes.NO_CA,
            f"nobody signs the certificate `{definition.name}`",
            span=definition.source.span("name"),
            detail="it has neither `ca` nor `is_ca: true`",
            hint="add `ca: NAME` to its `options`, the name of a variable of type `certificate`\n"
            "that has `is_ca: true`",
        )
    ]


def _subject(reader: OptionReader) -> SubjectOptions:
    default = SubjectOptions()
    country = reader.text("country")
    if country and not placeholders(country) and len(country.encode()) != _COUNTRY_LETTERS:
        reader.wrong("country", "is no code of a country", "two letters, such as `KR`")
    return SubjectOptions(
        common_name=reader.text("common_name"),
        organization=reader.text("organization") or default.organization,
        organization_unit=reader.text("organization_unit"),
        locality=reader.text("locality"),
        state=reader.text("state"),
        country=country or default.country,
    )


def _alternative_names(reader: OptionReader) -> tuple[str, ...]:
    names = reader.texts("alternative_names")
    for place, name in enumerate(names):
        if not name.isascii() and not placeholders(name):
            reader.wrong(
                "alternative_names",
                "has a name that is not ASCII",
                "write it as DNS does: `xn--...`",
                place=place,
            )
    return tuple(name for name in names if name)
