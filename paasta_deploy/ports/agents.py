"""Talking to agents: BOSH's agent protocol with deadlines, and what agents say by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHeartbeat:
    """The last heartbeat of one agent (fields: bosh.md 6.3)."""

    agent_id: AgentId
    job_state: str
    vitals: JsonObject
    at: datetime


class AgentListener(Protocol):
    """Who wants to know what agents say. Calls come on the event loop and must not block."""

    def on_connected(self, agent_id: AgentId) -> None:
        """The agent's connection was opened and authorised."""
        ...

    def on_disconnected(self, agent_id: AgentId) -> None:
        """The agent's connection was closed, for whatever reason."""
        ...

    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        """A heartbeat arrived."""
        ...

    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        """An alert arrived (bosh.md 7.2)."""
        ...

    def on_shutdown(self, agent_id: AgentId) -> None:
        """The agent announced an orderly end."""
        ...


class Interrupt(Protocol):
    """Something that may be wished while a request is under way; an event of asyncio is one."""

    def is_set(self) -> bool:
        """Return whether it is wished."""
        ...

    async def wait(self) -> object:
        """Return once it is."""
        ...


class AgentChannel(Protocol):
    """Requests to agents. Every call has a deadline; a lost connection is not an answer."""

    async def call(
        self,
        agent_id: AgentId,
        method: str,
        arguments: Sequence[JsonValue] = (),
        *,
        deadline_s: float,
        interrupt: Interrupt | None = None,
    ) -> JsonValue:
        """Send one request and return its final value.

        An answer ``{agent_task_id, state: running}`` is followed to its end (pushed or polled).
        Once ``interrupt`` is set the agent is asked to end such a task early; an agent that cannot
        goes on to its end.
        Raises AgentUnreachableError (retryable) when nothing came before the deadline,
        AgentActionError when the agent answered with an exception.
        """
        ...

    async def wait_until_ready(self, agent_id: AgentId, *, deadline_s: float) -> None:
        """Return as soon as the agent answers ``ping``; at once when it just connected.

        Raises AgentUnreachableError.
        """
        ...

    async def wait_for_job_state(
        self, agent_id: AgentId, wanted: frozenset[str], *, deadline_s: float
    ) -> str:
        """Return the job state once it is one of ``wanted``, or the last one at the deadline.

        Our agents push changes, a real bosh-agent is polled. Raises AgentUnreachableError.
        """
        ...

    def last_heartbeat(self, agent_id: AgentId) -> AgentHeartbeat | None:
        """Return what the agent said last, if anything since the director started."""
        ...

    def is_connected(self, agent_id: AgentId) -> bool:
        """Return whether the agent's connection is open now."""
        ...

    def listen(self, listener: AgentListener) -> None:
        """Tell ``listener`` everything from now on."""
        ...

    def forget(self, agent_id: AgentId) -> None:
        """Drop what is kept of an agent whose VM is gone."""
        ...


class AgentSettingsSource(Protocol):
    """Makes the settings and credentials with which a new VM's agent comes up."""

    def settings_for(self, agent_id: AgentId, env: JsonObject) -> Secret:
        """Return the settings JSON of a new VM, with a fresh short-lived bootstrap certificate.

        Keys: agent_id, mbus, blobstore, ntp, env (with ``env.bosh.mbus.cert``); see bosh.md 5.4.
        """
        ...

    def update_settings_for(self, agent_id: AgentId) -> Mapping[str, JsonValue]:
        """Return the argument of the agent's ``update_settings``: long-lived certificate etc."""
        ...
