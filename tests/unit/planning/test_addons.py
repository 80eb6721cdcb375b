"""Where addons apply: a table of filters, and what their jobs become."""

from dataclasses import replace

import pytest

from paasta_deploy.model.deployment import (
    Addon,
    AddonFilter,
    DeploymentManifest,
    InstanceGroup,
    JobFilter,
    JobUse,
    Lifecycle,
)
from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    JobName,
    NetworkName,
    ReleaseName,
    StemcellName,
    StemcellVersion,
)
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.planning.addons import with_addons
from paasta_deploy.testing.planning_world import parsed_manifest
from tests.unit.planning.shop import MANIFEST

STEMCELLS = {
    "default": StemcellKey(name=StemcellName("s"), version=StemcellVersion("1"), os="ubuntu-jammy")
}
AGENT = JobUse(name=JobName("agent"), release=ReleaseName("watch"))


def addon(include: AddonFilter | None = None, exclude: AddonFilter | None = None) -> Addon:
    return Addon(name="watch", jobs=(AGENT,), include=include, exclude=exclude)


def groups_with_agent(*addons: Addon, teams: tuple[str, ...] = ()) -> list[str]:
    manifest = replace(parsed_manifest(MANIFEST), addons=addons)
    whole = with_addons(manifest, STEMCELLS, teams=teams)
    return [group.name for group in whole.instance_groups if agent_of(group) is not None]


def agent_of(group: InstanceGroup) -> JobUse | None:
    return next((job for job in group.jobs if job.name == "agent"), None)


def job_filter(name: str) -> tuple[JobFilter, ...]:
    return (JobFilter(name=JobName(name), release=ReleaseName("shop")),)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (AddonFilter(), ["db", "web"]),
        (AddonFilter(instance_groups=(InstanceGroupName("web"),)), ["web"]),
        (AddonFilter(jobs=job_filter("db")), ["db"]),
        (AddonFilter(azs=(AzName("z2"),)), ["db"]),
        (AddonFilter(networks=(NetworkName("default"),)), ["db", "web"]),
        (AddonFilter(networks=(NetworkName("other"),)), []),
        (AddonFilter(stemcell_os=("ubuntu-xenial", "ubuntu-jammy")), ["db", "web"]),
        (AddonFilter(stemcell_os=("windows",)), []),
        (AddonFilter(deployments=(DeploymentName("shop"),)), ["db", "web"]),
        (AddonFilter(deployments=(DeploymentName("other"),)), []),
        (AddonFilter(teams=("blue",)), []),
        (AddonFilter(lifecycle=Lifecycle.ERRAND), []),
        (AddonFilter(lifecycle=Lifecycle.SERVICE, azs=(AzName("z2"),)), ["db"]),
    ],
)
def test_an_addon_goes_where_every_part_of_its_filter_matches(
    chosen: AddonFilter, expected: list[str]
) -> None:
    assert groups_with_agent(addon(include=chosen)) == expected


def test_without_filters_an_addon_goes_everywhere() -> None:
    assert groups_with_agent(addon()) == ["db", "web"]


def test_exclude_takes_back_and_an_empty_one_takes_nothing_back() -> None:
    without_db = addon(exclude=AddonFilter(jobs=job_filter("db")))

    assert groups_with_agent(without_db) == ["web"]
    assert groups_with_agent(addon(exclude=AddonFilter())) == ["db", "web"]


def test_teams_of_the_deployment_are_matched() -> None:
    assert groups_with_agent(addon(include=AddonFilter(teams=("blue",))), teams=("blue",)) == [
        "db",
        "web",
    ]


def test_a_job_that_a_group_has_already_is_not_added_twice() -> None:
    manifest = parsed_manifest(MANIFEST)
    same = Addon(name="again", jobs=(manifest.instance_groups[0].jobs[0],))

    whole = with_addons(replace(manifest, addons=(same,)), STEMCELLS)

    assert whole.instance_groups[0] == manifest.instance_groups[0]
    assert len(whole.instance_groups[1].jobs) == 2


def test_an_addons_job_sees_its_own_properties_and_never_the_groups() -> None:
    manifest: DeploymentManifest = parsed_manifest(MANIFEST)
    given = replace(addon(), properties={"level": 3})

    whole = with_addons(replace(manifest, addons=(given,)), STEMCELLS)

    agent = agent_of(whole.instance_groups[0])
    assert agent is not None
    assert agent.properties == {"level": 3}


def test_runtime_addons_come_after_those_of_the_manifest() -> None:
    manifest = replace(parsed_manifest(MANIFEST), addons=(addon(),))
    runtime = Addon(name="dns", jobs=(JobUse(name=JobName("dns"), release=ReleaseName("dns")),))

    whole = with_addons(manifest, STEMCELLS, [runtime])

    assert [job.name for job in whole.instance_groups[1].jobs] == ["server", "agent", "dns"]
