"""What a simulated deployment has come to: what can be compared between two runs, and what is odd.

For when nothing is under way; :mod:`invariants` has what must hold at every moment.
"""

from collections.abc import Mapping

from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import DiskState, JobState, RunState, VmState
from paasta_deploy.model.recorded import DiskRecord, InstanceRecord, RecordedDeployment, VmRecord
from paasta_deploy.testing.simulated_agent import SimulatedAgent
from paasta_deploy.testing.simulator.world import World


def outcome(world: World, deployment: DeploymentName) -> Mapping[str, object]:
    """Return what must be the same however often a director died on the way."""
    recorded = world.store.recorded_deployment(deployment)
    tasks = world.store.tasks(deployment=deployment, limit=1)
    return {
        "the newest task": tasks[0].state.value if tasks else None,
        "instances": [_told(world, item) for item in _instances(recorded)],
        "VMs": len(recorded.vms) if recorded else 0,
        "disks": sorted(
            f"{disk.name} {disk.size_mib} MiB {disk.state.value}" for disk in _disks(recorded)
        ),
    }


def is_whole(world: World, deployment: DeploymentName) -> bool:
    """Return whether every instance that is to run does."""
    recorded = world.store.recorded_deployment(deployment)
    wanted = [item for item in _instances(recorded) if item.run_state is RunState.STARTED]
    return all(item.converged and _jobs(world, item) is JobState.RUNNING for item in wanted)


def unlike(world: World, deployment: DeploymentName) -> list[str]:
    """Return where the records of instances and their agents differ."""
    recorded = world.store.recorded_deployment(deployment)
    found = [
        f"VM {vm.cid} is {vm.state.value}"
        for vm in (recorded.vms if recorded else ())
        if vm.state is not VmState.RUNNING
    ]
    for item in _instances(recorded):
        vm, agent = _vm(world, item), _agent(world, item)
        if agent is None or item.ignored or item.spec is None:
            continue
        name = f"{item.group}/{item.index}"
        if agent.spec.get("configuration_hash") != item.spec.templates.configuration_hash:
            found.append(f"{name} runs another configuration than its record says")
        attached = [
            disk
            for disk in _disks(recorded)
            if disk.state is DiskState.ATTACHED and vm is not None and disk.vm_cid == vm.cid
        ]
        mine = sorted(str(disk.cid) for disk in attached if disk.is_managed)
        if mine != sorted(agent.mounted):
            found.append(f"{name} has mounted {agent.mounted}, its record says {mine}")
        named = {disk.name: str(disk.cid) for disk in attached if disk.name}
        if named != agent.named:
            found.append(f"{name} has named disks {agent.named}, its record says {named}")
    return found


def _instances(recorded: RecordedDeployment | None) -> tuple[InstanceRecord, ...]:
    return recorded.instances if recorded else ()


def _disks(recorded: RecordedDeployment | None) -> tuple[DiskRecord, ...]:
    return recorded.disks if recorded else ()


def _vm(world: World, item: InstanceRecord) -> VmRecord | None:
    return world.vm_of(item.instance_id)


def _agent(world: World, item: InstanceRecord) -> SimulatedAgent | None:
    vm = _vm(world, item)
    return world.agents.agent(vm.agent_id) if vm is not None else None


def _jobs(world: World, item: InstanceRecord) -> JobState | None:
    agent = _agent(world, item)
    return agent.job_state if agent is not None else None


def _told(world: World, item: InstanceRecord) -> tuple[object, ...]:
    jobs = _jobs(world, item)
    return (
        item.group,
        item.index,
        item.run_state.value,
        "converged" if item.converged else "not converged",
        "ignored" if item.ignored else "",
        sorted(str(address.ip) for address in item.addresses),
        f"jobs {jobs.value}" if jobs else "no VM",
    )
