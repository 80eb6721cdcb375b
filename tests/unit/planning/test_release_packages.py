"""Packages of one release: keys, sources, compiled ones that fit."""

import json

from paasta_deploy.model.deployment import OsVersion
from paasta_deploy.model.ids import PackageName, StemcellName, StemcellVersion
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.planning.release_packages import ReleasePackages
from paasta_deploy.testing.made_releases import made_release

TOP, MIDDLE, BOTTOM = PackageName("top"), PackageName("middle"), PackageName("bottom")


def release(compiled_for: str | None = None, **content: str) -> ReleaseRecord:
    return made_release(
        {
            "name": "r",
            "version": "1",
            "packages": {"top": ["middle", "bottom"], "middle": ["bottom"], "bottom": []},
            "content": content,
            "compiled_for": compiled_for,
        }
    )


def stemcell(version: str, os: str = "ubuntu") -> StemcellKey:
    return StemcellKey(name=StemcellName("s"), version=StemcellVersion(version), os=os)


def test_the_dependency_key_is_the_tree_of_names_and_versions() -> None:
    packages = ReleasePackages(release())
    middle, bottom = packages.package(MIDDLE), packages.package(BOTTOM)

    assert packages.dependency_key(BOTTOM) == "[]"
    assert json.loads(packages.dependency_key(TOP)) == [
        ["bottom", bottom.version],
        ["middle", middle.version, [["bottom", bottom.version]]],
    ]


def test_a_change_below_changes_the_key_of_all_above_and_no_fingerprint_but_its_own() -> None:
    before, after = ReleasePackages(release()), ReleasePackages(release(bottom="new"))

    assert before.package(TOP).fingerprint == after.package(TOP).fingerprint
    assert before.key(TOP, stemcell("1")) != after.key(TOP, stemcell("1"))
    assert before.package(BOTTOM).fingerprint != after.package(BOTTOM).fingerprint


def test_source_releases_bring_sources_and_compiled_ones_compiled_packages() -> None:
    source, compiled = ReleasePackages(release()), ReleasePackages(release("ubuntu/621.5"))

    assert source.source(TOP) is not None
    assert source.brought(TOP, stemcell("621.5")) is None
    assert compiled.source(TOP) is None
    assert compiled.brought(TOP, stemcell("621.5")) is not None


def test_a_compiled_package_fits_its_stemcells_major_version() -> None:
    packages = ReleasePackages(release("ubuntu/621.5"))

    assert packages.brought(TOP, stemcell("621.99")) is not None
    assert packages.brought(TOP, stemcell("622.5")) is None
    assert packages.brought(TOP, stemcell("621.5", os="centos")) is None


def test_a_release_said_to_be_exported_is_only_good_for_what_it_was_exported_from() -> None:
    same = ReleasePackages(release("ubuntu/621.5"), [OsVersion(os="ubuntu", version="621.5")])
    other = ReleasePackages(release("ubuntu/621.5"), [OsVersion(os="ubuntu", version="700")])

    assert same.brought(TOP, stemcell("700")) is not None
    assert other.brought(TOP, stemcell("621.5")) is None
