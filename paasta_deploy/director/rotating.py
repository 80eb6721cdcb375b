"""Rotating variables: the rollouts of each phase, in order, over all deployments that use them.

A rotation changes nothing by itself. For each phase it records the new versions, then asks for a
deploy of every deployment that uses one of them, as an operator would, and goes on when every
instance of all of them has that phase's versions. Those deploys are tasks of their own, each under
the lock of its deployment; the rotation holds none, so it cannot stand in anybody's way.

Deployments that take links from these are deployed after them in each phase, since a link may
carry a value: their templates have it, although their manifests do not name it.

What has been reached is read from the instances' own records, never assumed: a rotation that was
killed, or whose deploy failed, goes on from there.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from paasta_deploy.diagnostics import either, nearest
from paasta_deploy.director.neighbours import Neighbours
from paasta_deploy.director.queries import require_deployment
from paasta_deploy.director.requests import DeployRequest, RotateRequest, TaskRequest
from paasta_deploy.director.rotation_values import RotationValues, Standing
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.counting import counted
from paasta_deploy.model.errors import (
    LockedError,
    NotFoundError,
    PaastaError,
    TaskCancelledError,
    VariableError,
)
from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId
from paasta_deploy.model.lifecycle import RotationPhase, TaskState
from paasta_deploy.model.recorded import InstanceRecord, RecordChange, TaskRecord
from paasta_deploy.model.variable_records import RotationRecord
from paasta_deploy.planning.rotation_plan import RotationPlan
from paasta_deploy.planning.variable_choice import Namespace
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

ROTATE_KIND = "rotate_variables"
STAGE = "Rotating variables"


class ChildTasks(Protocol):
    """The part of the task runner that a rotation needs."""

    async def submit(
        self,
        request: TaskRequest,
        *,
        description: str,
        deployment: DeploymentName | None,
        user: str,
        context_id: str = "",
    ) -> TaskRecord:
        """Record a new task and start it when its deployment is free."""
        ...

    async def wait(self, task_id: TaskId) -> TaskRecord:
        """Return the task's record once it has ended."""
        ...

    async def cancel(self, task_id: TaskId) -> bool:
        """Ask a task to stop."""
        ...


