"""What parsers ask for, as values: the reference of all keys is written from these.

A parser is the only place that knows its keys, so nothing is listed a second time: whoever wants
to know reads a document that has everything and listens.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A parser asked for one key of one kind of mapping (``what``: "instance group").

    ``kind`` says what the value must be; empty: the key has rules of its own. ``inner`` is the
    kind of mapping at the key or in the list there. ``default`` is shown, not used.
    """

    what: str
    key: str
    kind: str = ""
    is_needed: bool = False
    default: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    inner: str = ""


OnAsk = Callable[[Ask], None]
