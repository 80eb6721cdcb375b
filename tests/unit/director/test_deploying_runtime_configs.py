"""Runtime configs in deploys: what they add, what changes, and why it is said to change."""

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.plan_json import report_from
from tests.unit.director.director_world import SHOP, World, manifest

RUNTIME = """\
releases: [{name: shop, version: 1}]
addons:
- name: greeter
  jobs:
  - name: web
    release: shop
    properties: {text: Hi, token: ((/shared_token))}
  include: {instance_groups: [db]}
tags: {owner: ops}
variables: [{name: /shared_token, type: password}]
"""


async def plan(world: World) -> JsonObject:
    """Return what a deploy of the shop would do."""
    return await world.planner.describe(DeployRequest(manifest=manifest()))


async def reasons(world: World) -> dict[str, list[str]]:
    """Return why each instance of the shop would change, with the lines that say so."""
    report = report_from(await plan(world))
    return {
        instance.name: [f"{reason.text} ({reason.span})" for reason in instance.reasons]
        for group in report.groups
        for instance in group.instances
        if instance.reasons
    }


def jobs(world: World, slug: str) -> list[str]:
    """Return the jobs that an instance was last given."""
    spec = world.instance(slug).spec
    assert spec is not None
    return [job.name for job in spec.jobs]


async def test_addons_tags_and_variables_come_to_a_deployment_and_stay(world: World) -> None:
    saved = await world.configs.save("runtime", "greeter", RUNTIME)

    await world.deploy_well()

    assert jobs(world, "db/0") == ["db", "web"]
    assert jobs(world, "web/0") == ["web"]
    spec = world.instance("db/0").spec
    assert spec is not None
    assert dict(spec.tags) == {"owner": "ops"}
    assert world.recorded.deployment.runtime_config_ids == (saved.config_id,)
    assert [item.name for item in world.store.variables()] == ["/shared_token"]
    assert (await plan(world))["is_empty"]


async def test_a_changed_runtime_config_is_the_reason_that_is_told(world: World) -> None:
    await world.configs.save("runtime", "greeter", RUNTIME)
    await world.deploy_well()
    changed = RUNTIME.replace("text: Hi", "text: Hello").replace("owner: ops", "owner: me")

    await world.configs.save("runtime", "greeter", changed)

    told = await reasons(world)
    (db,) = (lines for name, lines in told.items() if name.startswith("db"))
    assert any(
        "property `text` of job `web`" in line and "runtime config greeter:7:" in line
        for line in db
    )
    assert any("tags: `owner`" in line and "runtime config greeter:9:" in line for line in db)
    await world.deploy_well()
    assert (await plan(world))["is_empty"]


async def test_without_the_runtime_config_its_jobs_go(world: World) -> None:
    await world.configs.save("runtime", "greeter", RUNTIME)
    await world.deploy_well()
    await world.configs.delete("runtime", "greeter")

    await world.deploy_well()

    assert jobs(world, "db/0") == ["db"]
    assert world.recorded.deployment.runtime_config_ids == ()


async def test_a_deploy_with_a_context_takes_those_versions_and_no_others(world: World) -> None:
    first = await world.configs.save("runtime", "greeter", RUNTIME)
    await world.configs.save("runtime", "greeter", RUNTIME.replace("[db]", "[web]"))

    await world.deploy_well(runtime_config_ids=(first.config_id,))
    assert jobs(world, "db/0") == ["db", "web"]

    await world.deploy_well(runtime_config_ids=())
    assert jobs(world, "db/0") == ["db"]


async def test_what_fits_nobody_is_refused_with_its_place(world: World) -> None:
    await world.configs.save("runtime", "greeter", RUNTIME.replace("version: 1", "version: 2"))

    task = await world.deploy()

    assert task.state is TaskState.ERROR
    assert task.result is not None
    assert "PD0802" in task.result
    assert "release `shop` is wanted in two versions" in task.result


async def test_a_variable_without_a_value_matters_only_where_its_addon_applies(
    world: World,
) -> None:
    lacking = RUNTIME.replace("((/shared_token))", "((nowhere))")
    await world.configs.save("runtime", "greeter", lacking.replace("[db]", "[other]"))
    await world.deploy_well()

    await world.configs.save("runtime", "greeter", lacking)
    task = await world.deploy()

    assert task.state is TaskState.ERROR
    assert task.result is not None
    assert "the variable `nowhere` has no value" in task.result
    assert "runtime config greeter:7" in task.result


async def test_states_change_with_the_runtime_config_that_was_deployed(world: World) -> None:
    await world.configs.save("runtime", "greeter", RUNTIME)
    await world.deploy_well()
    await world.configs.save("runtime", "greeter", RUNTIME.replace("[db]", "[web]"))

    task = await world.change("recreate", "db/0")

    assert task.state is TaskState.DONE, task.result
    assert jobs(world, "db/0") == ["db", "web"]
    assert world.recorded.deployment.name == SHOP
