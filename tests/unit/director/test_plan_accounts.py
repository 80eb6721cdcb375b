"""What a director tells for drawing a deployment."""

from paasta_deploy.director.plan_accounts import link_use
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName
from paasta_deploy.planning.link_providers import ProviderKey
from paasta_deploy.planning.links import TakenLink
from paasta_deploy.wire.deployment_graph import LinkKnowledge, deployment_graph_from
from tests.unit.director.director_world import World, manifest

SHOP = DeploymentName("shop")


def taken(deployment: str | None) -> TakenLink:
    provider = None
    if deployment is not None:
        provider = ProviderKey(
            deployment=DeploymentName(deployment),
            group=InstanceGroupName("db"),
            job=JobName("store"),
            name="sql",
        )
    return TakenLink(
        group=InstanceGroupName("web"),
        job=JobName("web"),
        name="db",
        provider=provider,
        provided_by="db",
    )


def test_a_link_of_the_same_deployment_names_its_provider() -> None:
    use = link_use(taken("shop"), SHOP)

    assert use.knowledge is LinkKnowledge.RESOLVED
    assert (use.provider_group, use.provider_job, use.provider_link) == ("db", "store", "sql")
    assert use.deployment == ""


def test_a_link_of_another_deployment_names_that_too() -> None:
    assert link_use(taken("broker"), SHOP).deployment == "broker"


def test_a_link_that_is_written_out_has_no_provider() -> None:
    use = link_use(taken(None), SHOP)

    assert (use.knowledge, use.provider_group) == (LinkKnowledge.MANUAL, None)


async def test_times_are_guessed_until_they_were_seen(world: World) -> None:
    request = DeployRequest(manifest=manifest())
    before = deployment_graph_from(await world.planner.graph(request))
    await world.deploy_well()
    after = deployment_graph_from(await world.planner.graph(request))

    assert before.is_recorded is False
    assert after.is_recorded is True
    db, web = (after.times[InstanceGroupName(name)] for name in ("db", "web"))
    assert db.update_s >= 0
    assert before.times[InstanceGroupName("db")].update_s > 15, "it starts, and it has a disk"
    assert web.vm_s < 60
