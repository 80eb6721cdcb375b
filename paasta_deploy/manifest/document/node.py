"""A YAML document as values that know where they were written.

Nodes are immutable: whoever changes a document makes new nodes along one path and shares the rest,
so aliases, merge keys and ops files cost nothing and can never change two places at once.

A position is one integer (start and end line and column, packed), because a document of a large
deployment has half a million of them. Keys of a mapping are texts nearly always; other scalars
become :class:`OtherKey`, since ``y: 1`` (a boolean in this dialect) and ``1: 1`` are different
keys to BOSH and would be the same to a Python dict.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from typing_extensions import override

from paasta_deploy.model.source import PathStep, Source, Span
from paasta_deploy.model.values import JsonScalar, JsonValue

ScalarValue = str | int | float | bool | None

_LINE_BITS, _COLUMN_BITS = 26, 22
_LINE_MASK, _COLUMN_MASK = (1 << _LINE_BITS) - 1, (1 << _COLUMN_BITS) - 1
POINT_BITS = _LINE_BITS + _COLUMN_BITS
"""Bits of the end of a packed position; the start stands above them."""


class OtherKey(NamedTuple):
    """A key of a mapping that is no text: its kind (``bool``, ``int``...) and its value."""

    kind: str
    value: int | float | bool | None


Key = str | OtherKey


def pack(line: int, column: int, end_line: int, end_column: int) -> int:
    """Return a position as one number; lines and columns count from 0, the end is exclusive."""
    start = (line & _LINE_MASK) << _COLUMN_BITS | (column & _COLUMN_MASK)
    end = (end_line & _LINE_MASK) << _COLUMN_BITS | (end_column & _COLUMN_MASK)
    return start << POINT_BITS | end


def unpack(file: str, where: int) -> Span:
    """Return a packed position as a span, which counts from 1."""
    end_line, end_column = (where >> _COLUMN_BITS) & _LINE_MASK, where & _COLUMN_MASK
    start = where >> POINT_BITS
    return Span(
        file=file,
        line=(start >> _COLUMN_BITS) + 1,
        column=(start & _COLUMN_MASK) + 1,
        end_line=end_line + 1,
        end_column=end_column + 1,
    )


class Node:
    """One value of a document. ``file`` is the name that was handed in with the text."""

    __slots__ = ("file", "where")

    file: str
    where: int

    def __init__(self, file: str, where: int) -> None:
        self.file = file
        self.where = where

    @property
    def span(self) -> Span:
        """Where it was written."""
        return unpack(self.file, self.where)

    @property
    def kind(self) -> str:
        """What it is, in the words of a manifest's author; each kind of node has its own."""
        return "a value"


class Scalar(Node):
    """A text, number, boolean or null. ``text`` is how a value that is no text was written."""

    __slots__ = ("text", "value")

    value: ScalarValue
    text: str | None

    def __init__(self, file: str, where: int, value: ScalarValue, text: str | None = None) -> None:
        self.file = file
        self.where = where
        self.value = value
        self.text = text

    @property
    @override
    def kind(self) -> str:
        return scalar_kind(self.value)

    @property
    def key(self) -> Key:
        """This scalar as a key of a mapping."""
        value = self.value
        return value if isinstance(value, str) else other_key(value)


class ListNode(Node):
    """A list."""

    __slots__ = ("items",)

    items: tuple[Node, ...]

    def __init__(self, file: str, where: int, items: tuple[Node, ...]) -> None:
        self.file = file
        self.where = where
        self.items = items

    @property
    @override
    def kind(self) -> str:
        return "a list"


Entry = tuple[Scalar, Node]


class MapNode(Node):
    """A mapping. ``entries`` holds, by key, the key as written and its value, in order.

    The dict is never changed after the node is made; :meth:`with_entry` and :meth:`without` copy.
    """

    __slots__ = ("entries",)

    entries: dict[Key, Entry]

    def __init__(self, file: str, where: int, entries: dict[Key, Entry]) -> None:
        self.file = file
        self.where = where
        self.entries = entries

    @property
    @override
    def kind(self) -> str:
        return "a mapping"

    def get(self, key: Key) -> Node | None:
        """Return the value at ``key``, or None when there is no such key."""
        entry = self.entries.get(key)
        return None if entry is None else entry[1]

    def with_entry(self, key: Scalar, value: Node) -> "MapNode":
        """Return a mapping like this where ``key`` has ``value``; a known key stays in place."""
        entries = self.entries.copy()
        known = entries.get(key.key)
        entries[key.key] = (key if known is None else known[0], value)
        return MapNode(self.file, self.where, entries)

    def without(self, key: Key) -> "MapNode":
        """Return a mapping like this one that lacks ``key``."""
        entries = self.entries.copy()
        del entries[key]
        return MapNode(self.file, self.where, entries)


