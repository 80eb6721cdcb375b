"""Warnings that say the same again and again, told once with all their lines.

For people only: programs get every one. Errors are never folded, since each must be mended.
"""

from collections.abc import Iterable
from dataclasses import replace

from paasta_deploy.diagnostics.diagnostic import Diagnostic

_LINES_TOLD_MAX = 12
"""Lines that are listed; more than that nobody walks through one by one."""


def folded(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return them with equal warnings about one file as one, at the place of the first."""
    first: dict[object, int] = {}
    lines: dict[int, list[int]] = {}
    kept: list[Diagnostic] = []
    for item in diagnostics:
        key: object = len(kept)
        if not item.is_error and item.span is not None and not item.related:
            key = (item.code, item.summary, item.detail, item.hint, item.span.file)
        known = first.setdefault(key, len(kept))
        if known == len(kept):
            kept.append(item)
        elif item.span is not None:
            lines.setdefault(known, []).append(item.span.line)
    for number, others in lines.items():
        item = kept[number]
        kept[number] = replace(item, detail=f"{item.detail}\n{_also(others)}")
    return kept


def _also(lines: list[int]) -> str:
    told = sorted(set(lines))
    listed = ", ".join(map(str, told[:_LINES_TOLD_MAX]))
    more = f" and {len(told) - _LINES_TOLD_MAX} more" if len(told) > _LINES_TOLD_MAX else ""
    return f"the same in line{'' if len(told) == 1 else 's'} {listed}{more}"
