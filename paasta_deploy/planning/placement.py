"""Which instances exist, where, under which index, and with which addresses.

(Signatures first; the work follows.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId, NetworkName
from paasta_deploy.model.recorded import InstanceRecord, RecordChange, RecordedDeployment
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.ports.clock import IdSource

TakenAddress = tuple[IpAddress, DeploymentName, InstanceId]
"""An address and who holds it, as ``Store.taken_addresses`` gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedInstance:
    """One instance that the manifest wants.

    ``record`` is what the store must hold before anything is done: it carries the wanted addresses
    and, until its VM is gone, those that the VM still has. ``addresses`` are the wanted ones only;
    a dynamic network has none.
    """

    record: InstanceRecord
    addresses: Mapping[NetworkName, IpAddress]
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """All instances of a deployment: wanted (groups as in the manifest, by index) and obsolete.

    ``changes`` must be written before the plan runs, so that addresses and ids are ours.
    """

    instances: tuple[PlacedInstance, ...]
    obsolete: tuple[InstanceRecord, ...] = ()
    changes: tuple[RecordChange, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    groups: Mapping[InstanceGroupName, tuple[PlacedInstance, ...]] = field(default_factory=dict)


def place(
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    recorded: RecordedDeployment,
    ids: IdSource,
    *,
    taken: Iterable[TakenAddress] = (),
) -> Placement:
    """Return which instances exist, with index, AZ, bootstrap and addresses.

    ``taken`` are the addresses of other deployments. Deterministic but for the ids of new
    instances; placing what was placed changes nothing.
    """
    raise NotImplementedError
