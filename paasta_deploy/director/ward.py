"""What the health monitor may ask and order: looks VMs up, and heals by a task like any other."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from paasta_deploy.director.observing import Observation
from paasta_deploy.director.queries import active_vms
from paasta_deploy.director.requests import HealRequest
from paasta_deploy.director.resurrection import ResurrectionPolicy
from paasta_deploy.director.tasks import TaskRunner
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId
from paasta_deploy.model.lifecycle import RunState, TaskState, VmState
from paasta_deploy.model.recorded import InstanceRecord, VmRecord
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.healing import Patient, Ward
from paasta_deploy.ports.store import Store

HEALTH_USER = "health-monitor"

SIZES_VALID_S = 10.0
"""How long a counted deployment size is good enough for the meltdown rule."""

AGENTS_VALID_S = 0.5
"""Many who are not whole are looked up in one tick; reading their deployment once is enough, since
the task that heals them reads everything again."""


class DirectorWard(Ward):
    """The director's side of healing."""

    def __init__(
        self,
        *,
        store: Store,
        tasks: TaskRunner,
        observation: Observation,
        clock: Clock,
        resurrection: bool,
    ) -> None:
        """``resurrection`` False: problems are told, nothing is healed."""
        self._store = store
        self._tasks = tasks
        self._observation = observation
        self._clock = clock
        self._resurrection = resurrection
        self._policy = ResurrectionPolicy(store=store, clock=clock)
        self._agents: dict[DeploymentName, tuple[float, Mapping[InstanceId, AgentId]]] = {}
        self._sizes: dict[DeploymentName, int] = {}
        self._sized_at_s = float("-inf")

    @override
    def patient(self, agent_id: AgentId) -> Patient | None:
        vm = self._store.vm(agent_id)
        if vm is None or vm.instance_id is None:
            return None
        return self._patient(vm, self._store.instance(vm.instance_id))

    @override
    def all_patients(self) -> Sequence[Patient]:
        found: list[Patient] = []
        for deployment in self._store.deployments():
            recorded = self._store.recorded_deployment(deployment.name)
            if recorded is None:
                continue
            vms = active_vms(recorded)
            for instance in recorded.instances:
                vm = vms.get(instance.instance_id)
                patient = self._patient(vm, instance) if vm is not None else None
                if patient is not None:
                    found.append(patient)
        return found

    @override
    def instance(self, instance_id: InstanceId) -> Patient | None:
        instance = self._store.instance(instance_id)
        if instance is None:
            return None
        agent_id = self._running(instance.deployment).get(instance_id)
        if agent_id is not None and instance.converged:
            return None
        return self._told_of(instance, agent_id)

    @override
    def missing(self) -> Sequence[Patient]:
        found: list[Patient] = []
        for deployment in self._store.deployments():
            recorded = self._store.recorded_deployment(deployment.name)
            if recorded is None:
                continue
            running = {
                vm.instance_id for vm in recorded.vms if vm.active and vm.state is VmState.RUNNING
            }
            found.extend(
                self._told_of(instance, None)
                for instance in recorded.instances
                if instance.instance_id not in running and self._is_healable(instance)
            )
        return found

    @override
    async def vm_exists(self, agent_id: AgentId) -> bool:
        vm = self._store.vm(agent_id)
        return vm is not None and await self._observation.vm_exists(vm)

    @override
    async def agent_answers(self, agent_id: AgentId) -> bool:
        return await self._observation.agent_answers(agent_id)

    @override
    async def heal(self, deployment: DeploymentName, instances: Sequence[InstanceId]) -> bool:
        task = await self._tasks.submit(
            HealRequest(instance_ids=tuple(instances)),
            description="scan and fix",
            deployment=deployment,
            user=HEALTH_USER,
        )
        ended = await self._tasks.wait(task.task_id)
        return ended.state is TaskState.DONE

    def _patient(self, vm: VmRecord, instance: InstanceRecord | None) -> Patient | None:
        if instance is None or not vm.active or vm.state is not VmState.RUNNING:
            return None
        return self._told_of(instance, vm.agent_id)

    def _running(self, deployment: DeploymentName) -> Mapping[InstanceId, AgentId]:
        """Return the running VM's agent of each instance, as of a moment ago."""
        now_s = self._clock.monotonic_s()
        known = self._agents.get(deployment)
        if known is None or now_s - known[0] > AGENTS_VALID_S:
            recorded = self._store.recorded_deployment(deployment)
            agents = {
                vm.instance_id: vm.agent_id
                for vm in (recorded.vms if recorded else ())
                if vm.instance_id is not None and vm.active and vm.state is VmState.RUNNING
            }
            known = self._agents[deployment] = (now_s, agents)
        return known[1]

    def _is_healable(self, instance: InstanceRecord) -> bool:
        spec = instance.spec
        return (
            self._resurrection
            and instance.run_state is RunState.STARTED
            and not instance.ignored
            and (spec is not None and spec.lifecycle == "service")
            and not self._policy.is_paused(instance)
        )

    def _told_of(self, instance: InstanceRecord, agent_id: AgentId | None) -> Patient:
        return Patient(
            agent_id=agent_id,
            instance_id=instance.instance_id,
            deployment=instance.deployment,
            label=f"{instance.group}/{instance.instance_id} ({instance.index})",
            busy=instance.deployment in self._tasks.active_deployments(),
            healable=self._is_healable(instance),
            deployment_size=self._size(instance.deployment),
        )

    def _size(self, deployment: DeploymentName) -> int:
        now_s = self._clock.monotonic_s()
        if now_s - self._sized_at_s > SIZES_VALID_S or deployment not in self._sizes:
            self._sizes = {}
            for vm in self._store.vms():
                if vm.active and vm.instance_id is not None:
                    self._sizes[vm.deployment] = self._sizes.get(vm.deployment, 0) + 1
            self._sized_at_s = now_s
        return self._sizes.get(deployment, 1)
