"""The executor journals, acts, tells, and keeps one step's fault from the others."""

from paasta_deploy.execution.scheduler import RunEnd
from paasta_deploy.model.lifecycle import DiskState, RunState, VmState
from tests.unit.execution.world import TASK, World, fresh_deploy, spec


async def test_a_fresh_deploy_ends_with_everything_recorded_as_running() -> None:
    world, specs = World(), [spec(0, disk_size_mib=64), spec(1)]
    await world.prepare(specs)

    outcome = await world.run(fresh_deploy(specs))

    assert outcome.end is RunEnd.SUCCEEDED
    assert (outcome.changes_done, outcome.changes_total) == (4, 4)
    assert world.vm(0).state is VmState.RUNNING
    assert world.disk(0).state is DiskState.ATTACHED
    assert world.disk(0).vm_cid == world.vm(0).cid
    for number in (0, 1):
        instance = world.instance(number)
        assert instance.converged
        assert instance.converged_by == TASK
        assert instance.run_state is RunState.STARTED
        assert instance.spec == specs[number]
