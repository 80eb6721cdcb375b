"""Variables in cloud and CPI configs: filled in at the last moment, pinned, never shown."""

from collections.abc import Sequence
from typing import Any

import pytest

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.requests import DeployRequest, RotateRequest
from paasta_deploy.model.ids import ConfigId, CpiName
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.plan_json import report_from
from tests.unit.director.director_world import CLOUD_CONFIG, World, manifest
from tests.unit.director.test_variables import everything_told

CLOUD = (
    CLOUD_CONFIG.replace("{ram: 1}", '{ram: 1, login: "a ((token))", key: ((/shared/key))}')
    .replace("disk_size: 64", "disk_size: 64, cloud_properties: {pass: ((token))}")
    .replace("azs: [z1, z2]\n", "azs: [z1, z2]\n    cloud_properties: {net: ((token))}\n")
    .replace("vm_type: small}", "vm_type: small, env: {door: ((/shared/key))}}")
    .replace("{name: large}", "{name: large, cloud_properties: {x: ((nobody))}}")
)
VARIABLES = """\
variables:
- {name: token, type: password}
- {name: /shared/key, type: password}
"""
TEXT = manifest().replace("vm_type: small", "vm_type: small\n  persistent_disk_type: data", 1)
SECRETS = ("password token#", "password /shared/key#")
CPI = "cpis: [{name: east, type: simulated, properties: {seed: 1, login: ((/shared/key))}}]"


@pytest.fixture
async def configured(world: World) -> World:
    """A world whose cloud config uses variables."""
    await world.configs.save("cloud", "default", CLOUD)
    return world


def text(variables: str = VARIABLES) -> str:
    return manifest() + variables


def asked(world: World, method: str) -> list[Any]:
    """Return the requests of one method that the cloud gets from now on."""
    requests: list[Any] = []
    world.when_called(method, requests.append)
    return requests


async def reasons(world: World) -> Sequence[str]:
    report = report_from(await world.planner.describe(DeployRequest(manifest=text())))
    return [
        f"{reason.text} ({reason.span})"
        for group in report.groups
        for instance in group.instances
        for reason in instance.reasons
    ]


async def test_the_cloud_is_given_values_and_nobody_else_sees_them(configured: World) -> None:
    vms, disks = asked(configured, "create_vm"), asked(configured, "create_disk")
    await configured.deploy_well(text())

    key = configured.vault.open(configured.store.variables(["/shared/key"])[0])
    token = configured.vault.open(configured.store.variables(["/paasta/shop/token"])[0])
    machines = [one for one in vms if "door" not in one.env]
    assert {one.cloud_properties["login"] for one in vms} == {f"a {token}"}
    assert {one.cloud_properties["key"] for one in vms} == {key}
    assert {one.networks[0].cloud_properties["net"] for one in machines} == {token}
    assert {one.env["door"] for one in vms if one not in machines} == {key}
    assert {one.cloud_properties["pass"] for one in disks} == {token}
    for secret in SECRETS:
        assert secret not in everything_told(configured)
    vm = configured.vm("web/0")
    assert vm.cloud_properties["login"] == "a ((token))"
    assert set(vm.cloud_variables) == {"token", "/shared/key"}


async def test_the_same_again_changes_nothing(configured: World) -> None:
    await configured.deploy_well(text())
    await configured.deploy_well(text())

    assert configured.calls + configured.questions == []


async def test_a_moved_value_is_a_reason_with_its_line(configured: World) -> None:
    await configured.deploy_well(text())
    spec = configured.instance("web/0").spec
    assert spec is not None
    overwriting = "key, type: password, update_mode: overwrite"
    anew = text(VARIABLES.replace("key, type: password", overwriting))
    vms = asked(configured, "create_vm")
    told = await configured.planner.describe(DeployRequest(manifest=anew))
    await configured.deploy_well(anew)

    assert "new values of `/shared/key`" in str(told)
    assert "password /shared/key#3" in {one.cloud_properties["key"] for one in vms}
    after = configured.instance("web/0").spec
    assert after is not None
    assert after.vm.cloud_variables != spec.vm.cloud_variables
    assert await reasons(configured) == []


async def test_a_plan_points_at_the_cloud_config(configured: World) -> None:
    await configured.deploy_well(text())
    names = ("/shared/key",)
    rotated = await configured.do(RotateRequest(names=names, deployment="shop"), deployment=None)

    assert rotated.state is TaskState.DONE, rotated.result
    assert await reasons(configured) == []
    overwriting = VARIABLES.replace("}", ", update_mode: overwrite}")
    report = report_from(
        await configured.planner.describe(DeployRequest(manifest=text(overwriting)))
    )
    spans = {
        str(reason.span)
        for group in report.groups
        for instance in group.instances
        for reason in instance.reasons
        if "new values" in reason.text
    }
    assert any(span.startswith("cloud config default:2:") for span in spans), spans


