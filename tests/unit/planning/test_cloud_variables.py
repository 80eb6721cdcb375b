"""Versions of the variables in cloud properties."""

from paasta_deploy.model.ids import VariableId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.cloud_variables import NO_VERSIONS, names_in, used_versions, uses

VERSIONS = {name: VariableId(f"id of {name}") for name in ("a", "/b", "c")}


def test_names_are_found_in_texts_and_keys_at_any_depth() -> None:
    value: JsonValue = {"x": ["((a))", {"((/b.part))": "-((!d))-"}]}

    assert names_in(value) == {"a", "/b", "d"}
    assert uses(value, ["d"])
    assert not uses(value, ["c"])


def test_only_versions_that_are_used_are_kept() -> None:
    assert used_versions({"x": "((a))((nobody))"}, VERSIONS) == {"a": "id of a"}
    assert used_versions({"x": 1}, VERSIONS) is NO_VERSIONS
    assert used_versions({"x": "((a))"}, {}) is NO_VERSIONS
