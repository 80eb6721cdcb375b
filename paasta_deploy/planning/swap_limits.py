"""Which groups can never have two VMs of one instance, so that ``create-swap-delete`` is in vain.

A group with such a limit is updated the other way (BOSH 4.5), and told so while it is planned.
"""

from collections.abc import Iterator

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.cloud_config import CloudConfig, VipNetwork
from paasta_deploy.model.deployment import InstanceGroup, Lifecycle, VmStrategy
from paasta_deploy.planning.static_lists import has_static_addresses


def why_never(group: InstanceGroup, cloud_config: CloudConfig) -> str:
    """Return why no VM of ``group`` can be swapped; empty: nothing is in the way."""
    if group.lifecycle is Lifecycle.ERRAND:
        return "an errand serves nobody while it does not run"
    if has_static_addresses(group):
        return "its addresses are static, and two VMs cannot have one address"
    if any(isinstance(cloud_config.networks[use.name], VipNetwork) for use in group.networks):
        return "it has a virtual IP, which one VM can have at a time"
    return ""


def swaps_in_vain(group: InstanceGroup, cloud_config: CloudConfig) -> Iterator[Diagnostic]:
    """Yield the warning about a group that asks for what it cannot have."""
    wants = group.update.vm_strategy is VmStrategy.CREATE_SWAP_DELETE
    because = why_never(group, cloud_config) if wants else ""
    if because and group.lifecycle is not Lifecycle.ERRAND:
        yield warning(
            codes.SWAP_NOT_CARRIED_OUT,
            f"VMs of `{group.name}` are deleted before their new ones are made",
            span=group.source.span("update", "vm_strategy"),
            detail=f"`create-swap-delete` is not possible: {because}",
            hint="set `vm_strategy: delete-create` in the `update` of this group; if it cannot do"
            " without an instance for that long, run one more of it",
        )
