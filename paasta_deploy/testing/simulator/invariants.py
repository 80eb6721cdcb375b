"""What must hold at every moment of every run, whatever goes wrong (ARCHITECTURE.md, laws).

The watch is told of each machine and each disk call as it happens, so what is wrong for an instant
is found, not only what is wrong at the end. A breach is kept as a sentence; nothing is raised in
the middle of production code.
"""

from collections.abc import Callable, Iterable, Mapping

from paasta_deploy.cpi.requests import ListedDisk, ListedVm
from paasta_deploy.model.deployment import VmStrategy
from paasta_deploy.model.ids import AgentId, DiskCid, InstanceId
from paasta_deploy.model.lifecycle import DiskState, JobState, VmState
from paasta_deploy.model.recorded import (
    DiskRecord,
    InstanceRecord,
    Put,
    RecordChange,
    RecordedDeployment,
    Remove,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.vm_effects import addresses_of
from paasta_deploy.testing.simulated_agents import SimulatedAgents
from paasta_deploy.wire.agent_messages import AgentMethod

BUGS = ("bug of its own", "Action Failed:")
"""Stand in the result of a task that ended in a bug of ours. A simulated agent lets no action fail
by itself: it refuses what comes in the wrong order."""

_AT_REST = frozenset({JobState.STOPPED, JobState.UNKNOWN})
"""Jobs do not run; on a VM that stands by they never did."""

LookUp = Callable[[AgentId], VmRecord | None]


class Watch:
    """Stands between the cloud and its agents and counts live machines by identity.

    It is the ``MachineListener`` of the cloud and passes everything on to the agents.
    """

    def __init__(
        self, agents: SimulatedAgents, look_up: LookUp, tell: Callable[[str], None]
    ) -> None:
        """``tell`` is told of each breach in the moment in which it happens."""
        self._tell = tell
        self._agents = agents
        self._look_up = look_up
        self._live: dict[InstanceId, set[AgentId]] = {}
        self._owners: dict[AgentId, InstanceId] = {}
        self._identities: dict[InstanceId, tuple[int, frozenset[IpAddress]]] = {}
        self.breaches: list[str] = []
        self.machines_made = 0

    def machine_started(self, agent_id: AgentId) -> None:
        """A machine runs."""
        self.machines_made += 1
        vm = self._look_up(agent_id)
        if vm is None:
            self._break(f"a machine of agent {agent_id}, whom no record knows (law 2)")
        elif vm.instance_id is not None:
            self._check_alone(vm, vm.instance_id)
            self._live.setdefault(vm.instance_id, set()).add(agent_id)
            self._owners[agent_id] = vm.instance_id
        self._agents.machine_started(agent_id)

    def _check_alone(self, vm: VmRecord, instance_id: InstanceId) -> None:
        """A second machine may stand beside the one that serves, if it is recorded as such."""
        others = self._live.get(instance_id, set()) - {vm.agent_id}
        if len(others) > 1:
            self._break(f"instance {instance_id} has three live machines (law 3)")
        for other in others:
            known = self._look_up(other)
            if vm.active and known is not None and known.active:
                self._break(
                    f"instance {instance_id} has two live machines, of agents {other} and "
                    f"{vm.agent_id} (law 3)"
                )

    def agent_asked(self, agent_id: AgentId, method: str) -> None:
        """The director asks an agent for something: jobs run on the one VM that serves."""
        owner = self._owners.get(agent_id)
        if method != AgentMethod.START.value or owner is None:
            return
        vm = self._look_up(agent_id)
        if vm is not None and not vm.active:
            self._break(f"jobs of {owner} are started on a VM that stands by (law 3)")
        for other in self._live.get(owner, set()) - {agent_id}:
            agent = self._agents.agent(other)
            if agent is not None and agent.job_state not in _AT_REST:
                self._break(
                    f"jobs of {owner} are started on agent {agent_id} while they are "
                    f"{agent.job_state.value} on {other} (law 3)"
                )

    def machine_ended(self, agent_id: AgentId) -> None:
        """A machine runs no more."""
        owner = self._owners.pop(agent_id, None)
        if owner is not None:
            self._live[owner].discard(agent_id)
        self._agents.machine_ended(agent_id)

    def recorded(self, changes: Iterable[RecordChange]) -> None:
        """An entry of the journal is durable: an instance keeps its place and its addresses."""
        for change in changes:
            match change:
                case Put(record=InstanceRecord() as one):
                    self._is_itself(one)
                case Remove(record=InstanceRecord() as one):
                    self._identities.pop(one.instance_id, None)
                case _:
                    pass

    def _is_itself(self, instance: InstanceRecord) -> None:
        now = instance.index, frozenset(address.ip for address in instance.addresses)
        before = self._identities.setdefault(instance.instance_id, now)
        if now != before and (_may_be_swapped(instance) or _is_beside(now, before)):
            # A second VM has addresses of its own; none may go while a machine has it.
            self._identities[instance.instance_id] = now
            machines = map(self._look_up, self._live.get(instance.instance_id, ()))
            lost = addresses_of(vm for vm in machines if vm is not None) - now[1]
            if lost:
                self._break(f"instance {instance.instance_id} gives {lost} away in use (law 3)")
        elif now != before:
            self._identities[instance.instance_id] = now
            self._break(
                f"instance {instance.instance_id} is {_identity(*now)}, it was"
                f" {_identity(*before)} (law 3)"
            )

    def disk_deleted(self, cid: str) -> None:
        """A disk is deleted: in a simulation nobody ever asks for that."""
        self._break(f"disk {cid} was deleted although nobody asked for it (law 4)")

    def _break(self, text: str) -> None:
        self.breaches.append(text)
        self._tell(f"BROKEN: {text}")


def _may_be_swapped(instance: InstanceRecord) -> bool:
    strategy = VmStrategy.CREATE_SWAP_DELETE.value
    return instance.spec is not None and instance.spec.update_strategy == strategy


def _is_beside(
    now: tuple[int, frozenset[IpAddress]], before: tuple[int, frozenset[IpAddress]]
) -> bool:
    """Return whether only addresses of a second VM came or went; the first swap is one, too."""
    (index, addresses), (index_before, addresses_before) = now, before
    kept = addresses & addresses_before
    return index == index_before and bool(kept) and kept in {addresses, addresses_before}


def _identity(index: int, addresses: Iterable[IpAddress]) -> str:
    return f"number {index} at {', '.join(sorted(map(str, addresses))) or 'no address'}"


def breaches_at_the_end(
    recorded: RecordedDeployment | None,
    orphans: Iterable[DiskRecord],
    machines: Iterable[ListedVm],
    disks: Iterable[ListedDisk],
    *,
    failed: bool = False,
) -> list[str]:
    """Return what is wrong when nothing is under way: leaks, losses, doubles.

    ``failed``: the last deploy was not finished, so what it still needed may be there; the next
    one takes it away.
    """
    known = recorded.vms if recorded is not None else ()
    attached = recorded.disks if recorded is not None else ()
    return [
        *_machines(known, {machine.cid: machine for machine in machines}, failed=failed),
        *_disks((*attached, *orphans), {disk.cid: disk for disk in disks}),
    ]


def bugs_of_ours(tasks: Iterable[TaskRecord]) -> list[str]:
    """Return what tasks say that ended in what nobody expects."""
    return [
        f"task {task.task_id}: {task.result}"
        for task in tasks
        if any(text in (task.result or "") for text in BUGS)
    ]


def _machines(
    known: Iterable[VmRecord], machines: Mapping[str, ListedVm], *, failed: bool
) -> list[str]:
    found = []
    cids = {vm.cid for vm in known}
    for cid, machine in machines.items():
        if cid not in cids:
            found.append(f"machine {cid} of agent {machine.agent_id} is leaked")
    for vm in known:
        if vm.instance_id is None and failed:
            continue
        if vm.state is VmState.RUNNING and vm.cid not in machines:
            found.append(f"VM {vm.cid} is recorded as running and does not exist")
        if vm.instance_id is None:
            found.append(f"compilation VM {vm.cid} was left behind")
        elif not vm.active and not failed:
            found.append(f"VM {vm.cid}, which serves nobody, was left behind")
    return found


def _disks(known: Iterable[DiskRecord], disks: Mapping[DiskCid, ListedDisk]) -> list[str]:
    found = []
    records = {disk.cid: disk for disk in known if disk.cid is not None}
    for cid, disk in disks.items():
        record = records.get(cid)
        if record is None:
            found.append(f"disk {cid} is leaked")
        elif record.state is DiskState.ATTACHED and disk.attached_to != record.vm_cid:
            found.append(f"disk {cid} is recorded on {record.vm_cid}, it is on {disk.attached_to}")
        elif disk.size_mib != record.size_mib and record.growing_to_mib is None:
            found.append(f"disk {cid} is recorded with {record.size_mib} MiB, it has another size")
    found += [f"disk {cid} is lost" for cid in records if cid not in disks]
    return found
