"""Resurrection configs: every rule of every config counts."""

import pytest

from paasta_deploy.manifest.parsing.resurrection_config import parse_resurrection_configs
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from tests.unit.manifest.texts import found, node

CF, DB = DeploymentName("cf"), InstanceGroupName("db")


def test_rules_of_all_configs_come_together() -> None:
    config = parse_resurrection_configs(
        [
            node("rules: [{enabled: true}]\n"),
            node("rules: [{enabled: false, include: {deployments: [cf], instance_groups: [db]}}]"),
        ]
    )

    assert config.diagnostics == ()
    assert [rule.enabled for rule in config.draft.rules] == [True, False]
    assert not config.draft.allows(CF, DB)
    assert config.draft.allows(CF, InstanceGroupName("web"))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{}\n", [("PD0102", "{")]),
        ("rules: [{}]\n", [("PD0102", "{")]),
        ("rules: [{enabled: 'no'}]\n", [("PD0101", "'no'")]),
        ("rules: [{enabled: null}]\n", [("PD0101", "null")]),
        ("rules: [{enabled: false, include: {groups: [a]}}]\n", [("PD0103", "groups")]),
        ("rules: [{enabled: false, exclude: []}]\n", [("PD0101", "[")]),
        ("rules: [{enabled: false, include: {deployments: cf}}]\n", [("PD0101", "cf")]),
    ],
)
def test_a_rule_with_a_mistake_is_told_and_does_not_count(
    text: str, problems: list[tuple[str, str]]
) -> None:
    config = parse_resurrection_configs([node(text)])

    assert found(text, config.diagnostics) == problems
    assert config.draft.rules == ()
    assert config.value is None
