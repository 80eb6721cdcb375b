"""Which addresses a deployment cannot have, because somebody outside of it is there.

An address is unique over all deployments of a director (BOSH 4.4). Instances hold theirs in the
store's table of addresses; a VM that compiles, or that is left over, holds what it was made with
although no instance does; and the director's own addresses are nobody else's.
"""

from collections.abc import Iterable

from paasta_deploy.model.ids import DeploymentName, InstanceId
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.ports.store import Store

_DIRECTOR = InstanceId("the director itself")


def occupied_addresses(
    store: Store, deployment: DeploymentName, *, director: str, own: Iterable[IpAddress] = ()
) -> tuple[TakenAddress, ...]:
    """Return every address that ``deployment`` must stay away from, each with its holder.

    ``own`` are the addresses of the director, whose name is ``director``.
    """
    taken = [(ip, DeploymentName(director), _DIRECTOR) for ip in own]
    taken.extend(store.taken_addresses(except_deployment=deployment))
    if any(record.name != deployment for record in store.deployments()):
        taken.extend(
            (network.ip, vm.deployment, vm.instance_id or InstanceId(f"its {vm.purpose} VM"))
            for vm in store.vms()
            if vm.deployment != deployment
            for network in vm.networks
            if network.ip is not None
        )
    return tuple(taken)
