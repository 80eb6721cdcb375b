"""Every official K-PaaS file is read, and what is wrong with them is found, and nothing else.

The numbers are those that were measured for the real CLI (spec: paasta.md 4.2, 4.3).
"""

from collections import Counter

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import (
    apply_ops,
    collect_variables,
    emit,
    interpolate,
    load_deployment,
    parse_cloud_config,
    read_document,
    read_ops,
)
from paasta_deploy.manifest.document.node import equal
from paasta_deploy.model.deployment import DeploymentManifest, Lifecycle
from tests.acceptance.manifest.kpaas import (
    CLOUDS,
    MONITORING,
    PORTALS,
    ROOT,
    SERVICES,
    ap,
    needs_kpaas,
    pairs,
)

pytestmark = needs_kpaas
REFERENCES = ("PD0140", "PD0141", "PD0142", "PD0143", "PD0144", "PD0145", "PD0146", "PD0147")


def test_every_file_is_read_but_for_three_empty_ones_and_a_script() -> None:
    told = {}
    for path in sorted(ROOT.rglob("*.yml")):
        result = read_document(path.name, path.read_bytes())
        if result.diagnostics:
            told[path.name] = [item.code for item in result.diagnostics]

    assert told == {
        "blobstore-https-bosh-lite.yml": ["PD0004"],
        "blobstore-https.yml": ["PD0004"],
        "bpm.yml": ["PD0004"],
        "paasta-monitoring.yml": ["PD0007"],
        "portal-app-variable.yml": ["PD0006"],
    }


def test_the_lost_key_of_the_monitoring_is_shown_with_both_lines() -> None:
    path = ROOT / "monitoring-deployment/paasta-monitoring/paasta-monitoring.yml"
    (warning,) = read_document(path.name, path.read_bytes()).diagnostics

    assert warning.span is not None
    assert (warning.related[0].span.line, warning.span.line) == (145, 167)


def test_every_document_that_is_written_reads_back_as_the_same_values() -> None:
    for path in sorted(ROOT.rglob("*.yml")):
        node = read_document(path.name, path.read_bytes()).node
        if node is not None:
            again = read_document(path.name, emit(node)).node
            assert again is not None
            assert equal(again, node), path


def numbers(manifest: DeploymentManifest) -> tuple[int, ...]:
    """Return groups, errand groups, service VMs, jobs, releases, variables still to be made."""
    groups = manifest.instance_groups
    services = [group for group in groups if group.lifecycle is Lifecycle.SERVICE]
    return (
        len(groups),
        len(groups) - len(services),
        sum(group.instances for group in services),
        sum(len(group.jobs) for group in groups),
        len(manifest.releases),
        len(manifest.variables),
    )


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("aws", (18, 2, 30, 80, 34, 123)),
        ("azure", (18, 2, 30, 80, 34, 123)),
        ("gcp", (18, 2, 30, 80, 34, 123)),
        ("openstack", (18, 2, 30, 80, 34, 123)),
        ("vsphere", (18, 2, 30, 80, 34, 123)),
        ("aws-external-blobstore-minio", (17, 2, 29, 73, 33, 119)),
        ("aws-external-blobstore-s3", (17, 2, 29, 73, 33, 119)),
        ("bosh-lite", (17, 2, 15, 74, 32, 120)),
    ],
)
def test_the_platform_has_the_numbers_of_the_real_cli(
    variant: str, expected: tuple[int, ...]
) -> None:
    assert numbers(ap(variant).draft("openstack")) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mysql", (3, 0, 5, 9, 4, 9)), ("redis", (4, 1, 2, 4, 2, 1)),
        ("mongodb", (9, 2, 10, 9, 1, 0)), ("rabbitmq", (3, 0, 3, 6, 4, 6)),
        ("glusterfs", (4, 2, 2, 5, 2, 0)), ("pinpoint", (5, 0, 5, 7, 2, 0)),
        ("pipeline-service", (13, 0, 14, 13, 1, 0)),
        ("source-control-service", (6, 0, 6, 7, 2, 0)),
        ("web-ide", (3, 0, 2, 3, 1, 0)), ("logging-service", (3, 0, 3, 7, 5, 0)),
        ("gateway-service", (3, 0, 4, 6, 2, 0)), ("lifecycle-service", (3, 0, 4, 6, 2, 0)),
        ("portal-api", (9, 0, 8, 9, 1, 0)), ("portal-ui", (4, 0, 4, 4, 1, 0)),
        ("portal-container-infra", (1, 0, 1, 2, 1, 0)),
        ("paasta-monitoring", (11, 1, 10, 12, 5, 2)),
        ("pinpoint-monitoring", (4, 0, 4, 4, 2, 0)),
    ],
)  # fmt: skip
def test_a_service_has_the_numbers_of_the_real_cli(name: str, expected: tuple[int, ...]) -> None:
    (deployment,) = [d for d in (*SERVICES, *PORTALS, *MONITORING) if d.name == name]

    assert numbers(deployment.draft("openstack")) == expected


