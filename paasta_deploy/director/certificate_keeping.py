"""Keeps the director's own certificates and those of agents from ending.

Servers' certificates are made anew long before their end, and shown from then on without a
restart. An agent gets a new certificate with each deploy; one that is left alone for long gets it
from here, by the same ``update_settings``, and uses it with its next connection. So a director
that runs for years, and machines that nobody deploys to, never meet an ended certificate.

Agents that do not answer are tried again with the next look, and told meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from paasta_deploy.director.agent_certificates import AgentCertificates
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.expiry import days_left, ends_soon, expiry_text
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.own_certificates import OwnCertificate, OwnCertificates
from paasta_deploy.ports.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY_S = 24 * 3600.0
"""Certificates end by days, and a look that fails has sixty more before anything ends."""

RENEWED_PART = 3
"""Agents get new certificates after a third of their life: two more tries before the end."""

AGENTS_RENEWED_AT = "agents_certified_at"
"""The setting that says when all agents were last known to have fresh certificates."""


class CertificateKeeper:
    """Looks once a day. ``show`` makes servers and connections use what is new in the files."""

    def __init__(
        self,
        *,
        own: OwnCertificates,
        show: Callable[[], None],
        store: Store,
        agents: AgentCertificates,
        clock: Clock,
        agents_valid: timedelta,
    ) -> None:
        self._own = own
        self._show = show
        self._store = store
        self._agents = agents
        self._clock = clock
        self._renew_agents_after = agents_valid / RENEWED_PART
        self._silent: tuple[AgentId, ...] = ()
        self._running: asyncio.Task[None] | None = None

    def expiries(self) -> list[JsonObject]:
        """Return ``GET /director/certificate_expiry``: the next to end comes first."""
        now = self._clock.now()
        return [
            {
                "certificate_path": one.path,
                "expiry": _timestamp(one.facts.not_after),
                "days_left": days_left(one.facts, now),
            }
            for one in self._listed()
        ]

    def full(self) -> list[JsonObject]:
        """Return everything that there is to tell, in the same order."""
        now = self._clock.now()
        return [
            {
                **told,
                "use": one.use,
                "subject": one.facts.subject,
                "renewal": one.renewal,
                "ends_soon": ends_soon(one.facts, now),
            }
            for told, one in zip(self.expiries(), self._listed(), strict=True)
        ]

    def remarks(self) -> list[str]:
        """Return a sentence for each certificate that ends soon, and for agents without one."""
        now = self._clock.now()
        told = [
            f"{expiry_text(one.path, one.facts, now)}; it is renewed {one.renewal}"
            for one in self._listed()
            if ends_soon(one.facts, now)
        ]
        if self._silent:
            told.append(
                f"{len(self._silent)} agents have not taken a new certificate yet, among them"
                f" {self._silent[0]}; they are told again each day"
            )
        return told

    def start(self) -> None:
        """Begin to look, now and then once a day."""
        self._running = asyncio.create_task(self._run(), name="certificate keeper")

    async def close(self) -> None:
        """Look no more."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def look(self) -> None:
        """Renew what needs it. Raises PaastaError; what was renewed until then stays."""
        renewed = await asyncio.to_thread(self._own.renew)
        if renewed:
            log.info("own certificates renewed", extra={"names": list(renewed)})
            self._show()
        now = self._clock.now()
        if self._agents_are_due(now):
            self._silent, _ = await self._agents.renew()
            if not self._silent:
                await asyncio.to_thread(
                    self._store.put_setting, AGENTS_RENEWED_AT, now.isoformat()
                )

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except PaastaError as error:
                log.error(  # noqa: TRY400 - what is wrong is in the message, for an operator
                    "certificates are not renewed", extra={"error": str(error)}
                )
            await self._clock.wait(LOOK_EVERY_S)

    def _agents_are_due(self, now: datetime) -> bool:
        text = self._store.setting(AGENTS_RENEWED_AT)
        return text is None or now - datetime.fromisoformat(text) >= self._renew_agents_after

    def _listed(self) -> Sequence[OwnCertificate]:
        return sorted(self._own.listed(), key=lambda one: (one.facts.not_after, one.path))


def _timestamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
