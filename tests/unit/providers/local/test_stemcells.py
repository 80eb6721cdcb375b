"""Stemcells are kept by name, version and content."""

import zipfile
from pathlib import Path

import pytest
from paasta_providers.local.stemcells import Stemcells

from paasta_deploy.cpi.errors import CloudError, StemcellNotFoundError
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.model.ids import StemcellCid


@pytest.fixture
def image(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "image", "w") as archive:
        archive.writestr("__main__.py", "")
    return tmp_path / "image"


def request(image: Path, version: str = "1") -> CreateStemcell:
    return CreateStemcell(name="little", version=version, image=image, cloud_properties={})


def test_the_image_is_kept_when_the_original_goes(tmp_path: Path, image: Path) -> None:
    content = image.read_bytes()
    stemcells = Stemcells(tmp_path / "state")
    cid = stemcells.create(request(image))
    image.unlink()

    assert stemcells.image(cid).read_bytes() == content
    assert list((tmp_path / "state/trash").iterdir()) == []


def test_name_version_and_content_make_a_stemcell(tmp_path: Path, image: Path) -> None:
    stemcells = Stemcells(tmp_path / "state")
    first = stemcells.create(request(image))

    assert stemcells.create(request(image)) == first
    assert stemcells.create(request(image, "2")) != first
    with zipfile.ZipFile(image, "a") as archive:
        archive.writestr("more", "")
    assert stemcells.create(request(image)) != first


def test_what_is_no_zipapp_is_refused(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"a disk image")

    with pytest.raises(CloudError, match="little/1 is no zipapp"):
        Stemcells(tmp_path / "state").create(request(tmp_path / "image"))


@pytest.mark.parametrize("cid", ["stemcell-1", "../x", "vm-a"])
def test_an_absent_stemcell_is_not_found_and_deleted_without_ado(tmp_path: Path, cid: str) -> None:
    stemcells = Stemcells(tmp_path / "state")

    with pytest.raises(StemcellNotFoundError):
        stemcells.image(StemcellCid(cid))
    stemcells.delete(StemcellCid(cid))
