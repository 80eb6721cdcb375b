"""Replace and remove: a new document that differs from the old one at one path.

A document is never changed: new nodes are made along the path and all others are shared, so an
operation costs as much as its path is long, and one that fails leaves nothing half done.
"""

from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.patching.patch import GO_MODIFIERS, Misfit, PatchError, Walk, made_item
from paasta_deploy.manifest.patching.pointer import (
    AfterLastToken,
    IndexToken,
    KeyToken,
    MatchToken,
    Modifier,
    Pointer,
)


def replace(document: Node, pointer: Pointer, value: Node, at: Node) -> Node:
    """Return the document with ``value`` at the path. Raises PatchError.

    Keys and items that have to be made on the way are said to stand at ``at``: the path's text.
    """
    if not pointer.tokens:
        return value
    return _Replace(pointer, value, at).put(document, 0)


def remove(document: Node, pointer: Pointer) -> Node:
    """Return the document without what is at the path. Raises PatchError.

    An optional part that is absent changes nothing: the very same document is returned.
    """
    if not pointer.tokens:
        raise PatchError(Misfit.IMPOSSIBLE, "Cannot remove entire document", 0, document)
    return _Remove(pointer).drop(document, 0)


class _Replace:
    """One replace operation; ``depth`` counts the tokens from 0."""

    def __init__(self, pointer: Pointer, value: Node, at: Node) -> None:
        self._walk = Walk(pointer)
        self._tokens = pointer.tokens
        self._last = len(pointer.tokens) - 1
        self._value = value
        self._at = at

    def put(self, node: Node, depth: int) -> Node:
        token = self._tokens[depth]
        match token:
            case KeyToken():
                return self._put_key(self._walk.as_map(node, depth), token, depth)
            case IndexToken():
                items = self._walk.as_list(node, depth)
                return self._put_item(items, token.index, token.modifiers, depth)
            case MatchToken():
                return self._put_match(self._walk.as_list(node, depth), token, depth)
            case AfterLastToken():
                items = self._walk.as_list(node, depth)
                return _spliced(items, len(items.items), len(items.items), self._value)

    def _put_key(self, mapping: MapNode, token: KeyToken, depth: int) -> Node:
        below = mapping.get(token.key)
        if below is None and not token.optional:
            raise self._walk.missing_key(token, mapping, depth)
        key = Scalar(self._at.file, self._at.where, token.key)
        if depth == self._last:
            return mapping.with_entry(key, self._value)
        if below is None:
            below = self._walk.container(depth, self._at, allow_append=True)
        return mapping.with_entry(key, self.put(below, depth + 1))

    def _put_match(self, items: ListNode, token: MatchToken, depth: int) -> Node:
        number = self._walk.match(token, items, depth)
        if number is not None:
            return self._put_item(items, number, token.modifiers, depth)
        end = len(items.items)
        if depth == self._last:
            return _spliced(items, end, end, self._value)
        return _spliced(items, end, end, self.put(made_item(token, self._at), depth + 1))

    def _put_item(
        self, items: ListNode, index: int, modifiers: tuple[Modifier, ...], depth: int
    ) -> Node:
        if depth < self._last:
            number = self._walk.index(index, modifiers, items, depth)
            return _spliced(items, number, number + 1, self.put(items.items[number], depth + 1))
        beside = _insertion(modifiers, depth, items)
        rest = modifiers if beside is None else modifiers[:-1]
        number = self._walk.index(index, rest, items, depth)
        if beside is None:
            return _spliced(items, number, number + 1, self._value)
        gap = number + 1 if beside is Modifier.AFTER else number
        return _spliced(items, gap, gap, self._value)


class _Remove:
    """One remove operation; ``depth`` counts the tokens from 0."""

    def __init__(self, pointer: Pointer) -> None:
        self._walk = Walk(pointer)
        self._tokens = pointer.tokens
        self._last = len(pointer.tokens) - 1

    def drop(self, node: Node, depth: int) -> Node:
        token = self._tokens[depth]
        match token:
            case KeyToken():
                return self._drop_key(self._walk.as_map(node, depth), token, depth)
            case IndexToken():
                items = self._walk.as_list(node, depth)
                return self._drop_item(items, token.index, token.modifiers, depth)
            case MatchToken():
                items = self._walk.as_list(node, depth)
                number = self._walk.match(token, items, depth)
                if number is None:
                    return node
                return self._drop_item(items, number, token.modifiers, depth)
            case AfterLastToken():
                raise PatchError(
                    Misfit.IMPOSSIBLE,
                    "Expected to not find token 'patch.AfterLastIndexToken'"
                    f" at path '{self._walk.path(depth)}'",
                    depth,
                    node,
                )

    def _drop_key(self, mapping: MapNode, token: KeyToken, depth: int) -> Node:
        entry = mapping.entries.get(token.key)
        if entry is None:
            if token.optional:
                return mapping
            raise self._walk.missing_key(token, mapping, depth)
        if depth == self._last:
            return mapping.without(token.key)
        key, below = entry
        rest = self.drop(below, depth + 1)
        return mapping if rest is below else mapping.with_entry(key, rest)

    def _drop_item(
        self, items: ListNode, index: int, modifiers: tuple[Modifier, ...], depth: int
    ) -> Node:
        number = self._walk.index(index, modifiers, items, depth)
        if depth == self._last:
            return _spliced(items, number, number + 1)
        below = items.items[number]
        rest = self.drop(below, depth + 1)
        return items if rest is below else _spliced(items, number, number + 1, rest)


def _insertion(modifiers: tuple[Modifier, ...], depth: int, near: Node) -> Modifier | None:
    """Return before or after if the last modifier is one; they stand nowhere else."""
    for number, modifier in enumerate(modifiers):
        if modifier in (Modifier.BEFORE, Modifier.AFTER):
            if number == len(modifiers) - 1:
                return modifier
            raise PatchError(
                Misfit.IMPOSSIBLE,
                f"Expected to not find any modifiers after '{modifier.value}' modifier,"
                f" but found modifier '{GO_MODIFIERS[modifiers[number + 1]]}'",
                depth,
                near,
            )
    return None


def _spliced(items: ListNode, start: int, end: int, *new: Node) -> ListNode:
    return ListNode(items.file, items.where, (*items.items[:start], *new, *items.items[end:]))
