"""Two documents to the ops file that makes the second one of the first.

Items of lists are told apart by their ``name`` where they have one each, as operators do, so that
the ops still fit when a neighbour is added. What a path cannot name (a key that is a number, or
that looks like an index, two items of one name) is replaced together with what it stands in.

Law: applying the ops to the first document gives the second. Ops touch nothing that is equal in
both. Numbers with a fraction of zero become integers, as in every ops file.
"""

from collections.abc import Iterator, Sequence

from paasta_deploy.manifest.document.node import (
    Key,
    ListNode,
    MapNode,
    Node,
    Scalar,
    equal,
    from_value,
)
from paasta_deploy.manifest.patching.operations import Operation, OperationKind, as_cloned
from paasta_deploy.manifest.patching.pointer import (
    AfterLastToken,
    IndexToken,
    KeyToken,
    MatchToken,
    Modifier,
    PathError,
    Pointer,
    Token,
    parse_pointer,
)

_NAMES = ("name", "alias")
"""Keys by which items of lists are told apart, the most usual first."""

_MADE = "the difference of two documents"
"""What stands for a file in operations that nobody wrote."""


class _CannotNameError(Exception):
    """No path leads to this part; what it stands in is replaced instead."""


def diff(first: Node, second: Node) -> tuple[Operation, ...]:
    """Return the operations that make ``second`` of ``first``, in the order to apply them in."""
    try:
        return tuple(_differences(first, second, ()))
    except _CannotNameError:
        return (_operation(OperationKind.REPLACE, (), second),)


def as_ops_file(operations: Sequence[Operation]) -> Node:
    """Return the ops file's document, to be emitted."""
    items: list[Node] = []
    for item in operations:
        entries = {"type": item.kind.value, "path": item.at.value}
        node = from_value(entries, _MADE)
        assert isinstance(node, MapNode)
        if item.value is not None:
            node = node.with_entry(Scalar(_MADE, 0, "value"), item.value)
        items.append(node)
    return ListNode(_MADE, 0, tuple(items))


def _differences(first: Node, second: Node, path: tuple[Token, ...]) -> Iterator[Operation]:
    if equal(first, second):
        return
    try:
        # Made before anything is yielded: a part without a path must not leave half of its ops.
        if isinstance(first, MapNode) and isinstance(second, MapNode):
            inside = list(_in_map(first, second, path))
        elif isinstance(first, ListNode) and isinstance(second, ListNode):
            inside = list(_in_list(first, second, path))
        else:
            inside = [_operation(OperationKind.REPLACE, path, second)]
    except _CannotNameError:
        inside = [_operation(OperationKind.REPLACE, path, second)]
    yield from inside


def _in_map(first: MapNode, second: MapNode, path: tuple[Token, ...]) -> Iterator[Operation]:
    for key in first.entries:
        if key not in second.entries:
            yield _operation(OperationKind.REMOVE, (*path, _key(key)), None)
    for key, (_, value) in second.entries.items():
        before = first.get(key)
        if before is None:
            yield _operation(OperationKind.REPLACE, (*path, _key(key, is_new=True)), value)
        elif not equal(before, value):
            yield from _differences(before, value, (*path, _key(key)))


def _key(key: Key, *, is_new: bool = False) -> KeyToken:
    if not isinstance(key, str):
        raise _CannotNameError
    return KeyToken(key=key, optional=is_new)


def _in_list(first: ListNode, second: ListNode, path: tuple[Token, ...]) -> Iterator[Operation]:
    for name_key in _NAMES:
        old, new = _by_name(first, name_key), _by_name(second, name_key)
        if old is None or new is None:
            continue
        kept = [name for name in old if name in new]
        if kept == [name for name in new if name in old]:
            return _by_names(name_key, old, new, path)
    if len(first.items) == len(second.items):
        return _by_index(first, second, path)
    if first.items and _begins_with(second, first):
        return _appended(second.items[len(first.items) :], path)
    raise _CannotNameError


def _by_name(items: ListNode, name_key: str) -> dict[str, Node] | None:
    """Return the items by their names; None when one has none, or two have the same."""
    found: dict[str, Node] = {}
    for item in items.items:
        name = item.get(name_key) if isinstance(item, MapNode) else None
        if not isinstance(name, Scalar) or not isinstance(name.value, str):
            return None
        if name.value in found:
            return None
        found[name.value] = item
    return found


def _by_names(
    name_key: str, old: dict[str, Node], new: dict[str, Node], path: tuple[Token, ...]
) -> Iterator[Operation]:
    def token(name: str, *modifiers: Modifier) -> MatchToken:
        return MatchToken(key=name_key, value=name, modifiers=modifiers)

    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield _operation(OperationKind.REMOVE, (*path, token(name)), None)
        else:
            yield from _differences(before, after, (*path, token(name)))
    # Each new item goes before the next one that stays; several keep their order that way.
    followed_by: str | None = None
    places: dict[str, str | None] = {}
    for name in reversed(new):
        if name in old:
            followed_by = name
        else:
            places[name] = followed_by
    for name, item in new.items():
        if name in places:
            beside = places[name]
            place = AfterLastToken() if beside is None else token(beside, Modifier.BEFORE)
            yield _operation(OperationKind.REPLACE, (*path, place), item)


def _by_index(first: ListNode, second: ListNode, path: tuple[Token, ...]) -> Iterator[Operation]:
    pairs = zip(first.items, second.items, strict=True)
    for number, (before, after) in enumerate(pairs):
        yield from _differences(before, after, (*path, IndexToken(index=number)))


def _begins_with(longer: ListNode, beginning: ListNode) -> bool:
    items = longer.items[: len(beginning.items)]
    return len(items) == len(beginning.items) and all(map(equal, beginning.items, items))


def _appended(items: Sequence[Node], path: tuple[Token, ...]) -> Iterator[Operation]:
    for item in items:
        yield _operation(OperationKind.REPLACE, (*path, AfterLastToken()), item)


def _operation(kind: OperationKind, tokens: tuple[Token, ...], value: Node | None) -> Operation:
    """Return an operation. Raises _CannotNameError when its path, as text, means another."""
    text = Pointer(tokens=tokens).shown()
    try:
        pointer = parse_pointer(text)
    except PathError as cause:
        raise _CannotNameError from cause
    if pointer.tokens != tokens:
        raise _CannotNameError
    return Operation(
        kind=kind,
        pointer=pointer,
        at=Scalar(_MADE, 0, text),
        number=-1,
        value=None if value is None else as_cloned(value),
    )
