"""Was a part of a manifest read as it was meant? What is looked up in it can be missed only then.

A misspelt `releases:` is one mistake, and not one more for each job that names a release.
"""

from collections.abc import Sequence

from paasta_deploy.diagnostics import nearest
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, NodeSource, is_given
from paasta_deploy.model.source import Source


def is_left_out(source: Source, key: str) -> bool:
    """Return whether a key is not there and no other key looks as if it was meant."""
    node = source.node if isinstance(source, NodeSource) else None
    if is_given(source, key) or not isinstance(node, MapNode):
        return not is_given(source, key)
    return not any(isinstance(other, str) and nearest(other, (key,)) for other in node.entries)


def is_read_whole(node: Node | None, key: str, names: Sequence[str]) -> bool:
    """Return whether the list at ``key`` is there and each of its items has one of ``names``.

    What came from no text was read whole. An item that repeats a name has been told of.
    """
    if node is None:
        return True
    items = node.get(key) if isinstance(node, MapNode) else None
    return isinstance(items, ListNode) and len(items.items) == len(
        [name for name in names if name]
    )
