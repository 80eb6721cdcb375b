"""The ``variables:`` section of any document, as interpolation sees it: names, types, options.

Whether the section is well-formed is for the manifest parser to say; here everything that has no
name is passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars

_SECTION = "variables"


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition; ``variable_type`` empty: it only names a variable."""

    name: str
    variable_type: str
    options: Node | None
    at: Scalar
    node: MapNode


def definitions_in(document: Node) -> tuple[Definition, ...]:
    """Return the definitions of a document in order."""
    section = document.get(_SECTION) if isinstance(document, MapNode) else None
    if not isinstance(section, ListNode):
        return ()
    found: list[Definition] = []
    for item in section.items:
        if not isinstance(item, MapNode):
            continue
        at, name = item.get("name"), _text(item.get("name"))
        if name and isinstance(at, Scalar):
            found.append(Definition(name, _text(item.get("type")), item.get("options"), at, item))
    return tuple(found)


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def recursions_in(definitions: Iterable[Definition]) -> tuple[Diagnostic, ...]:
    """Return an error for each typed definition whose options lead back to itself."""
    uses: Mapping[str, tuple[tuple[str, Scalar], ...]] = {
        item.name: _uses(item.options) for item in definitions
    }
    done: set[str] = set()
    errors: list[Diagnostic] = []
    for start in uses:
        path: list[str] = []
        stack = [(start, iter(uses[start]))] if start not in done else []
        path += [start] if stack else []
        while stack:
            _, rest = stack[-1]
            name, scalar = next(rest, ("", None))
            if scalar is None:
                done.add(path.pop())
                stack.pop()
            elif name in path:
                errors.append(_recursion((*path[path.index(name) :], name), scalar))
            elif name in uses and name not in done:
                path.append(name)
                stack.append((name, iter(uses[name])))
    return tuple(errors)


def _uses(options: Node | None) -> tuple[tuple[str, Scalar], ...]:
    if options is None:
        return ()
    return tuple(
        (item.name, scalar) for scalar, found in placeholder_scalars(options) for item in found
    )


def _recursion(names: tuple[str, ...], scalar: Scalar) -> Diagnostic:
    return error(
        codes.VARIABLE_RECURSION,
        f"the variable `{names[0]}` is defined by itself",
        span=scalar.span,
        detail=" -> ".join(f"(({name}))" for name in names),
        hint="give one of them a value of its own",
    )


def without_definitions(document: Node, names: frozenset[str]) -> Node:
    """Return the document whose ``variables:`` lacks the definitions of these names."""
    section = document.get(_SECTION) if isinstance(document, MapNode) else None
    if not names or not isinstance(section, ListNode):
        return document
    assert isinstance(document, MapNode)
    kept = tuple(
        item
        for item in section.items
        if not (isinstance(item, MapNode) and _text(item.get("name")) in names)
    )
    key = document.entries[_SECTION][0]
    return document.with_entry(key, ListNode(section.file, section.where, kept))
