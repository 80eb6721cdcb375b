"""Nodes to YAML text, in the form that the BOSH CLI prints: sorted keys, no aliases, no comments.

The layout (lines folded at 80 columns, lists not indented, several lines as ``|``) is that of
libyaml, of which the CLI's writer is a translation. What is written here reads back as the same
values, in this product, in the CLI, and in the director.
"""

import re
from io import StringIO

from yaml._yaml import CEmitter
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from paasta_deploy.manifest.document.key_order import sorted_entries
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar, ScalarValue
from paasta_deploy.manifest.document.scalars import MERGE_KEY, format_scalar, is_read_as_text

# Texts of several lines that libyaml's block style would not give back: spaces before a line
# break would be lost, and some characters can only stand in double quotes.
_NO_BLOCK = re.compile(
    "^\t|[ \t]\n|[ \t]$|[\x85\u2028\u2029\ufeff]"
    "|[^\n\t -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_END_MARK = "\n...\n"
"""libyaml ends some documents with this line; the CLI does not, and nothing depends on it."""

_IMPLICIT = (True, True)


def emit(node: Node) -> str:
    """Return the document as YAML text, ending with a newline."""
    events: list[Event] = [StreamStartEvent(), DocumentStartEvent(explicit=False)]
    _add(node, events)
    events += (DocumentEndEvent(explicit=False), StreamEndEvent())
    out = StringIO()
    emitter = CEmitter(out, allow_unicode=True)
    for event in events:
        emitter.emit(event)
    text = out.getvalue()
    # A text may itself end with three points, so the mark is known by the line it has alone.
    return text.removesuffix(_END_MARK) + "\n" if text.endswith(_END_MARK) else text


def emit_part(node: Node) -> str:
    """Return a selected part as ``--path`` prints it: a text bare, everything else as YAML."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value + "\n"
    return emit(node)


def _add(node: Node, events: list[Event]) -> None:
    if isinstance(node, Scalar):
        events.append(_scalar(node.value))
    elif isinstance(node, ListNode):
        events.append(SequenceStartEvent(None, None, implicit=True, flow_style=False))
        for item in node.items:
            _add(item, events)
        events.append(SequenceEndEvent())
    else:
        assert isinstance(node, MapNode)
        events.append(MappingStartEvent(None, None, implicit=True, flow_style=False))
        for key, value in sorted_entries(node.entries.values()):
            events.append(_scalar(key.value, is_key=True))
            _add(value, events)
        events.append(MappingEndEvent())


def _scalar(value: ScalarValue, *, is_key: bool = False) -> Event:
    if not isinstance(value, str):
        return ScalarEvent(None, None, _IMPLICIT, format_scalar(value))
    if "\n" in value:
        style = '"' if _NO_BLOCK.search(value) else "|"
        return ScalarEvent(None, None, _IMPLICIT, value, style=style)
    # The CLI forgets that a key `<<` without quotes would be a merge key.
    if is_read_as_text(value) and not (is_key and value == MERGE_KEY):
        return ScalarEvent(None, None, _IMPLICIT, value)
    return ScalarEvent(None, None, _IMPLICIT, value, style='"')
