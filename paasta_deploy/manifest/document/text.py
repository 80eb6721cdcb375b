"""Bytes to text: UTF-8 (or UTF-16 with its mark), and a clear word about everything else.

Operators hand in archives, scripts and files saved by old editors; each of them gets one
diagnostic that says what it is, instead of whatever a YAML parser would make of it.
"""

import re
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, Span, codes, error

TEXT_BYTES_MAX = 16 * 1024 * 1024
"""A generated vars store of a large deployment has 0.5 MB; more than this is no manifest."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "a database"),
)

# What YAML does not allow in a text, in bytes (fast, for every file) and in characters.
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text, or the one reason why there is none."""

    text: str
    problem: Diagnostic | None = None


def place_of(text: str, file: str, index: int, length: int = 1) -> Span:
    """Return the span of ``length`` characters at ``index``, which stay in one line."""
    line, start = 1, 0
    for found in LINE_BREAK.finditer(text, 0, index):
        line, start = line + 1, found.end()
    column = index - start + 1
    return Span(file=file, line=line, column=column, end_line=line, end_column=column + length)


def decode(file: str, data: bytes | str, bytes_max: int = TEXT_BYTES_MAX) -> Decoded:
    """Return the characters of a file, without a byte order mark."""
    if len(data) > bytes_max:
        return _too_large(file, len(data), bytes_max)
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
    else:
        decoded = _decode_bytes(file, data)
        if decoded.problem is not None:
            return decoded
        text = decoded.text
    if text.isascii() and not isinstance(data, str) and not _CONTROL_BYTES.search(data):
        return Decoded(text=text)
    found = _FORBIDDEN.search(text)
    if found is None:
        return Decoded(text=text)
    return Decoded(text=text, problem=_forbidden(file, text, found.start()))


def _decode_bytes(file: str, data: bytes) -> Decoded:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return Decoded(text=data.decode("utf-16"))
        except UnicodeDecodeError as cause:
            return Decoded(text="", problem=_not_utf16(file, cause))
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return Decoded(text="", problem=_not_text(file, f"the file is {what}"))
    if b"\0" in data:
        detail = f"byte {data.index(0)} is zero, which no text has"
        return Decoded(text="", problem=_not_text(file, detail))
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Decoded(text=data.decode("utf-8"))
    except UnicodeDecodeError as cause:
        return Decoded(text="", problem=_not_utf8(file, data, cause.start))


def _start_of(file: str) -> Span:
    return Span(file=file, line=1, column=1, end_line=1, end_column=2)


def _too_large(file: str, size: int, size_max: int) -> Decoded:
    problem = error(
        codes.FILE_TOO_LARGE,
        f"the file has {size / 1048576:.1f} MiB, which is too much",
        span=_start_of(file),
        detail=f"at most {size_max / 1048576:.0f} MiB are read",
        hint="large contents belong into a release or into a file given with --var-file",
    )
    return Decoded(text="", problem=problem)


def _not_text(file: str, detail: str) -> Diagnostic:
    return error(
        codes.NOT_TEXT,
        "the file is not a text",
        span=_start_of(file),
        detail=detail,
        hint="a YAML file is needed here; check the path",
    )


def _not_utf16(file: str, cause: UnicodeDecodeError) -> Diagnostic:
    return error(
        codes.BAD_ENCODING,
        "the file begins like UTF-16 but is not",
        span=_start_of(file),
        detail=f"byte {cause.start}: {cause.reason}",
        hint="save the file as UTF-8",
    )


def _not_utf8(file: str, data: bytes, start: int) -> Diagnostic:
    before = data[:start].decode("utf-8")
    detail = f"byte 0x{data[start]:02x} at offset {start}"
    hint = "save the file as UTF-8"
    try:
        data.decode("cp949")
    except UnicodeDecodeError:
        pass
    else:
        hint += f"; it reads as CP949: `iconv -f CP949 -t UTF-8 {file}`"
    span = place_of(before, file, len(before))
    return error(codes.BAD_ENCODING, "the file is not UTF-8", span=span, detail=detail, hint=hint)


def _forbidden(file: str, text: str, index: int) -> Diagnostic:
    return error(
        codes.NOT_TEXT,
        "the file has a control character",
        span=place_of(text, file, index),
        detail=f"U+{ord(text[index]):04X} must not stand in YAML",
        hint='remove it, or write it as an escape in double quotes ("\\x1b")',
    )
