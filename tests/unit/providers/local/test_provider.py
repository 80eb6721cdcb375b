"""The provider itself; what it does with machines is tested with machines, in integration."""

import os
import zipfile
from pathlib import Path

import pytest
from paasta_providers.local import LocalProvider
from paasta_providers.local import provider as factory

from paasta_deploy.cpi.capabilities import Feature, NetworkKind
from paasta_deploy.cpi.errors import (
    CloudError,
    QuotaExceededError,
    StemcellNotFoundError,
    VmNotFoundError,
)
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateDisk, CreateStemcell, VmResources
from paasta_deploy.model.ids import DiskCid, DiskId, StemcellCid, VmCid


@pytest.fixture
def local(tmp_path: Path) -> LocalProvider:
    return factory.create(
        ProviderContext(
            name="local",
            properties={"isolation": "processes"},
            state_folder=tmp_path / "state",
            director_uuid="d",
        )
    )


def test_making_a_provider_touches_nothing(local: LocalProvider, tmp_path: Path) -> None:
    assert list(tmp_path.iterdir()) == []
    assert local.list_vms() == []
    assert local.list_disks() == []
    local.close()
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_it_can(local: LocalProvider) -> None:
    able = local.capabilities()

    assert able.network_kinds == {NetworkKind.MANUAL}
    assert Feature.SNAPSHOT_DISK in able.features
    assert Feature.UPDATE_DISK not in able.features
    assert able.proves_absence
    assert any("plain processes" in note for note in able.notes)


def test_a_vm_larger_than_the_host_is_refused(local: LocalProvider) -> None:
    fits = VmResources(cpu=1, ram_mib=64, ephemeral_disk_size_mib=1)
    cpus = (os.cpu_count() or 1) + 1

    assert local.calculate_vm_cloud_properties(fits) == {"cpus": 1, "ram_mib": 64}
    with pytest.raises(QuotaExceededError, match=f"{cpus} CPUs"):
        local.calculate_vm_cloud_properties(
            VmResources(cpu=cpus, ram_mib=64, ephemeral_disk_size_mib=1)
        )


def test_what_is_not_there_is_told(local: LocalProvider) -> None:
    with pytest.raises(VmNotFoundError):
        local.set_vm_metadata(VmCid("vm-a"), {})
    with pytest.raises(VmNotFoundError):
        local.reboot_vm(VmCid("vm-a"))
    assert not local.has_vm(VmCid("vm-a"))
    local.delete_vm(VmCid("vm-a"))
    local.detach_disk(VmCid("vm-a"), DiskCid("disk-a"))


def test_a_disk_survives_the_provider(local: LocalProvider, tmp_path: Path) -> None:
    request = CreateDisk(disk_id=DiskId("a"), size_mib=8, cloud_properties={})
    cid = local.create_disk(request)
    local.set_disk_metadata(cid, {"deployment": "d"})
    local.resize_disk(cid, 16)
    (tmp_path / "state/disks" / cid / "data/count").write_text("42")

    assert local.create_disk(request) == cid
    (listed,) = local.list_disks()
    assert (listed.cid, listed.size_mib, listed.attached_to) == (cid, 16, None)
    assert (tmp_path / "state/disks" / cid / "data/count").read_text() == "42"
    local.delete_disk(cid)
    assert not local.has_disk(cid)


def test_a_broken_record_of_a_disk_says_where_its_data_is(
    local: LocalProvider, tmp_path: Path
) -> None:
    cid = local.create_disk(CreateDisk(disk_id=DiskId("a"), size_mib=8, cloud_properties={}))
    (tmp_path / "state/disks" / cid / "disk.json").write_text("")

    with pytest.raises(CloudError, match="cannot be read") as caught:
        local.has_disk(cid)

    assert str(tmp_path / "state/disks" / cid / "data") in caught.value.hint


def test_an_unreadable_folder_is_told_as_an_error_of_the_cloud(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    local = factory.create(
        ProviderContext(
            name="local",
            properties={"isolation": "processes"},
            state_folder=tmp_path / "state",
            director_uuid="d",
        )
    )

    with pytest.raises(CloudError, match="while making a disk"):
        local.create_disk(CreateDisk(disk_id=DiskId("a"), size_mib=8, cloud_properties={}))


def test_a_deleted_stemcell_is_gone(local: LocalProvider, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "image", "w") as archive:
        archive.writestr("__main__.py", "")
    cid = local.create_stemcell(
        CreateStemcell(name="s", version="1", image=tmp_path / "image", cloud_properties={})
    )

    local.delete_stemcell(cid)
    local.delete_stemcell(StemcellCid("stemcell-1"))

    assert issubclass(StemcellNotFoundError, CloudError)
    assert list((tmp_path / "state/stemcells").iterdir()) == []


def test_the_host_is_released_when_there_never_was_a_machine(local: LocalProvider) -> None:
    local.prepare_host()
    assert local.release_host()
