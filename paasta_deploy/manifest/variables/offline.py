"""What a vars store has to be filled with for a document, as ``bosh int --vars-store`` does.

* A value that somebody gave or that is in the store stays, whatever ``update_mode`` says: the BOSH
  CLI does not know that word. Options of such a variable are not looked at.
* Options may use variables; with one that has no value nothing is made and nobody complains.
* ``consumes`` needs a director, which knows the addresses behind links. Offline a certificate is
  made without them, with a warning.

The document may be any: a deployment, or one that ``create-env`` takes. Source: bosh.md 3.4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic, codes, error, has_errors, warning
from paasta_deploy.manifest.document.node import (
    ListNode,
    MapNode,
    Node,
    NodeSource,
    Scalar,
    from_value,
    pack,
    to_value,
)
from paasta_deploy.manifest.interpolating.definitions import Definition, definitions_in
from paasta_deploy.manifest.interpolating.interpolation import interpolate
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.variables.generation import (
    GenerationPlan,
    authority_name,
    plan_generation,
)
from paasta_deploy.manifest.variables.options import beyond_cli, parse_options, type_of
from paasta_deploy.manifest.variables.types import PARTS
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.variables import WantedValue

_EXPECTED = "made-later"
_IGNORES_OPTIONS = frozenset({"rsa", "ssh"})
"""Types with which the CLI takes even a list as options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedResult:
    """What to ask a generator for; None when ``diagnostics`` hold an error."""

    wanted: WantedValue | None
    diagnostics: tuple[Diagnostic, ...] = ()


def plan_store(document: Node, variables: Variables) -> GenerationPlan:
    """Return what is to be made, and everything that is wrong with the definitions.

    ``document`` is patched and not yet interpolated; ``variables`` are what was given and stored.
    """
    found = list(_nameless(document))
    definitions = [
        _definition(item, variables, found)
        for item in definitions_in(document)
        if variables.get(item.name) is None
    ]
    plan = plan_generation(definitions, frozenset(variables.names()))
    for definition in plan.definitions:
        found += beyond_cli(definition)
        found += _unusable_authority(definition, variables)
        found += _links(definition)
    return replace(
        plan,
        waves=() if has_errors(found) else plan.waves,
        diagnostics=(*found, *plan.diagnostics),
    )


def with_expected(variables: Variables, plan: GenerationPlan) -> Variables:
    """Return variables in which all that is to be made has a value of the right shape.

    With them everything else can be checked before the seconds that making takes: a part that the
    value will not have, another variable without a value. The texts in them mean nothing.
    """
    expected: dict[str, Node] = {}
    for definition in plan.definitions:
        kind = type_of(definition)
        parts = () if kind is None else PARTS[kind]
        value = dict.fromkeys(parts, _EXPECTED) if parts else _EXPECTED
        span = definition.source.span("name")
        where = (
            0
            if span is None
            else pack(span.line - 1, span.column - 1, span.end_line - 1, span.end_column - 1)
        )
        expected[definition.name] = from_value(value, "" if span is None else span.file, where)
    return Variables(given=variables.given, stored={**variables.stored, **expected})


def wanted_value(definition: VariableDefinition, variables: Variables) -> WantedResult:
    """Return what to ask a generator for, now that everything of the earlier waves has a value.

    What could not be judged before, because it waited for a value, is judged here.
    """
    options = interpolate(from_value(definition.options, "options"), variables)
    if options.node is None:
        return WantedResult(wanted=None, diagnostics=options.diagnostics)
    resolved = replace(definition, options=_as_object(options.node))
    found = (*parse_options(resolved).diagnostics, *_unusable_authority(resolved, variables))
    if has_errors(found):
        return WantedResult(wanted=None, diagnostics=found)
    signer = variables.get(authority_name(resolved))
    authority = None if signer is None else _as_object(signer)
    return WantedResult(
        wanted=WantedValue(definition=resolved, authority=authority), diagnostics=found
    )


def _nameless(document: Node) -> Iterator[Diagnostic]:
    """Yield an error for each definition that has a type and no name to keep its value under."""
    section = document.get("variables") if isinstance(document, MapNode) else None
    for item in section.items if isinstance(section, ListNode) else ():
        if not isinstance(item, MapNode):
            continue
        name = item.get("name")
        is_named = isinstance(name, Scalar) and name.value not in (None, "")
        if not is_named and not _is_null(item.get("type")):
            yield error(
                codes.BAD_VARIABLE,
                "a variable has no name",
                span=item.span,
                detail="its value could not be kept",
                hint="add `name: ...`",
            )


def _definition(
    item: Definition, variables: Variables, found: list[Diagnostic]
) -> VariableDefinition:
    node = item.options
    options: JsonObject = {}
    if isinstance(node, MapNode):
        # A mistake in here is told by the interpolation of the document as well, with the same
        # place and the same words, so it need not be kept twice.
        options = _as_object(interpolate(node, variables).node or node)
    elif item.variable_type not in _IGNORES_OPTIONS and not _is_null(node):
        assert node is not None, "null was sorted out"
        found.append(
            error(
                codes.BAD_VARIABLE_OPTION,
                f"the options of the variable `{item.name}` must be a mapping",
                span=node.span,
                detail=f"this is {node.kind}",
                hint="write `options: {name: value}`",
            )
        )
    return VariableDefinition(
        name=item.name,
        variable_type=item.variable_type,
        options=options,
        source=NodeSource(item.node),
    )


def _is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)


def _as_object(node: Node) -> JsonObject:
    value = to_value(node)
    return value if isinstance(value, Mapping) else {}


def _unusable_authority(
    definition: VariableDefinition, variables: Variables
) -> tuple[Diagnostic, ...]:
    """Return an error when the CA has a value that is no certificate with its key."""
    name = authority_name(definition)
    value = variables.get(name) if name else None
    if value is None:
        return ()
    parts = _as_object(value)
    missing = [
        part
        for part in ("certificate", "private_key")
        if not isinstance(parts.get(part), str) or not parts[part]
    ]
    if not missing:
        return ()
    return (
        error(
            codes.UNUSABLE_CA,
            f"the value of `{name}` cannot sign the certificate `{definition.name}`",
            span=definition.source.span("options", "ca"),
            detail=f"it has no text at {' and '.join(f'`{part}`' for part in missing)}",
            hint="its value is a mapping: {ca: PEM, certificate: PEM, private_key: PEM}",
        ),
    )


def _links(definition: VariableDefinition) -> tuple[Diagnostic, ...]:
    span = definition.source.key_span("consumes")
    if definition.source.span("consumes") == definition.source.span():
        return ()
    return (
        warning(
            codes.LINKS_NOT_KNOWN,
            f"the certificate `{definition.name}` is made without the names of its links",
            span=span,
            detail="only a director knows the addresses behind a link",
            hint="leave the variable out of the vars store and let the director make it,\n"
            "or write the names below `alternative_names`",
        ),
    )
