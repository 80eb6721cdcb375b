"""Which version of each variable a deploy uses, and which values it must make first, and why.

Theory (BOSH 1.10). A definition is a wish for a value that outlives deploys. What exists is kept
(``no-overwrite``), made anew at each deploy (``overwrite``), or made anew when what it is made
from changed (``converge``). A certificate follows its authority: when that is made anew it must be
signed again, unless its own mode says that it is never touched. ``update.strategy:
on-stemcell-change`` holds a deployment on the version that it has until a stemcell changes.

A task that was killed and runs again must not make a value twice: a version which this very task
made is the wanted one. Pure: the versions that exist are handed in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from paasta_deploy.model.deployment import (
    VariableDefinition,
    VariableUpdateMode,
    VariableUpdateStrategy,
)
from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId, VariableSetId
from paasta_deploy.model.values import JsonObject, digest_of
from paasta_deploy.model.variable_records import VariableRecord

AUTHORITY = "ca"
"""The option of a certificate that names who signs it."""

_SET_ID_LENGTH = 20
"""Hex digits of a set's id: enough that two sets of one deployment never meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """Where names without a leading slash belong: ``/director/deployment/name``."""

    director: str
    deployment: DeploymentName

    def whole(self, name: str) -> str:
        """Return the whole name of a variable."""
        return name if name.startswith("/") else f"/{self.director}/{self.deployment}/{name}"

    def short(self, whole: str) -> str:
        """Return the name as this deployment's manifest may write it."""
        return whole.removeprefix(f"/{self.director}/{self.deployment}/")


