"""Looking up what a manifest names in what is uploaded."""

from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.model.deployment import VmResources
from paasta_deploy.model.ids import CpiName, StemcellName
from paasta_deploy.planning.desired import (
    Desired,
    Resolution,
    resolve,
    resources_to_calculate,
    with_calculated,
)
from paasta_deploy.testing.planning_world import (
    made_stemcell,
    parsed_cloud_config,
    parsed_manifest,
)
from tests.unit.planning.shop import CLOUD, MANIFEST, shop_release


def resolved(
    manifest: str = MANIFEST, *, versions: tuple[str, ...] = ("1",), stemcells: str = "1.1"
) -> Resolution:
    return resolve(
        parsed_manifest(manifest),
        parsed_cloud_config(CLOUD),
        releases=[shop_release(version) for version in versions],
        stemcells=[made_stemcell(version) for version in stemcells.split()],
    )


def desired(manifest: str = MANIFEST, **said: str) -> Desired:
    found = resolved(manifest, **said)  # type: ignore[arg-type] # only stemcells is passed here
    assert found.desired is not None, found.diagnostics
    return found.desired


def only_error(resolution: Resolution) -> Diagnostic:
    assert resolution.desired is None
    (said,) = resolution.diagnostics
    return said


def test_latest_is_the_newest_version_as_versions_are_ordered() -> None:
    found = resolved(versions=("2", "10", "9"), stemcells="1.9 1.10").desired

    assert found is not None
    assert [release.version for release in found.releases.values()] == ["10"]
    assert found.stemcells["default"].version == "1.10"


def test_a_stemcell_may_be_named_instead_of_its_os() -> None:
    named = MANIFEST.replace("os: ubuntu-jammy", "name: made-up-stemcell")

    assert desired(named).stemcells["default"].os == "ubuntu-jammy"


def test_a_release_that_is_not_uploaded_is_told_with_a_near_name() -> None:
    misspelt = MANIFEST.replace("{name: shop, version", "{name: shp, version")

    said = only_error(resolved(misspelt.replace("release: shop", "release: shp")))

    assert said.bosh_code == 30005
    assert "`shop`" in said.detail


def test_a_release_that_is_not_listed_is_told_at_each_of_its_jobs() -> None:
    said = resolved(MANIFEST.replace("release: shop", "release: shp", 1)).diagnostics

    assert [item.bosh_code for item in said] == [140002]
    assert "`shop`" in said[0].detail


def test_a_version_that_is_not_uploaded_is_told_with_those_that_are() -> None:
    wanted = MANIFEST.replace("name: shop, version: latest", "name: shop, version: 7")

    said = only_error(resolved(wanted, versions=("1", "2")))

    assert said.bosh_code == 30006
    assert "`1`, `2`" in said.detail


def test_a_stemcell_that_is_not_uploaded_is_told_with_what_there_is() -> None:
    no_such_os = only_error(resolved(MANIFEST.replace("os: ubuntu-jammy", "os: ubuntu-jamy")))
    no_such_version = only_error(
        resolved(MANIFEST.replace("jammy, version: latest", "jammy, version: 9"))
    )

    assert "did you mean `ubuntu-jammy`" in no_such_os.detail
    assert "`1.1`" in no_such_version.detail
    assert no_such_version.bosh_code == 50003


def test_a_job_that_the_release_does_not_have_is_told_with_a_near_name() -> None:
    said = only_error(resolved(MANIFEST.replace("- name: server\n", "- name: sever\n")))

    assert said.bosh_code == 140029
    assert "`server`" in said.detail


def test_a_property_inside_something_that_is_no_mapping_is_an_error_at_its_line() -> None:
    said = only_error(resolved(MANIFEST.replace("{port: 8080}", "{port: 8080, db: anna}")))

    assert "expects a hash" in said.summary
    assert said.span is not None
    assert said.span.line == MANIFEST.split("\n").index("    properties: {port: 8080}") + 1


