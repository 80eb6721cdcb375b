"""Fingerprints. Goldens: what the unmodified bosh CLI calculated for these very contents.

They stand in ``spec/wire/http.jsonl``; the contents are those of BOSH's own test release.
"""

from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.fingerprint import SourceFile, fingerprint

BAR = "637044d11958dea0a9ce300dd4e24c2f5609d653fbcd7a3afb6c3adc82b39939"
ID_JOB = "e7cd4a541d4ace9a7b4d3b4aeaff9cef2b1a5714afe692e62cde08fc75ae044a"


def put(path: Path, text: str, mode: int = 0o644) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def bar(folder: Path) -> list[SourceFile]:
    script = '#!/bin/sh\n\nwhile true; do echo "ZzZzZz..."; sleep 2; done\n'
    packaging = put(folder / "packaging", "cp -a * ${BOSH_INSTALL_TARGET}")
    return [
        SourceFile(path=put(folder / "run.sh", script), archive_path="bar/run.sh"),
        SourceFile(path=packaging, archive_path="packaging", with_mode=False),
    ]


def test_a_package_has_the_fingerprint_that_the_bosh_cli_gave_it(tmp_path: Path) -> None:
    assert fingerprint(bar(tmp_path), ["foo"]) == BAR


def test_a_job_has_the_fingerprint_that_the_bosh_cli_gave_it(tmp_path: Path) -> None:
    spec = "name: id_job\n\ntemplates:\n  config.yml.erb: config.yml\n\nproperties: {}\n"
    config = "---\nid: <%= spec.id %>\nresource_pool: <%= spec.resource_pool %>\n"
    files = [
        SourceFile(path=put(tmp_path / "spec", spec), archive_path="job.MF"),
        SourceFile(path=put(tmp_path / "monit", ""), archive_path="monit"),
        SourceFile(path=put(tmp_path / "c", config), archive_path="templates/config.yml.erb"),
    ]
    assert fingerprint(files) == ID_JOB


def test_the_order_in_which_files_are_named_does_not_matter(tmp_path: Path) -> None:
    assert fingerprint(reversed(bar(tmp_path)), ["foo"]) == BAR


def test_only_the_executable_bit_of_a_mode_matters(tmp_path: Path) -> None:
    files = bar(tmp_path)
    files[0].path.chmod(0o600)
    assert fingerprint(files, ["foo"]) == BAR


@pytest.mark.parametrize("change", ["content", "mode", "name", "dependency"])
def test_every_part_of_the_content_makes_a_difference(tmp_path: Path, change: str) -> None:
    files = bar(tmp_path)
    chunks = ["foo"]
    match change:
        case "content":
            files[0].path.write_text("other")
        case "mode":
            files[0].path.chmod(0o755)
        case "name":
            files[0] = SourceFile(path=files[0].path, archive_path="bar/walk.sh")
        case _:
            chunks = ["fu"]
    assert fingerprint(files, chunks) != BAR


def test_a_link_counts_by_where_it_points_or_by_what_is_there(tmp_path: Path) -> None:
    target = put(tmp_path / "target", "text")
    link = tmp_path / "link"
    link.symlink_to("target")
    as_link = fingerprint([SourceFile(path=link, archive_path="x")])
    followed = fingerprint([SourceFile(path=link, archive_path="x", follow_symlink=True)])
    target.write_text("other")
    assert fingerprint([SourceFile(path=link, archive_path="x")]) == as_link
    assert fingerprint([SourceFile(path=link, archive_path="x", follow_symlink=True)]) != followed
