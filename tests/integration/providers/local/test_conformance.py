"""The local provider keeps the provider contract, with namespaces and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from paasta_providers.local import LocalProvider, processes
from paasta_providers.local.leftovers import find_leftovers
from paasta_providers.local.process_table import read_table
from typing_extensions import override

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.model.ids import VmCid
from paasta_deploy.testing.provider_conformance import ProviderConformance, Surroundings
from tests.integration.providers.local.conftest import needs_root
from tests.integration.providers.local.machines import network, open_provider, pack_agent


class LocalConformance(ProviderConformance):
    isolation = ""
    image: Path

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def leaves_nothing(
        cls, state_folder: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[None]:
        cls.image = pack_agent(tmp_path_factory.mktemp("image") / "agent.pyz")
        yield
        assert open_provider(state_folder, cls.isolation).release_host()
        assert find_leftovers(state_folder) == ()

    @classmethod
    @override
    def make_provider(cls, state_folder: Path) -> Provider:
        return open_provider(state_folder, cls.isolation)

    @classmethod
    @override
    def surroundings(cls) -> Surroundings:
        return Surroundings(
            networks=lambda number: network(number, cls.isolation),
            stemcell_image=cls.image,
            is_alive=_is_alive,
        )


@needs_root
@pytest.mark.root
class TestWithNamespaces(LocalConformance):
    isolation = "namespaces"


class TestWithProcesses(LocalConformance):
    isolation = "processes"


def _is_alive(provider: Provider, cid: VmCid) -> bool:
    """Look for the machine's title and mark in the host's process table."""
    assert isinstance(provider, LocalProvider)
    table = read_table()
    return cid in table.machines.values() or any(
        f"{processes.TITLE} {cid} " in processes.command_line(pid) for pid in table.starts
    )
