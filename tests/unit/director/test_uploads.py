"""Taking in releases and stemcells, and deleting them."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from paasta_deploy.director.requests import (
    DeleteArtifactRequest,
    UploadReleaseRequest,
    UploadStemcellRequest,
)
from paasta_deploy.director.uploads import clean_workspace
from paasta_deploy.model.ids import ReleaseName, ReleaseVersion
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from tests.unit.director.director_world import World, manifest
from tests.unit.director.shop_release import build_shop

SHOP_1 = (ReleaseName("shop"), ReleaseVersion("1"))


def make_stemcell(folder: Path, *, version: str = "3", formats: str = "[simulated]") -> Path:
    """Write a stemcell that the simulated cloud takes."""
    image = b"an image"
    manifest_text = (
        f"name: tiny\nversion: '{version}'\noperating_system: tiny-os\napi_version: 3\n"
        f"sha1: {hashlib.sha1(image, usedforsecurity=False).hexdigest()}\n"
        f"stemcell_formats: {formats}\ncloud_properties: {{infrastructure: simulated}}\n"
    )
    path = folder / f"tiny-{version}.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("stemcell.MF", manifest_text.encode()), ("image", image)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def stages(world: World, task: TaskRecord) -> list[str]:
    lines = world.events(task.task_id)
    return [str(line["stage"]) for line in lines if line.get("state") == "finished"]


def workspace(world: World) -> list[Path]:
    return list((world.folder / "workspace").iterdir())


async def test_an_uploaded_release_is_recorded_with_all_its_archives(world: World) -> None:
    record = world.store.release(*SHOP_1)
    assert record is not None
    assert set(record.blobs) == {"job/web", "job/db", "job/strict", "package/app", "package/base"}
    assert all(world.blobs.has(blob.blob_id) for blob in record.blobs.values())
    assert workspace(world) == []


async def test_the_same_release_again_is_success_and_changes_nothing(
    world: World, shop_tarball: Path
) -> None:
    before = world.store.release(*SHOP_1)
    task = await world.upload(shop_tarball)
    assert (task.state, task.result) == (TaskState.DONE, "Release 'shop/1' already exists")
    assert stages(world, task)[-1] == "Release already exists"
    assert world.store.release(*SHOP_1) == before


async def test_the_same_version_with_other_content_is_refused_unless_it_is_to_be_fixed(
    world: World, tmp_path: Path
) -> None:
    other = build_shop(tmp_path / "other", files={"src/app/app": "another app\n"})
    refused = await world.upload(other)
    assert refused.state is TaskState.ERROR
    assert "exists with other content" in str(refused.result)

    fixed = await world.upload(other, fix=True)
    assert fixed.state is TaskState.DONE
    await world.deploy_well()


async def test_a_package_that_another_version_brought_need_not_be_sent_again(
    world: World, tmp_path: Path
) -> None:
    await world.upload(build_shop(tmp_path / "two", version="2"))
    one, two = sorted(world.store.releases(), key=lambda release: release.version)
    assert one.blobs["package/base"] == two.blobs["package/base"]


@pytest.mark.parametrize("content", [b"", b"not a tarball", b"\x1f\x8b" + b"\0" * 100])
async def test_what_is_no_release_is_refused_and_leaves_nothing(
    world: World, content: bytes
) -> None:
    broken = world.folder / "workspace" / "upload-1.tgz"
    broken.write_bytes(content)
    request = UploadReleaseRequest(source=str(broken), remove_source=True)
    task = await world.do(request, deployment=None)
    assert task.state is TaskState.ERROR
    assert len(world.store.releases()) == 1
    assert workspace(world) == []


async def test_a_file_that_is_not_there_is_named(world: World) -> None:
    for request in (
        UploadReleaseRequest(source="/nosuch.tgz"),
        UploadReleaseRequest(source="file:///nosuch.tgz"),
        UploadStemcellRequest(source="/nosuch.tgz", remove_source=True),
    ):
        task = await world.do(request, deployment=None)
        assert task.state is TaskState.ERROR
        assert "/nosuch.tgz" in str(task.result)


async def test_a_digest_that_was_announced_is_checked(world: World, shop_tarball: Path) -> None:
    content = shop_tarball.read_bytes()  # noqa: ASYNC240 - a small file
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    good = UploadReleaseRequest(source=str(shop_tarball), sha1=digest)
    assert (await world.do(good, deployment=None)).state is TaskState.DONE
    bad = UploadReleaseRequest(source=str(shop_tarball), sha1="0" * 40)
    task = await world.do(bad, deployment=None)
    assert "is not what was announced" in str(task.result)


async def test_a_stemcell_is_registered_once_per_cloud(world: World, tmp_path: Path) -> None:
    request = UploadStemcellRequest(source=str(make_stemcell(tmp_path)))
    task = await world.do(request, deployment=None)
    assert (task.state, task.result) == (TaskState.DONE, "/stemcells/tiny/3")
    (record,) = (item for item in world.store.stemcells() if item.name == "tiny")
    assert (record.os, record.version, record.api_version) == ("tiny-os", "3", 3)
    assert world.calls == ["create_stemcell"]

    again = await world.do(request, deployment=None)
    assert again.state is TaskState.DONE
    assert world.calls == ["create_stemcell"], "it is there already"
    fixed = UploadStemcellRequest(source=request.source, fix=True)
    await world.do(fixed, deployment=None)
    assert world.calls == ["create_stemcell"] * 2


async def test_a_stemcell_in_a_format_that_the_cloud_does_not_take_is_refused(
    world: World, tmp_path: Path
) -> None:
    stemcell = make_stemcell(tmp_path, formats="[aws-raw]")
    task = await world.do(UploadStemcellRequest(source=str(stemcell)), deployment=None)
    assert task.state is TaskState.ERROR
    assert "has the formats aws-raw; CPI 'simulated' takes simulated" in str(task.result)
    assert world.calls == []


async def test_what_a_deployment_uses_is_deleted_only_by_force(world: World) -> None:
    await world.deploy_well()
    for kind, name, version in (("release", "shop", "1"), ("stemcell", "made-up", "1.1")):
        request = DeleteArtifactRequest(kind=kind, name=name, version=version)
        task = await world.do(request, deployment=None)
        assert task.state is TaskState.ERROR
        assert "in use by shop" in str(task.result)
    forced = DeleteArtifactRequest(kind="release", name="shop", version="1", force=True)
    assert (await world.do(forced, deployment=None)).state is TaskState.DONE
    assert world.store.releases() == []


async def test_deleting_what_is_not_there_says_so(world: World) -> None:
    for kind in ("release", "stemcell"):
        request = DeleteArtifactRequest(kind=kind, name="nosuch", version="9")
        task = await world.do(request, deployment=None)
        assert "'nosuch/9' doesn't exist" in str(task.result)


async def test_a_deleted_stemcell_is_gone_from_the_cloud(world: World) -> None:
    request = DeleteArtifactRequest(kind="stemcell", name="made-up", version="1.1")
    assert (await world.do(request, deployment=None)).state is TaskState.DONE
    assert world.calls == ["delete_stemcell"]
    refused = await world.deploy(manifest())
    assert "made-up" in str(refused.result)


async def test_a_start_cleans_the_workspace_but_for_uploads_still_to_be_taken_in(
    world: World,
) -> None:
    folder = world.folder / "workspace"
    wanted, left = folder / "upload-1.tgz", folder / "upload-2.tgz"
    for path in (wanted, left):
        path.write_bytes(b"x")
    (folder / "release-abc" / "unpacked").mkdir(parents=True)
    task = await world.submit(UploadReleaseRequest(source=str(wanted), remove_source=True))
    clean_workspace(folder, [task])
    assert list(folder.iterdir()) == [wanted]
    await world.tasks.wait(task.task_id)
