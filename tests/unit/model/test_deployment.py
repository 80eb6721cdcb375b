"""What a manifest asks for. Property: a share is never more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.deployment import (
    DeploymentManifest,
    InstanceGroup,
    Share,
    UpdatePolicy,
)
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.spec import WatchTime

UPDATE = UpdatePolicy(
    canaries=Share(amount=1),
    max_in_flight=Share(amount=1),
    canary_watch_time=WatchTime(min_ms=0, max_ms=0),
    update_watch_time=WatchTime(min_ms=0, max_ms=0),
)


@pytest.mark.parametrize(
    ("share", "count", "meant"),
    [
        (Share(amount=3), 10, 3),
        (Share(amount=30), 10, 10),
        (Share(amount=30, is_percent=True), 10, 3),
        (Share(amount=30, is_percent=True), 3, 0),
        (Share(amount=99, is_percent=True), 10, 9),
        (Share(amount=200, is_percent=True), 10, 10),
    ],
)
def test_percents_are_rounded_down(share: Share, count: int, meant: int) -> None:
    assert share.of(count) == meant


@given(st.integers(0, 1000), st.booleans(), st.integers(0, 1000))
def test_a_share_is_between_nothing_and_all(amount: int, percent: object, count: int) -> None:
    assert 0 <= Share(amount=amount, is_percent=bool(percent)).of(count) <= count


def test_properties_of_a_group_lie_over_those_of_the_deployment() -> None:
    group = InstanceGroup(
        name=InstanceGroupName("web"),
        instances=1,
        stemcell="default",
        jobs=(),
        networks=(),
        update=UPDATE,
        properties={"a": {"y": 2}, "c": 3},
    )
    manifest = DeploymentManifest(
        name=DeploymentName("d"), update=UPDATE, properties={"a": {"x": 1, "y": 1}, "b": 1}
    )

    assert manifest.property_defaults(group) == {"a": {"x": 1, "y": 2}, "b": 1, "c": 3}
