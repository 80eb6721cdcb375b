"""What a plain YAML scalar means to the BOSH CLI, and how the CLI writes numbers.

The CLI reads YAML 1.1 with its own twists: ``y`` and ``n`` are booleans, ``1e3`` is a number,
``12:30`` and ``2001-01-01`` are texts, ``08`` is 8. Everything here was measured against the real
CLI (spec: bosh.md 3.8); a loader that disagrees makes another deployment of the same file.
"""

import base64
import binascii
import math
import re
from collections.abc import Mapping

from paasta_deploy.manifest.document.node import ScalarValue

MERGE_KEY = "<<"
"""The key that lays another mapping into its own; as a value it is an ordinary text."""

_TAG = "tag:yaml.org,2002:"
BINARY_TAG = _TAG + "binary"
_STRING_TAGS = frozenset({_TAG + "str", _TAG + "timestamp"})

WORDS: Mapping[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_NUMBER_STARTS = frozenset("0123456789+-.")

_INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII
)
_BASES = (16, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
# Two oddities of the CLI's YAML library: behind a leading point Go's own rule for `_` holds
# (between digits only), and `0b` may have its sign behind it.
_POINT_FLOAT = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?", re.ASCII)
_SIGNED_BINARY = re.compile(r"0b([-+][01]{1,64})", re.ASCII)
_INT_MIN, _INT_MAX, _UINT_MAX = -(1 << 63), (1 << 63) - 1, (1 << 64) - 1

_TIMESTAMP = re.compile(
    r"[0-9]{4}-(0?[1-9]|1[0-2])-([012]?[0-9]|3[01])"
    r"(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    r"| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?)?",
    re.ASCII,
)
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)


class TagError(ValueError):
    """An explicit tag does not fit the text that it stands before. ``str()`` says why."""


def resolve_plain(text: str) -> ScalarValue:
    """Return the value of an unquoted scalar without a tag."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    return _number(text)


def _number(text: str) -> ScalarValue:
    if text[0] == ".":
        return _float(text.replace("_", ""), text) if _POINT_FLOAT.fullmatch(text) else text
    digits = text.replace("_", "")
    found = _INTEGER.fullmatch(digits)
    if found is not None:
        sign, *bodies = found.groups()
        base, body = next((b, d) for b, d in zip(_BASES, bodies, strict=True) if d is not None)
        # Python refuses to convert thousands of digits; no such number fits 64 bits anyway.
        value = int(body, base) if len(body) <= 64 else _UINT_MAX + 1
        value = -value if sign == "-" else value
        if _INT_MIN <= value <= _INT_MAX or (not sign and value <= _UINT_MAX):
            return value
    if _FLOAT.fullmatch(digits):
        return _float(digits, text)
    binary = _SIGNED_BINARY.fullmatch(digits)
    if binary is not None:
        value = int(binary.group(1), 2)
        return value if _INT_MIN <= value <= _INT_MAX else text
    return text


def _float(digits: str, text: str) -> float | str:
    number = float(digits)
    return text if math.isinf(number) else number


def resolve_tagged(tag: str, text: str) -> ScalarValue:
    """Return the value of a scalar with an explicit tag; raises TagError where BOSH refuses."""
    if tag in _STRING_TAGS:
        return text
    if tag == BINARY_TAG:
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as cause:
            raise TagError("`!!binary` needs base64 of a UTF-8 text") from cause
    if tag not in _EXPECTED:
        return text
    value = resolve_plain(text)
    if tag == _TAG + "float" and type(value) is int:
        return float(value)
    if type(value) is not _EXPECTED[tag]:
        short = "!!" + tag.removeprefix(_TAG)
        raise TagError(f"what stands behind `{short}` is something else")
    return value


_EXPECTED: Mapping[str, type] = {
    _TAG + "bool": bool,
    _TAG + "int": int,
    _TAG + "float": float,
    _TAG + "null": type(None),
}


def is_read_as_text(text: str) -> bool:
    """Whether an unquoted value ``text`` reads as that text in every parser that BOSH uses."""
    if type(resolve_plain(text)) is not str:
        return False
    if text[0] not in _NUMBER_STARTS:
        return True
    return _TIMESTAMP.fullmatch(text) is None and _BASE_60.fullmatch(text) is None


def format_float(number: float) -> str:
    """Return the shortest text as Go's ``%g`` writes it: with an exponent from 1e+06 on.

    A smaller whole number has no point, so the next reader sees an integer.
    """
    if math.isnan(number):
        return ".nan"
    if math.isinf(number):
        return ".inf" if number > 0 else "-.inf"
    sign, digits, exponent = _decimal(number)
    ahead = len(digits) + exponent
    if ahead - 1 < -4 or ahead - 1 >= _PRECISION:
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        power = ahead - 1
        return f"{sign}{digits[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"
    if ahead <= 0:
        return f"{sign}0.{'0' * -ahead}{digits}"
    if exponent >= 0:
        return sign + digits + "0" * exponent
    return f"{sign}{digits[:ahead]}.{digits[ahead:]}"


_PRECISION = 6
"""Go's rule for the shortest form: from this power of ten on an exponent is used."""


def _decimal(number: float) -> tuple[str, str, int]:
    """Return sign, shortest digits without trailing zeros, and the power of ten they stand at."""
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = int(power or 0) - len(fraction)
    digits = (whole + fraction).lstrip("0")
    stripped = digits.rstrip("0")
    sign = "-" if math.copysign(1.0, number) < 0 else ""
    if not stripped:
        return sign, "0", 0
    return sign, stripped, exponent + len(digits) - len(stripped)


def format_scalar(value: ScalarValue) -> str:
    """Return a value that is no text as the CLI writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case float():
            return format_float(value)
        case _:
            return str(value)
