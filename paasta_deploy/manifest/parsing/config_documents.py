"""What reading any kind of config has in common: several documents in, one value and mistakes out.

Diagnostics come out in the order of the documents, which is the order of the configs' names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from paasta_deploy.diagnostics import (
    Diagnostic,
    codes,
    error,
    has_errors,
    in_file_order,
)
from paasta_deploy.manifest.document.node import MapNode, Node
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigResult(Generic[_Value]):
    """Parsed configs of one kind. ``draft`` is as much as could be read: for more checks only."""

    draft: _Value
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def value(self) -> _Value | None:
        """What was read, if it has no errors."""
        return None if has_errors(self.diagnostics) else self.draft


def config_tops(nodes: Sequence[Node], what: str, keys: str, report: Report) -> tuple[Fields, ...]:
    """Return the documents that are mappings, ready to be read; complain of the others.

    ``what`` is "runtime config", ``keys`` what should stand in one: "`releases:`".
    """
    tops: list[Fields] = []
    for node in nodes:
        if isinstance(node, MapNode):
            tops.append(Fields(node, what, report))
            continue
        report.diagnostics.append(
            error(
                codes.NOT_A_MAPPING,
                f"a {what} must be a mapping, this is {node.kind}",
                span=node.span,
                detail=f"keys like {keys} should stand here",
                hint="check the path of the file",
            )
        )
    return tuple(tops)


def in_order_of(nodes: Sequence[Node], report: Report) -> tuple[Diagnostic, ...]:
    """Return what was reported, each thing once, document by document and line by line."""
    files = list(dict.fromkeys(node.file for node in nodes))
    return in_file_order(dict.fromkeys(report.diagnostics), files)
