"""Deploys with variables of the director's own store: made once, kept, pinned, never shown."""

import asyncio
import io
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from paasta_deploy.cli.plan_text import variables_text
from paasta_deploy.director.requests import DeployRequest, UploadReleaseRequest
from paasta_deploy.model.errors import TemplateError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.variable_records import VariableRecord
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.toy_values import read_certificates, trusts
from tests.unit.director.director_world import SHOP, World, manifest
from tests.unit.director.shop_release import build_shop
from tests.unit.director.test_deploying_kills import (
    killed_and_resumed,
    points_of,
    prepared,
    spread,
)

PASSWORD = """\
variables:
- {name: token, type: password}
"""
CERTIFICATES = """\
variables:
- {name: tls, type: certificate, options: {ca: ca, common_name: web}}
- {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}
"""


def with_token(value: str = "((token))", variables: str = PASSWORD, **options: int) -> str:
    """Return the shop's manifest whose web job has a secret property."""
    text = manifest(**options).replace("{text: Hello}", f'{{text: Hello, token: "{value}"}}')  # type: ignore[arg-type] # numbers only
    assert value in text
    return text + variables


def rendered(world: World, slug: str = "web/0") -> str:
    """Return the file that the instance's templates were rendered to."""
    spec = world.instance(slug).spec
    assert spec is not None
    return text_of(world, spec)


def text_of(world: World, spec: InstanceSpec) -> str:
    assert spec.templates.blob is not None
    archive = world.blobs.read(spec.templates.blob.blob_id)
    with tarfile.open(fileobj=io.BytesIO(archive)) as bundle:
        file = bundle.extractfile("web/config/text")
        assert file is not None
        return file.read().decode()


def versions(world: World, name: str) -> list[VariableRecord]:
    whole = name if name.startswith("/") else f"/paasta/shop/{name}"
    return list(world.store.variables([whole]))


def everything_told(world: World) -> str:
    """Return all that could be read by somebody who may not know secrets."""
    outputs = [
        world.output(task.task_id, output)
        for task in world.store.tasks()
        for output in (TaskOutput.EVENT, TaskOutput.DEBUG, TaskOutput.RESULT)
    ]
    lines = [f"{line.step} {json.dumps(dict(line.data))}" for line in world.store.lines]
    records = [repr(world.recorded), *(repr(one) for one in world.store.variables())]
    tasks = [f"{task.request} {task.result}" for task in world.store.tasks()]
    return "\n".join([*outputs, *lines, *records, *tasks])


async def test_a_missing_variable_is_made_and_reaches_the_templates(world: World) -> None:
    task = await world.deploy_well(with_token())

    assert world.values.made == ["token"]
    assert rendered(world) == "Hello password token#1\n"
    assert [line["stage"] for line in world.events(task.task_id) if "stage" in line][:4] == [
        "Preparing deployment",
        "Preparing deployment",
        "Generating variables",
        "Generating variables",
    ]
    (record,) = versions(world, "token")
    assert (record.number, record.created_by) == (1, task.task_id)


async def test_no_secret_is_told_or_recorded_in_clear(world: World) -> None:
    await world.deploy_well(with_token())
    await world.deploy_well(with_token(webs=3))

    assert "password token" not in everything_told(world)
    assert "((token))" in str(world.recorded.deployment.manifest)


async def test_the_same_manifest_again_makes_nothing_and_touches_nobody(world: World) -> None:
    await world.deploy_well(with_token())
    lines = len(world.store.lines)
    await world.deploy_well(with_token())

    assert world.values.made == ["token"]
    assert world.calls + world.questions == []
    steps = [line.step for line in world.store.lines[lines:]]
    assert set(steps) == {"task", "deployed"}


async def test_a_certificate_is_signed_by_its_authority_whatever_the_order(world: World) -> None:
    await world.deploy_well(with_token("((tls.ca))", CERTIFICATES))

    assert world.values.made == ["ca", "tls"]
    (authority,) = versions(world, "ca")
    (leaf,) = versions(world, "tls")
    assert leaf.signed_by == authority.variable_id
    assert leaf.certificate is not None
    assert not leaf.certificate.is_authority
    value = world.vault.open(leaf)
    assert isinstance(value, Mapping)
    assert trusts(str(value["ca"]), str(value["certificate"]))


async def test_a_plan_tells_what_would_be_made_and_makes_nothing(world: World) -> None:
    request = DeployRequest(manifest=with_token())
    told = await world.planner.describe(request)

    assert world.values.made == []
    assert not world.store.variables()
    assert told["variables"] == [
        {"name": "token", "type": "password", "action": "make", "reason": "it has no value yet"}
    ]
    assert variables_text(told["variables"]) == (
        "Values of variables that are made:\n  + token (password): it has no value yet\n"
    )
    await world.deploy_well(with_token())
    again = await world.planner.describe(request)
    assert (again["is_empty"], again["variables"]) == (True, [])


