"""What in an environment needs a new VM when it changes."""

import pytest

from paasta_deploy.model.ids import VariableId
from paasta_deploy.model.spec import VmSpec
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.env_digests import EnvDigests, env_digest
from paasta_deploy.testing.made_records import STEMCELL


def made_from(env: JsonObject) -> VmSpec:
    return VmSpec(stemcell=STEMCELL, cloud_properties={}, env=env, networks=())


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"bosh": {"group": "x"}}, {}, True),
        ({"bosh": {"group": "x", "tags": {"t": "u"}}}, {"bosh": {"groups": ["y"]}}, True),
        ({"bosh": {"swap_size": 0}}, {"bosh": {"swap_size": 1}}, False),
        ({"bosh": {"swap_size": 0, "password": "x"}}, {"bosh": {"swap_size": 0}}, True),
        ({"bosh": "odd"}, {"bosh": "odd"}, True),
    ],
)
def test_only_the_operators_part_of_env_decides_about_the_vm(
    left: JsonObject, right: JsonObject, is_same: bool
) -> None:
    assert (env_digest(left) == env_digest(right)) is is_same
    known, vm = EnvDigests(), made_from(left)
    assert known.of(vm) == known.of(vm) == env_digest(left)


def test_another_version_of_a_variable_in_it_is_a_change() -> None:
    env = {"token": "a ((token.part)) b"}
    first = env_digest(env, {"token": VariableId("1")})

    assert first != env_digest(env, {"token": VariableId("2")})
    assert first == env_digest(env, {"token": VariableId("1"), "other": VariableId("9")})
    assert env_digest({}, {"other": VariableId("9")}) == env_digest({})


def test_a_variable_in_what_the_director_adds_needs_no_new_vm() -> None:
    env = {"bosh": {"password": "((pw))"}}

    assert env_digest(env, {"pw": VariableId("1")}) == env_digest(env, {"pw": VariableId("2")})
