"""BOSH's digest texts: bare SHA-1, ``sha256:<hex>``, ``sha512:<hex>``, or several joined by ``;``.

Several digests are told for the same bytes so that old and new readers can both check them. Only
the strongest one that we know decides; a text with no known algorithm verifies nothing and is
refused rather than waved through.
"""

import hashlib
import re
from collections.abc import Iterable

_ALGORITHMS = ("sha512", "sha256", "sha1")  # strongest first
_LENGTHS = {"sha1": 40, "sha256": 64, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+")


class Digester:
    """Hashes bytes as they pass by, by every algorithm that ``algorithms`` names."""

    def __init__(self, algorithms: Iterable[str] = ("sha256",)) -> None:
        self._hashes = {
            name: hashlib.new(name, usedforsecurity=name != "sha1") for name in algorithms
        }

    def update(self, chunk: bytes) -> None:
        """Take the next bytes."""
        for hasher in self._hashes.values():
            hasher.update(chunk)

    def hexdigests(self) -> dict[str, str]:
        """Return the hex digest of everything so far, by algorithm."""
        return {name: hasher.hexdigest() for name, hasher in self._hashes.items()}


def parse_digest(text: str) -> dict[str, str]:
    """Return hex digests by algorithm. Raises ValueError when no part is usable or one is broken.

    Unknown algorithms are skipped as long as a known one stands beside them.
    """
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, separator, value = part.strip().rpartition(":")
        algorithm = name if separator else "sha1"
        if algorithm not in _LENGTHS:
            continue
        value = value.lower()
        if len(value) != _LENGTHS[algorithm] or _HEX.fullmatch(value) is None:
            raise ValueError(
                f"'{part}' is no {algorithm} digest: {_LENGTHS[algorithm]} hex digits"
            )
        found[algorithm] = value
    if not found:
        raise ValueError(f"'{text}' names no digest that can be checked (sha1, sha256, sha512)")
    return found


def digest_mismatch(text: str, hexdigests: dict[str, str]) -> str | None:
    """Compare the strongest digest of ``text`` with ``hexdigests``; return what differs, or None.

    ``hexdigests`` must hold every algorithm that ``text`` may name (see :data:`ALL_ALGORITHMS`).
    Raises ValueError like :func:`parse_digest`.
    """
    wanted = parse_digest(text)
    algorithm = next(name for name in _ALGORITHMS if name in wanted)
    if wanted[algorithm] == hexdigests[algorithm]:
        return None
    return f"{algorithm} is {hexdigests[algorithm]}, expected {wanted[algorithm]}"


ALL_ALGORITHMS = _ALGORITHMS
"""Every algorithm that a digest text may name."""


def bytes_mismatch(text: str, content: bytes) -> str | None:
    """Return how ``content`` differs from digest ``text``, or None. Raises ValueError."""
    digester = Digester(parse_digest(text))
    digester.update(content)
    return digest_mismatch(text, digester.hexdigests())
