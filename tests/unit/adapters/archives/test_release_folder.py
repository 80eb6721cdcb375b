"""Reading a release source folder as BOSH's CLI does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.release_folder import PackageFolder, read_release_folder
from paasta_deploy.model.errors import ReleaseError

NewRelease = Callable[..., Path]


def package(folder: Path, name: str) -> PackageFolder:
    return next(p for p in read_release_folder(folder).packages if p.name == name)


def archive_paths(package: PackageFolder) -> list[str]:
    return [file.archive_path for file in package.files]


def test_jobs_packages_and_licence_are_found(new_release: NewRelease) -> None:
    release = read_release_folder(new_release())
    assert release.name == "tiny"
    assert [job.name for job in release.jobs] == ["idle", "web"]
    assert [package.name for package in release.packages] == ["page", "tool"]
    assert [file.archive_path for file in release.license_files] == ["LICENSE"]
    assert release.license_fingerprint


def test_a_jobs_archive_holds_its_spec_monit_and_declared_templates(
    new_release: NewRelease,
) -> None:
    folder = new_release({"jobs/web/templates/unused": "x"})
    web = next(job for job in read_release_folder(folder).jobs if job.name == "web")
    assert sorted(file.archive_path for file in web.files) == [
        "job.MF",
        "monit",
        "templates/a.erb",
        "templates/b.j2",
    ]


def test_globs_reach_into_folders_and_exclusions_win(new_release: NewRelease) -> None:
    page = package(new_release(), "page")
    assert archive_paths(page) == ["packaging", "page/deep/er.html", "page/index.html"]
    assert page.dependencies == ("tool",)


def test_sources_win_over_blobs_of_the_same_name(new_release: NewRelease) -> None:
    page = package(new_release(), "page")
    index = next(file for file in page.files if file.archive_path == "page/index.html")
    assert index.path.read_text() == "<h1>hi</h1>\n"


def test_braces_in_patterns_are_alternatives(new_release: NewRelease) -> None:
    assert archive_paths(package(new_release(), "tool")) == ["packaging", "tool/one", "tool/two"]


def test_files_below_a_linked_folder_are_left_out(new_release: NewRelease, tmp_path: Path) -> None:
    folder = new_release()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "passwd").write_text("secret")
    (folder / "src" / "page" / "linked").symlink_to(tmp_path / "elsewhere")
    page = package(folder, "page")
    assert archive_paths(page) == [
        "packaging",
        "page/deep/er.html",
        "page/index.html",
        "page/linked",
    ]
    assert next(file for file in page.files if file.archive_path == "page/linked").is_link


@pytest.mark.parametrize(
    ("changes", "says", "code"),
    [
        ({"config/final.yml": "x: 1\n"}, "has no 'name'", 30002),
        ({"config/final.yml": "["}, "not usable", 30002),
        ({"jobs/web/spec": "name: other\n"}, "calls itself 'other'", 80016),
        ({"jobs/web/spec": "name: web\ntemplates: {gone: x}\n"}, "'gone' is missing", 80002),
        ({"packages/page/spec": "name: pag\n"}, "calls itself 'pag'", 30012),
        ({"packages/page/spec": "name: page\nfiles: [nothing/*]\n"}, "missing files", 30012),
        ({"packages/page/spec": "name: page\nfiles: [../../etc/*]\n"}, "leads out", 30012),
        ({"packages/page/spec": "name: page\nfiles: [/etc/passwd]\n"}, "leads out", 30012),
        ({"packages/page/spec": "name: page\nfiles: page\n"}, "must be a list", 30012),
        ({"packages/page/spec": "name: page\nfiles: [packaging]\n", "src/packaging": ""},
         "called packaging", 30012),
        ({"packages/page/spec.lock": "name: page\n"}, "vendored", 30012),
        ({"packages/page/pre_packaging": "rm -rf /\n"}, "run on this machine", 30012),
        ({"packages/bare/spec": "name: bare\n"}, "no packaging script", 30012),
    ],
)  # fmt: skip
def test_what_cannot_be_packed_is_told(
    new_release: NewRelease, changes: dict[str, str], says: str, code: int
) -> None:
    with pytest.raises(ReleaseError, match=says) as raised:
        read_release_folder(new_release(changes))
    assert raised.value.code == code


def test_a_folder_that_is_no_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"Cannot read .*final\.yml"):
        read_release_folder(tmp_path)


def test_a_release_with_no_jobs_and_no_packages_is_one(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "final.yml").write_text("final_name: old\n")
    release = read_release_folder(tmp_path)
    assert (release.name, release.jobs, release.packages) == ("old", (), ())
