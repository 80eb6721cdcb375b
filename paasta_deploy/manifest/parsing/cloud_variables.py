"""Which variables a cloud config may have where, and what of it keeps its placeholders.

Cloud properties and the environment of compilation VMs are read by each deployment for itself:
relative names are its own there, values come in when the cloud is asked, and until then the
placeholders stay, so that no secret is recorded. Everything else says the same to all deployments,
so only absolute names can stand there. Source: BOSH (interpolation of cloud configs).
"""

from collections.abc import Iterable, Iterator, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars, placeholders

_LATE = "cloud_properties"
_COMPILATION, _ENV = "compilation", "env"


def uses_variables(nodes: Iterable[Node]) -> bool:
    """Return whether a placeholder stands anywhere."""
    return any(True for node in nodes for _ in placeholder_scalars(node))


def relative_names(node: Node, what: str) -> Iterator[Diagnostic]:
    """Yield an error for each relative variable where all deployments share what is written.

    ``what`` is "cloud config", of which parts are each deployment's own, or "CPI config".
    """
    for scalar in _shared(node, ()):
        for item in placeholders(str(scalar.value)):
            if not item.name.startswith("/"):
                yield error(
                    codes.VARIABLE_NOT_ABSOLUTE,
                    f"the variable `{item.name}` needs an absolute name here",
                    span=scalar.span,
                    detail="outside of `cloud_properties` a cloud config says the same to all "
                    "deployments"
                    if what == "cloud config"
                    else f"a {what} belongs to no deployment",
                    hint=f"write `((/{item.name}))`, or give the value with "
                    f"`-v {item.name}=VALUE`",
                )


def only_shared(node: Node) -> Node:
    """Return a document without the parts that are each deployment's own."""
    return _merged(node, None, ())


def with_late(before: Node, after: Node) -> Node:
    """Return ``after``, which ``before`` was filled to, with its late parts as they were."""
    return _merged(after, before, ())


def _is_late(path: tuple[str, ...]) -> bool:
    return path[-1:] == (_LATE,) or path == (_COMPILATION, _ENV)


def _shared(node: Node, path: tuple[str, ...]) -> Iterator[Scalar]:
    """Yield the texts, keys included, outside of late parts."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and "((" in node.value:
            yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _shared(item, path)
    elif isinstance(node, MapNode):
        for key, value in node.entries.values():
            yield from _shared(key, path)
            below = (*path, str(key.value))
            if not _is_late(below):
                yield from _shared(value, below)


def _merged(node: Node, late: Node | None, path: tuple[str, ...]) -> Node:
    """Return ``node`` with the late parts of ``late``, or without any."""
    if isinstance(node, ListNode):
        others: Sequence[Node | None] = late.items if isinstance(late, ListNode) else ()
        if len(others) != len(node.items):
            others = [None] * len(node.items)
        items = tuple(_merged(*pair, path) for pair in zip(node.items, others, strict=True))
        return ListNode(node.file, node.where, items)
    if not isinstance(node, MapNode):
        return node
    written = list(late.entries.values()) if isinstance(late, MapNode) else []
    found = node
    for number, (key, value) in enumerate(node.entries.values()):
        below = (*path, str(key.value))
        # Filling in keeps the order of keys, and may change the keys themselves.
        other = written[number][1] if len(written) == len(node.entries) else None
        if not _is_late(below):
            found = found.with_entry(key, _merged(value, other, below))
        elif other is not None:
            found = found.with_entry(key, other)
        else:
            found = found.without(key.key)
    return found
