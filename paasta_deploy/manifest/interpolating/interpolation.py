"""Putting values in the place of ``((variables))``, exactly as the BOSH CLI does.

* A scalar that is one placeholder becomes the value, whatever its type; inside a longer text only
  texts and integers can stand. Keys are interpolated, too. ``((a.b))`` is the part ``b`` of ``a``.
* Values are not interpolated again. Placeholders nobody gave a value for stay as they are.
* Definitions in ``variables:`` whose value is known are removed from the document.

A value put in keeps the place of its placeholder, which is where the operator looks first; where
the value itself was written is kept beside it, in ``origins``. Source: spec bosh.md 3.4, 3.8.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import (
    Diagnostic,
    Label,
    Span,
    codes,
    did_you_mean,
    error,
    has_errors,
    warning,
)
from paasta_deploy.manifest.document.node import Entry, Key, ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.interpolating.budget import WEIGHT_MAX, Budget
from paasta_deploy.manifest.interpolating.definitions import (
    Definition,
    WaitingDefinitions,
    definitions_in,
    misshapen,
    recursions_in,
    without_definitions,
)
from paasta_deploy.manifest.interpolating.placeholders import (
    Placeholder,
    is_one_placeholder,
    placeholders,
)
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.patching.patch import PatchError, find
from paasta_deploy.manifest.patching.pointer import IndexToken, KeyToken, Pointer, parse_pointer

_USES_SHOWN_MAX = 3
"""Further uses of a missing variable that a diagnostic points at."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which variable a value came from, and where its value was written."""

    variable: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationResult:
    """The document with values in it; None when ``diagnostics`` hold an error.

    ``missing`` are the variables without a value, ``unused`` the values without a use. ``origins``
    maps the place of a placeholder to the value that stands there now.
    """

    node: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    origins: Mapping[Span, Origin] = field(default_factory=dict)


def interpolate(
    document: Node,
    variables: Variables,
    *,
    missing_is_error: bool = False,
    unused_is_error: bool = False,
) -> InterpolationResult:
    """Return the document with all known variables put in.

    The two switches are ``--var-errs`` and ``--var-errs-unused``.
    """
    definitions = definitions_in(document)
    waiting = WaitingDefinitions(definitions, lambda name: variables.get(name) is not None)
    work = _Interpolator(variables, waiting)
    node = work.walk(document)
    diagnostics = [*misshapen(document), *recursions_in(definitions), *work.diagnostics]
    known: dict[str, Definition] = {}
    for item in definitions:
        if waiting.is_waiting(item.name):
            continue
        if variables.get(item.name) is not None:
            known.setdefault(item.name, item)
        else:
            work.missing.setdefault(item.name, []).append(item.at)
    node = without_definitions(node, frozenset(known))
    diagnostics += _not_removable(known, definitions)
    used = work.used | {item.name for item in definitions}
    unused = tuple(name for name in variables.names() if name not in used)
    if missing_is_error:
        diagnostics += _missing(work.missing, variables)
    if unused_is_error:
        diagnostics += _unused(unused, variables, work.missing)
    return InterpolationResult(
        node=None if has_errors(diagnostics) else node,
        diagnostics=tuple(diagnostics),
        missing=tuple(work.missing),
        unused=unused,
        origins=work.origins,
    )


