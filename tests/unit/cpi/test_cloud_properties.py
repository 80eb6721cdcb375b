"""A mistake in cloud properties is told with the key, the noun and what was meant."""

from paasta_deploy.cpi.cloud_properties import check_properties
from paasta_deploy.model.values import JsonObject

SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "properties": {
        "vm_type": {
            "type": "object",
            "properties": {
                "instance_type": {"type": "string"},
                "disk": {"type": "object", "properties": {"size": {"type": "integer"}}},
            },
            "additionalProperties": False,
        }
    },
}


def found(properties: JsonObject) -> list[tuple[str, str]]:
    diagnostics = check_properties(SCHEMA, "vm_type", properties, provider="aws")
    return [(item.summary, item.hint) for item in diagnostics]


def test_properties_that_fit_have_nothing_to_say() -> None:
    assert found({"instance_type": "m5.large", "disk": {"size": 10}}) == []


def test_a_misspelt_key_is_told_with_what_was_meant() -> None:
    ((summary, hint),) = found({"instance_typ": "m5.large"})

    assert summary == "CPI aws knows no `instance_typ` in `cloud_properties` of vm_type"
    assert hint == "did you mean `instance_type`?"


def test_a_wrong_value_is_told_with_its_path() -> None:
    ((summary, _),) = found({"disk": {"size": "big"}})

    assert summary.startswith("`cloud_properties.disk.size` of vm_type does not fit CPI aws:")


def test_all_mistakes_are_told_at_once() -> None:
    assert len(found({"instance_type": 5, "disk": {"size": "big"}, "other": 1, "more": 2})) == 4
