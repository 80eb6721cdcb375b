"""Job archives: templates come out, broken archives do not get in."""

import io

import pytest

from paasta_deploy.adapters.archives.job_archive import read_job_archive
from paasta_deploy.adapters.archives.tar_writing import FAST, TarEntry, write_tar_gz
from paasta_deploy.model.errors import ReleaseError

SPEC = b"name: web\ntemplates: {a.erb: bin/a}\n"
FILES = {"job.MF": SPEC, "monit": b"check", "templates/a.erb": b"<%= 1 %>"}


def archive(files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    write_tar_gz(output, [TarEntry(name=n, content=c) for n, c in files.items()], level=FAST)
    return output.getvalue()


def without(name: str) -> dict[str, bytes]:
    return {key: value for key, value in FILES.items() if key != name}


def test_declared_templates_and_monit_are_read() -> None:
    spec, source = read_job_archive("web", "fp", archive({**FILES, "templates/extra": b"x"}))
    assert [(t.source, t.destination, t.content) for t in source.templates] == [
        ("a.erb", "bin/a", b"<%= 1 %>")
    ]
    assert source.monit.content == b"check"
    assert source.fingerprint == "fp"
    assert spec.properties_schema is None


def test_a_schema_of_the_properties_is_kept() -> None:
    spec, _ = read_job_archive("web", "fp", archive({**FILES, "properties_schema.json": b"{}"}))
    assert spec.properties_schema == {}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (without("job.MF"), 80001),
        (without("templates/a.erb"), 80002),
        (without("monit"), 80004),
        ({**FILES, "job.MF": b"["}, 80001),
        ({**FILES, "properties_schema.json": b"{"}, 80008),
        ({**FILES, "/absolute": b""}, 80000),
    ],
)
def test_what_is_missing_or_broken_has_its_code(files: dict[str, bytes], code: int) -> None:
    with pytest.raises(ReleaseError, match="Job 'web'") as raised:
        read_job_archive("web", "fp", archive(files))
    assert raised.value.code == code


def test_bytes_that_are_no_archive_are_refused() -> None:
    with pytest.raises(ReleaseError, match="broken"):
        read_job_archive("web", "fp", b"\x1f\x8bnonsense")
