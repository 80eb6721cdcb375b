"""Answers without a task."""

import pytest

from paasta_deploy.director.queries import (
    brief_instances,
    deployment_summary,
    require_deployment,
)
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import ConfigId, DeploymentName
from paasta_deploy.model.recorded import DeploymentRecord
from tests.unit.director.director_world import SHOP, World


@pytest.mark.parametrize(
    ("used", "latest", "told"),
    [
        ((), (1,), "none"),
        ((1,), (1,), "latest"),
        ((2, 1), (1, 2), "latest"),
        ((1,), (2,), "outdated"),
    ],
)
def test_a_summary_says_how_old_the_cloud_config_is(
    used: tuple[int, ...], latest: tuple[int, ...], told: str
) -> None:
    record = DeploymentRecord(name=SHOP, cloud_config_ids=tuple(ConfigId(n) for n in used))
    summary = deployment_summary(record, latest_cloud_config_ids=latest, locked=True)
    assert (summary["cloud_config"], summary["locked"]) == (told, True)


def test_an_unknown_deployment_is_told_in_boshs_words(world: World) -> None:
    with pytest.raises(NotFoundError, match="Deployment 'nosuch' doesn't exist") as caught:
        require_deployment(world.store, DeploymentName("nosuch"))
    assert (caught.value.code, caught.value.http_status) == (70000, 404)


async def test_a_brief_listing_says_who_expects_a_vm(world: World) -> None:
    await world.deploy_well()
    await world.change("detached", "web/0")
    lines = brief_instances(world.recorded)
    assert [(line["job"], line["index"], line["expects_vm"]) for line in lines] == [
        ("db", 0, True),
        ("web", 0, False),
        ("web", 1, True),
    ]
    assert (lines[1]["cid"], lines[1]["agent_id"]) == (None, None)