def test_of_all_pairs_only_the_vsphere_cloud_lacks_networks() -> None:
    failing = Counter(
        cloud
        for deployment, cloud in pairs()
        if any(item.code in REFERENCES for item in deployment.load(cloud).diagnostics)
    )

    assert failing == {"vsphere": 9}


def test_a_missing_network_is_told_with_the_networks_that_there_are() -> None:
    problems = [d for d in ap("vsphere").load("vsphere").diagnostics if d.code == "PD0142"]

    assert [item.summary for item in problems] == [
        'unknown network "private"',
        'unknown network "vip"',
    ]
    for item in problems:
        assert item.span is not None
        assert item.span.file == "operations/use-haproxy-public-network-vsphere.yml"
        assert item.related[0].span.file == "vars.yml"
        assert item.hint.startswith("known here: `default`, `public`, `service_private`")


def test_variables_without_a_value_are_the_known_ones() -> None:
    missing: dict[str, set[str]] = {}
    for deployment, cloud in pairs():
        for item in deployment.load(cloud).diagnostics:
            if item.code == "PD0149":
                missing.setdefault(deployment.name, set()).add(item.summary.split("`")[1])

    assert missing == {
        "portal-api": {"binary_storage_ips"},
        "paasta-monitoring": {"paasta_admin_username", "paasta_admin_password"},
    }


def test_unknown_keys_are_the_known_ones() -> None:
    unknown = {
        (deployment.name, item.summary.split("`")[1])
        for deployment, cloud in pairs()
        for item in deployment.load(cloud).diagnostics
        if item.code == "PD0103"
    }

    # `meta` and `syslog_aggregator: null` ask for nothing, so nothing is said of them.
    assert unknown == {("pinpoint", "consume"), ("pinpoint", "provides")}


def test_no_unknown_key_stops_a_deploy() -> None:
    for deployment in (*SERVICES, *PORTALS, *MONITORING):
        found = load_deployment(deployment.sources("openstack")).diagnostics
        assert not any(item.code == "PD0103" and item.is_error for item in found), deployment.name


@pytest.mark.parametrize("cloud", [*CLOUDS, "bosh-lite"])
def test_the_cloud_configs_are_right_but_for_what_is_known(cloud: str) -> None:
    path = ROOT / f"ap-deployment/cloud-config/{cloud}-cloud-config.yml"
    node = read_document(path.name, path.read_bytes()).node
    assert node is not None
    result = parse_cloud_config([node])
    expected = {"vsphere": ["PD0417"], "aws": ["PD0108"]}

    assert result.cloud_config is not None
    assert [item.code for item in result.diagnostics] == expected.get(cloud, [])


def test_ops_and_variables_are_counted_as_the_real_cli_counts_them() -> None:
    sources = ap("openstack").sources("openstack")
    files = [read_ops(*item) for item in sources.ops]
    variables = collect_variables(sources.variables).variables
    read = read_document(*sources.manifest)
    assert read.node is not None
    patched = apply_ops(read.node, files).node
    assert patched is not None
    unused = interpolate(patched, variables).unused

    assert sum(len(file.operations) for file in files) == 75
    assert (len(variables.names()), len(variables.names()) - len(unused)) == (143, 94)


def test_the_platform_is_loaded_without_errors() -> None:
    sources = ap("openstack").sources("openstack")

    loaded = load_deployment(sources)

    assert loaded.manifest is not None, loaded.diagnostics
    assert all(item.severity is Severity.WARNING for item in loaded.diagnostics)
