"""The runtime and CPI configs of K-PaaS, as its own scripts and guides use them."""

import re
from pathlib import Path

import pytest

from paasta_deploy.diagnostics import has_errors
from paasta_deploy.manifest import load_cloud_configs
from paasta_deploy.manifest.config_loading import load_cpi_configs, load_runtime_configs
from paasta_deploy.manifest.validation.runtime_configs import (
    applicable_addons,
    check_runtime_configs,
)
from tests.acceptance.manifest.kpaas import ROOT, ap, needs_kpaas

pytestmark = needs_kpaas
RUNTIME = ROOT / "ap-deployment/bosh/runtime-configs"
MULTI_CPI = ROOT / "multi-cpi-deployment/multi-cpi"


def texts(*paths: Path) -> list[tuple[str, bytes]]:
    """Return files as configs that have their names."""
    return [(path.name, path.read_bytes()) for path in paths]


def test_all_runtime_configs_together_are_right() -> None:
    loaded = load_runtime_configs(texts(*sorted(RUNTIME.glob("*.yml"))))

    assert loaded.diagnostics == ()
    assert [addon.name for addon in loaded.draft.addons] == [
        "bpm",
        "bosh-dns",
        "bosh-dns-windows",
        "os-configuration",
        "syslog",
    ]
    assert len(loaded.draft.variables) == 6


def test_of_these_the_platform_gets_all_but_those_for_windows() -> None:
    deployment = ap("openstack").load("openstack")
    assert deployment.manifest is not None
    runtime = load_runtime_configs(texts(*sorted(RUNTIME.glob("*.yml")))).draft

    applying = [addon.name for addon in applicable_addons(deployment.manifest, runtime)]

    assert applying == ["bpm", "bosh-dns", "os-configuration", "syslog"]


def test_the_old_bpm_of_a_runtime_config_is_in_the_way_of_the_platforms_own() -> None:
    deployment = ap("openstack").load("openstack")
    assert deployment.manifest is not None
    with_it = load_runtime_configs(texts(*sorted(RUNTIME.glob("*.yml")))).draft
    without = load_runtime_configs(
        texts(*(path for path in sorted(RUNTIME.glob("*.yml")) if path.stem != "bpm"))
    ).draft

    (problem,) = check_runtime_configs(deployment.manifest, with_it)

    assert (problem.code, problem.bosh_code) == ("PD0802", 530003)
    assert problem.detail == "a runtime config wants `0.8.0`"
    assert problem.related[0].span.file == "bpm.yml"
    assert check_runtime_configs(deployment.manifest, without) == ()


def test_a_cpi_config_with_everything_commented_out_says_so() -> None:
    (problem,) = load_cpi_configs(texts(MULTI_CPI / "cpi-config.yml")).diagnostics

    assert problem.code == "PD0101"
    assert problem.summary == "`cpis` must be a list"


def test_the_cpis_that_the_guide_has_one_uncomment_are_read() -> None:
    written = (MULTI_CPI / "cpi-config.yml").read_text()
    text = re.sub(r"(?m)^#(?=[- ] )", "", written)

    loaded = load_cpi_configs([("cpi-config.yml", text)])

    assert not has_errors(loaded.diagnostics)
    assert list(loaded.draft.cpis) == [
        "aws-cpi",
        "openstack-cpi",
        "vsphere-cpi",
        "aws-cpi-second",
        "openstack-cpi-second",
        "vsphere-cpi-second",
    ]


@pytest.mark.parametrize("name", ["aws-openstack", "openstack-vsphere", "vsphere-aws"])
def test_cloud_configs_of_two_clouds_say_which_cpi_an_az_is_of(name: str) -> None:
    path = MULTI_CPI / f"cloud-config-{name}.yml"

    config = load_cloud_configs(((path.name, path.read_bytes()),)).result.draft

    first, second = (f"{cloud}-cpi" for cloud in name.split("-"))
    assert {az.cpi for az in config.azs.values()} == {first, second}
