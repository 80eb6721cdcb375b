"""Filling a vars store with what a document needs, as ``bosh int --vars-store`` does, but faster.

All keys are made at once on all cores; what is signed waits for its own key and for its CA only.
The store is read once and written once. Either all values get into it or none.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paasta_deploy.adapters.variables.generator import FreshValues
from paasta_deploy.adapters.variables.keys import KeysAhead
from paasta_deploy.adapters.variables.store_file import VarsStoreFile
from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.manifest import VariableSources, collect_variables, emit
from paasta_deploy.manifest.document.node import MapNode, Node, Scalar, from_value
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.variables import (
    GenerationPlan,
    parse_options,
    plan_store,
    wanted_value,
)
from paasta_deploy.manifest.variables.types import key_bits
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.variables import ValueGenerator

Progress = Callable[[int, int], None]
"""Is told how many values are made, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledStore:
    """All variables, those that were made among them; after an error as they were before."""

    variables: Variables
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """Fills one store. ``on_wait``: another process is at it; ``on_progress``: see the type."""

    store: VarsStoreFile
    clock: Clock
    on_wait: Callable[[], None] = lambda: None
    on_progress: Progress = lambda _done, _total: None

    def fill(self, document: Node, given: Mapping[str, Node]) -> FilledStore:
        """Make what ``document`` defines and neither ``given`` nor the store has a value for.

        The document is patched and not yet interpolated. Values come back when they are safely
        in the file. Raises VariableError.
        """
        with self.store.locked(self.on_wait):
            content = self.store.read()
            name = str(self.store.path)
            read = collect_variables(VariableSources(store=(name, content)))
            variables = Variables(given=given, stored=read.variables.stored)
            plan = plan_store(document, variables)
            found = (*read.diagnostics, *plan.diagnostics)
            if plan.is_empty or has_errors(found):
                return FilledStore(variables=variables, diagnostics=found)
            with KeysAhead(_keys_needed(plan)) as keys:
                generator = FreshValues(clock=self.clock, keys=keys)
                filled = make_values(plan, variables, generator, name, self.on_progress)
            if not has_errors(filled.diagnostics):
                text = emit(_document_of(filled.variables.stored))
                self.store.write(text.encode(), instead_of=content)
            return FilledStore(
                variables=filled.variables, diagnostics=(*found, *filled.diagnostics)
            )


def make_values(
    plan: GenerationPlan,
    variables: Variables,
    generator: ValueGenerator,
    store_name: str,
    on_progress: Progress = lambda _done, _total: None,
) -> FilledStore:
    """Make everything that is planned, one after the other. Raises VariableError.

    ``store_name`` is where the new values will say that they stand.
    """
    stored = dict(variables.stored)
    now = Variables(given=variables.given, stored=stored)
    total = len(plan.in_order)
    for done, definition in enumerate(plan.in_order):
        on_progress(done, total)
        result = wanted_value(definition, now)
        if result.wanted is None:
            return FilledStore(variables=variables, diagnostics=result.diagnostics)
        value = generator.generate(result.wanted)
        stored[definition.name] = from_value(value, store_name)
    on_progress(total, total)
    return FilledStore(variables=now)


def _keys_needed(plan: GenerationPlan) -> Counter[int]:
    """Count keys by length. An option that waits for a value counts as its default."""
    parsed = (parse_options(definition).options for definition in plan.in_order)
    return Counter(
        bits for options in parsed if options is not None and (bits := key_bits(options))
    )


def _document_of(values: Mapping[str, Node]) -> Node:
    return MapNode("", 0, {name: (Scalar("", 0, name), value) for name, value in values.items()})
