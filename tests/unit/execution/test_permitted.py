"""Calls to providers and agents are made only while the director may act."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.execution.clouds import CloudCall, Clouds
from paasta_deploy.execution.permitted import permitted
from paasta_deploy.model.errors import DeposedError
from paasta_deploy.model.ids import DEFAULT_CPI, AgentId
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.simulated_agents import SimulatedAgents
from paasta_deploy.wire.agent_messages import AgentMethod


class Doubt:
    """A permit that is not sure, and is asked."""

    def __init__(self, *, stands: bool) -> None:
        self.is_sure = False
        self.asked = 0
        self._stands = stands

    def confirm(self) -> None:
        """Say whether it stands."""
        self.asked += 1
        if not self._stands:
            raise DeposedError("Another director reigns.")


@pytest.fixture
def make_clouds(tmp_path: Path) -> Callable[[Doubt], Clouds]:
    """Return how to make a cloud whose calls ask a permit."""
    context = ProviderContext(
        name="sim", properties={"persist": False}, state_folder=tmp_path, director_uuid="d"
    )
    provider = SimulatedProvider(context, listener=None)
    return lambda doubt: Clouds(
        {DEFAULT_CPI: provider},
        clock=FakeClock(),
        ids=FakeIds(1),
        make_workers=permitted(doubt),
    )


CALL = CloudCall(method="act", subject="x")


async def test_a_call_is_made_when_the_permit_stands(
    make_clouds: Callable[[Doubt], Clouds],
) -> None:
    doubt = Doubt(stands=True)
    clouds = make_clouds(doubt)
    answer = await clouds.calls(DEFAULT_CPI).run(CALL, lambda: "done")
    clouds.close()

    assert (answer, doubt.asked) == ("done", 1)


async def test_a_director_that_was_replaced_makes_no_call(
    make_clouds: Callable[[Doubt], Clouds],
) -> None:
    made: list[str] = []
    clouds = make_clouds(Doubt(stands=False))
    with pytest.raises(DeposedError):
        await clouds.calls(DEFAULT_CPI).run(CALL, lambda: made.append("a call"))
    clouds.close()

    assert made == []


async def test_a_director_that_was_replaced_asks_no_agent(tmp_path: Path) -> None:
    blobs = MemoryBlobs(FakeIds(1), tmp_path)
    agents = SimulatedAgents(clock=FakeClock(), upload=blobs.upload)
    calls = AgentCalls(agents, permit=Doubt(stands=False))
    with pytest.raises(DeposedError):
        await asyncio.wait_for(calls.call(AgentId("a"), AgentMethod.STOP), 60)
