"""What an action is, and how its arguments are read. The actions themselves are beside this."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import AgentMethod

Arguments = Sequence[JsonValue]
Run = Callable[[Arguments], Awaitable[JsonValue]]


class BadArgumentsError(PaastaError):
    """A request does not have the arguments that its method takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One method of the agent.

    ``is_long``: answered with a task (bosh.md 6.2). ``is_exclusive``: changes the machine, so one
    at a time. ``is_repeatable``: after a restart it is simply done again.
    """

    run: Run
    is_long: bool = False
    is_exclusive: bool = False
    is_repeatable: bool = False


Actions = Mapping[AgentMethod, Action]


def argument(arguments: Arguments, place: int, name: str) -> JsonValue:
    """Return one argument. Raises BadArgumentsError."""
    if place >= len(arguments):
        raise BadArgumentsError(f"the argument {name!r} is missing")
    return arguments[place]


def text_argument(arguments: Arguments, place: int, name: str) -> str:
    """Return one argument that is a text. Raises BadArgumentsError."""
    value = argument(arguments, place, name)
    if not isinstance(value, str):
        raise BadArgumentsError(f"the argument {name!r} must be a text")
    return value
