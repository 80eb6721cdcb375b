"""What a provider says of itself: capabilities, optional methods, checks, and coming back."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.errors import NotSupportedError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreatedVm, VmResources
from paasta_deploy.diagnostics import has_errors
from paasta_deploy.model.ids import SnapshotCid
from paasta_deploy.testing.provider_conformance.workbench import (
    ABSENT_DISK,
    ABSENT_VM,
    Part,
    Workbench,
    fresh_id,
)

_RESOURCES = VmResources(cpu=1, ram_mib=512, ephemeral_disk_size_mib=1024)

# How each optional method is called on things that do not exist. Metadata have no entry: a
# provider without tags may do nothing there.
_CALLS: Mapping[Feature, Callable[[Provider], object]] = {
    Feature.SNAPSHOT_DISK: lambda provider: provider.snapshot_disk(ABSENT_DISK, {}),
    Feature.RESIZE_DISK: lambda provider: provider.resize_disk(ABSENT_DISK, 1024),
    Feature.REBOOT_VM: lambda provider: provider.reboot_vm(ABSENT_VM),
    Feature.CALCULATE_VM_CLOUD_PROPERTIES: lambda provider: provider.calculate_vm_cloud_properties(
        _RESOURCES
    ),
    Feature.LIST_VMS: lambda provider: provider.list_vms(),
    Feature.LIST_DISKS: lambda provider: provider.list_disks(),
}


class PromiseConformance(Part):
    """Promises are kept, and nothing is promised that is not there."""

    def test_capabilities_say_who_it_is_and_what_fits(self, bench: Workbench) -> None:
        """A plan is checked against these before anything is touched."""
        able = bench.capabilities
        assert able.provider, "capabilities.provider names the provider in messages"
        assert able.stemcell_formats, "no stemcell could ever be uploaded"
        assert able.network_kinds, "no VM could have a network"
        assert able.calls_in_flight_max >= 1, "no call could ever be made"
        assert able.disk_step_mib >= 1, "sizes are rounded up to a multiple of this"
        assert able.name_length_max >= 1, "nothing could be named"

    @pytest.mark.parametrize("feature", sorted(_CALLS, key=str), ids=lambda item: item.value)
    def test_an_optional_method_is_there_exactly_when_it_is_claimed(
        self, bench: Workbench, feature: Feature
    ) -> None:
        """Planning believes the claim, so a wrong one fails in the middle of a deploy."""
        own = getattr(type(bench.provider), feature.value)
        if feature in bench.capabilities.features:
            default = getattr(Provider, feature.value)
            assert own is not default, f"{feature.value} is claimed but not written"
            return
        with pytest.raises(NotSupportedError) as caught:
            _CALLS[feature](bench.provider)
        assert caught.value.method == feature.value, "the error names the method"

    def test_claimed_snapshots_can_be_deleted(self, bench: Workbench) -> None:
        """Both halves of a feature are there; deleting an absent snapshot is success."""
        bench.require(Feature.SNAPSHOT_DISK)
        bench.provider.delete_snapshot(SnapshotCid("paasta-conformance-absent-snapshot"))

    def test_check_finds_these_surroundings_fit(self, bench: Workbench) -> None:
        """What an operator would see before the first deploy."""
        found = bench.provider.check()
        assert not has_errors(found), [item.summary for item in found]

    def test_cloud_properties_in_use_are_accepted(self, bench: Workbench) -> None:
        """The schema knows what the suite deploys with."""
        nouns = {
            "vm_type": bench.surroundings.vm_cloud_properties,
            "disk_type": bench.surroundings.disk_cloud_properties,
            "network": bench.surroundings.networks(0)[0].cloud_properties,
            "az": {},
        }
        for noun, properties in nouns.items():
            found = bench.provider.check_cloud_properties(noun, properties)
            assert not has_errors(found), (noun, [item.summary for item in found])

    def test_calculated_cloud_properties_are_valid(self, bench: Workbench) -> None:
        """``vm_resources`` of a manifest become cloud properties of this provider."""
        bench.require(Feature.CALCULATE_VM_CLOUD_PROPERTIES)
        properties = bench.provider.calculate_vm_cloud_properties(_RESOURCES)
        found = bench.provider.check_cloud_properties("vm_type", properties)
        assert not has_errors(found), [item.summary for item in found]

    def test_a_reopened_provider_finds_everything_again(
        self, bench: Workbench, state_folder: Path, shared_vm: CreatedVm
    ) -> None:
        """Machines outlive the director: whatever it kept in memory is lost with it."""
        request = bench.vm_request()
        vm, disk = bench.create_vm(request), bench.create_disk()
        bench.provider.attach_disk(vm.cid, disk)
        bench.provider.close()
        bench.provider = provider = self.make_provider(state_folder)
        assert provider.has_vm(vm.cid), "the VM was forgotten"
        assert provider.has_vm(shared_vm.cid), "another VM was forgotten"
        assert provider.find_vm(request.agent_id) == vm.cid, "the agent id was forgotten"
        assert provider.has_disk(disk), "the disk was forgotten"
        assert disk in provider.get_disks(vm.cid), "the attachment was forgotten"
        again = bench.create_vm(request)
        assert again.cid == vm.cid, "create_vm is idempotent by agent_id over a restart, too"
        provider.detach_disk(vm.cid, disk)
        bench.delete_vm(request, vm.cid)
        assert not provider.has_vm(vm.cid), "what an earlier process made can be deleted"

    def test_closing_twice_is_fine(self, state_folder: Path) -> None:
        """A director that ends in trouble may close more than once."""
        provider = self.make_provider(state_folder)
        provider.close()
        provider.close()

    def test_ids_of_this_suite_are_fresh(self) -> None:
        """Against a real account, an id of the last run would find the last run's VM."""
        assert fresh_id() != fresh_id()
