"""The top level of a deployment manifest, and its whole as a value."""

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import (
    Features,
    InstanceGroup,
    JobUse,
    NetworkDefault,
    NetworkUse,
    Share,
    UpdatePolicy,
)
from paasta_deploy.model.ids import AzName, InstanceGroupName, JobName, NetworkName, ReleaseName
from paasta_deploy.model.spec import WatchTime
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)
from tests.unit.manifest.texts import found, node

UPDATE = UpdatePolicy(
    canaries=Share(amount=1),
    max_in_flight=Share(amount=20, is_percent=True),
    canary_watch_time=WatchTime(min_ms=1000, max_ms=60000),
    update_watch_time=WatchTime(min_ms=5000, max_ms=5000),
)


def test_a_manifest_becomes_its_value() -> None:
    manifest = deployment_of(DEPLOYMENT)

    assert manifest.name == "shop"
    assert manifest.update == UPDATE
    assert [(r.name, r.version) for r in manifest.releases] == [("r", "1.2")]
    assert [(s.alias, s.os, s.version) for s in manifest.stemcells] == [
        ("default", "ubuntu-jammy", "latest")
    ]
    assert manifest.instance_groups == (
        InstanceGroup(
            name=InstanceGroupName("web"),
            instances=2,
            azs=(AzName("z1"),),
            vm_type="small",
            stemcell="default",
            networks=(
                NetworkUse(
                    name=NetworkName("private"),
                    default=frozenset({NetworkDefault.DNS, NetworkDefault.GATEWAY}),
                ),
            ),
            jobs=(JobUse(name=JobName("j"), release=ReleaseName("r")),),
            update=UPDATE,
        ),
    )


def test_equal_manifests_are_equal_wherever_they_were_written() -> None:
    assert deployment_of(DEPLOYMENT) == deployment_of("# moved\n\n" + DEPLOYMENT)


def test_everything_knows_its_line() -> None:
    manifest = deployment_of(DEPLOYMENT)
    group = manifest.instance_groups[0]

    assert str(manifest.source.span("update", "canaries")) == "x.yml:7:13"
    assert str(group.source.span("vm_type")) == "x.yml:15:12"
    assert str(group.source.key_span("vm_type")) == "x.yml:15:3"
    assert str(group.jobs[0].source.span("release")) == "x.yml:20:24"
    assert str(group.networks[0].source.span("name")) == "x.yml:18:11"
    assert str(manifest.releases[0].source.span("version")) == "x.yml:3:22"


@pytest.mark.parametrize("text", ["[1]", "just text", "5"])
def test_a_manifest_that_is_no_mapping_is_told(text: str) -> None:
    result = parse_deployment(node(text))

    assert (result.draft, result.manifest) == (None, None)
    assert [item.code for item in result.diagnostics] == ["PD0100"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        DEPLOYMENT,
        ("name: shop", "nme: shop"),
        ("canaries: 1", "canaries: many"),
        ("instances: 2", "instances: two"),
        ("  vm_type: small\n", ""),
    )
    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [
        ("PD0103", "nme"),
        ("PD0118", "many"),
        ("PD0124", "name"),
        ("PD0101", "two"),
    ]
    assert result.manifest is None
    assert result.draft is not None


def test_a_misspelt_required_key_is_one_mistake() -> None:
    assert deployment_problems(("stemcell: default", "stemcel: default")) == [
        ("PD0103", "stemcel")
    ]


def test_unknown_keys_can_be_warned_of_only() -> None:
    text = DEPLOYMENT + "colour: {}\n"
    result = parse_deployment(node(text), unknown_keys=Severity.WARNING)

    assert result.manifest is not None
    assert found(text, result.diagnostics) == [("PD0103", "colour")]


@pytest.mark.parametrize("key", ["director_uuid", "manifest_version", "x-common", ".anchors"])
def test_keys_that_nobody_reads_are_accepted(key: str) -> None:
    assert deployment_of(f"{key}: &a {{b: c}}\n" + DEPLOYMENT).name == "shop"


