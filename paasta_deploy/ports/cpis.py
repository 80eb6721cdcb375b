"""What CPI configs ask of whoever knows the installed providers."""

from collections.abc import Sequence
from typing import Protocol

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.cpi_config import CpiConfig


class CpiRegistry(Protocol):
    """The CPIs of a director: those of its own settings, and those of the CPI configs."""

    def check(self, config: CpiConfig) -> Sequence[Diagnostic]:
        """Return what is wrong with the CPIs: unknown types, properties, names in use elsewhere.

        Makes no call to an IaaS. Never shows a property's value.
        """
        ...

    async def use(self, config: CpiConfig) -> None:
        """Have these CPIs from now on, beside those of the settings.

        A CPI that stays as it is keeps its connections. Idempotent. Raises CloudError when one
        cannot be made; then nothing has changed.
        """
        ...
