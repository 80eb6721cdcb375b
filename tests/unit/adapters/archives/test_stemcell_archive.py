"""Reading stemcells."""

import hashlib
from pathlib import Path

import pytest
import yaml

from paasta_deploy.adapters.archives.stemcell_archive import (
    UnpackedStemcell,
    read_stemcell_archive,
)
from paasta_deploy.adapters.archives.tar_writing import STORED, TarEntry, write_tar_gz
from paasta_deploy.model.errors import StemcellError

IMAGE = b"an image"
GOOD = {
    "name": "bosh-warden-boshlite-ubuntu-jammy-go_agent",
    "version": 1.181,
    "operating_system": "ubuntu-jammy",
    "api_version": 3,
    "bosh_protocol": 1,
    "sha1": hashlib.sha1(IMAGE, usedforsecurity=False).hexdigest(),
    "stemcell_formats": ["warden-tar"],
    "cloud_properties": {"infrastructure": "warden"},
}


def read(tmp_path: Path, manifest: object, image: bytes | None = IMAGE) -> UnpackedStemcell:
    entries = [TarEntry(name="packages.txt", content=b"")]
    if manifest is not None:
        entries.append(TarEntry(name="./stemcell.MF", content=yaml.safe_dump(manifest).encode()))
    if image is not None:
        entries.append(TarEntry(name="image", content=image))
    archive = tmp_path / "s.tgz"
    with archive.open("wb") as output:
        write_tar_gz(output, entries, level=STORED)
    work = tmp_path / "work"
    work.mkdir()
    return read_stemcell_archive(archive, work)


def test_everything_that_the_manifest_says_is_read(tmp_path: Path) -> None:
    unpacked = read(tmp_path, GOOD)
    manifest = unpacked.manifest
    assert (manifest.name, manifest.version, manifest.os) == (
        "bosh-warden-boshlite-ubuntu-jammy-go_agent",
        "1.181",
        "ubuntu-jammy",
    )
    assert (manifest.api_version, manifest.formats) == (3, ("warden-tar",))
    assert manifest.cloud_properties == {"infrastructure": "warden"}
    assert unpacked.image.read_bytes() == IMAGE


def test_a_light_stemcell_has_an_empty_image(tmp_path: Path) -> None:
    digest = "sha256:" + hashlib.sha256(b"").hexdigest()
    assert read(tmp_path, {**GOOD, "sha1": digest}, b"").image.stat().st_size == 0


def test_the_operating_system_is_the_name_where_it_is_not_told(tmp_path: Path) -> None:
    manifest = {key: value for key, value in GOOD.items() if key != "operating_system"}
    assert read(tmp_path, manifest).manifest.os == GOOD["name"]


@pytest.mark.parametrize(
    ("manifest", "image", "code"),
    [
        (None, IMAGE, 50000),
        (GOOD, None, 50001),
        (GOOD, b"other", 50007),
        ({**GOOD, "sha1": "12"}, IMAGE, 50007),
        ({**GOOD, "sha1": None}, IMAGE, 50007),
        ({**GOOD, "name": None}, IMAGE, 50000),
        ({**GOOD, "version": True}, IMAGE, 50000),
        ({**GOOD, "cloud_properties": [1]}, IMAGE, 50000),
        ({**GOOD, "stemcell_formats": "raw"}, IMAGE, 50000),
        (["a"], IMAGE, 50000),
    ],
)
def test_what_is_missing_or_wrong_has_its_code(
    tmp_path: Path, manifest: object, image: bytes | None, code: int
) -> None:
    with pytest.raises(StemcellError) as raised:
        read(tmp_path, manifest, image)
    assert raised.value.code == code


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "s.tgz").write_bytes(b"nonsense")
    with pytest.raises(StemcellError, match="Extracting stemcell archive"):
        read_stemcell_archive(tmp_path / "s.tgz", tmp_path)
