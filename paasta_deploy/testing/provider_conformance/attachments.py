"""Disks on VMs: on one at a time, off without harm, and outliving the VM that had them."""

from collections.abc import Iterator, Mapping

import pytest

from paasta_deploy.cpi.errors import (
    CloudError,
    DiskInUseError,
    DiskNotFoundError,
    VmNotFoundError,
)
from paasta_deploy.cpi.requests import CreatedVm
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.testing.provider_conformance.workbench import Part, Workbench, refused


class AttachmentConformance(Part):
    """Attaching and detaching."""

    @pytest.fixture
    def attached(self, bench: Workbench, shared_vm: CreatedVm) -> Iterator[DiskCid]:
        """A disk on the shared VM, taken off and deleted afterwards."""
        disk = bench.create_disk()
        bench.provider.attach_disk(shared_vm.cid, disk)
        yield disk
        bench.provider.detach_disk(shared_vm.cid, disk)
        bench.provider.delete_disk(disk)

    def test_an_attached_disk_is_on_the_vm(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """get_disks tells what the cloud really has."""
        assert attached in bench.provider.get_disks(shared_vm.cid)

    def test_attaching_again_gives_the_same_hint(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """The hint is how the agent finds the disk, so it must be told whenever it is asked."""
        first = bench.provider.attach_disk(shared_vm.cid, attached)
        assert first == bench.provider.attach_disk(shared_vm.cid, attached)
        assert isinstance(first, str | Mapping), "a hint is a path or a mapping"
        assert first, "an empty hint leads nowhere"
        assert list(bench.provider.get_disks(shared_vm.cid)).count(attached) == 1

    def test_a_disk_of_another_vm_is_not_taken_away(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """One live machine for each identity: the old one must be fenced first."""
        request = bench.vm_request()
        other = bench.create_vm(request).cid
        why = "the disk is in use by another VM"
        refused(DiskInUseError, lambda: bench.provider.attach_disk(other, attached), why)
        assert attached in bench.provider.get_disks(shared_vm.cid), "it lost its disk"
        assert attached not in bench.provider.get_disks(other)
        bench.delete_vm(request, other)

    def test_deleting_an_attached_disk_is_refused(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """Its data may be in use at this moment."""
        refused(
            CloudError,
            lambda: bench.provider.delete_disk(attached),
            "an attached disk cannot be deleted",
        )
        assert bench.provider.has_disk(attached), "the disk is gone with its data"
        assert attached in bench.provider.get_disks(shared_vm.cid)

    def test_detaching_takes_the_disk_off_and_may_be_repeated(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """Detaching is repeated after a kill."""
        bench.provider.detach_disk(shared_vm.cid, attached)
        assert attached not in bench.provider.get_disks(shared_vm.cid)
        assert bench.provider.has_disk(attached)
        bench.provider.detach_disk(shared_vm.cid, attached)

    def test_detaching_from_an_absent_vm_is_success(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """A dead machine has nothing attached; a live one keeps what it has."""
        bench.provider.detach_disk(bench.surroundings.absent_vm, attached)
        assert attached in bench.provider.get_disks(shared_vm.cid), "it was taken off another VM"

    def test_detaching_an_absent_disk_is_success(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """Nothing is left to do."""
        bench.provider.detach_disk(shared_vm.cid, bench.surroundings.absent_disk)

    def test_attaching_an_absent_disk_is_refused(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """An instance must not start without its data."""
        absent, why = bench.surroundings.absent_disk, "there is no disk to attach"
        refused(DiskNotFoundError, lambda: bench.provider.attach_disk(shared_vm.cid, absent), why)

    def test_attaching_to_an_absent_vm_is_refused(self, bench: Workbench) -> None:
        """And the disk stays free."""
        disk, absent = bench.create_disk(), bench.surroundings.absent_vm
        why = "there is no VM to attach to"
        refused(VmNotFoundError, lambda: bench.provider.attach_disk(absent, disk), why)
        bench.provider.delete_disk(disk)

    def test_a_disk_outlives_its_vm_and_serves_the_next_one(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """Data outlives everything: deleting a VM never deletes a persistent disk."""
        request = bench.vm_request()
        vm, disk = bench.create_vm(request).cid, bench.create_disk()
        bench.provider.attach_disk(vm, disk)
        bench.delete_vm(request, vm)
        assert bench.provider.has_disk(disk), "the disk went with its VM"
        bench.provider.detach_disk(vm, disk)
        bench.provider.attach_disk(shared_vm.cid, disk)
        assert disk in bench.provider.get_disks(shared_vm.cid)
        bench.provider.detach_disk(shared_vm.cid, disk)

    def test_a_vm_has_several_disks(
        self, bench: Workbench, shared_vm: CreatedVm, attached: DiskCid
    ) -> None:
        """A growing disk is copied to a second one on the same VM."""
        if bench.capabilities.disks_per_vm_max == 1:
            pytest.skip(f"{bench.capabilities.provider} attaches one disk to a VM")
        second = bench.create_disk()
        bench.provider.attach_disk(shared_vm.cid, second)
        assert {attached, second} <= set(bench.provider.get_disks(shared_vm.cid))
        bench.provider.detach_disk(shared_vm.cid, second)
        assert attached in bench.provider.get_disks(shared_vm.cid), "the other one went as well"
