"""What a plan does to one thing, and why: the words that plans, their reports and people share."""

from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.source import Span


class ChangeKind(Enum):
    """What a change does, for summaries and symbols."""

    COMPILE = "compile"
    CREATE = "create"
    UPDATE = "update in place"
    RECREATE = "recreate"
    RESTART = "restart"
    START = "start"
    STOP = "stop"
    DETACH = "detach"
    RESURRECT = "resurrect"
    DELETE = "delete"
    METADATA = "update metadata"
    BARRIER = "barrier"  # gates only; not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a change is needed: ``aspect`` is BOSH's word (4.5), ``text`` a sentence for people.

    ``before`` and ``after`` are short, redacted texts. ``span`` is the manifest line that caused
    it.
    """

    aspect: str
    text: str
    before: str = ""
    after: str = ""
    span: Span | None = field(default=None, compare=False)
