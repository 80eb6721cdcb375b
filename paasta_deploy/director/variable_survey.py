"""What a manifest's variables come to: their versions, their values, and what must be made.

A survey is taken from one document at one instant and changes nothing. Values that do not exist
yet have *stand-ins* of the right form, so that a plan can be made, and templates be rendered to
see what they would change, before anything is made. A survey with stand-ins is never deployed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import Node, interpolate
from paasta_deploy.manifest.document.node import ListNode, MapNode, Scalar, from_value
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars
from paasta_deploy.manifest.interpolating.variables import Variables
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.variables import parse_variables
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.ids import VariableId, VariableSetId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.variable_choice import Choice, ChoiceInputs, Need, set_id_of

_SECTION = "variables"
_REDACTED_LENGTH_MIN = 4
"""Shorter values stand in too many innocent words; a secret so short is none."""
_REDACTED_LINE_MIN = 16
"""Lines of a key are 64 long; programs quote them with ends of lines of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVariables:
    """What a document says about variables, before anything is looked up."""

    definitions: tuple[VariableDefinition, ...] = ()
    used: tuple[str, ...] = ()
    converge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSurvey:
    """The variables of one document. ``values`` are by the names that the document writes."""

    inputs: ChoiceInputs
    choices: tuple[Choice, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)

    @property
    def to_make(self) -> tuple[Choice, ...]:
        """What must be made before the document can be deployed."""
        return tuple(choice for choice in self.choices if choice.need is not Need.NOTHING)

    @property
    def versions(self) -> Mapping[str, VariableId]:
        """The versions that are used, by whole name; those that must be made are missing."""
        return {
            choice.whole: choice.version.variable_id
            for choice in self.choices
            if choice.version is not None and choice.need is Need.NOTHING
        }

    @property
    def pins(self) -> Mapping[str, VariableId]:
        """The versions by the names that the document writes."""
        versions = self.versions
        return {name: versions[whole] for name, whole in self.names.items() if whole in versions}

    @property
    def set_id(self) -> VariableSetId:
        """The set of all versions that are used."""
        return set_id_of(self.versions)

    @property
    def known(self) -> frozenset[str]:
        """The names, as the document writes them, that have or will have a value."""
        return frozenset(self.values)

    def variables(self) -> Variables:
        """Return the values as interpolation takes them."""
        return Variables(
            stored={
                name: from_value(value, f"variable {name}") for name, value in self.values.items()
            }
        )

    def fill(self, document: Node) -> tuple[Node, tuple[Diagnostic, ...]]:
        """Return the document with all values in it, and what was wrong with their use.

        Definitions stay, and environments of VMs keep their placeholders: they are recorded with
        each instance, and no secret may be.
        """
        if not self.values:
            return document, ()
        result = interpolate(document, self.variables())
        if result.node is None:
            return document, self.hidden(result.diagnostics)
        return _with_kept(document, result.node), self.hidden(result.diagnostics)

    def hide(self, text: str) -> str:
        """Return ``text`` without any value: where one stood, its variable stands."""
        for name, value in self.values.items():
            for secret in _texts(value):
                for part in _shown_as(secret):
                    text = text.replace(part, f"(({name}))")
        return text

    def hidden(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return the diagnostics without any value in their texts."""
        return tuple(
            replace(
                item,
                summary=self.hide(item.summary),
                detail=self.hide(item.detail),
                hint=self.hide(item.hint),
            )
            for item in diagnostics
        )


def document_variables(document: Node) -> DocumentVariables:
    """Return what a document says about variables; what is malformed is passed over here."""
    if not isinstance(document, MapNode):
        return DocumentVariables()
    section = document.get(_SECTION)
    definitions: tuple[VariableDefinition, ...] = ()
    if isinstance(section, ListNode):
        only = MapNode(document.file, document.where, {_SECTION: document.entries[_SECTION]})
        # Whoever parses the document as a whole tells what is wrong with the section.
        parsed = parse_variables(Fields(only, "manifest", Report()))
        definitions = tuple(one for one in parsed if one.name)
    used = (item.name for _, found in placeholder_scalars(document) for item in found)
    features = document.get("features")
    converge = features.get("converge_variables") if isinstance(features, MapNode) else None
    return DocumentVariables(
        definitions=definitions,
        used=tuple(dict.fromkeys(used)),
        converge=isinstance(converge, Scalar) and converge.value is True,
    )


def together(parts: Iterable[DocumentVariables]) -> DocumentVariables:
    """Return what several documents say, as if they were one. The first definition counts."""
    definitions: dict[str, VariableDefinition] = {}
    used: dict[str, None] = {}
    converge = False
    for part in parts:
        for one in part.definitions:
            definitions.setdefault(one.name, one)
        used |= dict.fromkeys(part.used)
        converge = converge or part.converge
    return DocumentVariables(
        definitions=tuple(definitions.values()), used=tuple(used), converge=converge
    )


def _with_kept(before: Node, after: Node) -> Node:
    """Put back what keeps its placeholders: the definitions, and the groups' environments."""
    if not (isinstance(before, MapNode) and isinstance(after, MapNode)):
        return after
    for name in (_SECTION,):
        if name in before.entries:
            after = after.with_entry(*before.entries[name])
    groups, filled = before.get("instance_groups"), after.get("instance_groups")
    if not (isinstance(groups, ListNode) and isinstance(filled, ListNode)):
        return after
    items = [_with_env(*pair) for pair in zip(groups.items, filled.items, strict=True)]
    kept = ListNode(filled.file, filled.where, tuple(items))
    return after.with_entry(before.entries["instance_groups"][0], kept)


def _with_env(before: Node, after: Node) -> Node:
    if isinstance(before, MapNode) and isinstance(after, MapNode) and "env" in before.entries:
        key, env = before.entries["env"]
        if isinstance(env, MapNode):
            return after.with_entry(key, env)
    return after


def _shown_as(secret: str) -> Iterable[str]:
    """Yield how a secret may stand in somebody's message: whole, or line by line."""
    if len(secret) >= _REDACTED_LENGTH_MIN:
        yield secret
        if "\n" in secret:
            lines = (line for line in secret.splitlines() if not line.startswith("-----"))
            yield from (line for line in lines if len(line) >= _REDACTED_LINE_MIN)


def _texts(value: JsonValue) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
