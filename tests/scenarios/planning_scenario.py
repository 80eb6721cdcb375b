"""Transcripts of planning: what is asked, and the plan that follows, as text.

A scenario is a text file: a title, then commands on lines that begin with ``>>> ``, each with the
lines below it as its input or its output. Every scenario starts with the deployment of
``tests/unit/planning/shop.py``, not deployed yet::

    >>> edit manifest          lines with - are replaced by those with +; also: edit cloud config,
                               edit runtime config
    >>> runtime config         the lines below are the runtime config; none: there is none
    >>> stemcell 1.2           one more stemcell is uploaded
    >>> release 2 db=new       a new version of the release, in which job or package `db` changed
    >>> taken 10.0.0.2         another deployment holds this address
    >>> growth                 the CPI grows disks; `growth refused`: it says so, and cannot
    >>> dead db/1              the cloud has its VM no more; also: silent db/1, ignore db/1
    >>> plan deploy            output: the plan, and its steps; --recreate, --fix
    >>> plan stop db/1         also start, detach, restart, recreate; no name: all
    >>> plan heal db/1 web/0
    >>> plan delete
    >>> run                    the last plan is carried out; `run 7`: killed after 7 half steps
    >>> deploy                 a deploy is planned and carried out, and not shown
    >>> resume                 output: the plan of the same task, made again
    >>> records                output: instances, VMs and disks as recorded

``PAASTA_REWRITE=1`` writes the outputs anew; the difference is what is reviewed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address

from paasta_deploy.cli.plan_text import described
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AgentId,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
)
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.planning.actions import Action, DetachDisk, Gate, StopInstance
from paasta_deploy.planning.plan import Change, ChangeId, Plan, Step
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.planning.wants import Renewal, Selector, Wants
from paasta_deploy.testing.planning_world import PlanningWorld, RefusedError, made_stemcell
from tests.unit.planning.shop import shop, shop_release

_MARK = ">>> "
_STATES = {
    "start": RunState.STARTED,
    "stop": RunState.STOPPED,
    "detach": RunState.DETACHED,
}
_RENEWALS = {"restart": Renewal.RESTART, "recreate": Renewal.RECREATE}


@dataclass(frozen=True)
class Block:
    """One command and the lines below it."""

    command: str
    body: tuple[str, ...]


def parse(text: str) -> tuple[str, list[Block]]:
    """Return the title and the blocks of a scenario."""
    title, *rest = text.split(f"\n{_MARK}")
    blocks = []
    for part in rest:
        command, *body = part.rstrip("\n").split("\n")
        while body and not body[-1].strip():
            body.pop()
        blocks.append(Block(command.strip(), tuple(body)))
    return title.rstrip("\n"), blocks


def written(title: str, blocks: Iterable[Block]) -> str:
    """Return the text of a scenario; the inverse of :func:`parse`."""
    parts = [title, *("\n".join((f"{_MARK}{block.command}", *block.body)) for block in blocks)]
    return "\n\n".join(parts) + "\n"


def played(text: str) -> str:
    """Return the scenario with the outputs that planning gives today."""
    title, blocks = parse(text)
    player = _Player()
    return written(title, [Block(block.command, player.play(block)) for block in blocks])


class _Player:
    """Plays one scenario."""

    def __init__(self) -> None:
        self._world = shop()
        self._plan: Plan | None = None
        self._make: Callable[[], Plan] | None = None
        self._is_deploy = False

    def play(self, block: Block) -> tuple[str, ...]:  # noqa: C901, PLR0912 - a table of commands
        """Obey one command; return its body, input unchanged or output anew."""
        verb, _, rest = block.command.partition(" ")
        match verb:
            case "edit":
                self._edit(rest, block.body)
            case "runtime":
                self._world.runtime_config = "".join(f"{line}\n" for line in block.body)
            case "stemcell":
                self._world.stemcells.append(made_stemcell(rest))
            case "release":
                version, *changed = rest.split()
                content = dict(item.split("=") for item in changed)
                self._world.releases.append(shop_release(version, **content))
            case "growth":
                self._world.growing_cpis = frozenset({DEFAULT_CPI})
                self._world.fold.refuses_growth = rest == "refused"
            case "taken":
                self._take(rest)
            case "dead" | "silent" | "ignore":
                self._mark(verb, rest)
            case "plan":
                self._world.new_task()
                self._make = self._planner(rest)
                return self._planned()
            case "resume":
                return self._planned()
            case "run":
                self._run(rest)
            case "deploy":
                self._world.deploy()
            case "records":
                return tuple(_records(self._world))
            case _:
                raise AssertionError(f"no scenario knows `{block.command}`")
        return block.body

    def _edit(self, what: str, body: Sequence[str]) -> None:
        old = "\n".join(line[2:] for line in body if line.startswith("-"))
        new = "\n".join(line[2:] for line in body if line.startswith("+"))
        attribute = what.replace(" ", "_")
        text = getattr(self._world, attribute)
        assert text.count(old) == 1, f"`{old}` stands {text.count(old)} times in the {what}"
        setattr(self._world, attribute, text.replace(old, new))

    def _take(self, address: str) -> None:
        holder = (ip_address(address), DeploymentName("other"), InstanceId("their-instance"))
        self._world.taken.append(holder)

    def _mark(self, verb: str, slug: str) -> None:
        record = self._world.instance(slug)
        if verb == "ignore":
            self._world.fold.instances[record.instance_id] = replace(record, ignored=True)
            return
        presence = VmPresence.MISSING if verb == "dead" else VmPresence.SILENT
        self._world.presences[record.instance_id] = presence
        self._world.fold.running.discard(record.instance_id)

    def _planner(self, text: str) -> Callable[[], Plan]:
        world = self._world
        verb, *words = text.split()
        options = {word for word in words if word.startswith("--")}
        slugs = [word for word in words if not word.startswith("--")]
        self._is_deploy = verb == "deploy"
        fix = "--fix" in options
        task_id = world.task_id
        if verb == "deploy":
            renewal = Renewal.RECREATE if "--recreate" in options else None
            return lambda: world.plan_deploy(Wants(task_id=task_id, renewal=renewal, fix=fix))
        if verb == "heal":
            return lambda: world.plan_heal(slugs)
        if verb == "delete":
            return world.plan_delete
        wants = Wants(
            task_id=task_id,
            selectors=tuple(_selector(slug) for slug in slugs) or (Selector(),),
            run_state=_STATES.get(verb),
            renewal=_RENEWALS.get(verb),
            fix=fix,
        )
        return lambda: world.plan_states(wants)

    def _planned(self) -> tuple[str, ...]:
        assert self._make is not None, "nothing was planned that could be resumed"
        try:
            self._plan = self._make()
        except RefusedError as refused:
            return tuple(refused.text.rstrip("\n").split("\n"))
        report = report_of(self._plan, recorded=self._world.recorded)
        lines = described(report).rstrip("\n").split("\n")
        if self._plan.steps:
            lines += ["", "Steps:", *_steps(self._plan, self._world)]
        return tuple(lines)

    def _run(self, half_steps: str) -> None:
        assert self._plan is not None, "nothing was planned that could be run"
        if half_steps:
            self._world.fold.run(self._plan, self._world.task_id, half_steps=int(half_steps))
        elif self._is_deploy:
            self._world.finish_deploy(self._plan)
        else:
            self._world.fold.run(self._plan, self._world.task_id)


def _selector(slug: str) -> Selector:
    group, _, index = slug.partition("/")
    return Selector(group=InstanceGroupName(group), id_or_index=index or None)


def _steps(plan: Plan, world: PlanningWorld) -> Iterable[str]:
    """Tell each change as a row of acts, and what it waits for."""
    names = {change.change_id: _name(change, world) for change in plan.changes}
    rows: dict[ChangeId, list[Step]] = {}
    for step in plan.steps:
        rows.setdefault(step.change_id, []).append(step)
    for change in plan.changes:
        steps = rows[change.change_id]
        if isinstance(steps[0].action, Gate):
            yield f"  [{names[change.change_id]}]{_waits(steps, names)}"
            continue
        acts = " > ".join(_act(step.action) for step in steps)
        slot = f" ({change.slot}: {plan.slots[change.slot]})" if change.slot else ""
        yield f"  {names[change.change_id]}{slot}: {acts}{_waits(steps, names)}"


def _waits(steps: Sequence[Step], names: dict[ChangeId, str]) -> str:
    found: dict[str, None] = {}
    for step in steps:
        for end in step.after:
            change_id = next(item for item in names if end.startswith(f"{item}/"))
            found[names[change_id]] = None
    return f"  after {', '.join(found)}" if found else ""


def _name(change: Change, world: PlanningWorld) -> str:
    if change.instance_id is None:
        return change.label
    record = world.fold.instances.get(change.instance_id)
    index = "?" if record is None else str(record.index)
    part = change.change_id.rpartition("/")[2]
    canary = " canary" if change.canary else ""
    return f"{change.group}/{index} {part}{canary}"


def _act(action: Action) -> str:
    name = type(action).__name__
    match action:
        case StopInstance(vm_next=vm_next, instance_next=instance_next):
            return f"{name}({vm_next.value}, {instance_next.value}, {action.drain_reason})"
        case DetachDisk(agent_answers=False):
            return f"{name}(no agent)"
        case _:
            return name


def _records(world: PlanningWorld) -> Iterable[str]:
    fold = world.fold
    for record in sorted(fold.instances.values(), key=lambda item: (item.group, item.index)):
        addresses = ", ".join(str(item.ip) for item in record.addresses)
        vms = [vm for vm in fold.vms.values() if vm.instance_id == record.instance_id]
        disks = [disk for disk in fold.disks.values() if disk.instance_id == record.instance_id]
        parts = [
            f"{record.group}/{record.index} in {record.az or 'no AZ'}",
            addresses or "no address",
            record.run_state.value + ("" if record.converged else ", not finished"),
            " + ".join(f"VM {vm.state.value}" for vm in vms) or "no VM",
            " + ".join(map(_disk, disks)) or "no disk",
        ]
        bootstrap = "  bootstrap" if record.bootstrap else ""
        yield "; ".join(parts) + bootstrap
    others = sum(disk.instance_id is None for disk in fold.disks.values())
    if others:
        yield f"orphaned disks: {others}"
    leftovers: list[AgentId] = [vm.agent_id for vm in fold.vms.values() if vm.instance_id is None]
    if leftovers:
        yield f"compilation VMs: {len(leftovers)}"


def _disk(disk: DiskRecord) -> str:
    name = f" {disk.name}" if disk.name else ""
    return f"disk{name} {disk.size_mib} {disk.state.value}"
