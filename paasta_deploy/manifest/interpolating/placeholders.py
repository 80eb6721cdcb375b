"""Finding ``((placeholders))`` in texts. The pattern is the BOSH CLI's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paasta_deploy.manifest.document.node import Node, Scalar, iter_scalars

# Letters of any script, ASCII digits, and "-/._"; one space is allowed inside the parentheses.
_PATTERN = re.compile(r"\(\( ?(!?(?:[-/.0-9_]|[^\W\d_])+) ?\)\)")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder. ``name`` is the variable; ``parts`` lead to a part of its value.

    ``written`` is the name with its parts, without parentheses, spaces and the mark ``!``.
    """

    written: str

    @property
    def name(self) -> str:
        """The variable."""
        return self.written.partition(".")[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys below the variable's value; empty for the whole value."""
        return tuple(self.written.split(".")[1:])


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a text in order."""
    if "((" not in text:
        return ()
    return tuple(
        Placeholder(found.group(1).removeprefix("!")) for found in _PATTERN.finditer(text)
    )


def is_one_placeholder(text: str) -> bool:
    """Whether the text is one placeholder and nothing else."""
    return text.startswith("((") and _PATTERN.fullmatch(text) is not None


def placeholder_scalars(node: Node) -> Iterator[tuple[Scalar, tuple[Placeholder, ...]]]:
    """Yield each text (keys included) that has placeholders, in order, with them."""
    for scalar in iter_scalars(node):
        if isinstance(scalar.value, str) and "((" in scalar.value:
            found = placeholders(scalar.value)
            if found:
                yield scalar, found