def with_origins(
    diagnostics: Iterable[Diagnostic], origins: Mapping[Span, Origin]
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics; those about a value from a variable also say where it was given."""
    return tuple(_with_origin(item, origins) for item in diagnostics)


def _with_origin(item: Diagnostic, origins: Mapping[Span, Origin]) -> Diagnostic:
    origin = None if item.span is None else origins.get(item.span)
    if origin is None:
        return item
    label = Label(span=origin.span, text=f"the value of `{origin.variable}` was given here")
    return replace(item, related=(*item.related, label))


class _Interpolator:
    """One walk over one document; nodes without placeholders are shared with the result."""

    def __init__(self, variables: Variables, waiting: WaitingDefinitions) -> None:
        self._variables = variables
        self._waiting = waiting
        self._budget = Budget()
        self.used: set[str] = set()
        self.missing: dict[str, list[Scalar]] = {}
        self.origins: dict[Span, Origin] = {}
        self.diagnostics: list[Diagnostic] = []

    def walk(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            value = node.value
            if isinstance(value, str) and "((" in value:
                return self._scalar(node, value)
            return node
        if isinstance(node, ListNode):
            items = [self.walk(item) for item in node.items]
            if all(map(_is_same, items, node.items)):
                return node
            return ListNode(node.file, node.where, tuple(items))
        assert isinstance(node, MapNode)
        return self._mapping(node)

    def _mapping(self, node: MapNode) -> MapNode:
        changed: dict[Key, Entry] | None = None
        renamed = False
        for name, (key, value) in node.entries.items():
            new_value = self.walk(value)
            new_key = self._key(key) if isinstance(name, str) and "((" in name else key
            if new_value is not value or new_key is not key:
                changed = node.entries.copy() if changed is None else changed
                changed[name] = (new_key, new_value)
                renamed = renamed or new_key is not key
        if changed is None:
            return node
        return MapNode(node.file, node.where, self._rekeyed(changed) if renamed else changed)

    def _rekeyed(self, entries: dict[Key, Entry]) -> dict[Key, Entry]:
        result: dict[Key, Entry] = {}
        for key, value in entries.values():
            before = result.get(key.key)
            if before is not None:
                self.diagnostics.append(
                    warning(
                        codes.KEYS_COLLIDE,
                        f"two keys become `{key.value}`",
                        span=key.span,
                        detail="this one is used",
                        related=(Label(span=before[0].span, text="this one is ignored"),),
                    )
                )
            result[key.key] = (key, value)
        return result

    def _key(self, key: Scalar) -> Scalar:
        assert isinstance(key.value, str)
        node = self._scalar(key, key.value)
        if isinstance(node, Scalar):
            return node
        self._not_text(key, placeholders(key.value)[0], node)
        return key

    def _scalar(self, scalar: Scalar, text: str) -> Node:
        """Replace one placeholder after the other, each in all its places, as the CLI does."""
        done: set[str] = set()
        for item in placeholders(text):
            if item.written in done:
                continue
            done.add(item.written)
            value = self._value(scalar, item)
            if value is None:
                continue
            if is_one_placeholder(text):
                return self._put(scalar, item, value)
            inside = _text_of(value)
            if inside is None:
                self._not_text(scalar, item, value)
                return scalar
            if "((" in inside:
                done.clear()  # the CLI replaces once for each time the placeholder stood there
            text = text.replace(f"(({item.written}))", inside)
            text = text.replace(f"((!{item.written}))", inside)
            self._budget.spend_text(text)
            if self._budget.is_spent:
                return self._too_much(scalar, item)
            if f"(( {item.written}" in text or f"{item.written} ))" in text:
                self._spaced(scalar, item)
        if text == scalar.value:
            return scalar
        return Scalar(scalar.file, scalar.where, text)

    def _put(self, scalar: Scalar, item: Placeholder, value: Node) -> Node:
        self._budget.spend(value)
        if self._budget.is_spent:
            return self._too_much(scalar, item)
        self.origins[scalar.span] = Origin(item.name, value.span)
        if isinstance(value, Scalar):
            return Scalar(scalar.file, scalar.where, value.value, value.text)
        if isinstance(value, ListNode):
            return ListNode(scalar.file, scalar.where, value.items)
        assert isinstance(value, MapNode)
        return MapNode(scalar.file, scalar.where, value.entries)

    def _value(self, scalar: Scalar, item: Placeholder) -> Node | None:
        self.used.add(item.name)
        if self._waiting.is_waiting(item.name):
            return None
        value = self._variables.get(item.name)
        if value is None:
            self.missing.setdefault(item.name, []).append(scalar)
            return None
        if not item.parts:
            return value
        try:
            return part_of(value, item.parts)
        except PatchError as cause:
            self._part_missing(scalar, item, cause)
            return None

    def _part_missing(self, scalar: Scalar, item: Placeholder, cause: PatchError) -> None:
        known = list(cause.near.entries) if isinstance(cause.near, MapNode) else []
        part = item.parts[min(cause.depth, len(item.parts) - 1)]
        self.diagnostics.append(
            error(
                codes.VARIABLE_PART_MISSING,
                f"the variable `{item.name}` has no part `{'.'.join(item.parts)}`",
                span=scalar.span,
                detail=f"its value has nothing at `{part}`\n"
                f"Finding variable '{item.written}': {cause}",
                hint=did_you_mean(part, [key for key in known if isinstance(key, str)]),
            )
        )

    def _too_much(self, scalar: Scalar, item: Placeholder) -> Scalar:
        """Tell once that values blow the document up; what is left stays as it is."""
        if not any(found.code == codes.TOO_MUCH_PUT_IN.name for found in self.diagnostics):
            self.diagnostics.append(
                error(
                    codes.TOO_MUCH_PUT_IN,
                    "values of variables blow the document up",
                    span=scalar.span,
                    detail=f"written out, it passes {WEIGHT_MAX >> 20} MiB with `{item.written}`",
                    hint="a value of this size belongs into a release, or into fewer places",
                )
            )
        return scalar

    def _not_text(self, scalar: Scalar, item: Placeholder, value: Node) -> None:
        self.diagnostics.append(
            error(
                codes.VARIABLE_NOT_TEXT,
                f"the variable `{item.written}` cannot stand inside a text",
                span=scalar.span,
                detail=f"its value is {value.kind}; only texts and integers can stand here",
                hint="put the value of the variable in quotes, or let it stand alone",
            )
        )

    def _spaced(self, scalar: Scalar, item: Placeholder) -> None:
        self.diagnostics.append(
            warning(
                codes.SPACED_PLACEHOLDER,
                f"`(( {item.written} ))` is not replaced inside a longer text",
                span=scalar.span,
                detail="BOSH accepts spaces only where the placeholder stands alone",
                hint=f"write `(({item.written}))`",
            )
        )


def _is_same(left: Node, right: Node) -> bool:
    return left is right


def _text_of(value: Node) -> str | None:
    if not isinstance(value, Scalar) or isinstance(value.value, bool):
        return None
    return str(value.value) if isinstance(value.value, str | int) else None


def part_of(value: Node, parts: tuple[str, ...]) -> Node:
    """Return the part of a variable's value that ``((name.part.part))`` means.

    A number is an index of a list, and failing that a key. Raises PatchError.
    """
    pointer = parse_pointer("/" + "/".join(parts))
    try:
        return find(value, pointer)
    except PatchError:
        tokens = tuple(
            KeyToken(key=str(token.index)) if isinstance(token, IndexToken) else token
            for token in pointer.tokens
        )
        return find(value, Pointer(tokens=tokens))


def _not_removable(
    known: Mapping[str, Definition], definitions: Iterable[Definition]
) -> list[Diagnostic]:
    """Return an error for each definition of a known variable that BOSH fails to take out.

    That is each second definition of a name, and one whose name is no text.
    """
    return [
        error(
            codes.DUPLICATE_VARIABLE,
            f"the variable `{item.name}` is defined twice",
            span=item.at.span,
            detail="this is the second definition",
            hint="remove one of them",
            related=(Label(span=known[item.name].at.span, text="the first one"),),
        )
        for item in definitions
        if item.name in known and known[item.name] is not item
    ] + [
        error(
            codes.BAD_VARIABLE,
            f"the variable `{item.name}` has a value, but its name is {item.at.kind}",
            span=item.at.span,
            detail="BOSH finds a definition only by a name that is a text",
            hint=f'write `name: "{item.name}"`',
        )
        for item in known.values()
        if not isinstance(item.at.value, str)
    ]


def _missing(missing: Mapping[str, list[Scalar]], variables: Variables) -> list[Diagnostic]:
    names = variables.names()
    return [
        error(
            codes.VARIABLE_MISSING,
            f"the variable `{name}` has no value",
            span=uses[0].span,
            detail=f"used {len(uses)} times" if len(uses) > 1 else "used here",
            hint="\n".join(
                filter(None, (did_you_mean(name, names), f"give it with `-v {name}=VALUE`"))
            ),
            related=tuple(
                Label(span=use.span, text="and here") for use in uses[1 : _USES_SHOWN_MAX + 1]
            ),
        )
        for name, uses in missing.items()
    ]


def _unused(
    unused: tuple[str, ...], variables: Variables, missing: Mapping[str, list[Scalar]]
) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name in unused:
        value = variables.get(name)
        assert value is not None
        found.append(
            error(
                codes.VARIABLE_UNUSED,
                f"the variable `{name}` is not used",
                span=value.span,
                detail="its value stands here",
                hint=did_you_mean(name, missing) if missing else "remove it",
            )
        )
    return found