@pytest.mark.parametrize(
    ("key", "code", "bosh"),
    [
        ("networks", "PD0109", 140026), ("disk_pools", "PD0109", 140027),
        ("jobs", "PD0109", 140023), ("resource_pools", "PD0109", 140028),
        ("vm_types", "PD0110", 190014), ("azs", "PD0110", 190014),
        ("disk_types", "PD0110", 190014), ("compilation", "PD0110", 190014),
    ],
)  # fmt: skip
def test_keys_of_other_times_and_places_are_refused(key: str, code: str, bosh: int) -> None:
    (diagnostic,) = parse_deployment(node(DEPLOYMENT + f"{key}: []\n")).diagnostics

    assert (diagnostic.code, diagnostic.bosh_code) == (code, bosh)
    assert diagnostic.hint


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: shop", "name: [shop]", [("PD0101", "[")]),
        ("name: shop", "name: -shop", [("PD0107", "-shop")]),
        ("name: shop", "name: _", [("PD0107", "_")]),
        ("name: shop", "name: ((n))", [("PD0149", "((n))")]),
        ("name: shop\n", "", [("PD0102", "releases")]),
        ("instance_groups:", "instance_groups: 5\nold:", [("PD0101", "5"), ("PD0103", "old")]),
    ],
)
def test_mistakes_of_the_top_level_are_told(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert deployment_problems((old, new)) == expected


def test_a_mistake_in_an_anchor_is_told_once() -> None:
    text = changed(DEPLOYMENT, ("  - {name: j, release: r}", "  - &job {name: j, relase: r}"))
    text += changed(
        DEPLOYMENT[DEPLOYMENT.index("- name: web") :],
        ("name: web", "name: db"),
        ("  - {name: j, release: r}", "  - *job"),
    )

    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [("PD0103", "relase")]


def test_a_manifest_without_groups_is_valid() -> None:
    text = DEPLOYMENT[: DEPLOYMENT.index("instance_groups")]

    assert deployment_of(text).instance_groups == ()


def test_properties_of_a_deployment_are_deprecated() -> None:
    text = DEPLOYMENT + "properties: {a: {b: 1}}\n"
    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [("PD0108", "properties")]
    assert result.manifest is not None
    assert result.manifest.properties == {"a": {"b": 1}}


def test_keys_of_properties_that_are_no_texts_are_warned_of() -> None:
    text = changed(DEPLOYMENT, ("release: r}", "release: r, properties: {8080: a, x: [{y: b}]}}"))
    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [("PD0018", "8080"), ("PD0018", "y")]
    assert result.manifest is not None
    assert result.manifest.instance_groups[0].jobs[0].properties == {
        "8080": "a",
        "x": [{"y": "b"}],
    }


def test_a_version_that_is_a_number_is_warned_of_when_it_changes() -> None:
    text = changed(DEPLOYMENT, ('version: "1.2"', "version: 1.10"))
    result = parse_deployment(node(text))

    assert found(text, result.diagnostics) == [("PD0017", "1.10")]
    assert result.manifest is not None
    assert result.manifest.releases[0].version == "1.1"


class TestFeatures:
    """Switches of a deployment."""

    def features(self, text: str) -> Features:
        return deployment_of(DEPLOYMENT + f"features: {{{text}}}\n").features

    def test_nothing_is_switched_by_default(self) -> None:
        assert deployment_of(DEPLOYMENT).features == Features()

    def test_link_names_switch_the_other_two(self) -> None:
        assert self.features("use_link_dns_names: true") == Features(
            use_dns_addresses=True, use_short_dns_addresses=True, use_link_dns_names=True
        )

    def test_the_others_are_taken_as_they_are(self) -> None:
        text = "randomize_az_placement: true, converge_variables: true, use_tmpfs_config: false"

        assert self.features(text) == Features(
            randomize_az_placement=True, converge_variables=True, use_tmpfs_config=False
        )

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("use_dns_addresses: 'yes'", "PD0115"),
            ("use_link_dns_names: true, use_dns_addresses: false", "PD0116"),
            ("use_link_dns_names: true, use_short_dns_addresses: false", "PD0116"),
            ("use_dns: true", "PD0103"),
        ],
    )
    def test_mistakes_are_told(self, text: str, code: str) -> None:
        result = parse_deployment(node(DEPLOYMENT + f"features: {{{text}}}\n"))

        assert [item.code for item in result.diagnostics] == [code]
