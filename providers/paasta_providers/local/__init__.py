"""The IaaS that is always there: machines on this host.

As root a machine is a set of namespaces with its own address; without root it is a session of
processes in its own folder, on its own 127/8 address. See README.md.
"""

from paasta_providers.local.provider import LocalProvider, LocalProviderFactory

provider = LocalProviderFactory()

__all__ = ["LocalProvider", "LocalProviderFactory", "provider"]
