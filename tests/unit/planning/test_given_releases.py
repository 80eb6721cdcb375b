"""Offline, releases at hand tell of jobs, properties and links; uploads are nobody's business."""

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import parse_deployment, read_document
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.planning.given_releases import mistakes_beside_releases
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.planning_world import parsed_cloud_config
from tests.unit.planning.shop import CLOUD, MANIFEST, shop_release
from tests.unit.planning.test_further_mistakes import EXTRA

SHOP = shop_release().manifest


def told(
    text: str, *given: ReleaseManifest, runtime: str = "{}", cloud: str | None = CLOUD
) -> list[Diagnostic]:
    """Return what is told of a manifest beside releases."""
    node, runtime_node = (read_document("m.yml", one).node for one in (text, runtime))
    assert node is not None
    assert runtime_node is not None
    parsed = parse_deployment(node)
    assert parsed.draft is not None
    return list(
        mistakes_beside_releases(
            parsed.draft,
            None if cloud is None else parsed_cloud_config(cloud),
            parse_runtime_configs([runtime_node]).draft,
            told=parsed.diagnostics,
            given=given,
            ids=FakeIds(),
        )
    )


def test_nothing_is_said_of_a_deployment_that_is_right() -> None:
    assert told(MANIFEST, SHOP) == []
    assert told(MANIFEST, SHOP, cloud=None) == []
    assert told(MANIFEST.replace("jammy, version: latest", "jammy, version: 1.latest"), SHOP) == []


def test_a_job_that_the_release_lacks_is_told() -> None:
    (said,) = told(MANIFEST.replace("name: server", "name: sever"), SHOP)

    assert said.code == "PD0607"
    assert "`server`" in said.detail


def test_links_are_resolved_when_all_releases_are_there() -> None:
    lonely = MANIFEST.replace("port: 8080}", "port: 8080}\n    consumes: {db: {from: x}}")

    assert [said.code for said in told(lonely, SHOP)] == ["PD0612"]


def test_nobody_is_told_of_links_while_a_release_is_not_known() -> None:
    more = MANIFEST.replace("releases:\n", "releases:\n- {name: extra, version: 1}\n").replace(
        "port: 8080}", "port: 8080}\n    consumes: {db: {from: x}}\n  - {name: a, release: extra}"
    )

    assert told(more, SHOP) == []


def test_a_release_in_another_version_is_told_and_not_looked_into() -> None:
    text = MANIFEST.replace("name: shop, version: latest", "name: shop, version: 2")

    (said,) = told(text.replace("name: server", "name: sever"), SHOP)

    assert (said.code, said.is_error) == ("PD0438", True)
    assert said.hint.endswith("`version: 1`")


def test_a_release_that_nobody_asks_for_is_told() -> None:
    (said,) = told(MANIFEST, SHOP, EXTRA.manifest)

    assert (said.code, said.is_error) == ("PD0438", False)


def test_an_addons_job_is_looked_up_although_no_group_gets_it() -> None:
    runtime = (
        "releases: [{name: extra, version: 1}]\n"
        "addons: [{name: a, jobs: [{name: agnet, release: extra}],"
        " include: {deployments: [other]}}]\n"
    )

    (said,) = told(MANIFEST, SHOP, EXTRA.manifest, runtime=runtime)

    assert (said.code, said.is_error) == ("PD0607", True)


def test_a_property_that_is_a_variable_may_become_a_mapping() -> None:
    text = MANIFEST.replace("{port: 8080}", "{db: ((db))}")

    assert told(text, SHOP) == []
