"""Looking at VMs: who answers, who is silent, who is gone."""

import pytest

from paasta_deploy.cpi.errors import CloudUnavailableError
from paasta_deploy.model.observed import VmPresence
from tests.unit.director.director_world import World


async def presences(world: World) -> dict[str, VmPresence]:
    observed = await world.observation.observe(world.recorded.vms)
    return {
        slug: observed.vms[world.vm(slug).agent_id].presence for slug in ("db/0", "web/0", "web/1")
    }


async def test_a_connected_agent_costs_no_call(world: World) -> None:
    await world.deploy_well()
    world.calls.clear()
    world.questions.clear()
    assert set((await presences(world)).values()) == {VmPresence.ANSWERING}
    assert world.calls + world.questions == []


async def test_a_machine_that_its_cloud_does_not_know_is_missing(world: World) -> None:
    await world.deploy_well()
    world.crash("web/0")
    found = await presences(world)
    assert found["web/0"] is VmPresence.MISSING
    assert found["web/1"] is VmPresence.ANSWERING


async def test_a_machine_whose_cloud_does_not_answer_is_silent_and_not_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy_well()
    world.crash("web/0")

    def refuse(_cid: object) -> bool:
        raise CloudUnavailableError("503", provider="simulated", method="has_vm", cid="")

    monkeypatch.setattr(world.provider, "has_vm", refuse)
    assert (await presences(world))["web/0"] is VmPresence.SILENT


async def test_a_machine_that_lives_and_whose_agent_does_not_answer_is_silent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.deploy_well()
    monkeypatch.setattr(world.agents, "is_connected", lambda _agent: False)
    world.deafen("ping", slug="web/1")
    found = await presences(world)
    assert found["web/1"] is VmPresence.SILENT
    assert found["web/0"] is VmPresence.ANSWERING, "it answered when it was asked"


async def test_a_vm_that_was_never_made_does_not_exist(world: World) -> None:
    await world.deploy_well()
    world.deafen("ping")
    await world.change("recreate", "web/0")
    unknown = [vm for vm in world.recorded.vms if vm.cid is None]
    for vm in unknown:
        assert not await world.observation.vm_exists(vm)
    assert await world.observation.vm_exists(world.vm("web/1"))
