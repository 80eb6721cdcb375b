"""Which groups an addon is for: the whole table of filter keys.

Properties: what a filter includes, the same filter excludes (unless it is empty).
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.model.addon_scope import AddonPlace, applies
from paasta_deploy.model.deployment import Addon, AddonFilter, JobFilter, Lifecycle
from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    JobName,
    NetworkName,
    ReleaseName,
)
from tests.unit.manifest.texts import node

MANIFEST = parse_deployment(
    node("""\
name: cf
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1, update_watch_time: 1}
releases: [{name: r, version: 1}]
stemcells: [{alias: s, os: jammy, version: 1}]
instance_groups:
- name: web
  instances: 1
  azs: [z1, z2]
  vm_type: small
  stemcell: s
  networks: [{name: inner, default: [dns, gateway]}, {name: outer}]
  jobs: [{name: server, release: r}]
""")
).draft
assert MANIFEST is not None
PLACE = AddonPlace(
    deployment=MANIFEST.name,
    group=MANIFEST.instance_groups[0],
    jobs={(JobName("server"), ReleaseName("r"))},
    stemcell_os="jammy",
    teams=frozenset({"ops"}),
)


def job(name: str, release: str) -> JobFilter:
    """Return a filter's job."""
    return JobFilter(name=JobName(name), release=ReleaseName(release))


MATCHES: dict[str, Any] = {
    "deployments": (DeploymentName("x"), DeploymentName("cf")),
    "instance_groups": (InstanceGroupName("x"), InstanceGroupName("web")),
    "jobs": (job("x", "r"), job("server", "r")),
    "stemcell_os": ("noble", "jammy"),
    "networks": (NetworkName("x"), NetworkName("outer")),
    "teams": ("dev", "ops"),
    "azs": (AzName("z9"), AzName("z2")),
    "lifecycle": Lifecycle.SERVICE,
}
MISSES: dict[str, Any] = {
    "deployments": (DeploymentName("x"),),
    "instance_groups": (InstanceGroupName("x"),),
    "jobs": (job("server", "other"),),
    "stemcell_os": ("noble",),
    "networks": (NetworkName("x"),),
    "teams": ("dev",),
    "azs": (AzName("z9"),),
    "lifecycle": Lifecycle.ERRAND,
}


def included(**parts: Any) -> bool:
    """Whether an addon with this `include` applies."""
    return applies(Addon(name="a", jobs=(), include=AddonFilter(**parts)), PLACE)


def excluded(**parts: Any) -> bool:
    """Whether an addon with this `exclude` does not apply."""
    return not applies(Addon(name="a", jobs=(), exclude=AddonFilter(**parts)), PLACE)


def test_no_filter_and_an_empty_one_take_everything_and_exclude_nothing() -> None:
    assert applies(Addon(name="a", jobs=()), PLACE)
    assert included()
    assert not excluded()


@pytest.mark.parametrize("key", sorted(MATCHES))
def test_one_item_of_a_part_is_enough(key: str) -> None:
    assert included(**{key: MATCHES[key]})
    assert excluded(**{key: MATCHES[key]})
    assert not included(**{key: MISSES[key]})
    assert not excluded(**{key: MISSES[key]})


@given(
    parts=st.dictionaries(st.sampled_from(sorted(MATCHES)), st.booleans(), min_size=1, max_size=4)
)
def test_every_part_must_match(parts: dict[str, bool]) -> None:
    chosen = {key: (MATCHES if hit else MISSES)[key] for key, hit in parts.items()}

    assert included(**chosen) is all(parts.values())
    assert excluded(**chosen) is all(parts.values())


def test_a_group_without_azs_is_in_none() -> None:
    place = replace(PLACE, group=replace(PLACE.group, azs=()))
    addon = Addon(name="a", jobs=(), include=AddonFilter(azs=(AzName("z1"),)))

    assert not applies(addon, place)


def test_an_unknown_os_may_be_any_and_excludes_nothing() -> None:
    place = replace(PLACE, stemcell_os=None)
    chosen = AddonFilter(stemcell_os=("noble",))

    assert applies(Addon(name="a", jobs=(), include=chosen), place)
    assert applies(Addon(name="a", jobs=(), exclude=chosen), place)
