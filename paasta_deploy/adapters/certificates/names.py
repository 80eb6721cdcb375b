"""The names in certificates, by which the parties know each other; BOSH's, except one length.

An agent's name stands as DNS name in its certificate. BOSH puts it into the common name as well;
the name of a bootstrap certificate is longer than the 64 characters that X.520 allows there, and
some TLS libraries insist, so the common name is the shorter one in both kinds.
Source: bosh.md 6.1.
"""

import re
from collections.abc import Iterable

from paasta_deploy.model.ids import AgentId
from paasta_deploy.wire.subjects import DEFAULT_SERVER_NAME

NATS_SERVER_NAME = DEFAULT_SERVER_NAME
DIRECTOR_NAME = "default.director.bosh-internal"
_AGENT_SUFFIX = ".agent.bosh-internal"
_BOOTSTRAP_SUFFIX = ".bootstrap.agent.bosh-internal"
# What is one label of a DNS name, one token of a NATS subject, and short enough for both names.
_AGENT_ID = re.compile(r"[A-Za-z0-9_-]{1,44}")


def agent_name(agent_id: AgentId) -> str:
    """Return the name of an agent; also the common name of both kinds of its certificates."""
    assert _AGENT_ID.fullmatch(agent_id), f"{agent_id!r} is no agent id"
    return f"{agent_id}{_AGENT_SUFFIX}"


def bootstrap_name(agent_id: AgentId) -> str:
    """Return the name of an agent that came up and has no certificate of its own yet."""
    assert _AGENT_ID.fullmatch(agent_id), f"{agent_id!r} is no agent id"
    return f"{agent_id}{_BOOTSTRAP_SUFFIX}"


def agent_named(names: Iterable[str]) -> AgentId | None:
    """Return the agent to which a certificate with these DNS names belongs, or None."""
    for name in names:
        for suffix in (_BOOTSTRAP_SUFFIX, _AGENT_SUFFIX):
            agent_id = name.removesuffix(suffix)
            if agent_id != name and _AGENT_ID.fullmatch(agent_id):
                return AgentId(agent_id)
    return None
