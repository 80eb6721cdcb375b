"""Parser events to nodes, in one loop without recursion.

The loop is what every byte of every manifest goes through, so it is written for speed: one list of
open containers, exact type tests in the order of frequency, no calls where a line will do. It
guards against documents that are small on disk and endless in memory: nesting has a limit, and so
has what aliases add up to.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from paasta_deploy.diagnostics import Diagnostic, Label, codes, error, warning
from paasta_deploy.manifest.document.node import (
    POINT_BITS,
    Entry,
    Key,
    ListNode,
    MapNode,
    Node,
    Scalar,
    key_text,
    pack,
    unpack,
)
from paasta_deploy.manifest.document.scalars import (
    MERGE_KEY,
    TagError,
    resolve_plain,
    resolve_tagged,
)
from paasta_deploy.manifest.document.syntax import template_of_other_tool

DEPTH_MAX = 100
"""Levels of nesting. Real manifests have about 15; ops files can double this, recursion cannot
reach Python's limit of 1000."""

ALIASED_NODES_MAX = 400_000
"""What aliases may add up to, in nodes. The BOSH CLI stops at about the same number."""


class _Mark(Protocol):
    """A place in the text, from 0; libyaml's own class is private to PyYAML's C module."""

    line: int
    column: int


class _Event(Protocol):
    """What all events have; libyaml always sets the marks."""

    start_mark: _Mark
    end_mark: _Mark


class _Starting(_Event, Protocol):
    """An event that may carry an anchor."""

    anchor: str | None


class _ScalarEvent(_Starting, Protocol):
    """A scalar; ``implicit[0]`` says that it is unquoted and has no tag."""

    tag: str | None
    value: str
    implicit: tuple[bool, bool]


class _AliasEvent(_Event, Protocol):
    """A reference to an anchor."""

    anchor: str


