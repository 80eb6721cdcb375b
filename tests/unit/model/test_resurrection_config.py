"""Which instances may be resurrected.

Properties: a rule more never allows more; the order of rules does not matter.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.resurrection_config import (
    ResurrectionConfig,
    ResurrectionFilter,
    ResurrectionRule,
)

DEPLOYMENTS = [DeploymentName(name) for name in ("cf", "db")]
GROUPS = [InstanceGroupName(name) for name in ("web", "api")]
FILTERS = st.builds(
    ResurrectionFilter,
    deployments=st.lists(st.sampled_from(DEPLOYMENTS), unique=True).map(tuple),
    instance_groups=st.lists(st.sampled_from(GROUPS), unique=True).map(tuple),
)
RULES = st.builds(ResurrectionRule, enabled=st.booleans(), include=FILTERS, exclude=FILTERS)


def chosen(deployments: str = "", groups: str = "") -> ResurrectionFilter:
    """Return a filter of names in words."""
    return ResurrectionFilter(
        deployments=tuple(map(DeploymentName, deployments.split())),
        instance_groups=tuple(map(InstanceGroupName, groups.split())),
    )


@pytest.mark.parametrize(
    ("include", "exclude", "applies"),
    [
        (chosen(), chosen(), True),
        (chosen("cf"), chosen(), True),
        (chosen("db"), chosen(), False),
        (chosen("cf", "web"), chosen(), True),
        (chosen("cf", "api"), chosen(), False),
        (chosen(groups="api web"), chosen(), True),
        (chosen(), chosen("cf"), False),
        (chosen(), chosen("cf", "api"), True),
        (chosen(), chosen(groups="web"), False),
        (chosen("cf"), chosen("db"), True),
    ],
)
def test_parts_of_a_filter_must_all_match_and_items_are_alternatives(
    include: ResurrectionFilter, exclude: ResurrectionFilter, applies: bool
) -> None:
    rule = ResurrectionRule(enabled=False, include=include, exclude=exclude)

    assert rule.applies(DEPLOYMENTS[0], GROUPS[0]) is applies


def test_nobody_speaking_means_yes() -> None:
    assert ResurrectionConfig().allows(DEPLOYMENTS[0], GROUPS[0])


def test_one_no_wins_over_any_yes() -> None:
    yes, no = ResurrectionRule(enabled=True), ResurrectionRule(enabled=False)

    assert not ResurrectionConfig(rules=(yes, no, yes)).allows(DEPLOYMENTS[0], GROUPS[0])


@given(rules=st.lists(RULES, max_size=4), more=RULES, data=st.data())
def test_rules_only_take_away_in_whatever_order(
    rules: list[ResurrectionRule], more: ResurrectionRule, data: st.DataObject
) -> None:
    config = ResurrectionConfig(rules=tuple(rules))
    extended = ResurrectionConfig(rules=(*rules, more))
    shuffled = ResurrectionConfig(rules=tuple(data.draw(st.permutations(rules))))
    for deployment in DEPLOYMENTS:
        for group in GROUPS:
            allowed = config.allows(deployment, group)
            assert allowed or not extended.allows(deployment, group)
            assert shuffled.allows(deployment, group) is allowed
