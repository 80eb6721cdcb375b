"""Following a path through a document, as go-patch does: what find and test operations need.

Where a path does not fit, :class:`PatchError` tells which token of it that was, as data and (in
``str()``) in go-patch's own words, by which people search. Source: spec bosh.md 3.3, 3.7.
"""

from collections.abc import Mapping
from enum import Enum

from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar, equal
from paasta_deploy.manifest.patching.pointer import (
    AfterLastToken,
    IndexToken,
    KeyToken,
    MatchToken,
    Modifier,
    Pointer,
)


class Misfit(Enum):
    """Why an operation does not fit the document."""

    KEY_MISSING = "key missing"
    INDEX_MISSING = "index missing"
    MATCH_COUNT = "match count"
    WRONG_TYPE = "wrong type"
    IMPOSSIBLE = "impossible"
    TEST_FAILED = "test failed"


class PatchError(Exception):
    """An operation that does not fit. Never leaves this package; it becomes a diagnostic.

    ``depth`` is the number of the token (from 0), ``near`` the value that it was tried on.
    """

    def __init__(self, misfit: Misfit, message: str, depth: int, near: Node | None = None) -> None:
        super().__init__(message)
        self.misfit = misfit
        self.depth = depth
        self.near = near


GO_MODIFIERS = {
    Modifier.PREV: "patch.PrevModifier",
    Modifier.NEXT: "patch.NextModifier",
    Modifier.BEFORE: "patch.BeforeModifier",
    Modifier.AFTER: "patch.AfterModifier",
}


_GO_SCALARS: Mapping[type, str] = {
    bool: "bool",
    str: "string",
    float: "float64",
    type(None): "<nil>",
}


def go_type(node: Node) -> str:
    """Return what Go calls the type of a value; error messages of go-patch name it."""
    if isinstance(node, MapNode):
        return "map[interface {}]interface {}"
    if isinstance(node, ListNode):
        return "[]interface {}"
    assert isinstance(node, Scalar)
    if type(node.value) is int:
        return "int" if node.value < 1 << 63 else "uint64"
    return _GO_SCALARS[type(node.value)]


class Walk:
    """One path on its way through one document; all failures are made here.

    ``depth`` is the number of the token that is tried, ``node`` what it is tried on.
    """

    def __init__(self, pointer: Pointer) -> None:
        self.pointer = pointer

    def path(self, depth: int) -> str:
        """Return the path up to and with that token."""
        return self.pointer.shown(depth + 1)

    def as_list(self, node: Node, depth: int) -> ListNode:
        """Return the node if it is a list."""
        if not isinstance(node, ListNode):
            raise PatchError(
                Misfit.WRONG_TYPE,
                f"Expected to find an array at path '{self.path(depth)}'"
                f" but found '{go_type(node)}'",
                depth,
                node,
            )
        return node

    def as_map(self, node: Node, depth: int) -> MapNode:
        """Return the node if it is a mapping."""
        if not isinstance(node, MapNode):
            raise PatchError(
                Misfit.WRONG_TYPE,
                f"Expected to find a map at path '{self.path(depth)}' but found '{go_type(node)}'",
                depth,
                node,
            )
        return node

    def missing_key(self, token: KeyToken, node: MapNode, depth: int) -> PatchError:
        """Return the failure of a key that is not there, with the keys that are."""
        known = sorted(key for key in node.entries if isinstance(key, str))
        listed = "found map keys: '" + "', '".join(known) + "'"
        found = listed if node.entries else "found no other map keys"
        return PatchError(
            Misfit.KEY_MISSING,
            f"Expected to find a map key '{token.key}' for path '{self.path(depth)}' ({found})",
            depth,
            node,
        )

    def index(
        self, index: int, modifiers: tuple[Modifier, ...], node: ListNode, depth: int
    ) -> int:
        """Return the index that is meant after prev and next; from 0."""
        for modifier in modifiers:
            if modifier is Modifier.PREV:
                index -= 1
            elif modifier is Modifier.NEXT:
                index += 1
            else:
                raise PatchError(
                    Misfit.IMPOSSIBLE,
                    "Expected to find one of the following modifiers: 'prev', 'next',"
                    f" but found modifier '{GO_MODIFIERS[modifier]}'",
                    depth,
                    node,
                )
        count = len(node.items)
        if index >= count or -index - 1 >= count:
            raise PatchError(
                Misfit.INDEX_MISSING,
                f"Expected to find array index '{index}' but found array of length '{count}'"
                f" for path '{self.path(depth)}'",
                depth,
                node,
            )
        return index + count if index < 0 else index

    def match(self, token: MatchToken, node: ListNode, depth: int) -> int | None:
        """Return the index of the matching item; None for an optional token without one."""
        found = [number for number, item in enumerate(node.items) if _matches(token, item)]
        if not found and token.optional:
            return None
        if len(found) != 1:
            raise PatchError(
                Misfit.MATCH_COUNT,
                "Expected to find exactly one matching array item for path"
                f" '{self.path(depth)}' but found {len(found)}",
                depth,
                node,
            )
        return found[0]

    def container(self, depth: int, near: Node, *, allow_append: bool) -> Node:
        """Return the empty container that the token after ``depth`` needs."""
        following = self.pointer.tokens[depth + 1]
        if isinstance(following, KeyToken):
            return MapNode(near.file, near.where, {})
        if isinstance(following, MatchToken):
            return ListNode(near.file, near.where, ())
        if allow_append and isinstance(following, AfterLastToken):
            return ListNode(near.file, near.where, ())
        kinds = (
            "key, matching index or after last index" if allow_append else "key or matching index"
        )
        raise PatchError(
            Misfit.IMPOSSIBLE,
            f"Expected to find {kinds} token at path '{self.path(depth + 1)}'",
            depth + 1,
            near,
        )


