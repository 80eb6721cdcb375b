"""Names and tags are BOSH's, and tags of an operator cannot hide them."""

from datetime import UTC, datetime, timedelta, timezone

from paasta_deploy.execution.metadata import disk_metadata, vm_environment, vm_metadata
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject
from tests.unit.execution.world import DEPLOYMENT, GROUP, placed, spec

AT = datetime(2026, 11, 22, 11, 32, 59, tzinfo=UTC)


def test_a_vm_has_the_keys_that_bosh_gives_it() -> None:
    metadata = vm_metadata(
        director="TestDirector",
        deployment=DEPLOYMENT,
        group=GROUP,
        index=0,
        identity="i0",
        created_at=AT.astimezone(timezone(timedelta(hours=5))),
        tags={"team": "red", "director": "mine"},
    )

    assert metadata == {
        "team": "red",
        "director": "TestDirector",
        "deployment": "dep",
        "id": "i0",
        "job": "web",
        "instance_group": "web",
        "index": "0",
        "name": "web/i0",
        "created_at": "2026-11-22T11:32:59Z",
    }


def test_a_disk_has_the_keys_that_bosh_gives_it() -> None:
    metadata = disk_metadata(
        director="TestDirector", instance=placed(spec()), attached_at=AT, tags={"team": "red"}
    )

    assert metadata == {
        "team": "red",
        "director": "TestDirector",
        "deployment": "dep",
        "instance_id": "i0",
        "instance_index": "0",
        "instance_group": "web",
        "attached_at": "2026-11-22T11:32:59Z",
    }


def _environment(env: JsonObject, director: str = "My_Director") -> JsonObject:
    return vm_environment(
        env, director=director, deployment=DeploymentName("Dep"), group=GROUP, tags={"a": "b"}
    )


def test_a_vm_knows_its_groups_in_canonical_form() -> None:
    assert _environment({})["bosh"] == {
        "group": "my-director-dep-web",
        "groups": [
            "my-director",
            "dep",
            "web",
            "my-director-dep",
            "dep-web",
            "my-director-dep-web",
        ],
        "tags": {"a": "b"},
    }


def test_the_operators_environment_is_kept() -> None:
    env: JsonObject = {"persistent_disk_fs": "xfs", "bosh": {"password": "*"}}

    merged = _environment(env)

    assert merged["persistent_disk_fs"] == "xfs"
    bosh = merged["bosh"]
    assert isinstance(bosh, dict)
    assert bosh["password"] == "*"
    assert bosh["tags"] == {"a": "b"}
