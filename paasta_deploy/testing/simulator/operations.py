"""What operators do in a simulation, and when. Pure values, beside the faults."""

from dataclasses import dataclass

from paasta_deploy.director.requests import TaskRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A task is asked for; ``label`` says which to people."""

    at_s: float
    label: str
    request: TaskRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The task that runs, or waits, is cancelled."""

    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The task that runs, or waits, is paused, and told to go on after a while."""

    at_s: float
    for_s: float


Operation = Ask | Cancel | Pause
