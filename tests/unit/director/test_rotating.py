"""Rotations: overlap at every instant, over deployments, through kills; and what is refused."""

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from paasta_deploy.director.requests import DeployRequest, RotateRequest
from paasta_deploy.model.errors import LockedError, NotFoundError, VariableError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import RotationPhase, TaskState
from paasta_deploy.model.recorded import Put, TaskRecord
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.rotation_plan import plan_text
from paasta_deploy.testing.toy_values import read_certificates, trusts
from tests.unit.director.director_world import SHOP, World, manifest
from tests.unit.director.shop_release import FILES, build_shop
from tests.unit.director.test_deploying_kills import prepared, spread
from tests.unit.director.test_variables import (
    CERTIFICATES,
    PASSWORD,
    everything_told,
    rendered,
    text_of,
    versions,
    with_token,
)

CHAIN = """\
variables:
- {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}
- {name: inner, type: certificate, options: {is_ca: true, ca: ca, common_name: inner}}
- {name: tls, type: certificate, options: {ca: inner, common_name: web}}
- {name: other, type: certificate, options: {ca: ca, common_name: other}}
"""
SHARED = "provides: [{name: db, type: db, properties: [token]}]\n"
TAKEN = "consumes: [{name: db, type: db, optional: true}]\n"
# A shop whose web job shows all parts of a leaf, of its CA and of another leaf.
SHOWN = "((tls.certificate))|((tls.ca))|((ca.certificate))|((other.certificate))|((other.ca))"


def request(*names: str) -> RotateRequest:
    whole = tuple(n if n.startswith("/") else f"/paasta/shop/{n}" for n in names)
    return RotateRequest(names=whole, deployment="shop")


async def rotate(world: World, *names: str) -> TaskRecord:
    return await world.do(request(*names), deployment=None)


async def rotate_well(world: World, *names: str) -> None:
    task = await rotate(world, *names)
    assert task.state is TaskState.DONE, task.result


def value(world: World, name: str) -> JsonValue:
    """Return the newest value in use."""
    newest = [one for one in versions(world, name) if not one.waiting][-1]
    return world.vault.open(newest)


def parts(world: World, name: str) -> JsonObject:
    found = value(world, name)
    assert isinstance(found, Mapping)
    return found


class Watch:
    """Looks at what every instance has after each entry of the journal, as its peers do.

    What an instance shows and trusts is taken from the set that its machine was last told.
    """

    def __init__(self, world: World, leaves: tuple[str, ...] = ("tls", "other")) -> None:
        self.world = world
        self.leaves = leaves
        self.phases: list[RotationPhase] = []
        self.seen: set[frozenset[str]] = set()
        world.store.before_write = lambda _entry: self.look()

    def look(self) -> None:
        for one in self.world.store.rotations():
            if not self.phases or self.phases[-1] is not one.phase:
                self.phases.append(one.phase)
        held = list(self._held())
        self.seen.add(frozenset(str(sorted(one.items())) for one in held))
        for shows, believes in itertools.product(held, held):
            for leaf in self.leaves:
                shown = self._value(shows, leaf)
                trusted = self._value(believes, leaf)
                assert trusts(str(trusted["ca"]), str(shown["certificate"])), (
                    f"{leaf} is distrusted"
                )

    def _held(self) -> Iterator[Mapping[str, str]]:
        recorded = self.world.store.recorded_deployment(SHOP)
        assert recorded is not None
        sets = {one.set_id: one.versions for one in self.world.store.variable_sets(SHOP)}
        for instance in recorded.instances:
            if instance.spec is not None:
                yield sets[instance.spec.variable_set]

    def _value(self, held: Mapping[str, str], name: str) -> JsonObject:
        wanted = held[f"/paasta/shop/{name}"]
        (record,) = [one for one in self.world.store.variables() if one.variable_id == wanted]
        found = self.world.vault.open(record)
        assert isinstance(found, Mapping)
        return found


async def test_a_password_is_replaced_in_one_rollout(world: World) -> None:
    await world.deploy_well(with_token())
    await rotate_well(world, "token")

    assert rendered(world) == "Hello password /paasta/shop/token#2\n"
    assert [one.number for one in versions(world, "token")] == [2]
    assert not world.store.rotations()
    assert "password token" not in everything_told(world)


async def test_a_leaf_is_signed_again_by_the_same_authority(world: World) -> None:
    await world.deploy_well(with_token("((tls.certificate))", CERTIFICATES))
    authority = value(world, "ca")
    before = parts(world, "tls")
    await rotate_well(world, "tls")
    after = parts(world, "tls")

    assert before["certificate"] != after["certificate"]
    assert before["ca"] == after["ca"]
    assert value(world, "ca") == authority
    assert trusts(str(before["ca"]), str(after["certificate"]))


