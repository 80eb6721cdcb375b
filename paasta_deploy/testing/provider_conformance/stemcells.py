"""Stemcells: registering twice is registering once, and dropping what is not there is fine."""

from paasta_deploy.cpi.errors import StemcellNotFoundError
from paasta_deploy.testing.provider_conformance.workbench import Part, Workbench, refused


class StemcellConformance(Part):
    """Images that VMs boot from."""

    def test_registering_the_same_stemcell_again_gives_the_same_cid(
        self, bench: Workbench
    ) -> None:
        """An upload whose answer was lost is simply done again."""
        assert bench.provider.create_stemcell(bench.stemcell_request()) == bench.stemcell()

    def test_another_version_is_another_stemcell(self, bench: Workbench) -> None:
        """Both versions are needed while a deployment moves from one to the other."""
        other = bench.provider.create_stemcell(bench.stemcell_request("1.1"))
        assert other != bench.stemcell(), "two versions share a cid"
        bench.provider.delete_stemcell(other)

    def test_deleting_an_absent_stemcell_is_success(self, bench: Workbench) -> None:
        """Deleting is repeated after a kill."""
        bench.provider.delete_stemcell(bench.surroundings.absent_stemcell)

    def test_a_vm_from_an_absent_stemcell_is_refused_and_leaves_nothing(
        self, bench: Workbench
    ) -> None:
        """A failed creation costs nothing, or find_vm finds what is left of it."""
        request = bench.vm_request(stemcell=bench.surroundings.absent_stemcell)
        why = "a VM needs a stemcell that exists"
        refused(StemcellNotFoundError, lambda: bench.provider.create_vm(request), why)
        assert bench.provider.find_vm(request.agent_id) is None, "half a VM was left behind"