def other_key(value: float | bool | None) -> OtherKey:
    """Return the key for a scalar that is no text."""
    return OtherKey(type(value).__name__, value)


def key_text(entry: Entry) -> str:
    """Return a key as text: as it was written if it is no text."""
    key = entry[0]
    value = key.value
    if type(value) is str:
        return value
    return key.text if key.text is not None else str(value)


def scalar_kind(value: ScalarValue) -> str:
    """Return what a scalar is, in the words of a manifest's author."""
    match value:
        case bool():
            return "a boolean"
        case None:
            return "nothing (null)"
        case str():
            return "a text"
        case int():
            return "an integer"
        case float():
            return "a number with a fraction"


def equal(left: Node, right: Node) -> bool:
    """Whether two nodes have the same value; 1, 1.0 and true are three values."""
    if isinstance(left, Scalar):
        return (
            isinstance(right, Scalar)
            and type(left.value) is type(right.value)
            and left.value == right.value
        )
    if isinstance(left, ListNode):
        return (
            isinstance(right, ListNode)
            and len(left.items) == len(right.items)
            and all(map(equal, left.items, right.items))
        )
    assert isinstance(left, MapNode)
    if not isinstance(right, MapNode) or left.entries.keys() != right.entries.keys():
        return False
    return all(equal(value, right.entries[key][1]) for key, (_, value) in left.entries.items())


def to_value(node: Node) -> JsonValue:
    """Return the bare value; keys that are no text become the text that was written."""
    if isinstance(node, Scalar):
        value: JsonScalar = node.value
        return value
    if isinstance(node, ListNode):
        return [to_value(item) for item in node.items]
    assert isinstance(node, MapNode)
    return {
        key if type(key) is str else key_text(entry): to_value(entry[1])
        for key, entry in node.entries.items()
    }


def from_value(value: JsonValue, file: str, where: int = 0) -> Node:
    """Return a node for a bare value; every part of it stands at the one given place."""
    if value is None or isinstance(value, str | int | float):
        return Scalar(file, where, value, None if isinstance(value, str) else str(value))
    if isinstance(value, Mapping):
        return MapNode(
            file,
            where,
            {
                key: (Scalar(file, where, key), from_value(item, file, where))
                for key, item in value.items()
            },
        )
    return ListNode(file, where, tuple(from_value(item, file, where) for item in value))


def iter_scalars(node: Node) -> Iterator[Scalar]:
    """Yield all scalars below a node, keys included, in order."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from iter_scalars(item)
    elif isinstance(node, MapNode):
        for key, item in node.entries.values():
            yield key
            yield from iter_scalars(item)


class NodeSource:
    """The :class:`~paasta_deploy.model.source.Source` of a parsed thing: its node."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def node(self) -> Node:
        """The node itself, for whoever looks for more than one place in it."""
        return self._node

    def span(self, *path: PathStep) -> Span | None:
        """Return where the value at ``path`` stands, or the nearest value around it."""
        node = self._node
        for step in path:
            below = _child(node, step)
            if below is None:
                break
            node = below
        return node.span

    def key_span(self, *path: PathStep) -> Span | None:
        """Return where the key at ``path`` stands, or the nearest value around it."""
        *parents, last = path
        node = self._node
        for step in parents:
            below = _child(node, step)
            if below is None:
                return node.span
            node = below
        if isinstance(node, MapNode) and isinstance(last, str) and last in node.entries:
            return node.entries[last][0].span
        return self.span(*path)


def is_given(source: Source, key: str) -> bool:
    """Return whether the mapping behind a source has a key; what came from no text has none."""
    node = source.node if isinstance(source, NodeSource) else None
    return isinstance(node, MapNode) and key in node.entries


def _child(node: Node, step: PathStep) -> Node | None:
    if isinstance(node, MapNode) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None
