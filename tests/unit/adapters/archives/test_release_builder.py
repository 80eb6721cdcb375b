"""Building tarballs: the same folder always makes the same bytes, and they can be read back."""

import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.release_archive import read_release_archive
from paasta_deploy.adapters.archives.release_builder import build_release, content_digest
from paasta_deploy.adapters.archives.release_folder import read_release_folder
from paasta_deploy.model.errors import ReleaseError

NewRelease = Callable[..., Path]


def test_what_is_built_is_read_back(new_release: NewRelease, tmp_path: Path) -> None:
    built = build_release(new_release(), tmp_path / "r.tgz", version="1.2", commit_hash="abc")
    (tmp_path / "work").mkdir()
    release = read_release_archive(built.path, tmp_path / "work").manifest
    assert (release.name, release.version, release.commit_hash) == ("tiny", "1.2", "abc")
    assert [job.name for job in release.jobs] == ["idle", "web"]
    assert release.jobs[1].spec.packages == ("page",)
    assert {p.name: p.dependencies for p in release.packages} == {"page": ("tool",), "tool": ()}


def test_two_copies_of_a_folder_make_the_same_bytes(
    new_release: NewRelease, tmp_path: Path
) -> None:
    first = new_release()
    second = new_release(name="copy")
    os.utime(second / "src" / "page" / "index.html", (1, 1))
    a = build_release(first, tmp_path / "a.tgz", version="1")
    b = build_release(second, tmp_path / "b.tgz", version="1")
    assert a.path.read_bytes() == b.path.read_bytes()
    assert a.content_digest == b.content_digest


def test_another_content_has_another_digest(new_release: NewRelease) -> None:
    first = content_digest(read_release_folder(new_release()))
    changed = new_release({"src/page/index.html": "other\n"}, name="copy")
    assert content_digest(read_release_folder(changed)) != first


def test_the_executable_bit_and_links_survive(new_release: NewRelease, tmp_path: Path) -> None:
    folder = new_release()
    (folder / "src" / "page" / "link").symlink_to("index.html")
    built = build_release(folder, tmp_path / "r.tgz", version="1")
    (tmp_path / "work").mkdir()
    files = read_release_archive(built.path, tmp_path / "work").files
    with tarfile.open(files["package/tool"]) as tool:
        assert {m.name: m.mode for m in tool} == {
            "packaging": 0o644,
            "tool/one": 0o755,
            "tool/two": 0o644,
        }
    with tarfile.open(files["package/page"]) as page:
        assert page.getmember("page/link").linkname == "index.html"


def test_a_package_can_stay_uncompressed(new_release: NewRelease, tmp_path: Path) -> None:
    spec = "name: tool\nfiles: ['tool/*']\nno_compression: true\n"
    built = build_release(
        new_release({"packages/tool/spec": spec}), tmp_path / "r.tgz", version="1"
    )
    (tmp_path / "work").mkdir()
    tool = read_release_archive(built.path, tmp_path / "work").files["package/tool"]
    assert tool.read_bytes()[:2] != b"\x1f\x8b"


def test_a_version_that_is_none_is_refused(new_release: NewRelease, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as raised:
        build_release(new_release(), tmp_path / "r.tgz", version="1..2")
    assert raised.value.code == 30010


def test_a_failed_build_leaves_nothing_behind(new_release: NewRelease, tmp_path: Path) -> None:
    folder = new_release({"jobs/web/spec": "name: other\n"})
    (tmp_path / "out").mkdir()
    with pytest.raises(ReleaseError):
        build_release(folder, tmp_path / "out" / "r.tgz", version="1")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_does_not_exist_cannot_be_written_to(
    new_release: NewRelease, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match="Writing the release"):
        build_release(new_release(), tmp_path / "gone" / "r.tgz", version="1")
