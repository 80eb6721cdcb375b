"""Ops files: a list of operations in YAML, parsed into values and complaints about their shape.

The BOSH CLI reads each operation into a fixed record and passes over keys that it does not know;
so do we, with a warning. The CLI stops at the first bad operation; we report all of them.
Source: spec bosh.md 3.1.
"""

from dataclasses import dataclass
from enum import Enum

from paasta_deploy.diagnostics import Diagnostic, Span, codes, did_you_mean, error, warning
from paasta_deploy.manifest.document.node import (
    ListNode,
    MapNode,
    Node,
    Scalar,
    iter_scalars,
    key_text,
)
from paasta_deploy.manifest.document.scalars import format_float, resolve_plain
from paasta_deploy.manifest.patching.pointer import PathError, Pointer, parse_pointer


class OperationKind(Enum):
    """What an operation does."""

    REPLACE = "replace"
    REMOVE = "remove"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. ``at`` is its path as written, ``number`` its place in its file from 0.

    A ``number`` below 0 means that it stands in no file.
    ``value`` is set for replace, and for test unless ``absent``; ``message`` is the author's own
    text for the case that it fails.
    """

    kind: OperationKind
    pointer: Pointer
    at: Scalar
    number: int
    value: Node | None = None
    absent: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsFile:
    """The operations of one file; those with errors are left out and told of."""

    name: str
    operations: tuple[Operation, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


_KNOWN_KEYS = ("type", "path", "value", "absent", "error")


def parse_operations(name: str, node: Node | None) -> OpsFile:
    """Return the operations of a document; an empty document has none."""
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return OpsFile(name=name)
    if not isinstance(node, ListNode):
        return OpsFile(name=name, diagnostics=(_not_a_list(node),))
    operations: list[Operation] = []
    diagnostics: list[Diagnostic] = []
    for number, item in enumerate(node.items):
        parsed = _Parser(item, number, diagnostics).parse()
        if parsed is not None:
            operations.append(parsed)
    return OpsFile(name=name, operations=tuple(operations), diagnostics=tuple(diagnostics))


def _not_a_list(node: Node) -> Diagnostic:
    hint = "an ops file is a list: each item begins with `- type: replace` or another operation"
    if isinstance(node, MapNode):
        is_manifest = "instance_groups" in node.entries or "releases" in node.entries
        hint = (
            "this looks like a manifest, not like an ops file"
            if is_manifest
            else "if this is a file with variables, hand it in with `-l` instead of `-o`"
        )
    return error(
        codes.OPS_NOT_A_LIST,
        f"an ops file must be a list, this is {node.kind}",
        span=node.span,
        detail="the list of operations should begin here",
        hint=hint,
    )


class _Parser:
    """Reads one item of an ops file; what is wrong goes to ``diagnostics``."""

    def __init__(self, item: Node, number: int, diagnostics: list[Diagnostic]) -> None:
        self._item = item
        self._number = number
        self._diagnostics = diagnostics

    def parse(self) -> Operation | None:
        item = self._item
        if not isinstance(item, MapNode):
            self._incomplete(f"operation {self._number} is {item.kind}, not a mapping")
            return None
        self._warn_of_extra_keys(item)
        kind = self._kind(item)
        at = self._path_text(item)
        if kind is None or at is None:
            return None
        pointer = self._pointer(at)
        if pointer is None or not self._has_fitting_value(kind, item):
            return None
        value = item.get("value")
        absent = item.get("absent")
        is_absent = isinstance(absent, Scalar) and absent.value is True
        if value is None and kind is OperationKind.TEST and not is_absent:
            # Only `absent: false` is written, which go-patch reads as: the value is null.
            value = Scalar(item.file, item.where, None)
        message = item.get("error")
        return Operation(
            kind=kind,
            pointer=pointer,
            at=at,
            number=self._number,
            value=None if value is None else as_cloned(value),
            absent=is_absent,
            message=str(message.value) if isinstance(message, Scalar) else "",
        )

    def _incomplete(
        self, summary: str, span: Span | None = None, detail: str = "", hint: str = ""
    ) -> None:
        self._diagnostics.append(
            error(
                codes.INCOMPLETE_OPERATION,
                summary,
                span=span or self._item.span,
                detail=detail or "in this operation",
                hint=hint,
            )
        )

    def _warn_of_extra_keys(self, item: MapNode) -> None:
        for key, entry in item.entries.items():
            if key not in _KNOWN_KEYS:
                name = key_text(entry)
                self._diagnostics.append(
                    warning(
                        codes.EXTRA_OPERATION_KEY,
                        f"an operation has no key `{name}`",
                        span=entry[0].span,
                        detail="it is passed over",
                        hint=did_you_mean(name, _KNOWN_KEYS)
                        if name not in ("name", "release")
                        else "indent it below `value:` if it belongs there, or remove it",
                    )
                )

    def _kind(self, item: MapNode) -> OperationKind | None:
        node = item.get("type")
        if node is None:
            hint = "write `type: replace`, `type: remove` or `type: test`"
            self._incomplete("an operation has no `type`", hint=hint)
            return None
        text = node.value if isinstance(node, Scalar) else None
        for kind in OperationKind:
            if kind.value == text:
                return kind
        known = [kind.value for kind in OperationKind]
        self._diagnostics.append(
            error(
                codes.UNKNOWN_OPERATION,
                f"there is no operation `{text if text is not None else node.kind}`",
                span=node.span,
                detail="it must be `replace`, `remove` or `test`",
                hint=did_you_mean(str(text), known) if text not in ("copy", "move") else "",
            )
        )
        return None

    def _path_text(self, item: MapNode) -> Scalar | None:
        node = item.get("path")
        if isinstance(node, Scalar) and node.value is not None:
            if isinstance(node.value, str):
                return node
            return Scalar(node.file, node.where, node.text or "")
        if node is None or isinstance(node, Scalar):
            self._incomplete("an operation has no `path`", hint="write `path: /some/key`")
            return None
        self._incomplete(f"a path must be a text, this is {node.kind}", node.span)
        return None

    def _pointer(self, at: Scalar) -> Pointer | None:
        assert isinstance(at.value, str)
        try:
            return parse_pointer(at.value)
        except PathError as cause:
            self._diagnostics.append(
                error(
                    codes.BAD_PATH,
                    f"`{at.value}` is no path",
                    span=part_of_text(at, cause.offset, cause.length),
                    detail=str(cause),
                    hint=cause.hint,
                )
            )
            return None

    def _has_fitting_value(self, kind: OperationKind, item: MapNode) -> bool:
        if kind is OperationKind.REPLACE and "value" not in item.entries:
            self._incomplete(
                "a replace operation has no `value`",
                hint="write `value:`; to delete something use `type: remove`",
            )
            return False
        if kind is OperationKind.REMOVE and "value" in item.entries:
            self._incomplete(
                "a remove operation takes no `value`",
                item.entries["value"][0].span,
                "this is not allowed here",
                "remove `value:`, or use `type: replace`",
            )
            return False
        if kind is OperationKind.TEST and not {"value", "absent"} & item.entries.keys():
            self._incomplete(
                "a test operation needs `value` or `absent`", hint="write `absent: true`"
            )
            return False
        return True


def part_of_text(text: Scalar, offset: int, length: int) -> Span:
    """Return where a part of a one-line text stands, or the whole text if that is not known."""
    span = text.span
    assert isinstance(text.value, str)
    width = span.end_column - span.column
    quotes = width - len(text.value)
    if span.line != span.end_line or quotes not in (0, 2) or not length:
        return span
    start = span.column + quotes // 2 + offset
    return Span(
        file=span.file,
        line=span.line,
        column=start,
        end_line=span.line,
        end_column=start + length,
    )


def as_cloned(node: Node) -> Node:
    """Return a value as go-patch puts it: written as YAML and read again.

    That changes nothing but numbers with a fraction of zero: 1.0 becomes the integer 1.
    """
    if any(type(scalar.value) is float for scalar in iter_scalars(node)):
        return _reread(node)
    return node


def _reread(node: Node) -> Node:
    if isinstance(node, Scalar):
        if type(node.value) is not float:
            return node
        return Scalar(node.file, node.where, resolve_plain(format_float(node.value)), node.text)
    if isinstance(node, ListNode):
        return ListNode(node.file, node.where, tuple(_reread(item) for item in node.items))
    assert isinstance(node, MapNode)
    entries = {}
    for key, value in node.entries.values():
        new_key = _reread(key)
        assert isinstance(new_key, Scalar)
        entries[new_key.key] = (new_key, _reread(value))
    return MapNode(node.file, node.where, entries)
