"""The bus between director and agents: nats-server, who may use it, and talking over it."""

from paasta_deploy.adapters.bus.channel import BusAccess, NatsAgentChannel
from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.keys import BusKeys
from paasta_deploy.adapters.bus.server import NatsServer
from paasta_deploy.adapters.bus.server_config import NatsServerSettings

__all__ = [
    "BusAccess",
    "BusError",
    "BusKeys",
    "NatsAgentChannel",
    "NatsServer",
    "NatsServerSettings",
]
