"""A deployment as a tree of text: positions of the rollout, groups, jobs, what they read."""

from collections.abc import Iterator, Sequence

from paasta_deploy.cli.graph_picture import Picture, counted, pace, provider_text
from paasta_deploy.cli.plan_text import Look
from paasta_deploy.manifest.relations import GroupNode
from paasta_deploy.wire.deployment_graph import LinkUse

_BOLD, _DIM, _RED = "1", "2", "1;31"
_VARIABLES_SHOWN_MAX = 3

_TOGETHER = "Groups with the same number are started together."
_BY_LINKS = (
    "Links decide about the order (`update.order: graph`): each group is started when those are "
    "up whose links it reads."
)


def tree(picture: Picture, look: Look) -> str:
    """Return the tree, ending with a line feed."""
    relations = picture.relations
    instances = sum(group.instances for group in relations.groups if not group.is_errand)
    groups = counted(sum(len(together) for together in relations.order), "group")
    lines = [
        f"{look.paint(_BOLD, relations.deployment)}: {counted(instances, 'instance')} in {groups}"
    ]
    width = len(str(len(relations.order)))
    for number, together in enumerate(relations.order, start=1):
        for group in together:
            lines += ["", *_group(picture, group, str(number).rjust(width), look)]
    errands = [group for group in relations.groups if group.is_errand]
    for group in errands:
        lines += ["", *_group(picture, group, "-".rjust(width), look)]
    if relations.order and max(map(len, relations.order)) > 1:
        lines += ["", _TOGETHER if relations.waits is None else _BY_LINKS]
    if errands:
        lines += ["", "Groups without a number are errands: they run when somebody runs them."]
    if not picture.is_resolved:
        text = (
            "Only links that the manifest writes down are shown: a director that has the releases"
        )
        lines += ["", *look.lines(f"{text} knows the others, too.")]
    if picture.path_text:
        lines += ["", *look.lines(picture.path_text, hang=2)]
    return "\n".join(lines) + "\n"


def _group(picture: Picture, group: GroupNode, number: str, look: Look) -> Iterator[str]:
    mark = look.paint(_RED, "*") if picture.is_critical(group) else " "
    takes = picture.takes(group)
    name = look.paint(_BOLD, group.name)
    facts = [counted(group.instances, "instance") + _in_azs(group)]
    if group.disk:
        facts.append(f"disk {group.disk}")
    facts.append(f"{'network' if len(group.networks) == 1 else 'networks'} {_listed(group)}")
    yield f"{number}{mark} {name}  {', '.join(facts)}"
    indent = " " * (len(number) + 2)
    told = "errand" if group.is_errand else pace(group)
    if takes:
        told = f"{told}; {takes}"
    yield indent + look.paint(_DIM, told)
    if group.variables:
        shown = ", ".join(group.variables[:_VARIABLES_SHOWN_MAX])
        rest = ", ..." if len(group.variables) > _VARIABLES_SHOWN_MAX else ""
        count = counted(len(group.variables), "variable")
        yield from look.lines(f"{count}: {shown}{rest}", indent=len(indent), hang=2)
    yield from _jobs(picture, group, indent, look)


def _jobs(picture: Picture, group: GroupNode, indent: str, look: Look) -> Iterator[str]:
    for number, (job, release) in enumerate(group.jobs, start=1):
        is_last = number == len(group.jobs)
        yield f"{indent}{'└' if is_last else '├'}─ {job} {look.paint(_DIM, f'({release})')}"
        links = [
            link for link in picture.relations.links if (link.group, link.job) == (group.name, job)
        ]
        yield from _links(links, indent + ("   " if is_last else "│  "))


def _links(links: Sequence[LinkUse], indent: str) -> Iterator[str]:
    for number, link in enumerate(links, start=1):
        branch = "└" if number == len(links) else "├"
        yield f"{indent}{branch}─ reads {link.link} from {provider_text(link)}"


def _in_azs(group: GroupNode) -> str:
    return f" in {', '.join(group.azs)}" if group.azs else ""


def _listed(group: GroupNode) -> str:
    return ", ".join(group.networks) or "none"
