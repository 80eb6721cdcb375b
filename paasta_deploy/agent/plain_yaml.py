"""A reader for the YAML that `bpm.yml` files are made of, since agents have no YAML library.

It reads one document: block and flow collections, plain and quoted scalars, literal and folded
blocks, comments, anchors and aliases. That is all that people write in such files and all that
the dumpers of Ruby, Go and Python emit. Tags, merge keys and complex keys are refused by line.

Scalars keep their text and are not turned into numbers or booleans: whoever reads a field knows
its type, and ``version: 1.10`` stays what was written. Theory: recursive descent by columns; a
node belongs to the collection whose column is left of its own (YAML 1.2, chapters 7 and 8).
"""

from collections.abc import Callable

from paasta_deploy.agent.yaml_nodes import (
    YamlError,
    YamlMapping,
    YamlNode,
    YamlScalar,
    YamlSequence,
)
from paasta_deploy.agent.yaml_scalars import (
    Cursor,
    read_block_scalar,
    read_name,
    read_plain,
    read_plain_key,
    read_quoted,
)

_DEPTH_MAX = 64
"""Deeper nesting is no configuration; Python's stack ends at about 300 of ours."""

_REFUSED = {
    "!": "tags are not supported here",
    "%": "directives are not supported here",
    "@": "a value may not begin with '@'; put it in quotes",
    "`": "a value may not begin with '`'; put it in quotes",
    "}": "this '}' closes nothing",
    "]": "this ']' closes nothing",
    ",": "a value may not begin with ','; put it in quotes",
}


def read_yaml(text: str) -> YamlNode:
    """Return the one document in ``text``; an empty text is an empty plain scalar.

    Raises YamlError.
    """
    return _Reader(Cursor(text)).document()


