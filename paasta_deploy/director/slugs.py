"""How requests name instances (BOSH's slugs): ``*``, ``group``, ``group/id``, ``group/index``."""

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.planning.wants import Part, Selector

EVERYTHING = "*"


def selector(slug: str) -> Selector:
    """Return the selector of ``*``, ``group``, ``group/id`` or ``group/index``."""
    if slug == EVERYTHING:
        return Selector()
    group, _, id_or_index = slug.partition("/")
    return Selector(
        group=None if group == EVERYTHING else InstanceGroupName(group),
        id_or_index=id_or_index if id_or_index not in ("", EVERYTHING) else None,
    )


def part_of(request: DeployRequest) -> Part:
    """Return which instances a deploy may change."""
    return Part(
        only=tuple(selector(slug) for slug in request.only),
        exclude=tuple(selector(slug) for slug in request.exclude),
    )
