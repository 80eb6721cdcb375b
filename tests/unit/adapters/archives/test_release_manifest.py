"""release.MF. Property: a chain of dependencies is fine in any order, a circle never is."""

import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.archives.release_manifest import parse_release_manifest
from paasta_deploy.model.errors import ReleaseError

DIGEST = "sha256:" + "0" * 64


def entry(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "version": "1", "fingerprint": "f1", "sha1": DIGEST, **more}


def text(**changes: object) -> bytes:
    manifest = {"name": "r", "version": "1.2", "jobs": [], "packages": [], **changes}
    return yaml.safe_dump(manifest).encode()


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_a_chain_is_fine_and_a_circle_is_refused(length: int, shuffle: random.Random) -> None:
    chain = [entry(f"p{n}", dependencies=[f"p{n + 1}"]) for n in range(length - 1)]
    end = entry(f"p{length - 1}")
    packages = [*chain, end]
    shuffle.shuffle(packages)
    assert len(parse_release_manifest(text(packages=packages)).packages) == length
    end["dependencies"] = [f"p{shuffle.randrange(length)}"]
    with pytest.raises(ReleaseError, match="circle"):
        parse_release_manifest(text(packages=packages))


def test_a_diamond_is_no_circle() -> None:
    packages = [
        entry("top", dependencies=["left", "right"]),
        entry("left", dependencies=["bottom"]),
        entry("right", dependencies=["bottom"]),
        entry("bottom"),
    ]
    assert parse_release_manifest(text(packages=packages)).packages[0].dependencies == (
        "left",
        "right",
    )


def test_numbers_are_read_as_names_and_versions() -> None:
    entries = parse_release_manifest(text(version=7, jobs=[entry("1", version=5)]))
    assert (entries.version, entries.jobs[0].version) == ("7", "5")


def test_old_releases_without_fingerprints_have_their_version_as_one() -> None:
    job = entry("j", version="9")
    del job["fingerprint"]
    assert parse_release_manifest(text(jobs=[job])).jobs[0].fingerprint == "9"


def test_compiled_packages_know_their_stemcell() -> None:
    compiled = entry("p", stemcell="ubuntu-jammy/1.181")
    package = parse_release_manifest(text(packages=[], compiled_packages=[compiled]))
    assert package.compiled_packages[0].stemcell_os == "ubuntu-jammy"
    assert package.compiled_packages[0].stemcell_version == "1.181"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "a/b"}, 40005),
        ({"name": None}, 40005),
        ({"name": ".."}, 40005),
        ({"version": "1..2"}, 30010),
        ({"version": True}, 40005),
        ({"jobs": {"a": 1}}, 30003),
        ({"jobs": ["a"]}, 30003),
        ({"jobs": [entry("../j")]}, 40005),
        ({"jobs": [entry("j"), entry("j")]}, 30003),
        ({"jobs": [entry("j", sha1="")]}, 30015),
        ({"packages": [entry("p"), entry("p")]}, 30003),
        ({"packages": [entry("p", dependencies=["q"])]}, 30012),
        ({"packages": [entry("p", dependencies="q")]}, 30012),
        ({"compiled_packages": [entry("p", stemcell="linux")]}, 30012),
    ],
)
def test_what_cannot_be_meant_is_refused_with_boshs_code(
    changes: dict[str, object], code: int
) -> None:
    with pytest.raises(ReleaseError) as raised:
        parse_release_manifest(text(**changes))
    assert raised.value.code == code


def test_what_is_no_yaml_is_no_manifest() -> None:
    with pytest.raises(ReleaseError) as raised:
        parse_release_manifest(b"\t")
    assert raised.value.code == 30003
