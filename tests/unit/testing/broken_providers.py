"""Providers with one planted defect each, as subclasses of the conformance suite.

Not collected by itself: `test_provider_conformance.py` runs this file and wants failures. Each
class names in `caught_by` the tests that must fail; the provider says what is broken.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import ClassVar

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.capabilities import Capabilities, Feature
from paasta_deploy.cpi.errors import CloudUnavailableError, DiskInUseError, VmNotFoundError
from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.cpi.requests import CreateDisk, CreatedVm, CreateVm, DiskHint, ListedVm
from paasta_deploy.model.ids import AgentId, DiskCid, NetworkName, SnapshotCid, VmCid
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.testing.provider_conformance import ProviderConformance, Surroundings


def networks(number: int) -> tuple[NetworkSpec, ...]:
    ip, name = IPv4Address(0x0A000000 + number), NetworkName("default")
    return (NetworkSpec(name=name, kind="manual", ip=ip, netmask="255.0.0.0", gateway=None),)


class Planted(ProviderConformance):
    """The suite over one broken provider."""

    caught_by: ClassVar[frozenset[str]] = frozenset()
    broken: ClassVar[type[SimulatedProvider]] = SimulatedProvider
    persist: ClassVar[bool] = True

    @classmethod
    @override
    def make_provider(cls, state_folder: Path) -> Provider:
        properties = {"persist": cls.persist}
        context = ProviderContext(
            name="sim", properties=properties, state_folder=state_folder, director_uuid="d"
        )
        return cls.broken(context)

    @classmethod
    @override
    def surroundings(cls) -> Surroundings:
        return Surroundings(networks=networks, stemcell_image=Path("image"))


class TestNothingIsBroken(Planted):
    """The harness itself adds no failure."""


class _MakesTwins(SimulatedProvider):
    """create_vm makes a new VM for each call."""

    _calls = 0

    @override
    def create_vm(self, request: CreateVm) -> CreatedVm:
        self._calls += 1
        twin = AgentId(f"{request.agent_id}-{self._calls}")
        free = tuple(
            replace(network, ip=IPv4Address(0x0B000000 + self._calls))
            for network in request.networks
        )
        made = super().create_vm(replace(request, agent_id=twin, networks=free))
        return CreatedVm(cid=made.cid, networks=request.networks)


class TestMakesTwins(Planted):
    broken = _MakesTwins
    caught_by = frozenset({"test_creating_again_with_the_same_agent_id_gives_the_same_vm"})


class _LooksThenMakes(SimulatedProvider):
    """create_vm looks for the VM and then makes it, with nothing in between to stop a second."""

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self._made: dict[AgentId, CreatedVm] = {}
        self._meeting = threading.Barrier(2)
        self._calls = 0

    @override
    def create_vm(self, request: CreateVm) -> CreatedVm:
        known = self._made.get(request.agent_id)
        if known is not None and self.has_vm(known.cid):
            return known
        try:
            self._meeting.wait(timeout=0.02)
        except threading.BrokenBarrierError:
            self._meeting.reset()
        self._calls += 1
        mark = AgentId(f"{request.agent_id}-{self._calls}-{threading.get_ident()}")
        made = super().create_vm(replace(request, agent_id=mark, networks=()))
        created = CreatedVm(cid=made.cid, networks=request.networks)
        self._made[request.agent_id] = created
        return created


class TestLooksThenMakes(Planted):
    broken = _LooksThenMakes
    caught_by = frozenset({"test_callers_at_the_same_time_share_one_vm"})


class _StopsAtOnce(SimulatedProvider):
    """delete_vm only asks for the end of the VM and returns."""

    @override
    def delete_vm(self, cid: VmCid) -> None:
        return


class TestDeletesTooLittle(Planted):
    broken = _StopsAtOnce
    caught_by = frozenset({"test_a_deleted_vm_is_gone_when_the_call_returns"})


class _RefusesToDeleteNothing(SimulatedProvider):
    """delete_vm of an absent VM fails."""

    @override
    def delete_vm(self, cid: VmCid) -> None:
        if not self.has_vm(cid):
            raise VmNotFoundError(f"no {cid}", method="delete_vm", cid=cid)
        super().delete_vm(cid)


class TestRefusesToDeleteNothing(Planted):
    broken = _RefusesToDeleteNothing
    caught_by = frozenset({"test_deleting_an_absent_vm_is_success"})


class _TakesDisksAlong(SimulatedProvider):
    """delete_vm deletes the disks of the VM as well."""

    @override
    def delete_vm(self, cid: VmCid) -> None:
        disks = self.get_disks(cid)
        super().delete_vm(cid)
        for disk in disks:
            self.delete_disk(disk)


class TestTakesDisksAlong(Planted):
    broken = _TakesDisksAlong
    caught_by = frozenset({"test_a_disk_outlives_its_vm_and_serves_the_next_one"})


class _StealsDisks(SimulatedProvider):
    """attach_disk takes the disk off whatever VM has it."""

    @override
    def attach_disk(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        for listed in self.list_disks():
            if listed.cid == disk and listed.attached_to not in (None, vm):
                self.detach_disk(VmCid(str(listed.attached_to)), disk)
        return super().attach_disk(vm, disk)


class TestStealsDisks(Planted):
    broken = _StealsDisks
    caught_by = frozenset({"test_a_disk_of_another_vm_is_not_taken_away"})


class _HidesTheReason(SimulatedProvider):
    """A disk in use looks like a service that is down."""

    @override
    def attach_disk(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        try:
            return super().attach_disk(vm, disk)
        except DiskInUseError as error:
            raise CloudUnavailableError(str(error)) from error


class TestHidesTheReason(Planted):
    broken = _HidesTheReason
    caught_by = frozenset({"test_a_disk_of_another_vm_is_not_taken_away"})


class _DetachesFromAnyVm(SimulatedProvider):
    """detach_disk does not look which VM has the disk."""

    @override
    def detach_disk(self, vm: VmCid, disk: DiskCid) -> None:
        for listed in self.list_disks():
            if listed.cid == disk and listed.attached_to is not None:
                super().detach_disk(listed.attached_to, disk)


class TestDetachesFromAnyVm(Planted):
    broken = _DetachesFromAnyVm
    caught_by = frozenset({"test_detaching_from_an_absent_vm_is_success"})


class _ClaimsTooMuch(SimulatedProvider):
    """Capabilities claim a method that the class lacks."""

    snapshot_disk = Provider.snapshot_disk


class TestClaimsTooMuch(Planted):
    broken = _ClaimsTooMuch
    caught_by = frozenset(
        {"test_an_optional_method_is_there_exactly_when_it_is_claimed[snapshot_disk]"}
    )


class _ClaimsTooLittle(SimulatedProvider):
    """A method works although the capabilities deny it."""

    @override
    def capabilities(self) -> Capabilities:
        able = super().capabilities()
        return replace(able, features=able.features - {Feature.LIST_DISKS})


class TestClaimsTooLittle(Planted):
    broken = _ClaimsTooLittle
    caught_by = frozenset(
        {"test_an_optional_method_is_there_exactly_when_it_is_claimed[list_disks]"}
    )


class _RoundsDown(SimulatedProvider):
    """Disks are rounded down to the next 64 MiB."""

    @override
    def create_disk(self, request: CreateDisk) -> DiskCid:
        return super().create_disk(replace(request, size_mib=request.size_mib // 64 * 64))


class TestRoundsDown(Planted):
    broken = _RoundsDown
    caught_by = frozenset({"test_a_disk_has_at_least_the_size_asked_for"})


class TestForgetsWhenClosed(Planted):
    """All it knows is in memory."""

    persist = False
    caught_by = frozenset({"test_a_reopened_provider_finds_everything_again"})


class _ReplacesAllTags(SimulatedProvider):
    """The agent id is one of the tags that set_vm_metadata replaces."""

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self._untagged: set[VmCid] = set()

    @override
    def set_vm_metadata(self, cid: VmCid, metadata: Mapping[str, str]) -> None:
        super().set_vm_metadata(cid, metadata)
        self._untagged.add(cid)

    @override
    def find_vm(self, agent_id: AgentId) -> VmCid | None:
        found = super().find_vm(agent_id)
        return None if found in self._untagged else found


class TestReplacesAllTags(Planted):
    broken = _ReplacesAllTags
    caught_by = frozenset({"test_setting_metadata_keeps_the_agent_id"})


class _ListsTheDead(SimulatedProvider):
    """Deleted VMs stay in the listing."""

    def __init__(self, context: ProviderContext) -> None:
        super().__init__(context)
        self._dead: list[ListedVm] = []

    @override
    def delete_vm(self, cid: VmCid) -> None:
        self._dead += [vm for vm in super().list_vms() if vm.cid == cid]
        super().delete_vm(cid)

    @override
    def list_vms(self) -> Sequence[ListedVm]:
        return (*super().list_vms(), *self._dead)


class TestListsTheDead(Planted):
    broken = _ListsTheDead
    caught_by = frozenset({"test_a_deleted_vm_is_gone_when_the_call_returns"})


class _LeavesHalfAVm(SimulatedProvider):
    """A VM whose stemcell is missing is found as if it were being made."""

    @override
    def find_vm(self, agent_id: AgentId) -> VmCid | None:
        return super().find_vm(agent_id) or VmCid("half-made")


class TestLeavesHalfAVm(Planted):
    broken = _LeavesHalfAVm
    caught_by = frozenset({"test_a_vm_from_an_absent_stemcell_is_refused_and_leaves_nothing"})


class _DropsSnapshotsOnce(SimulatedProvider):
    """delete_snapshot takes the disk with it."""

    @override
    def delete_snapshot(self, cid: SnapshotCid) -> None:
        self.delete_disk(DiskCid(cid.partition("-snapshot-")[0]))


class TestDropsTheDiskWithItsSnapshot(Planted):
    broken = _DropsSnapshotsOnce
    caught_by = frozenset({"test_a_snapshot_is_taken_and_deleted"})
