"""Reading release tarballs: every byte is checked, and every lack has BOSH's code."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from paasta_deploy.adapters.archives.release_archive import UnpackedRelease, read_release_archive
from paasta_deploy.adapters.archives.release_builder import build_release
from paasta_deploy.adapters.archives.tar_writing import STORED, TarEntry, write_tar_gz
from paasta_deploy.model.errors import ReleaseError

NewRelease = Callable[..., Path]
Members = dict[str, bytes]


@pytest.fixture
def members(new_release: NewRelease, tmp_path: Path) -> Members:
    """Return the members of a good tarball."""
    built = build_release(new_release(), tmp_path / "good.tgz", version="1")
    with tarfile.open(built.path) as tar:
        found = {}
        for info in tar:
            content = tar.extractfile(info)
            assert content is not None
            found[info.name] = content.read()
        return found


def read(tmp_path: Path, members: Members, known: frozenset[str] = frozenset()) -> UnpackedRelease:
    archive = tmp_path / "r.tgz"
    with archive.open("wb") as output:
        entries = [TarEntry(name=name, content=content) for name, content in members.items()]
        write_tar_gz(output, entries, level=STORED)
    work = tmp_path / "work"
    work.mkdir()
    return read_release_archive(archive, work, known_fingerprints=known)


def code_of(tmp_path: Path, members: Members) -> int:
    with pytest.raises(ReleaseError) as raised:
        read(tmp_path, members)
    return raised.value.code


def with_manifest(
    members: Members, change: Callable[[dict[str, list[dict[str, str]]]], None]
) -> Members:
    manifest = yaml.safe_load(members["release.MF"])
    change(manifest)
    return {**members, "release.MF": yaml.safe_dump(manifest).encode()}


def test_archives_lie_in_the_workspace_under_their_kind(members: Members, tmp_path: Path) -> None:
    unpacked = read(tmp_path, members)
    assert sorted(unpacked.files) == ["job/idle", "job/web", "package/page", "package/tool"]
    assert unpacked.files["job/web"].read_bytes() == members["jobs/web.tgz"]


def test_the_manifest_may_come_last_and_names_may_begin_with_a_dot(
    members: Members, tmp_path: Path
) -> None:
    reordered = {f"./{name}": content for name, content in reversed(members.items())}
    assert read(tmp_path, reordered).manifest.name == "tiny"


def test_strange_members_are_passed_over(members: Members, tmp_path: Path) -> None:
    read(tmp_path, {**members, "jobs/deep/er.tgz": b"x", "notes.txt": b"x", "jobs/a.txt": b"x"})
    written = {p.relative_to(tmp_path / "work").as_posix() for p in (tmp_path / "work").rglob("*")}
    assert written == {
        "jobs", "jobs/idle.tgz", "jobs/web.tgz", "packages", "packages/page.tgz",
        "packages/tool.tgz",
    }  # fmt: skip


def test_a_changed_byte_in_a_package_is_found(members: Members, tmp_path: Path) -> None:
    assert code_of(tmp_path, {**members, "packages/page.tgz": b"other"}) == 30015


def test_a_changed_byte_in_a_job_is_found(members: Members, tmp_path: Path) -> None:
    assert code_of(tmp_path, {**members, "jobs/web.tgz": members["jobs/idle.tgz"]}) == 30015


def test_a_missing_manifest_is_told(members: Members, tmp_path: Path) -> None:
    del members["release.MF"]
    assert code_of(tmp_path, members) == 30003


def test_a_missing_package_is_told(members: Members, tmp_path: Path) -> None:
    del members["packages/page.tgz"]
    assert code_of(tmp_path, members) == 60000


def test_a_missing_job_is_told(members: Members, tmp_path: Path) -> None:
    del members["jobs/web.tgz"]
    assert code_of(tmp_path, members) == 80000


def test_a_package_that_the_director_has_may_be_left_out(members: Members, tmp_path: Path) -> None:
    manifest = yaml.safe_load(members["release.MF"])
    known = frozenset(p["fingerprint"] for p in manifest["packages"])
    left = {name: content for name, content in members.items() if "packages/" not in name}
    unpacked = read(tmp_path, left, known)
    assert sorted(unpacked.files) == ["job/idle", "job/web"]
    assert len(unpacked.manifest.packages) == 2


def test_a_job_may_only_name_packages_of_its_release(members: Members, tmp_path: Path) -> None:
    def drop_page(manifest: dict[str, list[dict[str, str]]]) -> None:
        manifest["packages"] = [p for p in manifest["packages"] if p["name"] != "page"]

    assert code_of(tmp_path, with_manifest(members, drop_page)) == 80003


def test_a_compiled_release_is_read(members: Members, tmp_path: Path) -> None:
    def compile_all(manifest: dict[str, list[dict[str, str]]]) -> None:
        manifest["compiled_packages"] = [
            {**p, "stemcell": "linux/1"} for p in manifest.pop("packages")
        ]

    changed = with_manifest(members, compile_all)
    compiled = {name.replace("packages/", "compiled_packages/"): c for name, c in changed.items()}
    unpacked = read(tmp_path, compiled)
    assert [p.name for p in unpacked.manifest.compiled_packages] == ["page", "tool"]
    assert "compiled/page" in unpacked.files


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    for content in (b"nonsense", gzip.compress(b"nonsense" * 100)):
        archive = tmp_path / "r.tgz"
        archive.write_bytes(content)
        with pytest.raises(ReleaseError, match="Extracting release archive") as raised:
            read_release_archive(archive, tmp_path)
        assert raised.value.code == 30002


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="No such file"):
        read_release_archive(tmp_path / "gone", tmp_path)


def test_a_huge_job_archive_is_not_taken_into_memory(members: Members, tmp_path: Path) -> None:
    bomb = io.BytesIO()
    write_tar_gz(bomb, [TarEntry(name="job.MF", content=b" " * (65 << 20))], level=1)
    digest = hashlib.sha256(bomb.getvalue()).hexdigest()

    def point_to_bomb(manifest: dict[str, list[dict[str, str]]]) -> None:
        manifest["jobs"][0]["sha1"] = f"sha256:{digest}"

    changed = with_manifest(members, point_to_bomb)
    assert code_of(tmp_path, {**changed, "jobs/idle.tgz": bomb.getvalue()}) == 80000
