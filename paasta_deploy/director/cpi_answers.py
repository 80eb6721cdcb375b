"""What planning has to know of a deployment's CPIs: asked once, before anything is decided."""

from dataclasses import replace

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.requests import VmResources as VmResourcesRequest
from paasta_deploy.execution.cpis import Cpis
from paasta_deploy.model.deployment import VmResources
from paasta_deploy.model.ids import DEFAULT_CPI, AzName, CpiName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.desired import Desired, resources_to_calculate


def with_cpi_answers(desired: Desired, cpis: Cpis) -> Desired:
    """Return ``desired`` with what its CPIs answer. Raises CloudError."""
    azs = {az for group in desired.manifest.instance_groups for az in group.azs}
    used = {desired.cloud_config.azs[AzName(az)].cpi for az in azs} or {DEFAULT_CPI}
    return replace(
        desired,
        calculated={
            (cpi, resources): _calculated(cpis, cpi, resources)
            for cpi, resources in resources_to_calculate(desired)
        },
        names_resolve=all(cpis[cpi].capabilities().resolves_names for cpi in used),
        growing_cpis=cpis.with_feature(Feature.RESIZE_DISK),
    )


def _calculated(cpis: Cpis, cpi: CpiName, resources: VmResources) -> JsonObject:
    return cpis[cpi].calculate_vm_cloud_properties(
        VmResourcesRequest(
            cpu=resources.cpu,
            ram_mib=resources.ram_mib,
            ephemeral_disk_size_mib=resources.ephemeral_disk_mib,
        )
    )