async def test_a_recreated_vm_gets_the_very_values_that_it_had(configured: World) -> None:
    await configured.deploy_well(text())
    (record,) = configured.store.variables(["/shared/key"])
    vms = asked(configured, "create_vm")
    await configured.change("recreate", "web/0")
    configured.crash("web/1")
    await configured.heal(configured.instance("web/1"))

    assert [one.cloud_properties["key"] for one in vms] == [configured.vault.open(record)] * 2


async def test_a_value_that_is_missing_is_named_with_its_line_where_it_is_used(
    configured: World,
) -> None:
    large = text().replace("vm_type: small", "vm_type: large")
    refused = await configured.deploy(large)
    lacking = await configured.deploy(manifest())

    assert refused.state is lacking.state is TaskState.ERROR
    assert "cloud config default:2:" in str(refused.result)
    assert "the variable `nobody` has no value" in str(refused.result)
    assert "`shop` uses these cloud properties" in str(refused.result)
    assert "the variable `token` has no value" in str(lacking.result)
    assert configured.values.made == []


async def test_a_relative_name_outside_of_cloud_properties_is_refused_when_saved(
    world: World,
) -> None:
    with pytest.raises(RejectedError, match="`own` needs an absolute name here"):
        await world.configs.save("cloud", "default", CLOUD.replace("10.0.0.2", "((own))"))
    with pytest.raises(RejectedError, match="`/dns` has no value"):
        await world.configs.save("cloud", "default", CLOUD.replace("10.0.0.2", "((/dns))"))


async def test_a_shared_value_may_stand_anywhere_once_it_is_there(world: World) -> None:
    named = CLOUD.replace("{name: large,", "{name: ((/shared/key)),")
    with pytest.raises(RejectedError, match="`/shared/key` has no value"):
        await world.configs.save("cloud", "default", named)
    await world.deploy_well(text())
    await world.configs.save("cloud", "default", named)
    key = str(world.vault.open(world.store.variables(["/shared/key"])[0]))
    config, _ = world.configs.cloud_config()
    await world.deploy_well(text())
    await world.change("recreate", "web/0")

    assert key in config.vm_types
    assert key not in everything_told(world)
    refused = await world.deploy(text().replace("vm_type: small", "vm_type: smal"))
    assert key not in str(refused.result), "names of VM types are listed there"


async def test_values_are_held_against_the_schema_of_the_cloud(configured: World) -> None:
    wrong = CLOUD.replace("ram: 1", "cpu: ((token))")
    await configured.configs.save("cloud", "default", wrong)
    task = await configured.deploy(text())

    assert task.state is TaskState.ERROR
    assert "cpu" in str(task.result)
    assert "password token#" not in str(task.result)


async def test_an_error_of_the_cloud_does_not_repeat_what_it_was_given(
    configured: World,
) -> None:
    def refuse(request: Any) -> None:
        given = request.cloud_properties["login"]
        raise CloudError(f"no such login: {given}", hint=f"is {given} right?")

    configured.when_called("create_vm", refuse)
    task = await configured.deploy(text())

    assert task.state is TaskState.ERROR
    assert "no such login: a ((token))" in str(task.result)
    for secret in SECRETS:
        assert secret not in everything_told(configured)


async def test_a_cpi_config_has_the_newest_shared_values_in_every_task(world: World) -> None:
    with pytest.raises(RejectedError, match="`/shared/key` has no value"):
        await world.configs.save("cpi", "default", CPI)
    with pytest.raises(RejectedError, match="`key` needs an absolute name"):
        await world.configs.save("cpi", "default", CPI.replace("/shared/key", "key"))
    await world.deploy_well(text())
    saved = await world.configs.save("cpi", "default", CPI)
    first = _login(world)
    await world.deploy_well(text(VARIABLES.replace("}", ", update_mode: overwrite}")))
    await world.deploy_well(text())

    assert first.startswith("password /shared/key#")
    assert _login(world).startswith("password /shared/key#")
    assert first != _login(world)
    kept = world.store.config(ConfigId(saved.config_id))
    assert kept is not None
    assert "((/shared/key))" in kept.content
    assert first not in everything_told(world)


def _login(world: World) -> str:
    properties: JsonObject = world.toy_cpis.used[-1].cpis[CpiName("east")].properties
    return str(properties["login"])
