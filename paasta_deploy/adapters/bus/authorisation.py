"""Who may connect to the bus, and what an agent may say and hear there.

nats-server asks (auth callout) for every connection that is not one of our own users. It has
verified the client's certificate against our CA by then; what is left is to read whose it is, and
to look whether the director knows that agent. Let in, it can hear requests to itself and answer
them, and say its heartbeats, alerts, shutdown and finished tasks: under its own id and no other.
So a machine that was taken over can lie about itself and about nothing else.
"""

import logging
from collections.abc import Callable

from cryptography import x509

from paasta_deploy.adapters.bus.keys import BusKey
from paasta_deploy.adapters.bus.tokens import (
    AuthRequest,
    Permissions,
    allow,
    read_auth_request,
    refuse,
)
from paasta_deploy.adapters.certificates.authority import hosts_of
from paasta_deploy.adapters.certificates.names import agent_named
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.ports.clock import Clock
from paasta_deploy.wire.reading import WireError
from paasta_deploy.wire.subjects import AgentTopic, agent_subject, topic_subject

log = logging.getLogger(__name__)

AGENTS_ACCOUNT = "AGENTS"
"""The account in which director and agents meet."""


def permissions_of(agent_id: AgentId) -> Permissions:
    """Return all that an agent may do on the bus."""
    said = (AgentTopic.HEARTBEAT, AgentTopic.ALERT, AgentTopic.SHUTDOWN)
    return Permissions(
        publish=(
            f"director.*.{agent_id}.>",
            *(topic_subject(topic, agent_id) for topic in said),
            f"{topic_subject(AgentTopic.TASK, agent_id)}.*",
        ),
        subscribe=(agent_subject(agent_id), f"_INBOX.{agent_id}.>"),
    )


class AgentAuthoriser:
    """Answers the server's questions. ``is_known`` says whether an agent's VM is recorded."""

    def __init__(
        self, issuer: BusKey, *, is_known: Callable[[AgentId], bool], clock: Clock
    ) -> None:
        self._issuer = issuer
        self._is_known = is_known
        self._clock = clock

    def answer(self, token: bytes) -> bytes | None:
        """Return the signed answer to one question; None to nonsense, which then times out."""
        try:
            request = read_auth_request(token)
        except WireError as error:
            log.error("nats-server asked nonsense", extra={"reason": str(error)})  # noqa: TRY400 - the reason is whole
            return None
        issued_at = int(self._clock.now().timestamp())
        agent_id, reason = self._judge(request)
        if agent_id is None:
            log.warning("connection to the bus refused: %s", reason, extra={"host": request.host})
            return refuse(request, reason=reason, issuer=self._issuer, issued_at=issued_at)
        return allow(
            request,
            name=agent_id,
            account=AGENTS_ACCOUNT,
            permissions=permissions_of(agent_id),
            issuer=self._issuer,
            issued_at=issued_at,
        )

    def _judge(self, request: AuthRequest) -> tuple[AgentId | None, str]:
        """Return the agent, or None and why not."""
        if not request.chain:
            return None, "no verified client certificate"
        try:
            names = hosts_of(x509.load_pem_x509_certificate(request.chain[0].encode()))
        except ValueError as error:
            return None, f"unreadable client certificate: {error}"
        agent_id = agent_named(names)
        if agent_id is None:
            return None, f"the certificate names no agent: {', '.join(names) or 'no names'}"
        try:
            known = self._is_known(agent_id)
        except StoreError as error:
            return None, f"agent {agent_id} could not be looked up: {error}"
        return (agent_id, "") if known else (None, f"agent {agent_id} has no VM here")
