"""Requests to agents as execution makes them: each method with its deadline and its tries.

An agent that is silent for a moment (its connection is being renewed) loses a request, so methods
that answer at once and may be repeated are asked again. Long methods are asked once: the channel
follows them to their end, and a lost answer is found out by the next plan.

Source: BOSH 6.1 (45 s per request, 2 retries), 4.5, 6.5; where BOSH has no limit, ours is generous
enough that only what is stuck meets it (STYLE 6: every wait has a deadline).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.agents import AgentChannel, Interrupt
from paasta_deploy.ports.permits import Forever, Permit
from paasta_deploy.wire.agent_messages import AgentMethod

AGENT_READY_DEADLINE_S = 600.0
"""BOSH waits 600 s for a new VM's agent."""

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    deadline_s: float
    tries_max: int = 1


_REQUEST = _Limits(deadline_s=45.0, tries_max=3)  # BOSH: 45 s, 2 retries
_LIMITS: Mapping[AgentMethod, _Limits] = {
    AgentMethod.PING: _REQUEST,
    AgentMethod.GET_STATE: _REQUEST,
    AgentMethod.LIST_DISK: _REQUEST,
    AgentMethod.UPDATE_SETTINGS: _REQUEST,
    AgentMethod.SYNC_DNS_WITH_SIGNED_URL: _Limits(deadline_s=10.0),  # BOSH waits no longer
    AgentMethod.ADD_PERSISTENT_DISK: _REQUEST,
    AgentMethod.REMOVE_PERSISTENT_DISK: _REQUEST,
    AgentMethod.START: _Limits(deadline_s=300.0),  # monit reloads; same as stop
    AgentMethod.STOP: _Limits(deadline_s=330.0),  # the agent itself gives up after 300 s
    AgentMethod.PREPARE: _Limits(deadline_s=_HOUR_S),  # downloads
    AgentMethod.APPLY: _Limits(deadline_s=_HOUR_S),  # downloads and unpacks gigabytes
    AgentMethod.MOUNT_DISK: _Limits(deadline_s=_HOUR_S),  # formats, or checks a dirty file system
    AgentMethod.UNMOUNT_DISK: _Limits(deadline_s=600.0),  # writes back what is dirty
    AgentMethod.RUN_SCRIPT: _Limits(deadline_s=12 * _HOUR_S),  # pre-start migrates databases
    AgentMethod.DRAIN: _Limits(deadline_s=12 * _HOUR_S),  # evacuates data and long connections
    AgentMethod.COMPILE_PACKAGE_WITH_SIGNED_URL: _Limits(deadline_s=6 * _HOUR_S),  # compilers
    AgentMethod.MIGRATE_DISK: _Limits(deadline_s=48 * _HOUR_S),  # copies terabytes
}


ENDED_EARLY: frozenset[AgentMethod] = frozenset(
    {
        AgentMethod.APPLY,
        AgentMethod.COMPILE_PACKAGE_WITH_SIGNED_URL,
        AgentMethod.DRAIN,
        AgentMethod.PREPARE,
        AgentMethod.RUN_SCRIPT,
    }
)
"""What a cancelled task does not wait for: it may take hours, and the next task repeats it whole.
Starting and stopping jobs, and whatever is about disks, is left to end."""


class AgentCalls:
    """Requests to any agent of the director, made only while it may act."""

    def __init__(self, channel: AgentChannel, *, permit: Permit | None = None) -> None:
        self.channel = channel
        self._permit = permit or Forever()

    async def call(
        self,
        agent_id: AgentId,
        method: AgentMethod,
        *arguments: JsonValue,
        interrupt: Interrupt | None = None,
    ) -> JsonValue:
        """Return the final value of one request. Raises AgentError, DeposedError."""
        if not self._permit.is_sure:
            await asyncio.to_thread(self._permit.confirm)
        limits = _LIMITS[method]
        arguments_sent: Sequence[JsonValue] = arguments
        for _ in range(limits.tries_max - 1):
            try:
                return await self.channel.call(
                    agent_id, method.value, arguments_sent, deadline_s=limits.deadline_s
                )
            except AgentUnreachableError:
                continue
        return await self.channel.call(
            agent_id,
            method.value,
            arguments_sent,
            deadline_s=limits.deadline_s,
            interrupt=interrupt,
        )
