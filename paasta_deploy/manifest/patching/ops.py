"""Applying ops files to a document, and saying which part of which path does not fit.

All or nothing: when an operation fails there is no document. The remaining operations are tried
all the same, so that the operator sees every mistake at once; of several that fail at one part
of a path only the first is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import (
    Code,
    Diagnostic,
    Label,
    codes,
    did_you_mean,
    error,
    has_errors,
)
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar, pack
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.patching.edits import remove, replace
from paasta_deploy.manifest.patching.operations import (
    Operation,
    OperationKind,
    OpsFile,
    parse_operations,
    part_of_text,
)
from paasta_deploy.manifest.patching.patch import (
    Misfit,
    PatchError,
    check_absent,
    check_value,
    find,
)
from paasta_deploy.manifest.patching.pointer import KeyToken, MatchToken, PathError, parse_pointer
from paasta_deploy.model.counting import counted

_MATCHES_SHOWN_MAX = 3

_CODES: dict[Misfit, Code] = {
    Misfit.KEY_MISSING: codes.PATH_KEY_MISSING,
    Misfit.INDEX_MISSING: codes.PATH_INDEX_MISSING,
    Misfit.MATCH_COUNT: codes.PATH_MATCH_COUNT,
    Misfit.WRONG_TYPE: codes.PATH_WRONG_TYPE,
    Misfit.IMPOSSIBLE: codes.IMPOSSIBLE_OPERATION,
    Misfit.TEST_FAILED: codes.TEST_FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsResult:
    """The changed document, or None and at least one error."""

    node: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()


def apply_ops(document: Node, files: Sequence[OpsFile]) -> OpsResult:
    """Apply all operations of all files in order.

    Files with errors in their shape are not applied at all: their errors are returned.
    """
    shape = tuple(item for file in files for item in file.diagnostics)
    if has_errors(shape):
        return OpsResult(node=None, diagnostics=shape)
    node = document
    failures: list[Diagnostic] = []
    told: set[str] = set()
    for file in files:
        for operation in file.operations:
            try:
                node = _apply(node, operation)
            except PatchError as cause:
                part = operation.pointer.shown(cause.depth + 1)
                if part not in told:
                    told.add(part)
                    failures.append(_failure(operation, cause))
    return OpsResult(node=None if failures else node, diagnostics=(*shape, *failures))


def _apply(node: Node, operation: Operation) -> Node:
    match operation.kind:
        case OperationKind.REPLACE:
            assert operation.value is not None
            return replace(node, operation.pointer, operation.value, operation.at)
        case OperationKind.REMOVE:
            return remove(node, operation.pointer)
        case OperationKind.TEST:
            if operation.absent:
                check_absent(node, operation.pointer)
            else:
                assert operation.value is not None
                check_value(node, operation.pointer, operation.value)
            return node


def _failure(operation: Operation, cause: PatchError) -> Diagnostic:
    pointer = operation.pointer
    span = operation.at.span
    if cause.depth < len(pointer.offsets):
        start, end = pointer.offsets[cause.depth]
        span = part_of_text(operation.at, start, end - start)
    summary, detail, hint = _explanation(operation, cause)
    which = f"operation [{operation.number}] failed: " if operation.number >= 0 else ""
    notes = [detail, f"{which}{cause}"]
    if operation.message:
        notes.append(operation.message)
    return error(
        _CODES[cause.misfit],
        summary,
        span=span,
        detail="\n".join(notes),
        hint=hint,
        related=_related(operation, cause),
    )


def _explanation(operation: Operation, cause: PatchError) -> tuple[str, str, str]:
    """Return summary, the words beside the caret, and the hint."""
    tokens = operation.pointer.tokens
    token = tokens[cause.depth] if cause.depth < len(tokens) else None
    near = cause.near
    match cause.misfit:
        case Misfit.KEY_MISSING:
            assert isinstance(token, KeyToken)
            assert isinstance(near, MapNode)
            hint = did_you_mean(token.key, [key for key in near.entries if isinstance(key, str)])
            if operation.kind is OperationKind.REPLACE:
                hint += ("\n" if hint else "") + f"`{token.key}?` makes the key if it is missing"
            return f"the path finds no key `{token.key}`", "there is no such key", hint
        case Misfit.MATCH_COUNT:
            assert isinstance(token, MatchToken)
            return _match_explanation(token, near)
        case Misfit.INDEX_MISSING:
            assert isinstance(near, ListNode)
            count = len(near.items)
            return (
                "the path finds no such item",
                f"the list has {counted(count, 'item')}",
                "use `/-` to append",
            )
        case Misfit.WRONG_TYPE:
            wanted = "a mapping" if isinstance(token, KeyToken) else "a list"
            kind = "" if near is None else near.kind
            return (
                "the path leads through the wrong kind of value",
                f"this needs {wanted}, there is {kind}",
                "",
            )
        case Misfit.TEST_FAILED:
            there = "something is there" if operation.absent else "the value differs"
            return "a test operation failed", there, ""
        case Misfit.IMPOSSIBLE:
            return "the operation is not possible", "here", ""


def _match_explanation(token: MatchToken, near: Node | None) -> tuple[str, str, str]:
    assert isinstance(near, ListNode)
    values = [item.get(token.key) for item in near.items if isinstance(item, MapNode)]
    texts = [item.value for item in values if isinstance(item, Scalar)]
    count = texts.count(token.value)
    if count > 1:
        return (
            f"the path finds {count} items with `{token.key}: {token.value}`",
            "exactly one is needed",
            "name the item by its number, or remove one of them",
        )
    hint = did_you_mean(token.value, [text for text in texts if isinstance(text, str)])
    if any(item.text == token.value for item in values if isinstance(item, Scalar) and item.text):
        hint = f"there is a `{token.key}: {token.value}`, but it is not a text: put it in quotes"
    return (
        f"the path finds no item with `{token.key}: {token.value}`",
        "there is no such item in the list",
        hint,
    )


def _related(operation: Operation, cause: PatchError) -> tuple[Label, ...]:
    near = cause.near
    if near is None or not operation.pointer.tokens:
        return ()
    token = operation.pointer.tokens[cause.depth]
    if isinstance(token, MatchToken) and isinstance(near, ListNode):
        matching = [
            item
            for item in near.items
            if isinstance(item, MapNode)
            and isinstance(value := item.get(token.key), Scalar)
            and value.value == token.value
        ]
        if matching:
            shown = matching[:_MATCHES_SHOWN_MAX]
            return tuple(Label(span=item.span, text="one of them") for item in shown)
    text = "the path leads to this value" if isinstance(near, Scalar) else "the path leads here"
    return (Label(span=near.span, text=text),)


def read_ops(name: str, text: bytes | str) -> OpsFile:
    """Read one ops file; an empty one has no operations."""
    read = read_document(name, text, empty_is_error=False)
    if has_errors(read.diagnostics):
        return OpsFile(name=name, diagnostics=read.diagnostics)
    parsed = parse_operations(name, read.node)
    return OpsFile(
        name=name,
        operations=parsed.operations,
        diagnostics=(*read.diagnostics, *parsed.diagnostics),
    )


def select(document: Node, path: str) -> OpsResult:
    """Return the value at a path of the ops language: what ``--path`` prints."""
    at = Scalar("--path", pack(0, 0, 0, max(1, len(path))), path)
    try:
        pointer = parse_pointer(path)
    except PathError as cause:
        span = part_of_text(at, cause.offset, cause.length)
        summary = f"`{path}` is no path"
        problem = error(codes.BAD_PATH, summary, span=span, detail=str(cause), hint=cause.hint)
        return OpsResult(node=None, diagnostics=(problem,))
    try:
        return OpsResult(node=find(document, pointer))
    except PatchError as cause:
        operation = Operation(kind=OperationKind.TEST, pointer=pointer, at=at, number=-1)
        return OpsResult(node=None, diagnostics=(_failure(operation, cause),))
