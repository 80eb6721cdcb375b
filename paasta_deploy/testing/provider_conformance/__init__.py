"""The one suite that every provider passes: the contract of ``cpi/provider.py``, stated as tests.

A provider's test module holds a subclass of :class:`ProviderConformance`, at most thirty lines::

    class TestExample(ProviderConformance):
        @classmethod
        @override
        def make_provider(cls, state_folder: Path) -> Provider:
            return ExampleProvider(context_with(state_folder))

        @classmethod
        @override
        def surroundings(cls) -> Surroundings:
            return Surroundings(networks=..., stemcell_image=..., vm_cloud_properties=...)

What a provider does not claim in its capabilities is skipped, with the reason. The suite never
waits for a clock: a method returns when it is done, however long that takes, so clouds whose VMs
boot for minutes pass as well. They are also spared: a VM is shared by all tests that leave it as
it was, and what a test made is deleted, whether it passed or not.
"""

from paasta_deploy.testing.provider_conformance.attachments import AttachmentConformance
from paasta_deploy.testing.provider_conformance.disks import DiskConformance
from paasta_deploy.testing.provider_conformance.promises import PromiseConformance
from paasta_deploy.testing.provider_conformance.stemcells import StemcellConformance
from paasta_deploy.testing.provider_conformance.vms import RebootConformance, VmConformance
from paasta_deploy.testing.provider_conformance.workbench import Surroundings, Workbench

__all__ = ["ProviderConformance", "Surroundings", "Workbench"]


class ProviderConformance(
    PromiseConformance,
    StemcellConformance,
    VmConformance,
    RebootConformance,
    DiskConformance,
    AttachmentConformance,
):
    """All parts of the suite; see the module."""