async def test_a_dry_run_makes_nothing(world: World) -> None:
    await world.deploy(with_token(), dry_run=True)

    assert world.values.made == []


async def test_a_variable_that_nobody_defines_is_refused_before_anything_is_made(
    world: World,
) -> None:
    task = await world.deploy(with_token("((token)) ((other))"))

    assert task.state is TaskState.ERROR
    assert "the variable `other` has no value" in str(task.result)
    assert world.values.made == []


async def test_a_wrong_option_is_refused_with_its_line(world: World) -> None:
    wrong = "variables:\n- {name: token, type: password, options: {lenght: 3}}\n"
    task = await world.deploy(with_token(variables=wrong))

    assert re.search(r"manifest\.yml:\d+.*no option `lenght`", str(task.result))


async def test_overwrite_and_converge_make_a_value_anew_and_change_its_group(
    world: World,
) -> None:
    await world.deploy_well(with_token())
    wider = PASSWORD.replace("password}", "password, options: {length: 40}}")
    await world.deploy_well(with_token(variables=wider))
    assert rendered(world) == "Hello password token#1\n", "no mode: what exists stays"

    converging = wider + "features: {converge_variables: true}\n"
    await world.deploy_well(with_token(variables=converging))
    assert rendered(world) == "Hello password token#2\n"
    assert world.asked("start") == ["web/0", "web/1"]
    await world.deploy_well(with_token(variables=converging))
    assert world.questions == []

    each_time = PASSWORD.replace("password}", "password, update_mode: overwrite}")
    await world.deploy_well(with_token(variables=each_time))
    await world.deploy_well(with_token(variables=each_time))
    assert rendered(world) == "Hello password token#4\n"


async def test_old_versions_go_when_nobody_uses_them_any_more(world: World) -> None:
    each_time = PASSWORD.replace("password}", "password, update_mode: overwrite}")
    for _ in range(3):
        await world.deploy_well(with_token(variables=each_time))

    assert [one.number for one in versions(world, "token")] == [3]
    (only,) = world.store.variable_sets(SHOP)
    assert world.recorded.deployment.variable_set == only.set_id
    assert {item.spec.variable_set for item in world.recorded.instances if item.spec} == {
        only.set_id
    }


async def test_a_held_variable_waits_for_a_new_stemcell(world: World) -> None:
    held = "variables:\n- name: token\n  type: password\n  update_mode: overwrite\n"
    held += "  update: {strategy: on-stemcell-change}\n"
    await world.deploy_well(with_token(variables=held))
    await world.deploy_well(with_token(variables=held))
    assert world.values.made == ["token"]

    await world.deploy_well(with_token(variables=held), force_latest_variables=True)
    assert rendered(world) == "Hello password token#2\n"
    await world.add_stemcell("1.2")
    await world.deploy_well(with_token(variables=held))
    assert rendered(world) == "Hello password token#3\n"


async def test_a_recreated_or_healed_instance_gets_the_very_same_files(world: World) -> None:
    await world.deploy_well(with_token())
    before = world.instance("web/0").spec
    await world.change("recreate", "web/0")
    world.crash("web/1")
    await world.heal(world.instance("web/1"))

    assert world.values.made == ["token"]
    assert world.instance("web/0").spec == before
    assert all(item.converged for item in world.recorded.instances)


async def test_a_value_in_an_environment_reaches_the_cloud_and_not_the_records(
    world: World,
) -> None:
    env = "env: {secret: ((token))}\n  jobs: [{name: web"
    text = (manifest() + PASSWORD).replace("jobs: [{name: web", env)
    asked: list[JsonObject] = []
    world.when_called("create_vm", lambda request: asked.append(request.env))
    await world.deploy_well(text)

    secrets = [env["secret"] for env in asked if "secret" in env]
    assert secrets == ["password token#1"] * 2
    spec = world.instance("web/0").spec
    assert spec is not None
    assert spec.vm.env["secret"] == "((token))"
    assert "password token" not in everything_told(world)
    await world.deploy_well(text)
    assert world.calls == []
    each_time = text.replace("type: password}", "type: password, update_mode: overwrite}")
    await world.deploy_well(each_time)
    assert world.calls.count("create_vm") == 2, "another value in env needs new VMs"


async def test_a_shared_variable_is_made_once_for_all_deployments(world: World) -> None:
    shared = "variables:\n- {name: /shared/token, type: password}\n"
    one = with_token("((/shared/token))", shared)
    other = one.replace("name: shop\n", "name: other\n", 1)
    tasks = await asyncio.gather(
        world.do(DeployRequest(manifest=one)),
        world.do(DeployRequest(manifest=other), deployment=DeploymentName("other")),
    )

    assert [task.state for task in tasks] == [TaskState.DONE] * 2, [t.result for t in tasks]
    assert world.values.made == ["/shared/token"]
    using = one.replace(shared, "")
    await world.deploy_well(using)
    assert world.questions == [], "who only uses it gets the same value"