class _Reader:
    """One pass over one document."""

    def __init__(self, cursor: Cursor) -> None:
        self._at = cursor
        self._anchors: dict[str, YamlNode] = {}
        self._depth = 0

    def document(self) -> YamlNode:
        at = self._at
        at.skip_blank()
        if at.is_marker("---"):
            at.advance(3)
        node = self._block(-1)
        at.skip_blank()
        if not at.is_end() and not at.is_marker("..."):
            raise at.error("this does not belong to the document; is it indented wrongly?")
        return node

    def _block(self, parent: int) -> YamlNode:
        """Read the node that begins here or on a later line, right of the column ``parent``."""
        at = self._at
        at.skip_blank()
        if at.is_end() or at.column <= parent or at.is_any_marker():
            return at.scalar("", plain=True)
        return self._nested(lambda: self._block_here(parent))

    def _block_here(self, parent: int) -> YamlNode:
        at = self._at
        if at.is_item():
            return self._block_sequence(at.column)
        if at.is_key():
            return self._block_mapping(at.column)
        return self._inline(parent, in_mapping=False)

    def _inline(self, parent: int, *, in_mapping: bool) -> YamlNode:
        """Read what may stand behind ``key:`` (``in_mapping``) or ``-`` on the same line."""
        at = self._at
        match at.peek():
            case "&":
                return self._anchored(lambda: self._after_anchor(parent, in_mapping=in_mapping))
            case "*":
                return self._alias()
            case "[" | "{":
                return self._nested(self._flow)
            case "|" | ">":
                return read_block_scalar(at, parent)
            case '"' | "'":
                return read_quoted(at)
            case char:
                self._refuse(char)
                return read_plain(at, parent, flow=False)

    def _after_anchor(self, parent: int, *, in_mapping: bool) -> YamlNode:
        """Read the node that an anchor names."""
        if self._at.rest_is_blank():
            return self._below(parent, in_mapping=in_mapping)
        return self._inline(parent, in_mapping=in_mapping)

    def _below(self, parent: int, *, in_mapping: bool) -> YamlNode:
        """Read the node on the next lines; a sequence may stand at its key's own column."""
        at = self._at
        at.skip_blank()
        if in_mapping and at.column == parent and at.is_item():
            return self._nested(lambda: self._block_sequence(parent))
        return self._block(parent)

    def _block_sequence(self, column: int) -> YamlNode:
        at = self._at
        line = at.line
        items = []
        while at.column == column and at.is_item() and not at.is_any_marker():
            at.advance(1)
            items.append(self._block(column))
            at.skip_blank()
        self._refuse_deeper(column)
        return YamlSequence(items=tuple(items), line=line)

    def _block_mapping(self, column: int) -> YamlNode:
        at = self._at
        line = at.line
        entries: dict[str, YamlNode] = {}
        while at.column == column and not at.is_end() and not at.is_any_marker():
            if at.is_item() or not at.is_key():
                break
            key = self._key(entries)
            entries[key] = self._mapping_value(column)
            at.skip_blank()
        self._refuse_deeper(column)
        return YamlMapping(entries=entries, line=line)

    def _mapping_value(self, column: int) -> YamlNode:
        at = self._at
        at.skip_spaces()
        if not at.rest_is_blank():
            if at.is_item():
                raise at.error("a list may not begin on its key's line")
            return self._nested(lambda: self._inline(column, in_mapping=True))
        return self._below(column, in_mapping=True)

    def _key(self, entries: dict[str, YamlNode]) -> str:
        at = self._at
        self._refuse(at.peek())
        at_key = at.mark()
        node = read_quoted(at) if at.peek() in {'"', "'"} else read_plain_key(at)
        at.skip_spaces()
        at.expect(":")
        if node.text == "<<" and node.is_plain:
            raise at_key.error("merge keys are not supported here; write the entries out")
        if node.text in entries:
            raise at_key.error(f"the key {node.text!r} is there twice")
        return node.text

    def _anchored(self, read: Callable[[], YamlNode]) -> YamlNode:
        at = self._at
        at.advance(1)
        name = read_name(at)
        at.skip_spaces()
        node = read()
        self._anchors[name] = node
        return node

    def _alias(self) -> YamlNode:
        at = self._at
        mark = at.mark()
        at.advance(1)
        name = read_name(at)
        if name not in self._anchors:
            raise mark.error(f"nothing above is named &{name}")
        return self._anchors[name]

    def _flow(self) -> YamlNode:
        at = self._at
        match at.peek():
            case "[":
                return self._flow_sequence()
            case "{":
                return self._flow_mapping()
            case "&":
                return self._anchored(self._flow)
            case "*":
                return self._alias()
            case '"' | "'":
                return read_quoted(at)
            case char:
                if char in {"|", ">"}:
                    raise at.error("block text may not stand between brackets")
                self._refuse(char)
                return read_plain(at, -1, flow=True)

    def _flow_sequence(self) -> YamlNode:
        at = self._at
        line = at.line
        items = []
        at.advance(1)
        while not self._flow_ends("]"):
            items.append(self._nested(self._flow))
            if self._flow_separator() == ":":
                raise at.error("a pair may stand in [...] only between braces")
        return YamlSequence(items=tuple(items), line=line)

    def _flow_mapping(self) -> YamlNode:
        at = self._at
        line = at.line
        entries: dict[str, YamlNode] = {}
        at.advance(1)
        while not self._flow_ends("}"):
            mark = at.mark()
            key = self._nested(self._flow)
            if not isinstance(key, YamlScalar):
                raise mark.error("a key must be a single word or text")
            if key.text in entries:
                raise mark.error(f"the key {key.text!r} is there twice")
            value: YamlNode = at.scalar("", plain=True)
            if self._flow_separator() == ":":
                at.advance(1)
                at.skip_blank(tabs=True)
                if at.peek() not in {",", "}"}:
                    value = self._nested(self._flow)
                if self._flow_separator() == ":":
                    raise at.error("a ':' may not stand here; put the text in quotes")
            entries[key.text] = value
        return YamlMapping(entries=entries, line=line)

    def _flow_ends(self, bracket: str) -> bool:
        """Step over the closing bracket if it is next, and over one comma before an item."""
        at = self._at
        at.skip_blank(tabs=True)
        if at.is_end():
            raise at.error(f"the file ends where {bracket!r} was expected")
        if at.peek() == bracket:
            at.advance(1)
            return True
        return False

    def _flow_separator(self) -> str:
        at = self._at
        at.skip_blank(tabs=True)
        char = at.peek()
        if char == ",":
            at.advance(1)
        elif char not in {"]", "}", ":"}:
            raise at.error("expected ',' or a closing bracket")
        return char

    def _nested(self, read: Callable[[], YamlNode]) -> YamlNode:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise self._at.error(f"more than {_DEPTH_MAX} levels of nesting")
        node = read()
        self._depth -= 1
        return node

    def _refuse(self, char: str) -> None:
        if char in _REFUSED:
            raise self._at.error(_REFUSED[char])
        if char == "?" and self._at.peek(1) in {" ", "\n", ""}:
            raise self._at.error("complex keys are not supported here")

    def _refuse_deeper(self, column: int) -> None:
        """What follows a collection must be left of it, or it is indented wrongly."""
        at = self._at
        if not at.is_end() and at.column > column:
            raise at.error("this is indented deeper than what it would belong to")


__all__ = ["YamlError", "read_yaml"]
