"""The full listing of instances or VMs: records, and live answers of agents.

Agents are asked all at once with one short deadline, a shorter one where no connection is open, so
a dead machine makes a listing neither slow nor fail: it is shown as ``unresponsive agent``.
"""

import asyncio
from collections.abc import Mapping

from paasta_deploy.director.names import are_served, names_of
from paasta_deploy.director.queries import (
    active_vms,
    addresses_of_inactive,
    disks_by_instance,
    instance_order,
    require_deployment,
)
from paasta_deploy.director.requests import ListVmsRequest, TaskRequest
from paasta_deploy.director.resurrection import ResurrectionPolicy
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.errors import AgentError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState, VmState
from paasta_deploy.model.recorded import DiskRecord, InstanceRecord, VmRecord
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.agents import AgentChannel
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import Store

ANSWER_DEADLINE_S = 5.0
"""A living agent answers in milliseconds; people do not wait longer for a table."""

AWAY_DEADLINE_S = 1.0
"""An agent without a connection gets as long as one of ours takes to come back."""

SETTLE_S = 10.0
"""After the director's own start agents need longer: their tries to connect are spread out."""

QUESTIONS_AT_ONCE = 256
"""Bounds memory and the burst on the message bus with ten thousand agents."""


class Listing:
    """Task ``vms``: one JSON line per instance (or VM) into the task's result output."""

    def __init__(self, *, store: Store, agents: AgentChannel, clock: Clock) -> None:
        self._store = store
        self._agents = agents
        self._clock = clock
        self._began_s = clock.monotonic_s()
        self._policy = ResurrectionPolicy(store=store, clock=clock)

    async def run(self, context: TaskContext, request: TaskRequest) -> None:
        """List one deployment. Raises NotFoundError."""
        assert isinstance(request, ListVmsRequest)
        assert context.task.deployment is not None
        recorded = require_deployment(self._store, context.task.deployment)
        vms = active_vms(recorded)
        disks = disks_by_instance(recorded)
        inactive: dict[str, list[VmRecord]] = {}
        for one in () if request.instances else recorded.vms:
            if one.instance_id is not None and not one.active:
                inactive.setdefault(one.instance_id, []).append(one)
        shown = (*vms.values(), *(one for found in inactive.values() for one in found))
        states = await self._ask([vm.agent_id for vm in shown if vm.state is VmState.RUNNING])
        with_names = are_served(self._store)
        lines: list[JsonObject] = []
        for instance in sorted(recorded.instances, key=instance_order):
            is_paused = self._policy.is_paused(instance)
            if request.instances or instance.instance_id in vms:
                line = _line(
                    instance,
                    vms.get(instance.instance_id),
                    disks.get(instance.instance_id, []),
                    states,
                    is_paused=is_paused,
                    dns=names_of(instance) if with_names else [],
                )
                lines.append(line)
            for vm in inactive.get(instance.instance_id, ()):
                line = _line(instance, vm, [], states, is_paused=is_paused, dns=[])
                lines.append({**line, "ips": addresses_of_inactive(vm)})
        context.log.append(context.task_id, TaskOutput.RESULT, lines)

    async def _ask(self, agent_ids: list[AgentId]) -> dict[AgentId, JsonObject | None]:
        gate = asyncio.Semaphore(QUESTIONS_AT_ONCE)

        async def ask(agent_id: AgentId) -> JsonObject | None:
            async with gate:
                try:
                    answer = await self._agents.call(
                        agent_id, "get_state", ("full",), deadline_s=self._deadline_s(agent_id)
                    )
                except AgentError:
                    return None
            return answer if isinstance(answer, Mapping) else None

        answers = await asyncio.gather(*(ask(agent_id) for agent_id in agent_ids))
        return dict(zip(agent_ids, answers, strict=True))

    def _deadline_s(self, agent_id: AgentId) -> float:
        is_settled = self._clock.monotonic_s() - self._began_s > SETTLE_S
        is_away = not self._agents.is_connected(agent_id)
        return AWAY_DEADLINE_S if is_away and is_settled else ANSWER_DEADLINE_S


def _line(
    instance: InstanceRecord,
    vm: VmRecord | None,
    disks: list[DiskRecord],
    states: Mapping[AgentId, JsonObject | None],
    *,
    is_paused: bool,
    dns: list[JsonValue],
) -> JsonObject:
    state = states.get(vm.agent_id) if vm else None
    spec = instance.spec
    disk_cids: list[JsonValue] = [disk.cid for disk in disks if disk.cid is not None]
    ips: list[JsonValue] = [str(address.ip) for address in instance.addresses]
    return {
        "vm_cid": vm.cid if vm else None,
        "active": vm.active if vm else None,
        "vm_created_at": vm.created_at.strftime("%Y-%m-%dT%H:%M:%SZ") if vm else None,
        "cloud_properties": vm.cloud_properties if vm else None,
        "disk_cid": disk_cids[0] if disk_cids else None,
        "disk_cids": disk_cids,
        "ips": ips,
        "dns": dns,
        "agent_id": vm.agent_id if vm else None,
        "job_name": instance.group,
        "index": instance.index,
        "job_state": _job_state(vm, state),
        "state": instance.run_state.value,
        "resource_pool": None,
        "vm_type": None,
        "vitals": state.get("vitals") if state else None,
        "processes": state.get("processes", []) if state else [],
        "resurrection_paused": is_paused,
        "az": instance.az,
        "id": instance.instance_id,
        "bootstrap": instance.bootstrap,
        "ignore": instance.ignored,
        "deployment": instance.deployment,
        "converged": instance.converged,
        "stemcell": {
            "name": vm.stemcell.name,
            "version": vm.stemcell.version,
            "api_version": 3,
        }
        if vm
        else None,
        "lifecycle": spec.lifecycle if spec else "service",
    }


def _job_state(vm: VmRecord | None, state: JsonObject | None) -> str | None:
    if vm is None:
        return None
    if state is None:
        return JobState.UNRESPONSIVE.value
    return str(state.get("job_state", JobState.UNKNOWN.value))
