"""VMs: made once for each agent id, found by it, and proven gone when deleted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.errors import VmNotFoundError
from paasta_deploy.cpi.requests import CreatedVm
from paasta_deploy.model.ids import AgentId
from paasta_deploy.testing.provider_conformance.workbench import (
    Part,
    Workbench,
    fresh_id,
    refused,
    tags_of,
)

CALLERS = 4
"""Threads that ask for the same VM at once. Two would do; four make a race likelier."""

METADATA = {
    "director": "conformance",
    "deployment": "paasta-conformance",
    "job": "web",
    "index": "0",
    "name": "web/0",
}


class VmConformance(Part):
    """Life and death of VMs."""

    def test_a_created_vm_exists(self, bench: Workbench, shared_vm: CreatedVm) -> None:
        """create_vm returns when the VM is there."""
        assert bench.provider.has_vm(shared_vm.cid)

    def test_a_vm_has_the_networks_and_addresses_asked_for(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """Manual addresses are ours to choose; dynamic ones are told by the cloud."""
        asked = {network.name: network for network in bench.surroundings.networks(0)}
        assert {network.name for network in shared_vm.networks} == set(asked)
        for network in shared_vm.networks:
            wanted = asked[network.name].ip
            if wanted is not None:
                assert network.ip == wanted, f"{network.name} got another address"

    def test_creating_again_with_the_same_agent_id_gives_the_same_vm(
        self, bench: Workbench
    ) -> None:
        """The answer of the first call may have been lost: the second must not make a twin."""
        request = bench.vm_request()
        first, second = bench.create_vm(request), bench.create_vm(request)
        assert first.cid == second.cid
        self._assert_no_twin(bench, request.agent_id)
        bench.delete_vm(request, first.cid)

    def test_callers_at_the_same_time_share_one_vm(self, bench: Workbench) -> None:
        """A call that was left behind may still be at work when the next one is made."""
        request = bench.vm_request()
        with ThreadPoolExecutor(CALLERS) as pool:
            made = list(pool.map(lambda _: bench.create_vm(request).cid, range(CALLERS)))
        assert len(set(made)) == 1, f"{len(set(made))} VMs for one agent id"
        self._assert_no_twin(bench, request.agent_id)
        bench.delete_vm(request, made[0])

    def _assert_no_twin(self, bench: Workbench, agent_id: AgentId) -> None:
        if Feature.LIST_VMS in bench.capabilities.features:
            twins = [vm for vm in bench.provider.list_vms() if vm.agent_id == agent_id]
            assert len(twins) == 1, f"{len(twins)} VMs carry one agent id"

    def test_vms_made_at_the_same_time_are_different_ones(self, bench: Workbench) -> None:
        """Missing VMs of a deployment are made in parallel."""
        requests = [bench.vm_request() for _ in range(2)]
        with ThreadPoolExecutor(len(requests)) as pool:
            made = [vm.cid for vm in pool.map(bench.create_vm, requests)]
        assert len(set(made)) == len(requests), "two agent ids, one VM"
        for request, cid in zip(requests, made, strict=True):
            assert bench.provider.find_vm(request.agent_id) == cid
            bench.delete_vm(request, cid)

    def test_an_agent_id_that_no_vm_carries_is_not_found(self, bench: Workbench) -> None:
        """That is how an interrupted creation is told from one that never began."""
        assert bench.provider.find_vm(AgentId(fresh_id())) is None

    def test_an_absent_vm_does_not_exist(self, bench: Workbench) -> None:
        """A question about something unknown is answered, not refused."""
        assert not bench.provider.has_vm(bench.surroundings.absent_vm)

    def test_deleting_an_absent_vm_is_success(self, bench: Workbench) -> None:
        """Deleting is repeated after a kill."""
        bench.provider.delete_vm(bench.surroundings.absent_vm)

    def test_a_deleted_vm_is_gone_when_the_call_returns(self, bench: Workbench) -> None:
        """Fencing: its disk and its address are given to another machine right after this."""
        request = bench.vm_request()
        cid = bench.create_vm(request).cid
        is_alive = bench.surroundings.is_alive
        if is_alive is not None:
            assert is_alive(bench.provider, cid), "the test cannot see a VM that runs"
        bench.delete_vm(request, cid)
        if is_alive is not None:
            assert not is_alive(bench.provider, cid), "something of the VM still runs"
        assert not bench.provider.has_vm(cid), "has_vm still says yes"
        assert bench.provider.find_vm(request.agent_id) is None, "find_vm still finds it"
        if Feature.LIST_VMS in bench.capabilities.features:
            assert cid not in {vm.cid for vm in bench.provider.list_vms()}, "it is still listed"
        bench.provider.delete_vm(cid)

    def test_addresses_of_a_deleted_vm_serve_the_next_one(self, bench: Workbench) -> None:
        """A recreated instance keeps its addresses."""
        old = bench.vm_request()
        bench.delete_vm(old, bench.create_vm(old).cid)
        new = bench.vm_request()
        assert new.networks == old.networks, "the suite's own book-keeping"
        created = bench.create_vm(new)
        assert bench.provider.has_vm(created.cid)
        bench.delete_vm(new, created.cid)

    def test_metadata_can_be_set_and_set_again(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """People find VMs by them in the console of the cloud."""
        bench.require(Feature.VM_METADATA)
        bench.provider.set_vm_metadata(shared_vm.cid, METADATA)
        bench.provider.set_vm_metadata(shared_vm.cid, {**METADATA, "index": "1"})
        bench.require(Feature.LIST_VMS)
        shown = tags_of(bench, shared_vm.cid)
        assert shown.get("deployment") == METADATA["deployment"], "a tag was lost"
        assert shown.get("index") == "1", "a tag kept its old value"

    def test_setting_metadata_keeps_the_agent_id(
        self, bench: Workbench, shared_vm: CreatedVm
    ) -> None:
        """The key of the VM is often a tag itself, and must not be replaced with the others."""
        bench.require(Feature.VM_METADATA)
        request = bench.vm_request()
        cid = bench.create_vm(request).cid
        bench.provider.set_vm_metadata(cid, METADATA)
        assert bench.provider.find_vm(request.agent_id) == cid, "the VM lost its key"
        assert cid != shared_vm.cid
        bench.delete_vm(request, cid)

    def test_metadata_of_an_absent_vm_are_refused(self, bench: Workbench) -> None:
        """A VM that is gone is not silently passed over."""
        bench.require(Feature.VM_METADATA)
        absent = bench.surroundings.absent_vm
        why = "there is nothing to put metadata on"
        refused(VmNotFoundError, lambda: bench.provider.set_vm_metadata(absent, METADATA), why)


class RebootConformance(Part):
    """Restarting a VM hard."""

    def test_a_rebooted_vm_is_the_same_vm(self, bench: Workbench, shared_vm: CreatedVm) -> None:
        """Its cid and its life go on."""
        bench.require(Feature.REBOOT_VM)
        bench.provider.reboot_vm(shared_vm.cid)
        assert bench.provider.has_vm(shared_vm.cid)

    def test_rebooting_an_absent_vm_is_refused(self, bench: Workbench) -> None:
        """Whoever reboots believes that there is a VM."""
        bench.require(Feature.REBOOT_VM)
        absent = bench.surroundings.absent_vm
        with pytest.raises(VmNotFoundError):
            bench.provider.reboot_vm(absent)
