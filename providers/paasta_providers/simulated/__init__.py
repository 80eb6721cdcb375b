"""A cloud in memory, with latencies, failures and quotas from a seed: for tests and dry runs."""

from paasta_providers.simulated.provider import SimulatedProvider, SimulatedProviderFactory

provider = SimulatedProviderFactory()

__all__ = ["SimulatedProvider", "SimulatedProviderFactory", "provider"]
