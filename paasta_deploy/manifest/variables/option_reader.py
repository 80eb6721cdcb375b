"""Reading single options of a definition, as the BOSH CLI takes them.

Null is the same as absent, a number or boolean can stand for a text, a fraction is cut off. What
holds a ``((placeholder))`` is not judged: it is read again when it has its value. No message
repeats a value, which may have come from a variable.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from math import isfinite
from typing import TypeVar

from paasta_deploy.diagnostics import Diagnostic, Span, codes, did_you_mean, error, warning
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.values import JsonValue

_Choice = TypeVar("_Choice", bound=Enum)


class OptionReader:
    """Reads one definition's options and keeps what is wrong with them."""

    def __init__(self, definition: VariableDefinition) -> None:
        self._definition = definition
        self.diagnostics: list[Diagnostic] = []
        self._wrong: set[str] = set()

    def is_wrong(self, *names: str) -> bool:
        """Whether an error was told of one of them."""
        return not self._wrong.isdisjoint(names)

    def has(self, name: str) -> bool:
        """Whether the option is given."""
        return self._definition.options.get(name) is not None

    def is_open(self, *names: str) -> bool:
        """Whether one of them waits for the value of a variable."""
        return any(_is_open(self._definition.options.get(name)) for name in names)

    def text(self, name: str) -> str:
        """Return a text; empty when it is absent."""
        value = self._definition.options.get(name)
        if isinstance(value, Mapping) or (
            isinstance(value, Sequence) and not isinstance(value, str)
        ):
            self._wrong_kind(name, value, "a text")
            return ""
        return _as_text(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty when it is absent or waits for a variable."""
        value = self._definition.options.get(name)
        if value is None or _is_open(value):
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self._wrong_kind(name, value, "a list of texts")
            return ()
        for place, item in enumerate(value):
            if isinstance(item, Mapping | Sequence) and not isinstance(item, str):
                self._wrong_kind(name, item, "a text", place=place)
        # One that is wrong is empty, so that the others keep their places.
        return tuple(
            "" if isinstance(item, Mapping | list | tuple) else _as_text(item) for item in value
        )

    def flag(self, name: str) -> bool:
        """Return a boolean; False when it is absent or waits for a variable."""
        value = self._definition.options.get(name)
        if value is None or _is_open(value):
            return False
        if not isinstance(value, bool):
            self._wrong_kind(name, value, "true or false")
            return False
        return value

    def number(self, name: str, *, lowest: int | None = None, highest: int | None = None) -> int:
        """Return a whole number; 0 when it is absent or waits for a variable."""
        value = self._definition.options.get(name)
        if value is None or _is_open(value):
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self._wrong_kind(name, value, "a whole number")
            return 0
        if lowest is not None and value < lowest:
            self.wrong(name, "is negative", f"at least {lowest}")
            return 0
        if highest is not None and value > highest:
            self.wrong(name, "is too large", f"at most {highest:,}")
            return 0
        return int(value)

    def choices(self, name: str, kind: type[_Choice]) -> tuple[_Choice, ...]:
        """Return members of a closed set, each once, without those that wait for a variable."""
        known = {str(item.value): item for item in kind}
        found: list[_Choice] = []
        for place, text in enumerate(self.texts(name)):
            if (not text and self.is_wrong(name)) or placeholders(text):
                continue
            if text not in known:
                self.wrong(
                    name, "has a value that is not known", did_you_mean(text, known), place=place
                )
            elif known[text] not in found:
                found.append(known[text])
        return tuple(found)

    def unknown(self, name: str, known: Sequence[str], *, is_ignored: bool) -> None:
        """Add a word about an option that its type does not have."""
        say = warning if is_ignored else error
        self.diagnostics.append(
            say(
                codes.UNKNOWN_VARIABLE_OPTION,
                f"a variable of type `{self._definition.variable_type}` has no option `{name}`",
                span=self._definition.source.key_span("options", name),
                detail="nobody looks at it" if is_ignored else "",
                hint=did_you_mean(name, known),
            )
        )

    def wrong(self, name: str, what: str, instead: str, *, place: int | None = None) -> None:
        """Add an error about an option, or about one item of its list."""
        self._wrong.add(name)
        self.diagnostics.append(
            error(
                codes.BAD_VARIABLE_OPTION,
                f"`{name}` of the variable `{self._definition.name}` {what}",
                span=self._span(name, place),
                hint=instead,
            )
        )

    def warn(self, name: str, what: str, instead: str) -> None:
        """Add a warning about an option; ``instead`` is what happens."""
        self.diagnostics.append(
            warning(
                codes.BAD_VARIABLE_OPTION,
                f"`{name}` of the variable `{self._definition.name}` {what}",
                span=self._span(name, None),
                detail=instead,
            )
        )

    def _wrong_kind(
        self, name: str, value: JsonValue, wanted: str, *, place: int | None = None
    ) -> None:
        self._wrong.add(name)
        self.diagnostics.append(
            error(
                codes.BAD_VARIABLE_OPTION,
                f"`{name}` of the variable `{self._definition.name}` must be {wanted}",
                span=self._span(name, place),
                detail=f"this is {_kind_of(value)}",
            )
        )

    def _span(self, name: str, place: int | None) -> Span | None:
        source = self._definition.source
        if place is None:
            return source.span("options", name)
        return source.span("options", name, place)


def _is_open(value: JsonValue) -> bool:
    return isinstance(value, str) and bool(placeholders(value))


def _as_text(value: JsonValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _kind_of(value: JsonValue) -> str:
    match value:
        case bool():
            return "a boolean"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case Mapping():
            return "a mapping"
        case _:
            return "a list"
