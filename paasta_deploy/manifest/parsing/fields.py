"""Reading mappings key by key: types, defaults, required keys, and keys that nobody knows.

A parser asks a :class:`Fields` for each key that the format has, once; :meth:`Fields.finish` then
complains about every key that was not asked for. So the list of known keys is the parser itself
and never goes stale. All complaints go to one :class:`Report`; reading goes on with a stand-in
value, so that one pass finds everything.

The rules of types are those of BOSH's director (spec: bosh.md 1.0): a number is accepted where a
text is needed, nothing else is converted, and an explicit null is of the wrong type.
"""

from enum import Enum
from typing import TypeVar

from paasta_deploy.diagnostics import (
    Code,
    Diagnostic,
    Severity,
    Span,
    codes,
    did_you_mean,
    error,
    nearest,
)
from paasta_deploy.manifest.document.node import (
    Entry,
    Key,
    ListNode,
    MapNode,
    Node,
    Scalar,
    key_text,
)
from paasta_deploy.manifest.parsing.asking import Ask
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.unknown_keys import advice, severity_of
from paasta_deploy.manifest.parsing.values import free_mapping, report_wrong_type, text_of
from paasta_deploy.model.values import JsonObject

_Member = TypeVar("_Member", bound=Enum)


class Fields:
    """One mapping that is being read. ``what`` says what it is: "instance group"."""

    def __init__(self, node: MapNode, what: str, report: Report) -> None:
        self.node = node
        self.what = what
        self.report = report
        self._asked: set[Key] = set()
        self._missing: list[Diagnostic] = []
        self._missing_keys: list[str] = []

    def raw(self, key: str) -> Node | None:
        """Return the value as it stands, or None; for keys with rules of their own."""
        self._asked.add(key)
        if self.report.on_ask is not None:
            self.report.on_ask(Ask(what=self.what, key=key))
        return self.node.get(key)

    def _ask(self, key: str, kind: str, *, need: bool = False, inner: str = "") -> Node | None:
        """Return the value at a key whose kind is plain."""
        if self.report.on_ask is not None:
            self.report.on_ask(
                Ask(what=self.what, key=key, kind=kind, is_needed=need, inner=inner)
            )
        return self.raw(key)

    def source_of(self, key: str) -> Span:
        """Return where the value at ``key`` stands, or where the mapping begins if it has none."""
        value = self.node.get(key)
        return self.node.span if value is None else value.span

    def key_span(self, key: str) -> Span:
        """Return where the key stands, or where the mapping begins if it lacks the key."""
        entry = self.node.entries.get(key)
        return self.node.span if entry is None else entry[0].span

    def wrong_type(self, key: str, node: Node, wanted: str, code: Code = codes.WRONG_TYPE) -> None:
        """Complain that the value at ``key`` is not what is needed there."""
        report_wrong_type(self.report, f"`{key}`", node, wanted, code)

    def missing(self, key: str, hint: str = "", code: Code = codes.MISSING_KEY) -> None:
        """Complain (when finished) that a required key is not there."""
        self._missing.append(
            error(
                code,
                f"`{key}` is missing",
                span=self.node.span,
                detail=f"this {self.what} needs it",
                hint=hint or f"add `{key}:`",
            )
        )
        self._missing_keys.append(key)

    def text(
        self,
        key: str,
        *,
        need: bool = False,
        default: str = "",
        code: Code = codes.WRONG_TYPE,
        blank: Code = codes.INVALID_VALUE,
    ) -> str:
        """Return a text; a number becomes the text that the BOSH CLI would send.

        A text that is needed must not be blank.
        """
        node = self._ask(key, "text", need=need)
        if node is None:
            if need:
                self.missing(key)
            return default
        found = text_of(self.report, f"`{key}`", node, code)
        if found is None:
            return default
        if need and not found.strip():
            hint = f"the {self.what} needs it"
            self.report.error(blank, f"`{key}` is empty", node.span, "fill it in", hint)
        return found

    def integer(
        self,
        key: str,
        *,
        need: bool = False,
        default: int = 0,
        low: int | None = None,
        low_code: Code = codes.TOO_SMALL,
        high: int | None = None,
    ) -> int:
        """Return an integer, at least ``low`` and at most ``high``."""
        if self.report.on_ask is not None:
            ask = Ask(what=self.what, key=key, kind="integer", is_needed=need, low=low, high=high)
            self.report.on_ask(ask)
        node = self.raw(key)
        if node is None:
            if need:
                self.missing(key)
            return default
        if not isinstance(node, Scalar) or type(node.value) is not int:
            self.wrong_type(key, node, "an integer")
            return default
        if low is not None and node.value < low:
            self.report.error(
                low_code,
                f"`{key}` is too small",
                node.span,
                f"it must be at least {low}",
            )
            return default
        if high is not None and node.value > high:
            detail = f"it can be at most {high:,}"
            self.report.error(codes.TOO_LARGE, f"`{key}` is too large", node.span, detail)
            return default
        return node.value

    def flag(
        self, key: str, *, default: bool | None, code: Code = codes.WRONG_TYPE
    ) -> bool | None:
        """Return true or false, or the default when the key is absent."""
        if self.report.on_ask is not None:
            shown = "" if default is None else str(default).lower()
            self.report.on_ask(Ask(what=self.what, key=key, kind="true or false", default=shown))
        node = self.raw(key)
        if node is None:
            return default
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            self.wrong_type(key, node, "true or false", code)
            return default
        return node.value

    def choice(
        self, key: str, kind: type[_Member], default: _Member, code: Code = codes.INVALID_VALUE
    ) -> _Member:
        """Return one member of an enum, by its value."""
        if self.report.on_ask is not None:
            choices = tuple(str(member.value) for member in kind)
            shown = str(default.value)
            self.report.on_ask(
                Ask(what=self.what, key=key, kind="text", choices=choices, default=shown)
            )
        node = self.raw(key)
        if node is None:
            return default
        text = text_of(self.report, f"`{key}`", node)
        if text is None:
            return default
        known = {str(member.value): member for member in kind}
        if text not in known:
            listed = ", ".join(f"`{name}`" for name in known)
            self.report.error(
                code,
                f"`{key}` cannot be `{text}`",
                node.span,
                f"it must be one of {listed}",
                did_you_mean(text, known),
            )
            return default
        return known[text]

    def fields(
        self, key: str, what: str, *, need: bool = False, code: Code = codes.WRONG_TYPE
    ) -> "Fields | None":
        """Return the mapping at ``key``, to be read in the same way."""
        node = self._ask(key, "mapping", need=need, inner=what)
        if node is None:
            if need:
                self.missing(key)
            return None
        if not isinstance(node, MapNode):
            self.wrong_type(key, node, "a mapping", code)
            return None
        return Fields(node, what, self.report)

    def items(
        self, key: str, *, need: bool = False, code: Code = codes.WRONG_TYPE
    ) -> tuple[Node, ...]:
        """Return the items of the list at ``key``."""
        node = self._ask(key, "list", need=need)
        if node is None:
            if need:
                self.missing(key)
            return ()
        if not isinstance(node, ListNode):
            self.wrong_type(key, node, "a list", code)
            return ()
        return node.items

    def objects(self, key: str, what: str, *, need: bool = False) -> "tuple[Fields, ...]":
        """Return the mappings of the list at ``key``, each to be read in the same way."""
        self._ask(key, "list", need=need, inner=what)
        return objects_of(self.report, self.items(key, need=need), what)

    def texts(self, key: str, code: Code = codes.WRONG_TYPE) -> tuple[str, ...]:
        """Return the texts of the list at ``key``."""
        self._ask(key, "list of texts")
        texts = [
            text_of(self.report, f"an item of `{key}`", item, code) for item in self.items(key)
        ]
        return tuple(text for text in texts if text is not None)

    def free(self, key: str) -> JsonObject:
        """Return the mapping at ``key`` as bare values; what is in it belongs to others."""
        node = self._ask(key, "any mapping")
        if node is None:
            return {}
        if not isinstance(node, MapNode):
            self.wrong_type(key, node, "a mapping")
            return {}
        return free_mapping(self.report, node)

    def finish(self) -> None:
        """Complain about keys that were not asked for, and about required ones that are missing.

        A misspelt required key is one mistake: only its spelling is complained of.
        """
        misspelt: set[str] = set()
        for key, entry in self.node.entries.items():
            if key not in self._asked:
                misspelt |= self._unknown(entry)
        for key, problem in zip(self._missing_keys, self._missing, strict=True):
            if key not in misspelt:
                self.report.diagnostics.append(problem)

    def _unknown(self, entry: Entry) -> set[str]:
        name = key_text(entry)
        known = sorted(key for key in self._asked if isinstance(key, str))
        near = nearest(name, [key for key in known if key not in self.node.entries])
        severity = severity_of(self.what, name, entry[1], self.report.unknown_keys, near=near)
        if severity is None:
            return set()
        tell = self.report.error if severity is Severity.ERROR else self.report.warning
        tell(
            codes.UNKNOWN_KEY,
            f"unknown key `{name}`",
            entry[0].span,
            f"{_article(self.what)} {self.what} has no such key",
            advice(name, near),
        )
        return set(near)


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiouA" else "a"


def objects_of(report: Report, items: tuple[Node, ...], what: str) -> tuple[Fields, ...]:
    """Return the items that are mappings, each to be read key by key; complain of the others."""
    found: list[Fields] = []
    for item in items:
        if isinstance(item, MapNode):
            found.append(Fields(item, what, report))
        else:
            is_name = isinstance(item, Scalar) and isinstance(item.value, str)
            hint = "if this is its name, write `{name: NAME}`" if is_name else ""
            subject = f"{_article(what)} {what}"
            report_wrong_type(report, subject, item, "a mapping", hint=hint)
    return tuple(found)
