"""How much values may add to a document: a bound against documents small on disk, endless printed.

One large value that is used in a hundred thousand places costs nothing while it is shared, and
everything when it is written out. What is put in is therefore weighed as if it were written.
"""

from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar

WEIGHT_MAX = 64 << 20
"""About the bytes of the written document: what a director takes at most, and a hundred times
what the largest real deployment has."""

_NODE_WEIGHT = 100
"""What a value costs beside its text: its line, and the time to write it. With this weight values
may add as many nodes as aliases may."""


class Budget:
    """The weight that is left of one document."""

    def __init__(self) -> None:
        self._left = WEIGHT_MAX
        self._weights: dict[int, int] = {}

    @property
    def is_spent(self) -> bool:
        """Whether more was put in than may be."""
        return self._left < 0

    def spend_text(self, text: str) -> None:
        """Count a text that now stands in the document."""
        self._left -= len(text)

    def spend(self, value: Node) -> None:
        """Count a value that is put in whole; the value must live as long as this budget."""
        weight = self._weights.get(id(value))
        if weight is None:
            weight = self._weights[id(value)] = _weight(value)
        self._left -= weight


def _weight(value: Node) -> int:
    total, stack = 0, [value]
    while stack and total <= WEIGHT_MAX:
        node = stack.pop()
        total += _NODE_WEIGHT
        if isinstance(node, Scalar):
            total += len(node.value) if isinstance(node.value, str) else 0
        elif isinstance(node, ListNode):
            stack += node.items
        elif isinstance(node, MapNode):
            for key, item in node.entries.values():
                total += len(key.value) if isinstance(key.value, str) else 0
                stack.append(item)
    return total
