"""CPI configs in the director's test world: every CPI is a simulated cloud of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.execution.cpis import Cpis, CpiSet
from paasta_deploy.model.cpi_config import CpiConfig
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.ports.cpis import CpiRegistry
from paasta_deploy.testing.simulated_agents import SimulatedAgents
from paasta_deploy.testing.tapped_provider import tap


class ToyCpis(CpiRegistry):
    """Makes clouds; a renamed CPI keeps its cloud. ``calls`` says which cloud was asked what."""

    def __init__(self, own: SimulatedProvider, agents: SimulatedAgents, folder: Path) -> None:
        self.cpis = Cpis({DEFAULT_CPI: own})
        self.calls: list[str] = []
        self.used: list[CpiConfig] = []
        self.clouds: dict[CpiName, SimulatedProvider] = {DEFAULT_CPI: own}
        self._agents = agents
        self._folder = folder
        tap(own, before=self._noted(DEFAULT_CPI))

    @override
    def check(self, config: CpiConfig) -> Sequence[Diagnostic]:
        return ()

    @override
    async def use(self, config: CpiConfig) -> None:
        self.used.append(config)
        for cpi in config.cpis.values():
            former = [name for name in cpi.migrated_from if name in self.clouds]
            known = self.clouds.get(former[0]) if former else None
            if cpi.name not in self.clouds:
                self.clouds[cpi.name] = known or self._made(cpi.name)
        self.cpis.switch(
            CpiSet(
                providers={
                    DEFAULT_CPI: self.clouds[DEFAULT_CPI],
                    **{name: self.clouds[name] for name in config.cpis},
                },
                successors=config.successors(),
            )
        )

    def asked(self, cpi: str, method: str) -> int:
        """Return how often a cloud was asked something."""
        return self.calls.count(f"{cpi}:{method}")

    def _made(self, name: CpiName) -> SimulatedProvider:
        context = ProviderContext(
            name=name, properties={"persist": False}, state_folder=self._folder, director_uuid="d"
        )
        provider = SimulatedProvider(context, listener=self._agents)
        tap(provider, before=self._noted(name))
        return provider

    def _noted(self, name: CpiName) -> Callable[[str, tuple[object, ...]], None]:
        def note(method: str, _arguments: tuple[object, ...]) -> None:
            self.calls.append(f"{name}:{method}")

        return note