class Need(Enum):
    """What is to be done about a variable before it can be used."""

    NOTHING = "keep"
    MAKE = "make"
    REMAKE = "make anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One variable of a deploy. ``version`` is what there is: to use, or to replace.

    ``definition`` None: it is only used here, and was made elsewhere. ``reason`` says why a value
    is made. ``alternative_names`` come from links.
    """

    whole: str
    definition: VariableDefinition | None
    need: Need
    version: VariableRecord | None
    reason: str = ""
    alternative_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInputs:
    """What is chosen from.

    ``definitions`` are those of the manifest, ``used`` the names in its placeholders. ``versions``
    are all versions of all these (whole) names, oldest first. ``pinned`` is what the deployment
    used last. ``link_names`` are the names that links give to certificates, by definition. Of the
    variables in ``rotating`` nothing is made: a rotation does that in its own order. ``rotated``:
    this deploy is one of a rotation of these; they get their newest version, and nothing that
    exists is made anew. ``as_deployed``: the versions of ``pinned`` are used again, whatever came
    after them.
    """

    namespace: Namespace
    definitions: Sequence[VariableDefinition]
    used: Collection[str]
    versions: Iterable[VariableRecord]
    pinned: Mapping[str, VariableId] = field(default_factory=dict)
    link_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rotating: Collection[str] = ()
    rotated: Collection[str] = ()
    as_deployed: bool = False
    converge: bool = False
    latest: bool = False
    stemcell_changes: bool = False
    task_id: TaskId | None = None


def choose(inputs: ChoiceInputs) -> tuple[Choice, ...]:
    """Return the choice for each variable, in the order of the manifest, then those only used.

    A name that is used, is defined by nobody and has no value is left out.
    """
    return _Chooser(inputs).choose()


def set_id_of(versions: Mapping[str, VariableId]) -> VariableSetId:
    """Return the id of a set: equal versions, equal id; empty for no variables."""
    if not versions:
        return VariableSetId("")
    digest = digest_of(dict(versions)).removeprefix("sha256:")
    return VariableSetId(digest[:_SET_ID_LENGTH])


class _Chooser:
    """One choice for one deploy."""

    def __init__(self, inputs: ChoiceInputs) -> None:
        self._inputs = inputs
        self._definitions = {inputs.namespace.whole(one.name): one for one in inputs.definitions}
        self._versions: dict[str, list[VariableRecord]] = {}
        for record in inputs.versions:
            if not record.waiting:
                self._versions.setdefault(record.name, []).append(record)
        self._made: dict[str, Choice] = {}

    def choose(self) -> tuple[Choice, ...]:
        for whole in self._definitions:
            self._choose(whole, ())
        for name in self._inputs.used:
            whole = self._inputs.namespace.whole(name)
            version = self._version(whole, None)
            if whole not in self._made and version is not None:
                self._made[whole] = Choice(
                    whole=whole, definition=None, need=Need.NOTHING, version=version
                )
        defined = [self._made[whole] for whole in self._definitions]
        others = [self._made[whole] for whole in self._made if whole not in self._definitions]
        return (*defined, *others)

    def _choose(self, whole: str, path: tuple[str, ...]) -> Choice:
        """Choose for one definition, for its authority before. ``path`` guards against rings."""
        if whole in self._made:
            return self._made[whole]
        definition = self._definitions[whole]
        links = self._inputs.link_names.get(definition.name, ())
        version = self._version(whole, definition)
        choice = Choice(
            whole=whole,
            definition=definition,
            need=Need.NOTHING,
            version=version,
            alternative_names=links,
        )
        reason = self._reason(definition, choice, (*path, whole))
        if reason:
            need = Need.MAKE if version is None else Need.REMAKE
            choice = replace(choice, need=need, reason=reason)
        self._made[whole] = choice
        return choice

    def _version(self, whole: str, definition: VariableDefinition | None) -> VariableRecord | None:
        versions = self._versions.get(whole, [])
        if self._holds(definition) and whole not in self._inputs.rotated:
            pinned = self._inputs.pinned.get(whole)
            for record in versions:
                if record.variable_id == pinned:
                    return record
        return versions[-1] if versions else None

    def _holds(self, definition: VariableDefinition | None) -> bool:
        inputs = self._inputs
        return inputs.as_deployed or (
            definition is not None
            and definition.update_strategy is VariableUpdateStrategy.ON_STEMCELL_CHANGE
            and not (inputs.latest or inputs.stemcell_changes)
        )

    def _reason(
        self, definition: VariableDefinition, choice: Choice, path: tuple[str, ...]
    ) -> str:
        """Return why a value must be made; empty: it need not be."""
        version, inputs = choice.version, self._inputs
        if version is None:
            return "it has no value yet"
        if inputs.task_id is not None and version.created_by == inputs.task_id:
            same = version.alternative_names == choice.alternative_names
            return "" if same else "its links give other names"
        held = self._holds(definition) and version.variable_id == inputs.pinned.get(choice.whole)
        if choice.whole in inputs.rotating or inputs.rotated or held:
            return ""
        match self._mode(definition):
            case VariableUpdateMode.NO_OVERWRITE:
                return ""
            case VariableUpdateMode.OVERWRITE:
                return "its update_mode is overwrite"
            case VariableUpdateMode.CONVERGE:
                return self._difference(definition, choice, version, path)

    def _mode(self, definition: VariableDefinition) -> VariableUpdateMode:
        if definition.update_mode is not None:
            return definition.update_mode
        if self._inputs.converge:
            return VariableUpdateMode.CONVERGE
        return VariableUpdateMode.NO_OVERWRITE

    def _difference(
        self,
        definition: VariableDefinition,
        choice: Choice,
        version: VariableRecord,
        path: tuple[str, ...],
    ) -> str:
        if version.variable_type != definition.variable_type:
            return f"it was of type {version.variable_type}"
        if version.alternative_names != choice.alternative_names:
            return "its links give other names"
        changed = _changed(version.options, definition.options)
        if changed:
            return f"its options changed: {', '.join(changed)}"
        return self._signature(definition, version, path)

    def _signature(
        self, definition: VariableDefinition, version: VariableRecord, path: tuple[str, ...]
    ) -> str:
        """Return why a certificate must be signed again; empty: it need not be."""
        authority = self._authority(definition)
        if authority is None or authority in path:
            return ""
        name = self._inputs.namespace.short(authority)
        current = self._version(authority, None)
        if authority in self._definitions:
            signer = self._choose(authority, path)
            if signer.need is not Need.NOTHING:
                return f"its authority {name} is made anew"
            current = signer.version
        if current is not None and version.signed_by not in (None, current.variable_id):
            return f"its authority {name} was made anew"
        return ""

    def _authority(self, definition: VariableDefinition) -> str | None:
        name = definition.options.get(AUTHORITY)
        return self._inputs.namespace.whole(name) if isinstance(name, str) and name else None


def _changed(before: JsonObject, after: JsonObject) -> list[str]:
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
