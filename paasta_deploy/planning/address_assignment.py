"""Who of the placed instances gets which address: what is held is kept, then the lowest free.

Two rounds over all groups, so that no new instance gets what an existing one may keep. Source:
BOSH 4.4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.cloud_config import CloudConfig, DynamicNetwork
from paasta_deploy.model.deployment import InstanceGroup, NetworkUse
from paasta_deploy.model.ids import AzName, InstanceGroupName, InstanceId, NetworkName
from paasta_deploy.model.recorded import (
    AddressReservation,
    InstanceRecord,
    RecordedDeployment,
    VmRecord,
)
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.addresses import AddressBook, Holder, TakenAddress
from paasta_deploy.planning.placement_problems import (
    ignored_networks,
    no_free_address,
    static_address_held,
)
from paasta_deploy.planning.vm_effects import addresses_of


@dataclass(slots=True)
class AddressedInstance:
    """One placed instance while its addresses are being found; ``record`` has the old ones."""

    group: InstanceGroup
    record: InstanceRecord
    static: Mapping[NetworkName, IpAddress]
    wanted: dict[NetworkName, IpAddress] = field(default_factory=dict)


class AddressAssignment:
    """Finds addresses for all instances of one placement. Mutable; lives for one placement."""

    def __init__(
        self,
        cloud_config: CloudConfig,
        recorded: RecordedDeployment,
        taken: Iterable[TakenAddress],
        *,
        readdressed: frozenset[InstanceId] = frozenset(),
    ) -> None:
        """``readdressed``: these get addresses that their active VM does not have, if they can."""
        self._readdressed = set(readdressed)
        self.diagnostics: list[Diagnostic] = []
        self._networks = cloud_config.networks
        self._book = AddressBook(cloud_config, taken)
        self._vms: dict[InstanceId, list[VmRecord]] = {}
        self._missing: dict[tuple[InstanceGroupName, NetworkName, AzName | None], int] = {}
        name = recorded.deployment.name
        for record in recorded.instances:
            if record.addresses:
                holder = Holder(name, record.instance_id)
                for reservation in record.addresses:
                    self._book.hold(reservation.ip, holder)
        for vm in recorded.vms:
            if vm.instance_id is not None:
                self._vms.setdefault(vm.instance_id, []).append(vm)
            for network in vm.networks:
                if network.ip is not None:
                    self._book.hold(network.ip, Holder(name, vm.instance_id or vm.purpose))

    def assign(self, instances: Sequence[AddressedInstance]) -> None:
        """Fill ``wanted`` of all ``instances``, in the order of their networks in the manifest.

        What cannot be had is among the diagnostics.
        """
        lacking: list[tuple[AddressedInstance, NetworkUse]] = []
        for instance in instances:
            for use in instance.group.networks:
                if isinstance(self._networks[use.name], DynamicNetwork):
                    continue
                if not self._keep(instance, use):
                    lacking.append((instance, use))
        groups = self._take_lacking(lacking)
        for instance in instances:
            if len(instance.wanted) > 1:
                instance.wanted = {
                    use.name: instance.wanted[use.name]
                    for use in instance.group.networks
                    if use.name in instance.wanted
                }
        self._report_missing(groups)
        self._check_ignored(instances)

    def reservations(self, instance: AddressedInstance) -> tuple[AddressReservation, ...]:
        """Return what the record must hold: the wanted addresses and those still in use."""
        record = instance.record
        if len(record.addresses) == len(instance.wanted) and all(
            instance.wanted.get(item.network) == item.ip
            and item.static == (item.network in instance.static)
            for item in record.addresses
        ):
            return record.addresses
        kept = {reservation.ip: reservation for reservation in record.addresses}
        wanted: list[AddressReservation] = []
        for network, ip in instance.wanted.items():
            fresh = AddressReservation(network=network, ip=ip, static=network in instance.static)
            kept.pop(ip, None)
            wanted.append(fresh)
        wanted.extend(self._still_held(instance, kept.values()))
        addresses = tuple(wanted)
        return record.addresses if addresses == record.addresses else addresses

    def _take_lacking(
        self, lacking: list[tuple[AddressedInstance, NetworkUse]]
    ) -> Mapping[InstanceGroupName, InstanceGroup]:
        """Give the lowest free addresses out; return the groups for which there are too few."""
        groups: dict[InstanceGroupName, InstanceGroup] = {}
        # Who can do with the addresses that it has takes nobody the last ones away.
        lacking.sort(key=lambda item: item[0].record.instance_id in self._readdressed)
        for instance, use in lacking:
            if use.name in instance.wanted or self._take(instance, use):
                continue
            without = [use]
            if instance.record.instance_id in self._readdressed:
                without = self._leave_addresses(instance)
            for missing in without:
                groups[instance.group.name] = instance.group
                key = (instance.group.name, missing.name, instance.record.az)
                self._missing[key] = self._missing.get(key, 0) + 1
        return groups

    def _take(self, instance: AddressedInstance, use: NetworkUse) -> bool:
        record = instance.record
        holder = Holder(record.deployment, record.instance_id)
        ip = self._book.take_lowest(use.name, record.az, holder)
        if ip is None:
            return False
        instance.wanted[use.name] = ip
        return True

    def _leave_addresses(self, instance: AddressedInstance) -> list[NetworkUse]:
        """Let an instance have what it has: there are no others. Return what it lacks even so."""
        self._readdressed.discard(instance.record.instance_id)
        instance.wanted.clear()
        return [
            use
            for use in instance.group.networks
            if not isinstance(self._networks[use.name], DynamicNetwork)
            and not self._keep(instance, use)
            and not self._take(instance, use)
        ]

    def _keep(self, instance: AddressedInstance, use: NetworkUse) -> bool:
        record = instance.record
        if use.name in instance.static:
            ip = instance.static[use.name]
            holder = self._book.holder(ip)
            if holder is not None and holder.what != record.instance_id:
                self.diagnostics.append(static_address_held(instance.group, use, ip, holder))
            self._book.hold(ip, Holder(record.deployment, record.instance_id))
            instance.wanted[use.name] = ip
            return True
        for reservation in self._candidates(record, use.name):
            if reservation.ip not in instance.wanted.values() and self._book.is_usable(
                use.name, record.az, reservation.ip
            ):
                instance.wanted[use.name] = reservation.ip
                return True
        return False

    def _candidates(
        self, record: InstanceRecord, network: NetworkName
    ) -> Sequence[AddressReservation]:
        vms = self._vms.get(record.instance_id, ())
        serving = addresses_of(vm for vm in vms if vm.active)
        if record.instance_id in self._readdressed:
            others = [item for item in record.addresses if item.ip not in serving]
            return sorted(others, key=lambda item: item.network != network)
        if len(record.addresses) < 2:
            return record.addresses
        # What the VM has comes first, so that going back to an old cloud config in the middle of
        # a deploy does not replace the VM a second time; and what serves before what was replaced.
        in_use = self._in_use(record)
        return sorted(
            record.addresses,
            key=lambda item: (
                item.network != network,
                item.ip not in serving,
                item.ip not in in_use,
            ),
        )

    def _still_held(
        self, instance: AddressedInstance, others: Iterable[AddressReservation]
    ) -> list[AddressReservation]:
        in_use: frozenset[IpAddress] | None = None
        held: list[AddressReservation] = []
        for reservation in others:
            if in_use is None:
                in_use = self._in_use(instance.record)
            if reservation.ip in in_use or self._is_dynamic(instance.group, reservation.network):
                held.append(reservation)
        return held

    def _in_use(self, record: InstanceRecord) -> frozenset[IpAddress]:
        """Return what a VM of ``record`` has, or would get back if it were resurrected now."""
        networks = [
            network for vm in self._vms.get(record.instance_id, ()) for network in vm.networks
        ]
        if record.spec is not None:
            networks.extend(record.spec.vm.networks)
        return frozenset(network.ip for network in networks if network.ip is not None)

    def _is_dynamic(self, group: InstanceGroup, name: NetworkName) -> bool:
        return any(use.name == name for use in group.networks) and isinstance(
            self._networks[name], DynamicNetwork
        )

    def _report_missing(self, groups: Mapping[InstanceGroupName, InstanceGroup]) -> None:
        for (group_name, network, az), count in self._missing.items():
            group = groups[group_name]
            use = next(use for use in group.networks if use.name == network)
            size = self._book.size(network, az)
            self.diagnostics.append(no_free_address(group, use, az, count, size))

    def _check_ignored(self, instances: Sequence[AddressedInstance]) -> None:
        reported: set[InstanceGroupName] = set()
        for instance in instances:
            record = instance.record
            if not record.ignored or record.group in reported:
                continue
            wanted = set(instance.wanted.items())
            had = {
                (reservation.network, reservation.ip)
                for reservation in record.addresses
                if not self._is_dynamic(instance.group, reservation.network)
            }
            if wanted != had:
                reported.add(record.group)
                self.diagnostics.append(ignored_networks(instance.group))


def with_addresses(
    record: InstanceRecord, addresses: tuple[AddressReservation, ...]
) -> InstanceRecord:
    """Return ``record`` with ``addresses``; the same object when nothing changes."""
    return record if addresses is record.addresses else replace(record, addresses=addresses)