def test_disks_that_no_job_asks_for_are_warned_about() -> None:
    text = MANIFEST.replace(
        "  persistent_disk_type: disk\n", "  persistent_disks: [{name: a, type: disk}]\n"
    )

    (said,) = resolved(text).diagnostics

    assert said.code == "PD0619"
    assert not has_errors([said])


def test_a_stemcell_must_be_at_every_cpi_where_its_group_is() -> None:
    cloud = CLOUD.replace("- name: z2\n", "- name: z2\n  cpi: second\n")

    said = only_error(
        resolve(
            parsed_manifest(MANIFEST),
            parsed_cloud_config(cloud),
            releases=[shop_release()],
            stemcells=[made_stemcell("1.1")],
        )
    )

    assert "not uploaded to CPI `second`" in said.summary
    assert "`db`" in said.detail


def test_a_stemcell_may_be_another_one_at_another_cpi() -> None:
    cloud = CLOUD.replace("- name: z2\n", "- name: z2\n  cpi: second\n")
    there = replace(
        made_stemcell("1.1"), cpi=CpiName("second"), name=StemcellName("for-the-other-cloud")
    )

    found = resolve(
        parsed_manifest(MANIFEST),
        parsed_cloud_config(cloud),
        releases=[shop_release()],
        stemcells=[there, made_stemcell("1.1")],
    ).desired

    assert found is not None
    assert found.stemcells["default"].name == "made-up-stemcell"
    assert found.stemcells_at["default", CpiName("second")].name == "for-the-other-cloud"


def test_properties_are_bound_with_defaults_and_without_what_nobody_declares() -> None:
    text = MANIFEST.replace("{port: 8080}", "{port: 8080, unknown: 1}")

    (server,) = desired(text).bindings["web"]  # type: ignore[index] # a plain text is a group's name here

    assert server.properties == {"port": 8080, "db": {"user": "anna"}}
    assert set(server.given_digests()) == {"port"}


def test_each_vm_described_by_its_needs_is_calculated_once_for_each_cpi() -> None:
    needs = "vm_resources: {cpu: 2, ram: 1024, ephemeral_disk_size: 2048}"
    text = MANIFEST.replace("vm_type: small", needs)
    cloud = CLOUD.replace("- name: z2\n", "- name: z2\n  cpi: second\n")
    found = resolve(
        parsed_manifest(text),
        parsed_cloud_config(cloud),
        releases=[shop_release()],
        stemcells=[made_stemcell("1.1"), replace(made_stemcell("1.1"), cpi=CpiName("second"))],
    ).desired
    assert found is not None

    wanted = resources_to_calculate(found)

    resources = VmResources(cpu=2, ram_mib=1024, ephemeral_disk_mib=2048)
    assert wanted == ((CpiName(""), resources), (CpiName("second"), resources))
    known = with_calculated(found, {pair: {"type": "t"} for pair in wanted})
    assert known == replace(found, calculated=known.calculated)


def test_the_compilation_vm_may_be_described_by_its_needs_too() -> None:
    cloud = CLOUD.replace(
        "az: z1, vm_type: small}",
        "az: z1, vm_resources: {cpu: 1, ram: 1, ephemeral_disk_size: 1}}",
    )
    found = resolve(
        parsed_manifest(MANIFEST),
        parsed_cloud_config(cloud),
        releases=[shop_release()],
        stemcells=[made_stemcell("1.1")],
    ).desired
    assert found is not None

    assert [cpi for cpi, _ in resources_to_calculate(found)] == [""]


def test_a_group_that_can_never_be_swapped_is_warned_about() -> None:
    text = MANIFEST.replace("update:\n", "update:\n  vm_strategy: create-swap-delete\n", 1)
    fixed = "networks: [{name: default, static_ips: [10.0.0.200, 10.0.0.201]}]"
    head, _, web = text.partition("- name: web")

    found = resolved(f"{head}- name: web{web.replace('networks: [{name: default}]', fixed)}")

    assert found.desired is not None
    assert [(item.code, item.summary) for item in found.diagnostics] == [
        ("PD0622", "VMs of `web` are deleted before their new ones are made")
    ]
