"""Which values must be made, and in which order.

A certificate needs the one that signs it, and options may hold ``((placeholders))`` for values
that are made, too. What does not need each other stands in one wave and can be made at the same
time. The order in which the definitions are written does not matter here; with the BOSH CLI a CA
must stand before what it signs. Source: bosh.md 3.4, 3.5.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from paasta_deploy.diagnostics import (
    Diagnostic,
    Label,
    codes,
    did_you_mean,
    error,
    has_errors,
    nearest,
    warning,
)
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.variables.options import parse_options, type_of
from paasta_deploy.manifest.variables.types import VariableType
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.values import JsonValue

_CERTIFICATE = VariableType.CERTIFICATE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationPlan:
    """Definitions whose values are to be made; nothing in a wave needs another one of it.

    ``definitions`` are all of them in the order in which they are written; after an error there
    are no waves. Options may still hold placeholders, for values of earlier waves. ``waiting`` are
    the names of those that cannot be made, because nobody gives a value that their options need;
    as with the BOSH CLI this is no mistake by itself.
    """

    definitions: tuple[VariableDefinition, ...] = ()
    waves: tuple[tuple[VariableDefinition, ...], ...] = ()
    waiting: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be made."""
        return not self.waves

    @property
    def in_order(self) -> tuple[VariableDefinition, ...]:
        """Everything that is to be made, in an order in which it can be made."""
        return tuple(definition for wave in self.waves for definition in wave)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """Names by wave, and the cycles that stand in no wave; the first of a cycle is repeated."""

    waves: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class _Draft:
    """What is known so far. ``needs`` are the names that a value needs first."""

    have: Collection[str]
    defined: Mapping[str, VariableDefinition]
    makeable: dict[str, VariableDefinition] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def plan_generation(
    definitions: Iterable[VariableDefinition],
    have: Collection[str],
    known: Iterable[VariableDefinition] = (),
) -> GenerationPlan:
    """Return what is to be made of these definitions, and everything that is wrong with them.

    ``have`` are the names of variables with a value that stays: nothing is made for them, their
    options are not looked at, and what they are can sign. Of two definitions with one name the
    first counts, definitions without a type only name a variable. ``known`` are others of the same
    document, which a hint may name. Linear in their number.
    """
    first: dict[str, VariableDefinition] = {}
    for definition in definitions:
        first.setdefault(definition.name, definition)
    draft = _Draft(have, {**{item.name: item for item in known}, **first})
    wanted = {
        name: item for name, item in first.items() if item.variable_type and name not in have
    }
    draft.makeable = _without_waiting(wanted, have)
    for name, definition in draft.makeable.items():
        draft.needs[name] = {item for item in _open_names(definition) if item not in have}
        draft.diagnostics += parse_options(definition).diagnostics
        if definition.variable_type == _CERTIFICATE:
            _add_authority(draft, definition)
    arranged = arrange(draft.needs)
    draft.diagnostics += _cycles(arranged.cycles, draft.makeable)
    return GenerationPlan(
        definitions=tuple(draft.makeable.values()),
        waves=()
        if has_errors(draft.diagnostics)
        else tuple(tuple(draft.makeable[name] for name in wave) for wave in arranged.waves),
        waiting=frozenset(wanted) - frozenset(draft.makeable),
        diagnostics=tuple(draft.diagnostics),
    )


def check_definitions(definitions: Iterable[VariableDefinition]) -> tuple[Diagnostic, ...]:
    """Return what is wrong with definitions, whoever will make their values and when.

    Values may be there already: types that cannot be made and CAs that are not defined are no
    mistakes here. That is told when a value has to be made.
    """
    needs: dict[str, tuple[str, ...]] = {}
    known: dict[str, VariableDefinition] = {}
    found: list[Diagnostic] = []
    for definition in definitions:
        known.setdefault(definition.name, definition)
        if type_of(definition) is not None:
            found += parse_options(definition).diagnostics
            needs.setdefault(definition.name, (authority_name(definition),))
    return (*found, *_cycles(arrange(needs).cycles, known))


