"""BOSH's digests: what the bytes of a blob must hash to, in one text.

The text holds one digest per algorithm, joined by ``;``: ``da39a3…`` (SHA-1, bare hexadecimal),
``sha256:…``, ``sha512:…``. Bytes are checked against the strongest algorithm of the text only,
as the weaker ones stand there for old readers.

Source: bosh.md 10.2 and 6.4.
"""

from dataclasses import dataclass

from paasta_deploy.wire.reading import WireError

ALGORITHMS = ("sha1", "sha256", "sha512")
"""Weakest first."""

_HEX_LENGTH = {"sha1": 40, "sha256": 64, "sha512": 128}
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One digest: ``algorithm`` of :data:`ALGORITHMS`, ``hexdigest`` in lower case."""

    algorithm: str
    hexdigest: str

    def text(self) -> str:
        """Return BOSH's spelling: SHA-1 is bare, the others carry their name."""
        return self.hexdigest if self.algorithm == "sha1" else f"{self.algorithm}:{self.hexdigest}"


def parse_digests(text: str) -> tuple[Digest, ...]:
    """Return the digests of a multi-digest text, in its order. Raises WireError."""
    return tuple(_parse_one(part.strip(), text) for part in text.split(";"))


def strongest(text: str) -> Digest:
    """Return the digest that decides. Raises WireError when the text is no digest."""
    return max(parse_digests(text), key=lambda digest: ALGORITHMS.index(digest.algorithm))


def _parse_one(part: str, whole: str) -> Digest:
    name, colon, hexdigest = part.rpartition(":")
    algorithm = (name if colon else "sha1").lower()
    hexdigest = hexdigest.lower()
    if _HEX_LENGTH.get(algorithm) != len(hexdigest) or not _HEX.issuperset(hexdigest):
        raise WireError(
            f"{whole!r} is no digest",
            hint="write 40 hexadecimal digits (SHA-1), sha256:<64 digits> or sha512:<128 digits>",
        )
    return Digest(algorithm=algorithm, hexdigest=hexdigest)