async def test_an_authority_is_rotated_without_a_moment_of_distrust(world: World) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN, webs=3))
    old = {name: parts(world, name) for name in ("ca", "inner", "tls", "other")}
    watch = Watch(world)
    await rotate_well(world, "ca")
    watch.look()

    assert watch.phases == [
        RotationPhase.TRUSTING,
        RotationPhase.SIGNING,
        RotationPhase.DROPPING,
    ]
    assert len(watch.seen) > 6, "instances were seen with different versions side by side"
    new = {name: parts(world, name) for name in old}
    for name in old:
        assert new[name]["private_key"] != old[name]["private_key"], f"{name} is as old as before"
        assert len(list(read_certificates(str(new[name]["ca"])))) == 1, "the old one is dropped"
    assert not trusts(str(new["tls"]["ca"]), str(old["tls"]["certificate"]))
    assert not world.store.rotations()
    assert not [one for one in world.store.variables() if one.waiting]
    assert {len(versions(world, name)) for name in old} == {1}, "old versions are gone"


async def test_an_authority_below_another_is_rotated_by_itself(world: World) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    root, other = value(world, "ca"), value(world, "other")
    watch = Watch(world)
    await rotate_well(world, "inner")

    assert (value(world, "ca"), value(world, "other")) == (root, other)
    assert trusts(
        str(parts(world, "ca")["certificate"]), str(parts(world, "inner")["certificate"])
    )
    assert len(watch.phases) == 3


async def test_a_deploy_in_the_middle_makes_certificates_that_everybody_trusts(
    world: World,
) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    watch = Watch(world)
    more = CHAIN + "- {name: late, type: certificate, options: {ca: ca, common_name: late}}\n"
    more += "- {name: below, type: certificate, options: {is_ca: true, ca: ca, common_name: b}}\n"
    world.deafen("run_script", slug="web/1")
    task = await rotate(world, "ca")
    assert task.state is TaskState.ERROR
    assert "Nothing is distrusted meanwhile" in str(world.events(task.task_id)[-1])
    (under_way,) = world.store.rotations()
    assert under_way.phase is RotationPhase.TRUSTING
    world.listen()
    await world.deploy(with_token(SHOWN + "((late.ca))((below.ca))", more))
    await rotate_well(world, "ca")
    watch.look()

    root = str(parts(world, "ca")["certificate"])
    assert len(list(read_certificates(root))) == 1
    for name in ("late", "below", "inner", "other"):
        assert trusts(root, str(parts(world, name)["certificate"])), name
        assert parts(world, name)["ca"] == root


async def test_a_shared_authority_is_rotated_in_all_deployments_that_use_it(
    world: World,
) -> None:
    shared = CERTIFICATES.replace("ca: ca", "ca: /shared/ca").replace(
        "name: ca", "name: /shared/ca"
    )
    one = with_token("((tls.certificate))((tls.ca))", shared)
    other = one.replace("name: shop\n", "name: other\n", 1)
    await world.deploy_well(one)
    made = await world.do(DeployRequest(manifest=other), deployment=DeploymentName("other"))
    assert made.state is TaskState.DONE, made.result
    before = world.store.variables(["/paasta/other/tls"])
    await rotate_well(world, "/shared/ca")
    (after,) = world.store.variables(["/paasta/other/tls"])

    assert after.number > before[0].number
    theirs = world.vault.open(after)
    assert isinstance(theirs, Mapping)
    assert trusts(str(parts(world, "tls")["ca"]), str(theirs["certificate"]))
    recorded = world.store.recorded_deployment(DeploymentName("other"))
    assert recorded is not None
    assert all(item.converged for item in recorded.instances)


async def test_a_killed_rotation_goes_on_and_is_finished(
    tmp_path: Path, shop_tarball: Path
) -> None:
    text = with_token("((tls.certificate))|((tls.ca))", CERTIFICATES)

    async def deployed(folder: Path) -> World:
        world = await prepared(folder, shop_tarball, deployed=False)
        await world.deploy_well(text)
        return world

    whole = await deployed(tmp_path / "whole")
    whole.reaper.revive()
    await rotate_well(whole, "ca")
    points = list(whole.reaper.points)
    await whole.close()
    for number in spread(points):
        world = await deployed(tmp_path / str(number))
        old = parts(world, "tls")
        Watch(world, ("tls",))
        await _killed(world, number)
        world.store.before_write = None
        if any(task.kind == "rotate_variables" for task in world.store.tasks()):
            assert not world.store.rotations(), f"killed {points[number]}"
            assert not trusts(str(parts(world, "tls")["ca"]), str(old["certificate"]))
        await world.close()


async def _killed(world: World, die_at: int) -> None:
    world.reaper.revive(die_at)
    submission = asyncio.create_task(world.submit(request("ca"), deployment=None))
    await world.until_dead()
    await world.kill()
    submission.cancel()
    world.start()
    for task_id in await world.tasks.resume():
        ended = await world.tasks.wait(task_id)
        assert ended.state is TaskState.DONE, ended.result


async def test_the_plan_tells_every_rollout_and_changes_nothing(world: World) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    made = list(world.values.made)
    (plan,) = world.rotations.plan(SHOP, ["ca", "tls"])
    text = plan_text([plan])

    assert world.values.made == made
    assert "/paasta/shop/ca (certificate authority): 3 rollouts" in text
    assert "1. trusting: a new /paasta/shop/ca, /paasta/shop/inner is trusted" in text
    assert "shop (3 instances)" in text
    assert "/paasta/shop/other, /paasta/shop/tls" in text


