"""A mistake in cloud properties is told with the key, the noun and what was meant."""

from paasta_deploy.cpi.cloud_properties import check_properties
from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.values import JsonObject

SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "properties": {
        "vm_type": {
            "type": "object",
            "properties": {
                "instance_type": {"type": "string"},
                "disk": {
                    "type": "object",
                    "properties": {"size": {"type": "integer", "minimum": 1}},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        }
    },
}


def found(properties: JsonObject) -> list[Diagnostic]:
    return list(check_properties(SCHEMA, "vm_type", properties, provider="aws"))


def test_properties_that_fit_have_nothing_to_say() -> None:
    assert found({"instance_type": "m5.large", "disk": {"size": 10}}) == []


def test_a_misspelt_key_is_told_with_what_was_meant() -> None:
    (mistake,) = found({"instance_typ": "m5.large"})

    assert mistake.summary == "unknown key `instance_typ` in the cloud_properties of a vm_type"
    assert mistake.detail == "the CPI aws does not know it"
    assert mistake.hint == "did you mean `instance_type`?"


def test_a_misspelt_key_deep_down_is_told_with_its_path() -> None:
    (mistake,) = found({"disk": {"sise": 10}})

    assert "unknown key `disk.sise`" in mistake.summary
    assert mistake.hint == "did you mean `size`?"


def test_a_wrong_value_is_told_with_its_path() -> None:
    (mistake,) = found({"disk": {"size": "big"}})

    assert mistake.summary == "`disk.size` in the cloud_properties of a vm_type cannot be used"
    assert mistake.detail == "'big' is not of type 'integer'"


def test_kinds_of_mistakes_have_their_codes() -> None:
    mistakes = [found({"disk": {"size": size}})[0].code for size in ("big", 0)]

    assert len(set(mistakes)) == 2


def test_all_mistakes_are_told_at_once() -> None:
    assert len(found({"instance_type": 5, "disk": {"size": "big"}, "other": 1, "more": 2})) == 4
