"""Where the lines of a sent manifest come from: the manifest's own file, or an ops file.

With ops files or variables the director gets a text that nobody has written; places in it mean
nothing to an operator. The sent text and the document that it was written from have the same
shape, so walking both side by side tells of every place in one where it is from in the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic, Label, Span
from paasta_deploy.manifest import Node, read_document
from paasta_deploy.manifest.document.node import ListNode, MapNode
from paasta_deploy.model.changes import Reason
from paasta_deploy.wire.plan_report import PlanReport

_Place = tuple[int, int]
"""Line and column, from 1."""


class Origins:
    """Answers for one sent text. ``node`` is what it was written from."""

    def __init__(self, name: str, text: str, node: Node) -> None:
        self._name = name
        self._text = text
        self._node = node
        self._places: dict[_Place, Span] | None = None

    def of(self, span: Span | None) -> Span | None:
        """Return the place that ``span`` is from; itself if it is not in the sent text."""
        if span is None or span.file != self._name:
            return span
        if self._places is None:
            self._places = self._walked()
        return self._places.get((span.line, span.column), span)

    def in_diagnostics(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return diagnostics that point at the operator's files."""
        return tuple(
            replace(
                item,
                span=self.of(item.span),
                related=tuple(
                    Label(span=self.of(label.span) or label.span, text=label.text)
                    for label in item.related
                ),
            )
            for item in found
        )

    def in_report(self, report: PlanReport) -> PlanReport:
        """Return a report whose reasons point at the operator's files."""
        return replace(
            report,
            groups=tuple(
                replace(
                    group,
                    instances=tuple(
                        replace(row, reasons=self._in_reasons(row.reasons))
                        for row in group.instances
                    ),
                )
                for group in report.groups
            ),
            held_back=tuple(
                replace(item, reasons=self._in_reasons(item.reasons)) for item in report.held_back
            ),
        )

    def _in_reasons(self, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        return tuple(replace(reason, span=self.of(reason.span)) for reason in reasons)

    def _walked(self) -> dict[_Place, Span]:
        read = read_document(self._name, self._text)
        if read.node is None:
            return {}
        places: dict[_Place, Span] = {}
        waiting = [(read.node, self._node)]
        while waiting:
            sent, own = waiting.pop()
            start = sent.span
            # A mapping begins where its first key does; what is deeper is told more exactly.
            places[start.line, start.column] = own.span
            if isinstance(sent, ListNode) and isinstance(own, ListNode):
                waiting += zip(sent.items, own.items, strict=False)
            elif isinstance(sent, MapNode) and isinstance(own, MapNode):
                for key, (written, below) in sent.entries.items():
                    entry = own.entries.get(key)
                    if entry is not None:
                        place = written.span
                        places[place.line, place.column] = entry[0].span
                        waiting.append((below, entry[1]))
        return places
