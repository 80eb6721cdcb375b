"""What can go wrong with the message bus itself, apart from any agent."""

from paasta_deploy.model.errors import PaastaError


class BusError(PaastaError):
    """The message bus cannot be started or reached."""
