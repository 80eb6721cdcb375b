"""Releases and stemcells."""

import json
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.shop_release import build_shop
from tests.unit.director.test_uploads import make_stemcell

Capture = pytest.CaptureFixture[str]


def test_a_release_is_built_uploaded_listed_and_deleted(
    served: ServedWorld, tmp_path: Path, capsys: Capture
) -> None:
    build_shop(tmp_path, version="2")
    source, tarball = tmp_path / "source-2", tmp_path / "mine.tgz"
    arguments = ["create-release", "--dir", str(source), "--tarball", str(tarball), "--force"]
    assert run(arguments) == 0
    made = capsys.readouterr().out
    assert made.startswith("Release shop/0+dev.")
    assert run(arguments) == 0
    assert capsys.readouterr().out == made, "same content, same version"
    assert run([*arguments, "--version", "7"]) == 0
    capsys.readouterr()

    assert served.cli("upload-release", str(tarball)) == 0
    assert "Release has been created: shop/7" in capsys.readouterr().err
    assert served.cli("upload-release", f"file://{tarball}") == 0
    assert "Release already exists: shop/7" in capsys.readouterr().err
    assert served.cli("releases") == 0
    assert capsys.readouterr().out == "shop\t1\tnon-git\t\nshop\t7\tnon-git\t\n"
    assert served.cli("-n", "delete-release", "shop/7") == 0
    served.cli("releases")
    assert "7" not in capsys.readouterr().out


def test_versions_in_use_have_a_star(served: ServedWorld, capsys: Capture) -> None:
    served.do(served.world.deploy_well)
    served.cli("releases")
    assert capsys.readouterr().out.startswith("shop\t1*\t")
    served.cli("--json", "stemcells")
    row = json.loads(capsys.readouterr().out)["Tables"][0]["Rows"][0]
    assert (row["name"], row["version"], row["os"], row["cpi"]) == (
        "made-up",
        "1.1*",
        "made-up",
        "-",
    )


def test_a_stemcell_is_uploaded_and_deleted(
    served: ServedWorld, tmp_path: Path, capsys: Capture
) -> None:
    assert served.cli("upload-stemcell", str(make_stemcell(tmp_path))) == 0
    err = capsys.readouterr().err
    assert "Update stemcell: Uploading stemcell tiny/3 to the cloud" in err
    assert served.cli("-n", "delete-stemcell", "tiny/3") == 0
    capsys.readouterr()
    served.cli("stemcells")
    assert "tiny" not in capsys.readouterr().out


def test_what_is_in_use_is_not_deleted_without_force(served: ServedWorld, capsys: Capture) -> None:
    served.do(served.world.deploy_well)
    assert served.cli("-n", "delete-release", "shop/1") == 1
    err = capsys.readouterr().err
    assert "Release 'shop/1' is in use by shop." in err
    assert "help: delete those deployments or deploy them with another version first" in err
    assert served.cli("-n", "delete-stemcell", "made-up/1.1") == 1
    assert served.cli("-n", "delete-release", "shop/1", "--force") == 0


def test_mistakes_are_told_before_anything_is_sent(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("upload-release", "/nosuch.tgz") == 1
    assert "There is no file /nosuch.tgz." in capsys.readouterr().err
    other = served.write("shop.yml", "name: shop\n")
    assert served.cli("upload-release", other) == 1
    assert f"{other} is no release: it is no tar archive." in capsys.readouterr().err
    assert served.cli("upload-stemcell", other) == 1
    assert f"{other} is no stemcell: it is no tar archive." in capsys.readouterr().err
    assert served.cli("-n", "delete-release", "shop") == 1
    assert "'shop' is not NAME/VERSION." in capsys.readouterr().err
    assert served.cli("delete-stemcell", "made-up/1.1") == 1
    assert "Delete stemcell made-up/1.1? Nobody can be asked here" in capsys.readouterr().err
    assert [task.kind for task in served.world.store.tasks()] == ["update_release"]


def test_a_release_that_cannot_be_fetched_says_from_where(
    served: ServedWorld, capsys: Capture
) -> None:
    assert served.cli("upload-release", "http://127.0.0.1:9/x.tgz", "--sha1", "0" * 40) == 1
    assert "http://127.0.0.1:9/x.tgz" in capsys.readouterr().err


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path, capsys: Capture) -> None:
    arguments = ["--dir", str(tmp_path), "--tarball", str(tmp_path / "x.tgz")]
    assert run(["create-release", *arguments]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert not (tmp_path / "x.tgz").exists()
