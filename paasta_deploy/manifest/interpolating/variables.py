"""Values for ``((variables))`` and which of them wins.

From the weakest to the strongest: the vars store, ``--vars-env``, ``-l`` files (later ones win),
``--var-file``, ``-v`` (later ones win). A name with dots sets a part of a mapping (``-v a.b=1``).

The texts are handed in by the caller, who has read files and environment. Values are secrets more
often than not, so no message here ever repeats one. Source: spec bosh.md 3.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, Span, codes, error
from paasta_deploy.manifest.document.node import MapNode, Node, Scalar, from_value, key_text
from paasta_deploy.manifest.document.reader import ReadResult, read_document

Text = bytes | str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableSources:
    """Everything the operator gave, as it was given.

    ``pairs`` are the arguments of ``-v``; ``contents`` (variable, text) stands for ``--var-file``;
    ``vars_files`` and ``store`` are (file name, text); ``prefixes`` select from ``environment``.
    ``fills_store``: what the store lacks can be made, so it counts as there.
    """

    pairs: tuple[str, ...] = ()
    contents: tuple[tuple[str, Text], ...] = ()
    vars_files: tuple[tuple[str, Text], ...] = ()
    prefixes: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    store: tuple[str, Text] | None = None
    fills_store: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The value of each name. ``given`` wins over ``stored``."""

    given: Mapping[str, Node] = field(default_factory=dict)
    stored: Mapping[str, Node] = field(default_factory=dict)

    def get(self, name: str) -> Node | None:
        """Return the value of a variable, or None when nobody gave one."""
        value = self.given.get(name)
        return self.stored.get(name) if value is None else value

    def names(self) -> tuple[str, ...]:
        """Return all names, given ones first, in the order in which they were given."""
        return tuple(dict.fromkeys((*self.given, *self.stored)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesResult:
    """The variables, and what was wrong with how they were given."""

    variables: Variables
    diagnostics: tuple[Diagnostic, ...] = ()


def collect_variables(sources: VariableSources) -> VariablesResult:
    """Return all variables; what cannot be used is left out and told of."""
    collector = _Collector()
    for prefix in sources.prefixes:
        collector.add_environment(prefix, sources.environment)
    for name, text in sources.vars_files:
        collector.values.update(collector.read_mapping(name, text))
    for name, text in sources.contents:
        collector.add_content(name, text)
    for pair in sources.pairs:
        collector.add_pair(pair)
    stored: Mapping[str, Node] = {}
    if sources.store is not None:
        stored = collector.read_mapping(*sources.store)
    given = collector.undotted()
    return VariablesResult(
        variables=Variables(given=given, stored=stored), diagnostics=tuple(collector.diagnostics)
    )


class _Collector:
    """Gathers values by name; later ones replace earlier ones."""

    def __init__(self) -> None:
        self.values: dict[str, Node] = {}
        self.diagnostics: list[Diagnostic] = []

    def add_environment(self, prefix: str, environment: Mapping[str, str]) -> None:
        start = prefix + "_"
        for key in sorted(environment):
            if key.startswith(start):
                read = self._read(f"${key}", environment[key])
                if read is not None:
                    self.values[key.removeprefix(start)] = read

    def add_content(self, name: str, text: Text) -> None:
        label = f"--var-file {name}"
        if isinstance(text, bytes):
            try:
                text = text.decode("utf-8")
            except UnicodeDecodeError as cause:
                self._bad_argument(label, "the file is not UTF-8", f"byte {cause.start}")
                return
        if not name:
            self._bad_argument("--var-file", "the variable has no name", "--var-file NAME=PATH")
            return
        self.values[name] = Scalar(label, 0, text)

    def add_pair(self, pair: str) -> None:
        name, equals, text = pair.partition("=")
        if not equals:
            # Not even the name is repeated: it may be a value whose name was forgotten.
            self._bad_argument("--var", "an argument of `-v` has no `=`", "-v NAME=VALUE")
            return
        label = f"--var {name}"
        if not name:
            self._bad_argument("--var", "a variable has no name", "-v NAME=VALUE")
            return
        if not text:
            self._bad_argument(label, f"`{name}` is empty", f"for an empty text: -v '{name}=\"\"'")
            return
        value = self._read(label, text)
        if isinstance(value, Scalar) and isinstance(value.value, str):
            # A plain text is passed on as it was typed: YAML would have joined its lines.
            value = Scalar(label, value.where, _without_quotes(text))
        if value is not None:
            self.values[name] = value

    def _read(self, label: str, text: str) -> Node | None:
        result = read_document(label, text, empty_is_error=False, is_secret=True)
        self.diagnostics.extend(result.diagnostics)
        if result.is_usable or result.diagnostics:
            return result.node
        return Scalar(label, 0, None, "null")

    def read_mapping(self, name: str, text: Text) -> Mapping[str, Node]:
        """Return a vars file's values by name; an empty file has none."""
        result: ReadResult = read_document(name, text, empty_is_error=False, is_secret=True)
        self.diagnostics.extend(result.diagnostics)
        node = result.node
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return {}
        if not isinstance(node, MapNode):
            self.diagnostics.append(
                error(
                    codes.VARS_NOT_A_MAPPING,
                    f"a vars file must be a mapping, this is {node.kind}",
                    span=node.span,
                    detail="`name: value` should stand here",
                    hint="an ops file (a list) is handed in with `-o`",
                )
            )
            return {}
        return {key_text(entry): entry[1] for entry in node.entries.values()}

    def _bad_argument(self, label: str, summary: str, hint: str) -> None:
        span = Span(file=label, line=1, column=1, end_line=1, end_column=2)
        self.diagnostics.append(error(codes.BAD_VARIABLE_ARGUMENT, summary, span=span, hint=hint))

    def undotted(self) -> Mapping[str, Node]:
        """Return the values with each dotted name put into the mapping that it is a part of."""
        whole = {name: node for name, node in self.values.items() if "." not in name}
        for name, node in self.values.items():
            if "." in name:
                first, *rest = name.split(".")
                put = self._put(whole.get(first), rest, node, name)
                if put is not None:
                    whole[first] = put
        return whole

    def _put(self, into: Node | None, path: list[str], node: Node, name: str) -> Node | None:
        if not path:
            return node
        if into is None:
            into = MapNode(node.file, node.where, {})
        if not isinstance(into, MapNode):
            self.diagnostics.append(
                error(
                    codes.DOTTED_VARIABLE,
                    f"`{name}` cannot be set",
                    span=node.span,
                    detail=f"the value above it is {into.kind}, given elsewhere",
                    hint="give either the whole value or its parts",
                )
            )
            return None
        below = self._put(into.get(path[0]), path[1:], node, name)
        if below is None:
            return None
        return into.with_entry(Scalar(node.file, node.where, path[0]), below)


def _without_quotes(text: str) -> str:
    if text[0] == text[-1] and text[0] in "\"'" and len(text) > 1:
        return text[1:-1]
    return text


def variables_from(values: Mapping[str, object]) -> Variables:
    """Return variables from bare texts and numbers; for callers that already have values."""
    given: dict[str, Node] = {}
    for name, value in values.items():
        assert isinstance(value, str | int | bool)
        given[name] = from_value(value, f"--var {name}")
    return Variables(given=given)
