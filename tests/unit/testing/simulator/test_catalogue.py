"""Releases and stemcells made up from a manifest: everything that it names, and links that fit."""

from dataclasses import replace

from paasta_deploy.model.deployment import NamedDisk
from paasta_deploy.model.ids import JobName
from paasta_deploy.testing.planning_world import parsed_manifest
from paasta_deploy.testing.simulator.catalogue import made_up_releases, made_up_stemcells
from paasta_deploy.testing.simulator.made_up_cloud import made_up_cloud_config

MANIFEST = parsed_manifest("""
name: shop
releases:
- {name: shop, version: latest}
- {name: bpm, version: 1.latest}
- {name: done, version: "3", stemcell: {os: ubuntu-jammy, version: "1.1"}}
stemcells:
- {alias: default, os: ubuntu-jammy, version: "1.1"}
- {alias: other, name: bosh-lite, version: latest}
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
instance_groups:
- name: db
  instances: 1
  azs: [z1, z2]
  vm_type: big
  persistent_disk_type: fast
  vm_extensions: [public]
  stemcell: default
  networks: [{name: private}]
  jobs:
  - name: database
    release: shop
    provides: {sql: {as: main-db}}
- name: web
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: other
  networks: [{name: private}]
  jobs:
  - name: server
    release: shop
    consumes: {store: {from: main-db}}
  - {name: bpm, release: bpm}
  - {name: compiled, release: done}
""")


def test_every_job_has_its_release_in_the_wanted_version() -> None:
    releases = {str(item.name): item for item in made_up_releases(MANIFEST)}
    assert {name: item.version for name, item in releases.items()} == {
        "shop": "1",
        "bpm": "1.0",
        "done": "3",
    }
    assert {job.name for job in releases["shop"].manifest.jobs} == {"database", "server"}


def test_a_compiled_release_has_compiled_packages() -> None:
    (done,) = (item for item in made_up_releases(MANIFEST) if item.name == "done")
    assert done.manifest.packages == ()
    assert [item.stemcell_version for item in done.manifest.compiled_packages] == ["1.1"]


def test_two_ends_of_a_link_are_of_one_type() -> None:
    (shop,) = (item for item in made_up_releases(MANIFEST) if item.name == "shop")
    jobs = {str(job.name): job.spec for job in shop.manifest.jobs}
    (provided,) = jobs["database"].provides
    (consumed,) = jobs["server"].consumes
    assert provided.type == consumed.type


def test_every_stemcell_is_there_once() -> None:
    assert [(item.os, item.version) for item in made_up_stemcells(MANIFEST)] == [
        ("ubuntu-jammy", "1.1"),
        ("bosh-lite", "1"),
    ]


def test_a_made_up_cloud_has_everything_that_the_manifest_names() -> None:
    cloud = made_up_cloud_config(MANIFEST)
    names = {
        key: [item["name"] for item in cloud[key]]  # type: ignore[index,union-attr,call-overload]  # JSON of this very test
        for key in ("azs", "vm_types", "disk_types", "vm_extensions", "networks")
    }
    assert names == {
        "azs": ["z1", "z2"],
        "vm_types": ["big", "small"],
        "disk_types": ["fast"],
        "vm_extensions": ["public"],
        "networks": ["private"],
    }


def test_a_link_to_a_disk_of_the_group_is_one_of_type_disk() -> None:
    named = MANIFEST.instance_groups[1]
    group = replace(named, persistent_disks=(NamedDisk(name="main-db", disk_type="fast"),))

    (release, *_) = made_up_releases(
        replace(MANIFEST, instance_groups=(MANIFEST.instance_groups[0], group))
    )

    server = release.manifest.job(JobName("server"))
    assert server is not None
    assert [link.type for link in server.spec.consumes] == ["disk"]
