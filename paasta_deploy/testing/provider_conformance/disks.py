"""Persistent disks by themselves: made once for each disk id, large enough, deleted on purpose."""

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.errors import DiskNotFoundError
from paasta_deploy.cpi.requests import ListedDisk
from paasta_deploy.model.ids import DiskCid, DiskId
from paasta_deploy.testing.provider_conformance.workbench import (
    Part,
    Workbench,
    fresh_id,
    refused,
)


def _listed(bench: Workbench, cid: DiskCid) -> ListedDisk | None:
    return next((disk for disk in bench.provider.list_disks() if disk.cid == cid), None)


class DiskConformance(Part):
    """Life and death of disks."""

    def test_a_created_disk_exists(self, bench: Workbench) -> None:
        """create_disk returns when the disk can be attached."""
        assert bench.provider.has_disk(bench.create_disk())

    def test_creating_again_with_the_same_disk_id_gives_the_same_disk(
        self, bench: Workbench
    ) -> None:
        """Where the cloud can; where it cannot, the provider's README says what may be left."""
        disk_id = DiskId(fresh_id())
        first, second = bench.create_disk(disk_id=disk_id), bench.create_disk(disk_id=disk_id)
        if bench.surroundings.disk_ids_are_keys:
            assert first == second, "two disks carry one disk id"

    def test_another_disk_id_is_another_disk(self, bench: Workbench) -> None:
        """Two instances never share a disk."""
        assert bench.create_disk() != bench.create_disk()

    def test_a_disk_has_at_least_the_size_asked_for(self, bench: Workbench) -> None:
        """It is rounded up to the step that the capabilities tell."""
        bench.require(Feature.LIST_DISKS)
        step = bench.capabilities.disk_step_mib
        asked = bench.surroundings.disk_size_mib + 1
        listed = _listed(bench, bench.create_disk(asked))
        assert listed is not None, "a disk of ours is not listed"
        assert listed.size_mib >= asked, "the disk is too small"
        assert listed.size_mib % step == 0, f"{listed.size_mib} MiB is no multiple of {step}"
        assert listed.size_mib - asked < max(step, 2), "the disk is larger than its rounding"

    def test_a_listed_disk_carries_its_disk_id(self, bench: Workbench) -> None:
        """That is how a disk is found whose creation was interrupted."""
        bench.require(Feature.LIST_DISKS)
        disk_id = DiskId(fresh_id())
        listed = _listed(bench, bench.create_disk(disk_id=disk_id))
        assert listed is not None, "a disk of ours is not listed"
        assert listed.disk_id == disk_id
        assert listed.attached_to is None, "a new disk is attached to nothing"

    def test_an_absent_disk_does_not_exist(self, bench: Workbench) -> None:
        """A question about something unknown is answered, not refused."""
        assert not bench.provider.has_disk(bench.surroundings.absent_disk)

    def test_a_deleted_disk_is_gone(self, bench: Workbench) -> None:
        """Deleting is repeated after a kill."""
        disk = bench.create_disk()
        bench.provider.delete_disk(disk)
        assert not bench.provider.has_disk(disk)
        bench.provider.delete_disk(disk)

    def test_deleting_an_absent_disk_is_success(self, bench: Workbench) -> None:
        """Nothing is left to do."""
        bench.provider.delete_disk(bench.surroundings.absent_disk)

    def test_metadata_of_a_disk_can_be_set(self, bench: Workbench) -> None:
        """People find disks by them in the console of the cloud."""
        bench.require(Feature.DISK_METADATA)
        disk = bench.create_disk()
        bench.provider.set_disk_metadata(disk, {"deployment": "paasta-conformance"})
        assert bench.provider.has_disk(disk)

    def test_a_disk_grows(self, bench: Workbench) -> None:
        """Growing keeps the cid, and with it the data."""
        bench.require(Feature.RESIZE_DISK)
        disk = bench.create_disk()
        size_mib = bench.surroundings.disk_size_mib + 2 * bench.capabilities.disk_step_mib
        bench.provider.resize_disk(disk, size_mib)
        bench.provider.resize_disk(disk, size_mib)
        bench.require(Feature.LIST_DISKS)
        listed = _listed(bench, disk)
        assert listed is not None, "the disk is lost"
        assert listed.size_mib >= size_mib, "the disk did not grow"

    def test_growing_an_absent_disk_is_refused(self, bench: Workbench) -> None:
        """Whoever grows a disk believes that it holds data."""
        bench.require(Feature.RESIZE_DISK)
        absent, why = bench.surroundings.absent_disk, "there is no disk to grow"
        refused(DiskNotFoundError, lambda: bench.provider.resize_disk(absent, 1024), why)

    def test_a_snapshot_is_taken_and_deleted(self, bench: Workbench) -> None:
        """A snapshot is a thing of its own; the disk stays."""
        bench.require(Feature.SNAPSHOT_DISK)
        disk = bench.create_disk()
        snapshot = bench.provider.snapshot_disk(disk, {"deployment": "paasta-conformance"})
        assert snapshot, "a snapshot has a cid"
        bench.provider.delete_snapshot(snapshot)
        bench.provider.delete_snapshot(snapshot)
        assert bench.provider.has_disk(disk), "deleting a snapshot took the disk"