def _matches(token: MatchToken, item: Node) -> bool:
    if not isinstance(item, MapNode):
        return False
    value = item.get(token.key)
    return isinstance(value, Scalar) and value.value == token.value


def find(document: Node, pointer: Pointer) -> Node:
    """Return the value at a path; an optional part that is missing gives null."""
    walk = Walk(pointer)
    node = document
    last = len(pointer.tokens) - 1
    for depth, token in enumerate(pointer.tokens):
        match token:
            case IndexToken():
                items = walk.as_list(node, depth)
                node = items.items[walk.index(token.index, token.modifiers, items, depth)]
            case AfterLastToken():
                raise PatchError(
                    Misfit.IMPOSSIBLE,
                    "Expected not to find after last index token in path"
                    f" '{pointer.shown()}' (not supported in find operations)",
                    depth,
                    node,
                )
            case MatchToken():
                items = walk.as_list(node, depth)
                number = walk.match(token, items, depth)
                if number is None:
                    node = made_item(token, items)
                else:
                    node = items.items[walk.index(number, token.modifiers, items, depth)]
            case KeyToken():
                mapping = walk.as_map(node, depth)
                below = mapping.get(token.key)
                if below is None:
                    if not token.optional:
                        raise walk.missing_key(token, mapping, depth)
                    if depth == last:
                        return Scalar(mapping.file, mapping.where, None)
                    below = walk.container(depth, mapping, allow_append=False)
                node = below
    return node


def made_item(token: MatchToken, at: Node) -> MapNode:
    """Return the item that an optional match makes; its value is always a text."""
    key = Scalar(at.file, at.where, token.key)
    value = Scalar(at.file, at.where, token.value)
    return MapNode(at.file, at.where, {token.key: (key, value)})


def check_value(document: Node, pointer: Pointer, value: Node) -> None:
    """Raise PatchError unless the value at the path equals ``value``."""
    if not equal(find(document, pointer), value):
        raise PatchError(
            Misfit.TEST_FAILED,
            "Found value does not match expected value",
            max(0, len(pointer.tokens) - 1),
        )


def check_absent(document: Node, pointer: Pointer) -> None:
    """Raise PatchError unless the last token of the path, and only it, finds nothing."""
    try:
        find(document, pointer)
    except PatchError as cause:
        absent = cause.misfit in (Misfit.KEY_MISSING, Misfit.INDEX_MISSING)
        if absent and cause.depth == len(pointer.tokens) - 1:
            return
        raise
    raise PatchError(
        Misfit.TEST_FAILED,
        f"Expected to not find '{pointer.shown()}'",
        max(0, len(pointer.tokens) - 1),
    )
