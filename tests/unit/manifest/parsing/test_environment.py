"""Manifests of ``create-env``: what the BOSH CLI's parsers and validators refuse, all at once."""

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import DeploymentSources, Strictness, load_deployment
from paasta_deploy.manifest.parsing.environment import check_environment, is_environment
from tests.unit.manifest.texts import node

GOOD = """\
name: bosh
releases: [{name: bosh, url: file://bosh.tgz}, {name: cpi, url: https://x/cpi.tgz, sha1: abc}]
resource_pools:
- {name: vms, network: private, stemcell: {url: file://s.tgz}, env: {bosh: {}}}
disk_pools: [{name: disks, disk_size: 1024}]
networks:
- name: private
  type: manual
  subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, dns: [8.8.8.8], static: [10.0.0.6]}]
- {name: public, type: vip}
instance_groups:
- name: bosh
  instances: 1
  jobs: [{name: director, release: bosh}]
  resource_pool: vms
  persistent_disk_pool: disks
  networks:
  - {name: private, static_ips: [10.0.0.6], default: [dns, gateway]}
  - {name: public, static_ips: [1.2.3.4]}
cloud_provider:
  template: {name: a_cpi, release: cpi}
  mbus: https://mbus@10.0.0.6:6868
  properties: {agent: {}}
"""
_OTHER_GROUP = (
    "- name: other\n  networks: [{name: public}]\n  resource_pool: vms\n- name: bosh\n  inst"
)


def told(old: str = "", new: str = "") -> list[str]:
    """Return what is said about the good manifest with a part of it replaced."""
    assert old in GOOD
    return [item.summary for item in check_environment(node(GOOD.replace(old, new, 1)))]


def test_a_right_one_is_right() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("old", "new", "summaries"),
    [
        ("name: bosh\n", "", ["`name` is missing"]),
        ("url: file://bosh.tgz", "version: 1", ["`url` is missing"]),
        ("file://bosh.tgz", "ftp://x", ["`ftp://x` is no address of a file"]),
        (", sha1: abc", "", ["`sha1` is missing"]),
        ("name: cpi", "name: bosh", ["the release `bosh` is there twice",
                                     'unknown release "cpi"']),
        ("network: private", "network: privat", ['unknown network "privat"']),
        ("stemcell: {url: file://s.tgz}, ", "", ["`stemcell` is missing"]),
        ("disk_size: 1024", "disk_size: 0", ["`disk_size` is too small"]),
        ("type: manual", "type: manuel", ["there is no type of network `manuel`"]),
        ("10.0.0.0/24, gateway: 10.0.0.1", "10.0.0.0/24, gateway: 10.1.0.1",
         ["10.1.0.1 cannot be the gateway of 10.0.0.0/24"]),
        ("subnets: [", "subnets: [{range: 10.1.0.0/24, gateway: 10.1.0.1}, ",
         ["the network `private` has 2 subnets",
          "the static address 10.0.0.6 is not in the network `private`"]),
        ("- name: bosh\n  inst", _OTHER_GROUP, ["there are 2 instance groups"]),
        ("resource_pool: vms", "resource_pool: vm", ['unknown resource pool "vm"']),
        ("persistent_disk_pool: disks", "persistent_disk_pool: d", ['unknown disk pool "d"']),
        ("persistent_disk_pool: disks", "persistent_disk: -1", ["`persistent_disk` is too small"]),
        ("instances: 1", "lifecycle: errand", ["`create-env` knows no lifecycle `errand`"]),
        ("release: bosh}", "release: boss}", ['unknown release "boss"']),
        ("static_ips: [10.0.0.6]", "static_ips: [10.1.0.6]",
         ["the static address 10.1.0.6 is not in the network `private`"]),
        ("default: [dns, gateway]", "default: [dns]",
         ["one of the networks must be the default for `gateway`"]),
        ("  template: {name: a_cpi, release: cpi}\n", "", ["`template` is missing"]),
        ("mbus: https", "mbusx: https", ["unknown key `mbusx`"]),
    ],
)  # fmt: skip
def test_a_mistake_is_told(old: str, new: str, summaries: list[str]) -> None:
    assert told(old, new) == summaries


def test_several_cpi_jobs_are_as_good_as_one() -> None:
    assert told("template: {name: a_cpi, release: cpi}",
                "templates: [{name: a_cpi, release: cpi}]") == []  # fmt: skip


def test_old_names_of_lists_are_read() -> None:
    assert told("instance_groups:", "jobs:") == []
    assert told("  jobs: [", "  templates: [") == []


def test_placeholders_may_stay() -> None:
    assert told("url: file://bosh.tgz", "url: ((url))") == []
    assert told("network: private", "network: ((network))") == []


def test_unknown_keys_are_as_bad_as_one_wants_them() -> None:
    text = GOOD + "surprise: 1\n"

    (problem,) = check_environment(node(text), unknown_keys=Severity.WARNING)
    assert not problem.is_error


def test_a_list_is_no_manifest() -> None:
    assert [item.code for item in check_environment(node("[1]"))] == ["PD0100"]
    assert not is_environment(node("[1]"))


def test_it_is_judged_as_one_only_where_that_is_asked_for() -> None:
    sources = DeploymentSources(manifest=("bosh.yml", GOOD))

    assert load_deployment(sources, Strictness(environments=True)).diagnostics == ()
    assert load_deployment(sources).diagnostics != ()