def arrange(needs: Mapping[str, Collection[str]]) -> Waves:
    """Return the keys in waves: each key stands in the first wave after all that it needs.

    Inside a wave they keep their order. Needs that are no keys are there already. What leads to
    a cycle stands in no wave.
    """
    place = {name: number for number, name in enumerate(needs)}
    rest = {name: set(items) & needs.keys() for name, items in needs.items()}
    cycles: list[tuple[str, ...]] = []
    while True:
        # Sorted, so that the same manifest has the same mistakes in each run.
        sorter = TopologicalSorter(
            {name: sorted(items, key=place.__getitem__) for name, items in rest.items()}
        )
        try:
            sorter.prepare()
        except CycleError as found:
            # graphlib names a cycle against the direction in which its parts need each other.
            cycle = tuple(reversed(found.args[1][1:]))
            first = cycle.index(min(cycle, key=place.__getitem__))
            cycles.append((*cycle[first:], *cycle[:first], cycle[first]))
            rest = _without(rest, set(cycle))
        else:
            break
    waves: list[tuple[str, ...]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        waves.append(tuple(sorted(ready, key=place.__getitem__)))
        sorter.done(*ready)
    return Waves(waves=tuple(waves), cycles=tuple(cycles))


def _without(needs: Mapping[str, set[str]], gone: set[str]) -> dict[str, set[str]]:
    """Return the rest without these names and without all that needs one of them."""
    before = -1
    while before != len(gone):
        before = len(gone)
        gone |= {name for name, items in needs.items() if items & gone}
    return {name: items for name, items in needs.items() if name not in gone}


def _without_waiting(
    wanted: Mapping[str, VariableDefinition], have: Collection[str]
) -> dict[str, VariableDefinition]:
    """Return those whose options need nothing but what is there or can be made."""
    needs = {name: set(_open_names(item)) - set(have) for name, item in wanted.items()}
    waiting = {name for name, items in needs.items() if not items <= wanted.keys()}
    kept = _without(needs, waiting)
    return {name: item for name, item in wanted.items() if name in kept}


def _open_names(definition: VariableDefinition) -> Iterator[str]:
    """Yield the variables that stand in the options of a definition."""
    for text in _texts(definition.options):
        for item in placeholders(text):
            yield item.name


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def authority_name(definition: VariableDefinition) -> str:
    """Return the name of the certificate that signs this one, or nothing."""
    name = definition.options.get("ca")
    if definition.variable_type != _CERTIFICATE or name is None:
        return ""
    return "" if isinstance(name, Mapping | list | tuple) else str(name)


def _add_authority(draft: _Draft, definition: VariableDefinition) -> None:
    name = authority_name(definition)
    if not name or name in draft.have or placeholders(name):
        return
    if name == definition.name or name in draft.makeable:
        draft.needs[definition.name].add(name)
    signer = draft.makeable.get(name)
    span = definition.source.span("options", "ca")
    if signer is None or signer.variable_type != _CERTIFICATE:
        draft.diagnostics.append(_unknown_authority(draft, definition, name))
    elif name != definition.name and signer.options.get("is_ca") is not True:
        draft.diagnostics.append(
            warning(
                codes.NOT_A_CA,
                f"the certificate `{name}` is no CA",
                span=span,
                detail=f"nobody will trust `{definition.name}`, which it signs",
                hint=f"give `{name}` the option `is_ca: true`",
                related=_labels(signer, "it is defined here"),
            )
        )


def _unknown_authority(draft: _Draft, definition: VariableDefinition, name: str) -> Diagnostic:
    known = draft.defined.get(name)
    if known is None:
        detail = "no variable has this name, and nobody gave its value"
    elif not known.variable_type:
        detail = "it is only named below `variables:`, without a type or a value"
    elif known.variable_type != _CERTIFICATE:
        detail = f"it is of type `{known.variable_type}`"
    else:
        open_name = next((item for item in _open_names(known) if item not in draft.have), "")
        detail = f"it cannot be made, because nobody gives a value to `{open_name}`"
    hint, meant = _meant_authority(draft, name)
    return error(
        codes.UNKNOWN_CA,
        f"there is no CA `{name}` to sign the certificate `{definition.name}`",
        span=definition.source.span("options", "ca"),
        detail=detail,
        hint=hint,
        related=(
            *(() if known is None else _labels(known, "it is defined here")),
            *(() if meant is None else _labels(meant, f"`{meant.name}` is defined here")),
        ),
    )


def _meant_authority(draft: _Draft, name: str) -> tuple[str, VariableDefinition | None]:
    """Return a hint which CA is meant, and its definition when the slip may well be there.

    The name that several certificates agree on is hardly the one that is misspelt.
    """
    authorities = {
        item.name: item
        for item in draft.defined.values()
        if item.variable_type == _CERTIFICATE and item.options.get("is_ca") is True
    }
    asked = [item.name for item in draft.defined.values() if authority_name(item) == name]
    near = nearest(name, authorities)
    if len(near) != 1 or len(asked) < 2 or name in draft.defined:
        return did_you_mean(name, authorities), None
    if any(authority_name(item) == near[0] for item in draft.defined.values()):
        return did_you_mean(name, authorities), None
    meant = authorities[near[0]]
    hint = f"{len(asked)} certificates ask for it: is `{meant.name}` misspelt where it is defined?"
    return hint, meant


def _cycles(
    cycles: Iterable[tuple[str, ...]], definitions: Mapping[str, VariableDefinition]
) -> Iterator[Diagnostic]:
    for cycle in cycles:
        start = definitions[cycle[0]]
        if not start.name:
            continue  # That a definition has no name has been said.
        if not any(authority_name(definitions[left]) == right for left, right in pairwise(cycle)):
            continue  # Only placeholders: interpolation tells of those, with or without a store.
        if len(cycle) <= 2:
            summary = f"the certificate `{start.name}` is to be signed by itself"
        else:
            summary = f"the certificate `{start.name}` is needed to make itself"
        yield error(
            codes.CA_CYCLE,
            summary,
            span=start.source.span("options", "ca"),
            detail=" needs ".join(f"`{name}`" for name in cycle),
            hint="leave out `ca` where the chain begins: that one is the root",
            related=tuple(
                label
                for name in cycle[1:-1]
                for label in _labels(definitions[name], f"`{name}` is defined here")
            ),
        )


def _labels(definition: VariableDefinition, text: str) -> tuple[Label, ...]:
    span = definition.source.span("name")
    return () if span is None else (Label(span=span, text=text),)
