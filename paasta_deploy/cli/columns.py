"""Columns of a table side by side, within the width of a terminal.

Long texts go on in the next line of their column. Words are never broken, so that an id or an
address can always be copied whole; a table of long ids may stay wider than the terminal.
"""

import textwrap
from collections.abc import Sequence

GAP = "  "


def laid_out(
    header: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None
) -> list[list[str]]:
    """Return the lines of each row, the header first. ``columns`` None: as wide as it is."""
    table = [header, *rows]
    widths = _widths(list(zip(*table, strict=True)), columns)
    return [_lines(row, widths) for row in table]


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    found = []
    for number in range(max(map(len, cells))):
        texts = [cell[number] if number < len(cell) else "" for cell in cells]
        padded = (text.ljust(width) for text, width in zip(texts, widths, strict=True))
        found.append(GAP.join(padded).rstrip())
    return found


def _widths(table: Sequence[Sequence[str]], columns: int | None) -> list[int]:
    """Return the widths of the columns; the widest give way first, down to their longest word."""
    widths = [max(map(len, column)) for column in table]
    if columns is None:
        return widths
    least = [
        max(len(word) for cell in column for word in cell.split() or [""]) for column in table
    ]
    too_wide = sum(widths) + len(GAP) * (len(widths) - 1) - columns
    while too_wide > 0:
        yielding = [number for number, width in enumerate(widths) if width > least[number]]
        if not yielding:
            break
        widths[max(yielding, key=widths.__getitem__)] -= 1
        too_wide -= 1
    return widths


def _wrapped(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, break_long_words=False, break_on_hyphens=False) or [""]