class Rotations:
    """Plans rotations, and carries them out as tasks."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        clock: Clock,
        values: RotationValues,
        director_name: str,
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._values = values
        self._director_name = director_name
        self._tasks: ChildTasks | None = None
        self._neighbours: Neighbours | None = None

    def use(self, tasks: ChildTasks, neighbours: Neighbours) -> None:
        """Tell where deploys are asked for (made after its handlers), and who takes links."""
        self._tasks = tasks
        self._neighbours = neighbours

    def whole_names(self, deployment: DeploymentName, names: Sequence[str]) -> tuple[str, ...]:
        """Return whole names as a deployment's manifest means them."""
        space = Namespace(director=self._director_name, deployment=deployment)
        return tuple(dict.fromkeys(space.whole(name) for name in names))

    def plan(self, deployment: DeploymentName, names: Sequence[str]) -> list[RotationPlan]:
        """Return what a rotation would do. Changes nothing; any thread.

        Raises NotFoundError: no such variable. VariableError: it is part of a rotation under way,
        or an instance would be left behind. LockedError: another rotation is running.
        """
        require_deployment(self._store, deployment)
        self._refuse_second()
        standing = self._values.standing()
        wanted = self.whole_names(deployment, names)
        self._refuse_unknown(deployment, wanted, standing)
        for name in wanted:
            self._refuse_member(name)
        families = {name: standing.family(name) for name in wanted}
        below = {
            member
            for name, family in families.items()
            if family is not None
            for member in family.names
            if member != name
        }
        under_way = {one.name: one for one in self._store.rotations()}
        plans: list[RotationPlan] = []
        for name in wanted:
            if name in below:
                continue  # its authority is rotated, and so is it
            family = families[name]
            members = family.names if family is not None else (name,)
            rotation = under_way.get(name)
            plans.append(
                RotationPlan(
                    name=name,
                    variable_type=standing.record(name).variable_type,
                    family=family,
                    deployments={
                        user: len(self._instances(user))
                        for user in self._with_dependents(self._users(members))
                    },
                    phase=rotation.phase if rotation is not None else None,
                )
            )
            self._refuse_ignored(plans[-1])
        return plans

    async def rotate(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``rotate_variables``. Raises PaastaError; what was reached stays and is safe."""
        assert isinstance(request, RotateRequest)
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        deployment = DeploymentName(request.deployment)
        for name in request.names:
            if not self._is_begun(name, context):
                changes = await self._values.begin(name, deployment, context.task_id)
                await self._note(context, f"rotation of {name} begun", changes)
        while left := [one for one in self._store.rotations() if one.name in request.names]:
            await self._roll_out(context, left, stages)
            for rotation in left:
                changes = await self._values.after(rotation, context.task_id)
                step = f"rotation of {rotation.name}: {rotation.phase.value} is rolled out"
                await self._note(context, step, changes)
        return f"{counted(len(request.names), 'variable')} rotated"

    async def _roll_out(
        self, context: TaskContext, rotations: Sequence[RotationRecord], stages: StageReporter
    ) -> None:
        """Bring the versions of the present phases to every instance that uses them."""
        standing = await asyncio.to_thread(self._values.standing)
        wanted = {
            name: standing.record(name).variable_id
            for rotation in rotations
            for name in _members(rotation, standing)
        }
        phases = ", ".join(f"{one.name}: {one.phase.value}" for one in rotations)
        users = self._users(wanted)
        concerned = await asyncio.to_thread(self._with_dependents, users)
        for number, deployment in enumerate(concerned, start=1):
            if deployment in users and not self._left_behind(deployment, wanted):
                continue
            with stages.task(
                STAGE, f"{deployment} ({phases})", index=number, total=len(concerned)
            ):
                ended = await self._deploy(context, deployment, tuple(sorted(wanted)))
                if ended.state is not TaskState.DONE:
                    raise VariableError(
                        f"Deployment {deployment} could not be brought to the phase"
                        f" ({phases}): task {ended.task_id}: {ended.result}",
                        hint="Nothing is distrusted meanwhile. Repair that, then rotate again: it"
                        " goes on where it stopped.",
                    )
                behind = self._left_behind(deployment, wanted)
                if behind:
                    raise _behind(deployment, behind)

    async def _deploy(
        self, context: TaskContext, deployment: DeploymentName, names: tuple[str, ...]
    ) -> TaskRecord:
        assert self._tasks is not None, "wiring tells the tasks before any is run"
        recorded = require_deployment(self._store, deployment).deployment
        assert recorded.manifest is not None, "who uses a variable was deployed"
        child = await self._tasks.submit(
            DeployRequest(
                manifest=recorded.manifest,
                manifest_name=f"{deployment}.yml",
                cloud_config_ids=tuple(recorded.cloud_config_ids),
                runtime_config_ids=tuple(recorded.runtime_config_ids),
                rotated=names,
            ),
            description=f"rotate variables (task {context.task_id})",
            deployment=deployment,
            user=context.task.user,
            context_id=context.task.context_id,
        )
        try:
            with context.cancel.interruptible():
                return await self._tasks.wait(child.task_id)
        except TaskCancelledError:
            await self._tasks.cancel(child.task_id)
            raise

    def _is_begun(self, name: str, context: TaskContext) -> bool:
        """Return whether a rotation is under way, or this task has finished it before a kill."""
        if any(one.name == name for one in self._store.rotations()):
            return True
        notes = self._journal.entries(context.task_id, phase=Phase.NOTE)
        return any(entry.step == f"rotation of {name} begun" for entry in notes)

    def _users(self, names: Sequence[str] | Mapping[str, object]) -> list[DeploymentName]:
        """Return the deployments whose instances have one of these variables, by name."""
        wanted = frozenset(names)
        using = {
            (one.deployment, one.set_id)
            for one in self._store.variable_sets()
            if wanted & one.versions.keys()
        }
        return [
            one.name
            for one in self._store.deployments()
            if one.manifest is not None and (one.name, one.variable_set) in using
        ]

    def _with_dependents(self, users: Sequence[DeploymentName]) -> list[DeploymentName]:
        """Return the deployments, then those that take links from one of them."""
        assert self._neighbours is not None, "wiring tells the neighbours before any task is run"
        found = dict.fromkeys(users)
        for user in users:
            found |= dict.fromkeys(one.deployment for one in self._neighbours.dependents(user))
        return list(found)

    def _instances(self, deployment: DeploymentName) -> Sequence[InstanceRecord]:
        return require_deployment(self._store, deployment).instances

    def _left_behind(
        self, deployment: DeploymentName, wanted: Mapping[str, VariableId]
    ) -> list[InstanceRecord]:
        """Return the instances that do not have the wanted versions yet, or not for certain."""
        recorded = require_deployment(self._store, deployment)
        sets = {one.set_id: one.versions for one in self._store.variable_sets(deployment)}
        current = sets.get(recorded.deployment.variable_set, {})
        used = {name: version for name, version in wanted.items() if name in current}
        with_vm = {vm.instance_id for vm in recorded.vms}

        def is_behind(one: InstanceRecord) -> bool:
            if one.instance_id not in with_vm and one.spec is None:
                return False  # an errand that never ran
            if one.spec is None or (one.instance_id in with_vm and not one.converged):
                return True
            has = sets.get(one.spec.variable_set, {})
            return any(has.get(name) != version for name, version in used.items())

        return [one for one in recorded.instances if is_behind(one)]

    def _refuse_second(self) -> None:
        running = frozenset(state for state in TaskState if not state.is_final)
        for task in self._store.tasks(states=running, limit=1000):
            if task.kind == ROTATE_KIND:
                raise LockedError(
                    f"Task {task.task_id} is rotating variables; one rotation runs at a time.",
                    hint=f"paasta-deploy task {task.task_id}",
                )

    def _refuse_unknown(
        self, deployment: DeploymentName, wanted: Sequence[str], standing: Standing
    ) -> None:
        space = Namespace(director=self._director_name, deployment=deployment)
        unknown = [space.short(name) for name in wanted if name not in standing.current]
        if not unknown:
            return
        names = [space.short(name) for name in standing.current]
        # Those of other deployments are whole names here, and are not meant.
        own = [name for name in names if not name.startswith(f"/{self._director_name}/")]
        near = [either(found) for name in unknown if (found := nearest(name, own))]
        hint = f"did you mean {', '.join(near)}? " if near else ""
        raise NotFoundError(
            f"{deployment} has no variable {either(unknown)}.",
            hint=f"{hint}`paasta-deploy -d {deployment} variables` lists those that there are; "
            "a variable has its first value with the first deploy",
        )

    def _refuse_member(self, name: str) -> None:
        for one in self._store.rotations():
            if name != one.name and name in one.successors:
                raise VariableError(
                    f"{name} is being rotated together with {one.name}.",
                    hint=f"finish that first: paasta-deploy -d {one.deployment} rotate {one.name}",
                )

    def _refuse_ignored(self, plan: RotationPlan) -> None:
        for deployment in plan.deployments:
            ignored = [one for one in self._instances(deployment) if one.ignored]
            if ignored:
                raise _behind(deployment, ignored)

    async def _note(
        self, context: TaskContext, step: str, changes: Sequence[RecordChange]
    ) -> None:
        await self._journal.write(
            JournalEntry(
                task_id=context.task_id, phase=Phase.NOTE, step=step, changes=tuple(changes)
            )
        )


def _members(rotation: RotationRecord, standing: Standing) -> Sequence[str]:
    if rotation.phase is RotationPhase.REPLACING:
        return (rotation.name,)
    family = standing.family(rotation.name)
    return family.names if family is not None else (rotation.name,)


def _behind(deployment: DeploymentName, behind: Sequence[InstanceRecord]) -> PaastaError:
    names = ", ".join(f"{one.group}/{one.index}" for one in behind[:5])
    more = f" and {len(behind) - 5} more" if len(behind) > 5 else ""
    ignored = any(one.ignored for one in behind)
    return VariableError(
        f"Instances of deployment {deployment} would be left behind by the rotation: {names}{more}"
        + (" (ignored)" if ignored else "")
        + ".",
        hint="Ignored instances keep their old values; unignore them, then rotate again."
        if ignored
        else "Deploy again until all instances are as wanted, then rotate again.",
    )
