"""Whether a recorded VM is made from what is wanted now. Any difference needs a new VM."""

from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.model.spec import VmSpec
from paasta_deploy.planning.env_digests import EnvDigests


def is_made_from(vm: VmRecord, wanted: VmSpec, digests: EnvDigests) -> bool:
    """Return whether ``vm`` was made from what ``wanted`` says."""
    return (
        vm.stemcell == wanted.stemcell
        and vm.cpi == wanted.cpi
        and vm.cloud_properties == wanted.cloud_properties
        and vm.cloud_variables == wanted.cloud_variables
        and vm.networks == wanted.networks
        and vm.env_digest == digests.of(wanted)
    )
