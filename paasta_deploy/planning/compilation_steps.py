"""The part of a plan that compiles packages: one change for each package, in lanes."""

from collections.abc import Mapping

from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.planning.actions import CompilePackage, CreateVm, DeleteVm
from paasta_deploy.planning.chains import Ends, PlanBuilder, StepChain
from paasta_deploy.planning.compilation import CompilationLane, PackagePlan, PackageToCompile
from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Reason, Stage, StepId
from paasta_deploy.planning.release_packages import PackageKey

COMPILATION = "compilation"
"""The purpose of a compilation VM, as recorded."""


def add_compilation(
    builder: PlanBuilder, packages: PackagePlan, recorded: RecordedDeployment
) -> Ends:
    """Add deleting what a former plan left, and compiling; return the ends to wait for."""
    ends = list(delete_leftovers(builder, recorded, Stage.COMPILE))
    compiled: dict[PackageKey, StepId] = {}
    lanes = [_Lane(builder, recorded.deployment.name, lane) for lane in packages.lanes]
    waiting = list(lanes)
    while waiting:
        # Lanes wait for each other's packages without a ring, so every round adds something.
        for lane in waiting:
            lane.add_what_can_start(compiled)
        waiting = [lane for lane in waiting if not lane.is_done]
    for lane in lanes:
        ends.extend(lane.ends)
    return builder.join("packages compiled", ends, ())


def delete_leftovers(builder: PlanBuilder, recorded: RecordedDeployment, stage: Stage) -> Ends:
    """Delete compilation VMs of plans that were cut off: what went on in them is unknown."""
    ends: list[StepId] = []
    for vm in recorded.vms:
        if vm.instance_id is None:
            chain = StepChain(ChangeId(f"leftover/{vm.agent_id}"))
            chain.add("delete_vm", DeleteVm(agent_id=vm.agent_id, cid=vm.cid))
            change = Change(
                change_id=chain.change_id,
                stage=stage,
                kind=ChangeKind.DELETE,
                label=f"{vm.purpose}/{vm.agent_id}",
                reasons=(Reason(aspect="leftover", text="a former task was cut off"),),
            )
            ends.extend(builder.add(change, chain))
    return tuple(ends)


class _Lane:
    """One lane while its packages are added to the plan."""

    def __init__(
        self, builder: PlanBuilder, deployment: DeploymentName, lane: CompilationLane
    ) -> None:
        self.ends: Ends = ()
        self._builder = builder
        self._deployment = deployment
        self._lane = lane
        self._added = 0

    @property
    def is_done(self) -> bool:
        return self._added == len(self._lane.packages)

    def add_what_can_start(self, compiled: dict[PackageKey, StepId]) -> None:
        """Add packages, in order, up to the first that waits for one not added yet."""
        while not self.is_done:
            package = self._lane.packages[self._added]
            if any(key not in compiled for key in package.waits_for):
                return
            compiled[package.key] = self._add(compiled)

    def _add(self, compiled: Mapping[PackageKey, StepId]) -> StepId:
        lane, number = self._lane, self._added
        package = lane.packages[number]
        is_shared = len(lane.agent_ids) == 1
        agent_id = lane.agent_ids[0 if is_shared else number]
        chain = StepChain(ChangeId(f"{lane.name}/{package.name}/{package.key.fingerprint}"))
        if not is_shared or number == 0:
            chain.add("create_vm", self._create_vm(agent_id, package))
        waits_for = tuple(compiled[key] for key in package.waits_for)
        compile_step = chain.add("compile_package", _compile(agent_id, package), waits_for)
        if not is_shared or number == len(lane.packages) - 1:
            chain.add("delete_vm", DeleteVm(agent_id=agent_id, cid=None))
        missing = f"not compiled for {package.stemcell.os}/{package.stemcell.version} yet"
        change = Change(
            change_id=chain.change_id,
            stage=Stage.COMPILE,
            kind=ChangeKind.COMPILE,
            label=f"{package.name}/{package.key.fingerprint}",
            reasons=(Reason(aspect="packages", text=missing),),
        )
        self.ends = self._builder.add(change, chain, self.ends)
        self._added += 1
        return compile_step

    def _create_vm(self, agent_id: AgentId, package: PackageToCompile) -> CreateVm:
        return CreateVm(
            agent_id=agent_id,
            deployment=self._deployment,
            group=self._lane.name,
            index=self._added,
            instance_id=None,
            az=None,
            vm=self._lane.vm,
            tags={"compiling": package.name},
            purpose=COMPILATION,
        )


def _compile(agent_id: AgentId, package: PackageToCompile) -> CompilePackage:
    return CompilePackage(
        agent_id=agent_id,
        package=package.name,
        version=package.version,
        fingerprint=package.key.fingerprint,
        dependency_key=package.key.dependency_key,
        source=package.source,
        stemcell=package.stemcell,
        dependencies=package.dependencies,
    )
