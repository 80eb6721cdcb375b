"""Deploys of a part: which instances are held back, what that forbids, and what it warns of.

A deploy of a part is like one that was cut off at a chosen place: what it selects is brought to
the manifest, and everything else stays as it is recorded, until a plain deploy goes on. Nothing is
deleted in it. So it is sound wherever being cut off is, but for two things that an operator would
not expect: values that are made anew reach only a part, and who is selected may already speak to
a provider as it will be, not as it is.
"""

from collections.abc import Iterable, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error, warning
from paasta_deploy.model.changes import ChangeKind
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.placement import Placement
from paasta_deploy.planning.plan import Plan, Stage
from paasta_deploy.planning.variable_choice import Choice, Need
from paasta_deploy.planning.wants import Part, Selector
from paasta_deploy.wire.plan_report import HeldBack, ranges

_FINISH = "deploy again without --only and --exclude to bring everything to the manifest"


def part_problems(
    part: Part, placement: Placement, choices: Iterable[Choice]
) -> tuple[Diagnostic, ...]:
    """Return why ``part`` cannot be deployed by itself; nothing for a whole deploy."""
    if part.is_whole:
        return ()
    records = (*(item.record for item in placement.instances), *placement.obsolete)
    found = [
        *_unknown("--only", part.only, records),
        *_unknown("--exclude", part.exclude, records),
    ]
    if not found and all(part.leaves_out(record) for record in records):
        found.append(
            error(
                codes.PART_UNKNOWN,
                "--only and --exclude together leave no instance to deploy",
                hint="exclude less, or select more",
            )
        )
    renewed = [choice.whole for choice in choices if choice.need is Need.REMAKE]
    if renewed:
        names = ", ".join(f"`{name}`" for name in renewed)
        found.append(
            error(
                codes.PART_SPLITS_VALUES,
                f"a deploy of a part would give new values of {names} to some instances only",
                detail="a value that is made anew must reach all that use it in one deploy",
                hint="deploy without --only and --exclude, or rotate them first: `paasta-deploy "
                "rotate NAME`",
            )
        )
    return tuple(found)


def part_warnings(
    plan: Plan, links: ResolvedLinks, deployment: DeploymentName
) -> tuple[Diagnostic, ...]:
    """Return warnings of changed instances that read links of providers that are held back."""
    held: dict[InstanceGroupName, list[HeldBack]] = {}
    for item in plan.held_back:
        if item.kind is not ChangeKind.METADATA:
            held.setdefault(item.group, []).append(item)
    changing = {
        change.group for change in plan.changes if change.stage in {Stage.CREATE_VMS, Stage.UPDATE}
    }
    told: dict[tuple[InstanceGroupName, InstanceGroupName], Diagnostic] = {}
    for link in links.taken:
        provider = link.provider
        if provider is None or provider.deployment != deployment or link.group not in changing:
            continue
        key = (link.group, provider.group)
        if provider.group in held and key not in told:
            told[key] = warning(
                codes.PART_LEAVES_PROVIDER,
                f"`{link.group}` reads the link `{link.name}` of `{provider.group}`, and "
                f"{held_back_names(held[provider.group])} of it is held back",
                span=link.span,
                detail=f"`{link.group}` gets addresses and properties of `{provider.group}` as "
                "the manifest has them, not as they are until that is deployed, too",
                hint=f"select `{provider.group}` as well, or deploy it soon",
            )
    return tuple(told.values())


def held_back_names(held: Iterable[HeldBack]) -> str:
    """Return ``db/0-2, web/1``."""
    indexes: dict[InstanceGroupName, list[int]] = {}
    for item in held:
        indexes.setdefault(item.group, []).append(item.index)
    return ", ".join(f"{group}/{ranges(numbers)}" for group, numbers in indexes.items())


def held_back_text(held: Sequence[HeldBack]) -> str:
    """Return what a task says of what it leaves as it is."""
    return f"Held back, as asked for: {held_back_names(held)}; {_FINISH}."


def _unknown(
    option: str, selectors: Iterable[Selector], records: Sequence[InstanceRecord]
) -> Iterable[Diagnostic]:
    names = list(dict.fromkeys(str(record.group) for record in records))
    for selector in selectors:
        if any(selector.selects(record) for record in records):
            continue
        group = str(selector.group)
        if selector.group is None or group in names:
            known = [f"{item.group}/{item.index}" for item in records if item.group == group]
            asked = f"{group}/{selector.id_or_index}"
        else:
            known, asked = names, group
        yield error(
            codes.PART_UNKNOWN,
            f"`{option} {asked}` names no instance group and no instance of this deployment",
            hint=did_you_mean(asked, known),
        )
