"""What a YAML document is made of once it is read: texts, lists and tables with their lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.model.errors import PaastaError


class YamlError(PaastaError):
    """A text is not the YAML that we read; the message ends with line and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlScalar:
    """A text. ``is_plain``: it stood without quotes, so ``null`` or ``true`` may be meant."""

    text: str
    is_plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether nothing, ``~`` or ``null`` was written."""
        return self.is_plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlSequence:
    """A list."""

    items: "tuple[YamlNode, ...]"
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlMapping:
    """A table in the order of the file."""

    entries: "Mapping[str, YamlNode]"
    line: int


YamlNode = YamlScalar | YamlSequence | YamlMapping
