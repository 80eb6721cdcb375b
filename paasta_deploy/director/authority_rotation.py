"""Exchanging the director's own CA below running agents, with no moment in which one is lost.

The same three phases as for a CA of a deployment: first everybody trusts the new one beside the
old, then the new one signs, then the old one is dropped. A phase ends when every agent has taken
its settings, which go over the connection that it has; it uses them with its next one. An agent
that does not answer holds the exchange in a phase that all can live with for any time. What has
been reached stands in the files of the CA, so a killed exchange goes on where it was.
"""

import asyncio
from collections.abc import Callable

from paasta_deploy.director.agent_certificates import AgentCertificates
from paasta_deploy.director.requests import RotateAuthorityRequest, TaskRequest
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.errors import AgentUnreachableError, LockedError
from paasta_deploy.model.lifecycle import (
    ROTATION_TRANSITIONS,
    RotationEvent,
    RotationPhase,
    VmState,
    advance,
)
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.own_certificates import OwnAuthority
from paasta_deploy.ports.store import Store

ROTATE_AUTHORITY_KIND = "rotate_director_ca"
STAGE = "Rotating the director's CA"
_PHASES = (RotationPhase.TRUSTING, RotationPhase.SIGNING, RotationPhase.DROPPING)


class AuthorityRotation:
    """Carries the exchange out as a task. ``show`` makes servers use what the phase brought."""

    def __init__(
        self,
        *,
        own: OwnAuthority,
        show: Callable[[], None],
        agents: AgentCertificates,
        store: Store,
        clock: Clock,
    ) -> None:
        self._own = own
        self._show = show
        self._agents = agents
        self._store = store
        self._clock = clock
        self._running = asyncio.Lock()

    async def rotate(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``rotate_director_ca``. Raises PaastaError; what was reached stays and is safe."""
        assert isinstance(request, RotateAuthorityRequest)
        if self._running.locked():
            raise LockedError(
                "The director's CA is being rotated by another task.",
                hint="`paasta-deploy tasks` shows it",
            )
        async with self._running:
            return await self._rotate(context)

    async def _rotate(self, context: TaskContext) -> str:
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        phase = await asyncio.to_thread(self._own.phase) or RotationPhase.TRUSTING
        told = 0
        while True:
            with stages.task(STAGE, phase.value, index=1 + _PHASES.index(phase), total=3):
                await asyncio.to_thread(self._own.enter, phase)
                self._show()
                told = await self._follow(phase)
            if (phase, RotationEvent.ROLLED_OUT) not in ROTATION_TRANSITIONS:
                break
            phase = advance(ROTATION_TRANSITIONS, phase, RotationEvent.ROLLED_OUT)
        await asyncio.to_thread(self._own.finish)
        return f"{told} agent(s) trust the new CA alone"

    async def _follow(self, phase: RotationPhase) -> int:
        """Give every agent the settings of this phase; return how many there are."""
        coming = [vm for vm in self._store.vms() if vm.state is VmState.CREATING]
        if coming:
            raise LockedError(
                f"{len(coming)} VMs are being created, with what the director showed before.",
                hint="Nothing is distrusted meanwhile. Wait for the deploys that are running, then"
                " give the same command again: it goes on where it stopped.",
            )
        silent, told = await self._agents.renew()
        if silent:
            named = ", ".join(silent[:5]) + (" and others" if len(silent) > 5 else "")
            raise AgentUnreachableError(
                f"{len(silent)} agents have not followed to the phase `{phase.value}`: {named}.",
                hint="Nothing is distrusted meanwhile. Repair them (`recreate --fix`), then give"
                " the same command again: it goes on where it stopped.",
            )
        return told