async def test_what_cannot_be_rotated_is_refused_before_anything_is_made(world: World) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    with pytest.raises(NotFoundError, match="shop has no variable `unknown`") as refusal:
        world.rotations.plan(SHOP, ["unknown"])
    assert "did you mean" not in refusal.value.hint
    with pytest.raises(NotFoundError, match="no variable `innr` or `tsl`") as refusal:
        world.rotations.plan(SHOP, ["innr", "ca", "tsl"])
    assert "did you mean `inner`, `tls`?" in refusal.value.hint
    await world.record(Put(record=replace(world.instance("web/1"), ignored=True)))
    with pytest.raises(VariableError, match=r"web/1 \(ignored\)"):
        world.rotations.plan(SHOP, ["ca"])

    assert not world.store.rotations()


async def test_one_rotation_runs_at_a_time_and_its_members_wait_for_it(world: World) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    hold = world.hold("apply")
    task = await world.submit(request("ca"), deployment=None)
    await hold.reached.wait()
    with pytest.raises(LockedError, match=f"Task {task.task_id} is rotating"):
        world.rotations.plan(SHOP, ["tls"])
    await world.tasks.cancel(task.task_id)
    hold.go.set()
    ended = await world.tasks.wait(task.task_id)
    assert ended.state is TaskState.CANCELLED
    with pytest.raises(VariableError, match="rotated together with /paasta/shop/ca"):
        world.rotations.plan(SHOP, ["inner"])
    (left,) = world.rotations.plan(SHOP, ["ca"])
    assert left.phase is RotationPhase.TRUSTING
    world.listen()
    await rotate_well(world, "ca")


async def test_a_held_variable_and_an_overwritten_one_stay_apart_from_a_rotation(
    world: World,
) -> None:
    held = PASSWORD + "- {name: each, type: password, update_mode: overwrite}\n"
    held = held.replace(
        "name: token, type: password",
        "name: token, type: password, update: {strategy: on-stemcell-change}",
    )
    await world.deploy_well(with_token("((token))((each))", held))
    await rotate_well(world, "token")

    assert rendered(world) == "Hello password /paasta/shop/token#3password each#2\n"
    assert world.values.made.count("each") == 1


async def test_a_rotation_upgrades_nothing(world: World, tmp_path: Path) -> None:
    await world.deploy_well(with_token())
    await world.upload(build_shop(tmp_path, version="2"))
    await world.add_stemcell("1.2")
    await rotate_well(world, "token")

    assert world.recorded.deployment.releases == (("shop", "1"),)
    assert [str(key.version) for key in world.recorded.deployment.stemcells] == ["1.1"]


async def test_a_deployment_that_gets_a_value_through_a_link_is_brought_along(
    world: World, tmp_path: Path
) -> None:
    linked = {
        "jobs/db/spec": FILES["jobs/db/spec"].replace(
            "properties:", SHARED + "properties:\n  token: {description: A secret}"
        ),
        "jobs/web/spec": FILES["jobs/web/spec"].replace("properties:", TAKEN + "properties:"),
        "jobs/web/templates/text.j2": '{{ link("db").p("token") if if_link("db") }}\n',
    }
    await world.upload(build_shop(tmp_path, version="2", files=linked))
    offering = "release: shop, provides: {db: {shared: true, as: db}}, "
    offering += "properties: {token: ((token)), "
    one = (manifest() + PASSWORD).replace("release: shop, properties: {port", offering + "port")
    other = manifest().replace("name: shop\n", "name: other\n", 1)
    consumes = "name: web, release: shop, consumes: {db: {from: db, deployment: shop}}"
    other = other.replace("name: web, release: shop", consumes)
    await world.deploy_well(one)
    name = DeploymentName("other")
    made = await world.do(DeployRequest(manifest=other), deployment=name)
    assert made.state is TaskState.DONE, made.result
    (plan,) = world.rotations.plan(SHOP, ["token"])
    assert dict(plan.deployments) == {SHOP: 3, name: 3}
    await rotate_well(world, "token")
    recorded = world.store.recorded_deployment(name)
    assert recorded is not None

    secret = value(world, "token")
    specs = [item.spec for item in recorded.instances if item.group == "web"]
    assert [text_of(world, spec) for spec in specs if spec] == [f"{secret}\n"] * 2


async def test_an_instance_that_dies_before_a_rotation_reaches_it_comes_back_as_it_was(
    world: World,
) -> None:
    await world.deploy_well(with_token(SHOWN, CHAIN))
    watch = Watch(world)
    world.deafen("run_script", slug="web/0")
    assert (await rotate(world, "ca")).state is TaskState.ERROR
    world.listen()
    before = world.instance("web/1").spec
    world.crash("web/1")
    healed = await world.heal(world.instance("web/1"))

    assert healed.state is TaskState.DONE, healed.result
    assert world.instance("web/1").spec == before, "the very same files, from the very same set"
    watch.look()
    await rotate_well(world, "ca")
    assert {item.spec.variable_set for item in world.recorded.instances if item.spec} == {
        world.recorded.deployment.variable_set
    }