class Stop(Exception):  # noqa: N818 - it leaves the loop, it is no failure of the world
    """The document cannot be used; ``diagnostic`` says why. Never leaves this package."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.summary)
        self.diagnostic = diagnostic


class _Open:
    """A list or mapping whose end has not been seen yet."""

    __slots__ = ("anchor", "entries", "items", "key", "merged", "merging", "size", "where")

    def __init__(self, where: int, anchor: str | None, *, is_map: bool) -> None:
        self.where = where
        self.anchor = anchor
        self.items: list[Node] | None = None if is_map else []
        self.entries: dict[Key, Entry] = {}
        self.key: Scalar | None = None
        self.merging = False
        self.merged: set[Key] | None = None
        self.size = 1


def _first_key(mapping: _Open) -> int:
    """Return where a mapping begins; in block style that is its first key, underlined whole."""
    for key, _ in mapping.entries.values():
        if key.where >> POINT_BITS == mapping.where >> POINT_BITS:
            return key.where
        break
    return mapping.where


class Composer:
    """Makes the node of the first document in a stream of events."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._pending: set[str] = set()
        self._aliased = 0
        self._root: Node | None = None
        self.diagnostics: list[Diagnostic] = []

    def compose(self, next_event: Callable[[], Any]) -> Node | None:
        """Return the first document's node, or None for an empty stream. Raises Stop."""
        documents = 0
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close()
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._start(event, is_map=kind is MappingStartEvent)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents == 2:
                    self._more_documents(event)
                    return self._root
            elif kind is StreamEndEvent:
                return self._root
            else:
                assert kind is DocumentEndEvent or event is not None

    def _scalar(self, event: _ScalarEvent) -> None:
        start, end = event.start_mark, event.end_mark
        where = pack(start.line, start.column, end.line, end.column)
        text = event.value
        tag = event.tag
        if tag is None:
            if event.implicit[0]:
                if text == MERGE_KEY and self._is_at_key():
                    self._open[-1].merging = True
                    return
                value = resolve_plain(text)
            else:
                value = text
        else:
            value = self._tagged(tag, text, where)
        node = Scalar(self._file, where, value, None if type(value) is str else text)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
            self._pending.discard(event.anchor)
        self._add(node, 1)

    def _tagged(self, tag: str, text: str, where: int) -> str | int | float | bool | None:
        try:
            return resolve_tagged(tag, text)
        except TagError as cause:
            raise Stop(
                error(
                    codes.BAD_TAG,
                    "a tag does not fit its value",
                    span=unpack(self._file, where),
                    detail=str(cause),
                    hint="leave the tag out, or change the value",
                )
            ) from cause

    def _is_at_key(self) -> bool:
        if not self._open:
            return False
        top = self._open[-1]
        return top.items is None and top.key is None and not top.merging

    def _start(self, event: _Starting, *, is_map: bool) -> None:
        start, end = event.start_mark, event.end_mark
        where = pack(start.line, start.column, end.line, max(end.column, start.column + 1))
        if self._is_at_key():
            raise Stop(self._bad_key(where, is_map=is_map))
        if len(self._open) >= DEPTH_MAX:
            raise Stop(
                error(
                    codes.TOO_DEEP,
                    "the document is nested too deeply",
                    span=unpack(self._file, where),
                    detail=f"at most {DEPTH_MAX} levels are read",
                    hint="a bracket may be missing somewhere above",
                )
            )
        anchor = event.anchor
        if anchor is not None:
            self._pending.add(anchor)
        self._open.append(_Open(where, anchor, is_map=is_map))

    def _bad_key(self, where: int, *, is_map: bool) -> Diagnostic:
        span = unpack(self._file, where)
        outer = unpack(self._file, self._open[-1].where)
        if is_map and (outer.line, outer.column + 1) == (span.line, span.column):
            both = replace(outer, end_line=span.line, end_column=span.column + 1)
            return template_of_other_tool(both, "{{")
        return error(
            codes.BAD_KEY,
            f"{'a mapping' if is_map else 'a list'} is used as a key",
            span=span,
            detail="a key is a text or a number",
            hint="if this is meant as a text, put it in quotes",
        )

    def _close(self) -> None:
        top = self._open.pop()
        if top.items is None:
            node: Node = MapNode(self._file, _first_key(top), top.entries)
        else:
            node = ListNode(self._file, top.where, tuple(top.items))
        if top.anchor is not None:
            self._anchors[top.anchor] = (node, top.size)
            self._pending.discard(top.anchor)
        self._add(node, top.size)

    def _alias(self, event: _AliasEvent) -> None:
        start, end = event.start_mark, event.end_mark
        where = pack(start.line, start.column, end.line, end.column)
        name = event.anchor
        if name in self._pending:
            raise Stop(
                error(
                    codes.RECURSIVE_ANCHOR,
                    f"`*{name}` stands inside the value that it names",
                    span=unpack(self._file, where),
                    detail="a value cannot contain itself",
                )
            )
        known = self._anchors.get(name)
        if known is None:
            raise Stop(
                error(
                    codes.UNKNOWN_ANCHOR,
                    f"`*{name}` refers to nothing",
                    span=unpack(self._file, where),
                    detail=f"no `&{name}` stands before this line",
                    hint=f"write `&{name}` before the value that is meant, above this line;"
                    " if a text is meant, put it in quotes",
                )
            )
        node, size = known
        self._aliased += size
        if self._aliased > ALIASED_NODES_MAX:
            raise Stop(
                error(
                    codes.TOO_MANY_ALIASES,
                    "aliases blow the document up",
                    span=unpack(self._file, where),
                    detail=f"written out, they make more than {ALIASED_NODES_MAX:,} values",
                    hint="write the repeated parts out, or use an ops file",
                )
            )
        self._add(node, size)

    def _add(self, node: Node, size: int) -> None:
        if not self._open:
            self._root = node
            return
        top = self._open[-1]
        top.size += size
        if top.items is not None:
            top.items.append(node)
        elif top.merging:
            self._merge(top, node)
        elif top.key is None:
            if not isinstance(node, Scalar):
                raise Stop(self._bad_key(node.where, is_map=isinstance(node, MapNode)))
            top.key = node
        else:
            key, top.key = top.key, None
            name = key.key
            if name in top.entries and (top.merged is None or name not in top.merged):
                self._duplicate(top.entries[name][0], key)
            elif top.merged is not None:
                top.merged.discard(name)
            top.entries[name] = (key, node)

    def _merge(self, top: _Open, node: Node) -> None:
        """Lay the mapping(s) after ``<<`` over what the mapping has so far, as the CLI does."""
        top.merging = False
        sources = node.items if isinstance(node, ListNode) else (node,)
        merged = top.merged if top.merged is not None else set()
        top.merged = merged
        for source in reversed(sources):
            if not isinstance(source, MapNode):
                raise Stop(
                    error(
                        codes.BAD_MERGE,
                        "`<<` needs a mapping",
                        span=source.span,
                        detail=f"this is {source.kind}",
                        hint="write `<<: *name` where `&name` stands before a mapping",
                    )
                )
            for name, entry in source.entries.items():
                known = top.entries.get(name)
                if known is not None and name not in merged:
                    self._overridden(known, entry, node)
                merged.add(name)
                top.entries[name] = entry

    def _duplicate(self, first: Scalar, second: Scalar) -> None:
        name = key_text((second, second))
        self.diagnostics.append(
            warning(
                codes.DUPLICATE_KEY,
                f"the key `{name}` stands twice in one mapping",
                span=second.span,
                detail="this one is used",
                hint="remove one of them, or merge their contents by hand",
                related=(Label(span=first.span, text="this one is ignored, with all below it"),),
            )
        )

    def _overridden(self, known: Entry, merged: Entry, at: Node) -> None:
        name = key_text(merged)
        self.diagnostics.append(
            warning(
                codes.MERGE_OVERRIDES,
                f"`<<` replaces the key `{name}`",
                span=at.span,
                detail="BOSH lets a later `<<` win over keys that stand before it",
                hint="write `<<` as the first key of the mapping",
                related=(Label(span=known[0].span, text="this value is lost"),),
            )
        )

    def _more_documents(self, event: _Event) -> None:
        start = event.start_mark
        self.diagnostics.append(
            warning(
                codes.MORE_DOCUMENTS,
                "only the first document of the file is read",
                span=unpack(
                    self._file, pack(start.line, start.column, start.line, start.column + 3)
                ),
                detail="a second document begins here",
                hint="put it into a file of its own",
            )
        )
