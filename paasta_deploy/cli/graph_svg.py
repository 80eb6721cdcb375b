"""A deployment as a picture: groups from top to bottom as they start, links as arcs beside them.

An arc diagram needs no layout engine and cannot go wrong: every group has its row, groups that
start together share a band, and each link is one arc from the reader to the provider, the wider
the farther they are apart. Equal input, equal picture.
"""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

from paasta_deploy.cli.graph_formats import edges
from paasta_deploy.cli.graph_picture import Picture, counted, pace
from paasta_deploy.manifest.relations import GroupNode

_ROW, _GAP, _TOP = 52, 14, 64
_LEFT, _BOX = 56, 440
_ARC_STEP, _ARC_MIN, _ARC_MAX = 16, 34, 420
_FONT = "font-family='system-ui, sans-serif'"
_CHARACTERS_MAX = 46
_FACTS_MAX = 68
"""What a line of a box holds: of its name, and of the smaller text below it."""

_LABELLED_MAX = 12
"""With more arcs their labels would cover each other; then each is told when it is pointed at."""

_WIDTH_MIN = 620
_DIM_CHARACTER, _LINE = 6.0, 16
"""Of 11 px text: how wide a character is at most, on average, and how high a line."""

_STYLE = (
    "<style>"
    "text{fill:#222}.dim{fill:#666;font-size:11px}.name{font-weight:600;font-size:14px}"
    ".box{fill:#fff;stroke:#9aa5b1}.critical{stroke:#c0392b;stroke-width:2.5}"
    ".errand{stroke-dasharray:4 3}.band{fill:#f3f5f8}.arc{fill:none;stroke:#2c6fbb;opacity:.75}"
    ".arc:hover{opacity:1;stroke-width:3}"
    "@media(prefers-color-scheme:dark){svg{background:#15181c}text{fill:#e6e6e6}"
    ".dim{fill:#9aa5b1}.box{fill:#1d2227;stroke:#56606b}.band{fill:#1a1e23}"
    ".arc{stroke:#6ea8e8}}"
    "</style>"
)


def svg(picture: Picture) -> str:
    """Return the picture as one SVG document without references to anything outside of it."""
    relations = picture.relations
    bands = [list(together) for together in relations.order]
    errands = [group for group in relations.groups if group.is_errand]
    if errands:
        bands.append(errands)
    centres: dict[str, float] = {}
    body: list[str] = []
    y = float(_TOP)
    for number, band in enumerate(bands, start=1):
        label = "errands" if band is errands else str(number)
        body += _band(picture, band, label, y, centres)
        y += len(band) * _ROW + _GAP
    arcs, reach = _arcs(picture, centres)
    width = max(_WIDTH_MIN, _LEFT + _BOX + reach + 24)
    told = wrap(picture.path_text, int((width - _LEFT - 24) / _DIM_CHARACTER))
    height = y + 8 + _LINE * (len(told) + bool(told))
    head = [
        (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' "
            f"width='{width:.0f}' height='{height:.0f}' {_FONT} font-size='13'>"
        ),
        f"<title>{escape(relations.deployment)}</title>",
        _STYLE,
        (
            "<defs><marker id='tip' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7' "
            "markerHeight='7' orient='auto'><path d='M0 0 8 4 0 8z' fill='#2c6fbb'/></marker>"
            "</defs>"
        ),
        _text(_LEFT, 28, relations.deployment, "name"),
        _text(
            _LEFT,
            46,
            "top to bottom: the order of the rollout; arcs: who reads links of whom",
            "dim",
        ),
    ]
    foot = [
        _text(_LEFT, y + _LINE * number, line, "dim") for number, line in enumerate(told, start=1)
    ]
    return "\n".join([*head, *body, *arcs, *foot, "</svg>"]) + "\n"


def _band(
    picture: Picture,
    band: Sequence[GroupNode],
    label: str,
    top: float,
    centres: dict[str, float],
) -> Iterator[str]:
    height = len(band) * _ROW
    yield (
        f"<rect class='band' x='8' y='{top - 3:.0f}' rx='8' width='{_LEFT + _BOX}' "
        f"height='{height + 2:.0f}'/>"
    )
    yield _text(18, top + height / 2 + 4, label if label != "errands" else "-", "dim")
    for number, group in enumerate(band):
        y = top + number * _ROW
        centres[group.name] = y + (_ROW - 8) / 2
        yield from _box(picture, group, y)


def _box(picture: Picture, group: GroupNode, y: float) -> Iterator[str]:
    classes = "box"
    if picture.is_critical(group):
        classes += " critical"
    if group.is_errand:
        classes += " errand"
    yield (
        f"<rect class='{classes}' x='{_LEFT}' y='{y:.0f}' rx='6' width='{_BOX}' "
        f"height='{_ROW - 8}'><title>{escape(_details(group))}</title></rect>"
    )
    yield _text(_LEFT + 12, y + 18, _cut(str(group.name)), "name")
    facts = [counted(group.instances, "instance")]
    if group.azs:
        facts.append(f"in {', '.join(group.azs)}")
    if group.disk:
        facts.append(f"disk {group.disk}")
    facts.append("errand" if group.is_errand else pace(group))
    yield _text(_LEFT + 12, y + 35, _cut(" · ".join(facts), _FACTS_MAX), "dim")
    if takes := picture.takes(group):
        yield _text(_LEFT + _BOX - 12, y + 18, takes, "dim", anchor="end")


def _arcs(picture: Picture, centres: dict[str, float]) -> tuple[list[str], float]:
    """Return the arcs, short ones on top, and how far the widest one reaches to the right."""
    right = float(_LEFT + _BOX)
    found: list[tuple[float, str]] = []
    reach = 0.0
    drawn = list(edges(picture))
    for consumer, provider, names in drawn:
        start, end = centres[consumer], centres[provider]
        rows = abs(start - end) / _ROW
        bulge = min(_ARC_MAX, _ARC_MIN + rows * _ARC_STEP)
        label = ", ".join(names)
        top = bulge * 0.75  # where a Bezier curve of this kind turns
        shift = 5 if start < end else -5
        path = (
            f"M{right:.0f} {start + shift:.0f}C{right + bulge:.0f} {start + shift:.0f} "
            f"{right + bulge:.0f} {end - shift:.0f} {right + 2:.0f} {end - shift:.0f}"
        )
        title = escape(f"{consumer} reads {label} of {provider}")
        arc = f"<path class='arc' d='{path}' marker-end='url(#tip)'><title>{title}</title></path>"
        if len(drawn) <= _LABELLED_MAX:
            arc += _text(right + top + 6, (start + end) / 2 + 4, label, "dim")
            top += 6 + len(label) * _DIM_CHARACTER
        reach = max(reach, top)
        found.append((rows, arc))
    return [text for _, text in sorted(found, key=lambda item: -item[0])], reach


def _details(group: GroupNode) -> str:
    jobs = ", ".join(f"{job} ({release})" for job, release in group.jobs)
    return f"{group.name}: {jobs or 'no jobs'}"


def _text(x: float, y: float, text: str, style: str, *, anchor: str = "start") -> str:
    return (
        f"<text class='{style}' x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}'>"
        f"{escape(text)}</text>"
    )


def _cut(text: str, length: int = _CHARACTERS_MAX) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
