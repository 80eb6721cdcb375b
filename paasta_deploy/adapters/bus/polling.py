"""When to ask an agent about something that takes long. Pure; times are of the loop's clock.

An agent that tells by itself is asked seldom; and at once after a connection was renewed, because
what it told meanwhile is lost; and when it went and did not come back within the grace: then the
question finds out whether it is gone. A real bosh-agent is asked all the time.
"""

from dataclasses import dataclass, field

from paasta_deploy.adapters.bus.links import AgentLink

# How often a bosh-agent is asked: BOSH asks once a second; short tasks end in milliseconds.
POLL_S_MIN, POLL_S_MAX = 0.05, 1.0
# How often an agent is asked that tells by itself, in case something was lost unnoticed.
SAFETY_POLL_S = 30.0


@dataclass(slots=True)
class Polling:
    """The next time to ask one agent. ``pushes``: it tells by itself."""

    link: AgentLink
    pushes: bool
    grace_s: float
    next_s: float
    _pause_s: float = POLL_S_MIN
    _generation: int = field(init=False)
    _loss_s: float | None = None

    def __post_init__(self) -> None:
        self._generation = self.link.generation

    def is_due(self, now_s: float) -> bool:
        """Return whether to ask now; :attr:`next_s` is when to look again otherwise."""
        link = self.link
        if link.generation != self._generation:
            self._generation = link.generation
            self.next_s = now_s
        elif not link.is_connected and link.lost_at_s != self._loss_s:
            self._loss_s = link.lost_at_s
            self.next_s = min(self.next_s, link.lost_at_s + self.grace_s)
        return now_s >= self.next_s

    def asked(self, now_s: float) -> None:
        """Note that it was asked and that it takes on."""
        self.next_s = now_s + (SAFETY_POLL_S if self.pushes else self._pause_s)
        self._pause_s = min(2 * self._pause_s, POLL_S_MAX)