async def test_a_template_that_fails_does_not_tell_the_value(world: World, tmp_path: Path) -> None:
    failing = {"jobs/web/templates/text.j2": '{{ p("token") | int / 0 }}{{ p(p("token")) }}\n'}
    tarball = build_shop(tmp_path, version="2", files=failing)
    await world.do(UploadReleaseRequest(source=str(tarball)), deployment=None)
    task = await world.deploy(with_token())

    assert task.state is TaskState.ERROR
    assert "password token" not in everything_told_but_records(world)
    fresh = with_token("((fresh))", PASSWORD.replace("token", "fresh"))
    with pytest.raises(TemplateError) as refusal:
        await world.planner.describe(DeployRequest(manifest=fresh))
    assert "stood in for them" in refusal.value.hint


def everything_told_but_records(world: World) -> str:
    return "\n".join(
        f"{task.result} {world.output(task.task_id, TaskOutput.EVENT)}"
        f" {world.output(task.task_id, TaskOutput.DEBUG)}"
        for task in world.store.tasks()
    )


async def test_a_deleted_deployment_finds_its_values_again(world: World) -> None:
    await world.deploy_well(with_token())
    await world.delete()
    assert not world.store.variable_sets()
    await world.deploy_well(with_token())

    assert world.values.made == ["token"]


async def test_a_certificate_has_the_names_of_the_link_that_it_consumes(world: World) -> None:
    provides = (
        "jobs: [{name: db, release: shop, provides: {address: {as: db-address}}, "
        "custom_provider_definitions: [{name: address, type: address}]"
    )
    consuming = CERTIFICATES.replace(
        "common_name: web}}",
        "common_name: web}, consumes: {alternative_name: {from: db-address},"
        " common_name: {from: db-address, properties: {wildcard: true}}}}",
    )
    text = with_token("((tls.certificate))", consuming)
    text = text.replace("jobs: [{name: db, release: shop", provides)
    await world.deploy_well(text)
    value = world.vault.open(versions(world, "tls")[0])
    assert isinstance(value, Mapping)
    (certificate,) = read_certificates(str(value["certificate"]))

    address = str(world.instance("db/0").addresses[0].ip)
    assert certificate.names == ("q-s0.db.default.shop.bosh", address)
    assert certificate.name == "*.db.default.shop.bosh"
    await world.deploy_well(text)
    assert len(versions(world, "tls")) == 1


async def test_a_link_that_nobody_provides_is_told_at_its_line(world: World) -> None:
    consuming = CERTIFICATES.replace(
        "common_name: web}}", "common_name: web}, consumes: {alternative_name: {from: nobody}}}"
    )
    task = await world.deploy(with_token("((tls.ca))", consuming))

    assert "a link that nobody provides" in str(task.result)
    assert world.values.made == []


async def test_a_deploy_warns_of_a_certificate_that_ends_soon(world: World) -> None:
    short = CERTIFICATES.replace("common_name: web}", "common_name: web, duration: 12}")
    await world.deploy_well(with_token("((tls.ca))", short))
    young = await world.deploy_well(with_token("((tls.ca))", short))
    world.clock.advance(timedelta(days=9).total_seconds())
    old = await world.deploy_well(with_token("((tls.ca))", short))

    assert "expires" not in world.output(young.task_id, TaskOutput.EVENT)
    told = [line["message"] for line in world.events(old.task_id) if "message" in line]
    assert any("the certificate `tls` expires in 3 days" in str(text) for text in told)


async def test_a_killed_deploy_goes_on_with_the_very_same_values(
    tmp_path: Path, shop_tarball: Path
) -> None:
    request = DeployRequest(
        manifest=with_token(variables=PASSWORD.replace("}", ", update_mode: overwrite}"))
    )
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=False)
    points = await points_of(whole, request)
    first = next(number for number, point in enumerate(points) if "of variable" in point)
    await whole.close()
    for number in sorted({first, first + 1, first + 2, *spread(points)[1::3]}):
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=False)
        await killed_and_resumed(world, request, number)
        if not world.store.tasks(deployment=SHOP):
            await world.close()
            continue  # it died before the task was recorded
        made = versions(world, "token")
        assert len(made) == 1, f"one task made {len(made)} values"
        value = world.vault.open(made[0])
        assert rendered(world) == rendered(world, "web/1") == f"Hello {value}\n"
        await world.close()


async def test_an_ignored_instance_keeps_the_value_that_it_has(world: World) -> None:
    await world.deploy_well(with_token())
    instance = world.instance("web/0")
    await world.record(Put(record=replace(instance, ignored=True)))
    each_time = PASSWORD.replace("password}", "password, update_mode: overwrite}")
    await world.deploy_well(with_token(variables=each_time))

    assert world.instance("web/0").spec == instance.spec
    assert [one.number for one in versions(world, "token")] == [1, 2], "the old one is in use"
