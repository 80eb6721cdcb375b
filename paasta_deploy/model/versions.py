"""Order of release and stemcell versions, and what ``latest`` means.

A version is ``release[-pre][+post]``, each part dotted. Components made of digits (without leading
zeros) compare as numbers and stand before all other components, which compare as texts; missing
components count as zero, so ``1`` equals ``1.0``. No pre-release stands after any pre-release, no
post-release before any post-release: ``1-rc.1 < 1 < 1+dev.1``.
Source: BOSH's semi-semantic versions (spec 1.3, 10.2).
"""

import re
from collections.abc import Iterable
from functools import total_ordering

from typing_extensions import override

_VERSION = re.compile(
    r"(?P<release>[0-9A-Za-z_.]+)(?:-(?P<pre>[0-9A-Za-z_.\-]+))?(?:\+(?P<post>[0-9A-Za-z_.\-]+))?"
)
_FLOATING = re.compile(r"(?:^|[._])latest$")
_NUMBER = re.compile(r"0|[1-9][0-9]*")

_Component = tuple[int, int, str]
_ZERO: _Component = (0, 0, "")


def _component(piece: str) -> _Component:
    return (0, int(piece), "") if _NUMBER.fullmatch(piece) else (1, 0, piece)


def _segment(text: str) -> tuple[_Component, ...]:
    components = [_component(piece) for piece in text.split(".")]
    while components and components[-1] == _ZERO:
        components.pop()
    return tuple(components)


@total_ordering
class Version:
    """One parsed version; equal versions may be written differently (``1.0`` and ``1``)."""

    __slots__ = ("_key", "text")

    def __init__(self, text: str) -> None:
        """Parse ``text``. Raises ValueError when it is no version."""
        match = _VERSION.fullmatch(text)
        if match is None or any(
            "" in part.split(".") for part in match.groups() if part is not None
        ):
            raise ValueError(f"'{text}' is no version: write release[-pre][+post], as 1.2-rc.1")
        self.text = text
        pre, post = match["pre"], match["post"]
        self._key = (
            _segment(match["release"]),
            (1, ()) if pre is None else (0, _segment(pre)),
            (0, ()) if post is None else (1, _segment(post)),
        )

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: "Version") -> bool:
        return self._key < other._key

    @override
    def __hash__(self) -> int:
        return hash(self._key)

    @override
    def __repr__(self) -> str:
        return f"Version({self.text!r})"


def is_floating(wanted: str) -> bool:
    """Whether ``wanted`` means another version after every upload: ``latest``, ``1.latest``."""
    return _FLOATING.search(wanted) is not None


def resolve_version(wanted: str, available: Iterable[str]) -> str | None:
    """Return the text in ``available`` that ``wanted`` means, or None.

    ``wanted`` is ``latest``, ``<prefix>.latest`` (the newest that equals the prefix or starts with
    ``<prefix>.``, ``<prefix>-`` or ``<prefix>+``), or a version. An exact text wins over one that
    is merely equal in order. Texts in ``available`` that are no versions match only literally.
    """
    texts = tuple(available)
    if wanted in texts:
        return wanted
    candidates = [version for text in texts if (version := _parse(text)) is not None]
    if wanted == "latest":
        return max(candidates).text if candidates else None
    if wanted.endswith(".latest"):
        prefix = wanted.removesuffix(".latest")
        starts = (f"{prefix}.", f"{prefix}-", f"{prefix}+")
        matching = [v for v in candidates if v.text == prefix or v.text.startswith(starts)]
        return max(matching).text if matching else None
    version = _parse(wanted)
    return next((v.text for v in candidates if v == version), None)


def _parse(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:
        return None
