"""A deployment held against the runtime configs that it gets."""

import pytest

from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.manifest.validation.runtime_configs import check_runtime_configs
from tests.unit.manifest.texts import found, node

MANIFEST = """\
name: d
releases: [{name: bpm, version: VERSION}]
stemcells: [{alias: s, SYSTEM, version: 1}]
update:
  {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
instance_groups:
- name: web
  instances: 1
  azs: [z1]
  vm_type: small
  stemcell: s
  networks: [{name: default}]
  jobs: [{name: web, release: bpm}]
variables: [{name: own, type: password}]
"""
RUNTIME = """\
releases: [{name: bpm, version: 1.1.0}]
addons: [{name: bpm, jobs: [{name: bpm, release: bpm}], include: INCLUDE}]
"""


def told(runtime: str, *, version: str = "1.0.0", system: str = "os: jammy") -> list[str]:
    """Return what is wrong between a manifest and a runtime config."""
    text = MANIFEST.replace("VERSION", version).replace("SYSTEM", system)
    manifest = parse_deployment(node(text)).draft
    assert manifest is not None
    configs = parse_runtime_configs([node(runtime, "rc.yml")]).draft
    problems = check_runtime_configs(manifest, configs)
    return [" ".join(pair) for pair in found(text, problems)]


@pytest.mark.parametrize(
    ("include", "problems"),
    [
        ("{}", ["PD0802 1.0.0"]),
        ("{deployments: [d]}", ["PD0802 1.0.0"]),
        ("{stemcell: [{os: jammy}]}", ["PD0802 1.0.0"]),
        ("{stemcell: [{os: noble}]}", []),
        ("{deployments: [other]}", []),
        ("{teams: [ops]}", []),
    ],
)
def test_a_release_in_another_version_is_in_the_way_only_where_its_addon_applies(
    include: str, problems: list[str]
) -> None:
    assert told(RUNTIME.replace("INCLUDE", include)) == problems


@pytest.mark.parametrize("version", ["1.1.0", "latest", "1.latest"])
def test_the_same_version_or_whatever_is_latest_fits(version: str) -> None:
    assert told(RUNTIME.replace("INCLUDE", "{}"), version=version) == []


def test_an_os_that_is_not_known_may_be_the_one_that_is_meant() -> None:
    runtime = RUNTIME.replace("INCLUDE", "{stemcell: [{os: noble}]}")

    assert told(runtime, system="name: some-stemcell") == ["PD0802 1.0.0"]


def test_a_variable_is_defined_once() -> None:
    assert told("variables: [{name: own, type: rsa}]\n") == ["PD0134 own"]
    assert told("variables: [{name: /own, type: rsa}]\n") == []
