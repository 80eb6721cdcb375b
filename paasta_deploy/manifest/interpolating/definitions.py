"""The ``variables:`` section of any document, as interpolation sees it: names, types, options.

Whether a definition makes sense is for the manifest parser to say. Here only what the BOSH CLI
cannot read is an error, in any document: a section that is no list, a definition that is no
mapping, a name or type that is a container. What has no name is passed over.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.document.scalars import format_scalar
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
    """Return the definitions of a document in order.

    A name that is no text (``name: 5``) is the text that the CLI writes for it.
    """
    section = _section_of(document)
    if not isinstance(section, ListNode):
        return ()
    found: list[Definition] = []
    for item in section.items:
        if not isinstance(item, MapNode):
            continue
        at, name = item.get("name"), _text(item.get("name"))
        if name and isinstance(at, Scalar):
            kind = _text(item.get("type"))
            found.append(Definition(name, kind, item.get("options"), at, item))
    return tuple(found)


def _section_of(document: Node) -> Node | None:
    return document.get(_SECTION) if isinstance(document, MapNode) else None


def _text(node: Node | None) -> str:
    if not isinstance(node, Scalar) or node.value is None:
        return ""
    return node.value if isinstance(node.value, str) else format_scalar(node.value)


def misshapen(document: Node) -> tuple[Diagnostic, ...]:
    """Return an error for each part of the section that the BOSH CLI cannot read at all."""
    section = _section_of(document)
    if section is None or _is_null(section):
        return ()
    if not isinstance(section, ListNode):
        return (_misshape(section, "`variables` must be a list", "- name: ..."),)
    found: list[Diagnostic] = []
    for item in section.items:
        if isinstance(item, MapNode):
            found += [
                _misshape(part, f"the `{key}` of a variable must be a text", f"{key}: ...")
                for key in ("name", "type")
                if (part := item.get(key)) is not None and not isinstance(part, Scalar)
            ]
        elif not _is_null(item):
            found.append(_misshape(item, "a variable must be a mapping", "- name: ..."))
    return tuple(found)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _misshape(node: Node, summary: str, example: str) -> Diagnostic:
    hint = f"write `{example}`"
    if isinstance(node, Scalar) and isinstance(node.value, str) and "((" in node.value:
        hint += "; definitions are read before variables are put in"
    return error(
        codes.BAD_VARIABLE,
        f"{summary}, this is {node.kind}",
        span=node.span,
        detail="the BOSH CLI stops here",
        hint=hint,
    )


def recursions_in(definitions: Iterable[Definition]) -> tuple[Diagnostic, ...]:
    """Return an error for each typed definition whose options lead back to itself."""
    uses: dict[str, tuple[tuple[str, Scalar], ...]] = {}
    for item in definitions:
        uses.setdefault(item.name, _uses(item.options))  # of two, the CLI looks at the first
    done: set[str] = set()
    errors: list[Diagnostic] = []
    for start, its_uses in uses.items():
        path: list[str] = []
        stack = [(start, iter(its_uses))] if start not in done else []
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


class WaitingDefinitions:
    """Which variables cannot be looked up, because options of their definition have no value.

    The BOSH CLI puts the options together before it looks for a value, even for one that was given
    with ``-v``; of two definitions of one name it looks at the first. It counts what it looked for
    and did not find, so a variable that waits itself does not make another one wait.
    """

    def __init__(
        self, definitions: Iterable[Definition], has_value: Callable[[str], bool]
    ) -> None:
        self._uses: dict[str, tuple[str, ...]] = {}
        for item in definitions:
            self._uses.setdefault(item.name, tuple(name for name, _ in _uses(item.options)))
        self._has_value = has_value
        self._known: dict[str, bool] = {}

    def is_waiting(self, name: str) -> bool:
        """Whether BOSH does not look for a value of this variable."""
        stack = [name] if self._uses.get(name) else []
        seen: set[str] = set()
        while stack:
            top = stack.pop()
            if top in self._known:
                continue
            below = self._uses[top]
            if top not in seen:
                # What leads back to itself is an error of its own; here it must only end.
                seen.add(top)
                stack.append(top)
                stack += [item for item in below if self._uses.get(item) and item not in seen]
                continue
            self._known[top] = any(
                not self._known.get(item) and not self._has_value(item) for item in below
            )
        return self._known.get(name, False)


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
    section = _section_of(document)
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
