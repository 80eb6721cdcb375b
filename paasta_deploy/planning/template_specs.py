"""What templates see of their instance, and a digest of it.

The digest covers everything that a template can read, so equal digests mean that rendering again
would give the same files. What instances of a group share (jobs, properties, links) is digested
once for the group; what is left for each instance is its identity and its addresses.
Source: BOSH 6.4 (``spec``).
"""

import hashlib
import json
from collections.abc import Mapping

from paasta_deploy.model.cloud_config import DynamicNetwork
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_names import group_number
from paasta_deploy.planning.link_providers import (
    ROOT_DOMAIN,
    address_of,
    default_network,
    dns_name,
)
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.placement import PlacedInstance
from paasta_deploy.planning.vm_specs import VmSpecs

_RENDERING_VERSION = 1
"""Raised when the same context gives other files because rendering itself was changed."""

_UNKNOWN_ADDRESS = "127.0.0.1"
"""Stands for an address that the cloud has not given out yet, as in BOSH."""


def az_numbers(desired: Desired) -> Mapping[str, int]:
    """Number the AZs from 1 in the order of the cloud config, for DNS queries."""
    return {name: number for number, name in enumerate(desired.cloud_config.azs, start=1)}


class TemplateSpecs:
    """Builds template specs and context digests. Lives for one planning."""

    def __init__(self, desired: Desired, vm_specs: VmSpecs) -> None:
        self._desired = desired
        self._vm_specs = vm_specs
        self._jobs: dict[InstanceGroupName, JsonObject] = {}

    def spec(self, group: InstanceGroup, placed: PlacedInstance) -> JsonObject:
        """Return BOSH's ``spec`` of one instance, without properties and links."""
        record, manifest = placed.record, self._desired.manifest
        networks = self._networks(group, placed)
        disk = self._vm_specs.disk(group)
        by_name = self._desired.names_resolve and manifest.features.use_dns_addresses is True
        network = default_network(group)
        return {
            "deployment": manifest.name,
            "job": self._job(group),
            "index": record.index,
            "bootstrap": record.bootstrap,
            "name": group.name,
            "id": record.instance_id,
            "az": record.az,
            "networks": networks,
            "properties_need_filtering": True,
            "dns_domain_name": ROOT_DOMAIN,
            "persistent_disk": 0 if disk is None else disk.size_mib,
            "address": address_of(
                placed,
                network,
                manifest,
                self._desired.cloud_config,
                by_name=by_name,
                short_group=group_number(manifest.name, group.name)
                if manifest.features.use_short_dns_addresses
                else None,
            ),
            "ip": networks[network]["ip"],
        }

    def digest(self, group: InstanceGroup, shared: str, placed: PlacedInstance) -> str:
        """Return the context digest of one instance; ``shared`` is from :meth:`group_digest`."""
        record = placed.record
        own = json.dumps(
            [
                shared,
                record.instance_id,
                record.index,
                record.az,
                record.bootstrap,
                self._vm_specs.network_texts(group, placed),
                [
                    [reservation.network, str(reservation.ip)]
                    for reservation in record.addresses
                    if reservation.network not in placed.addresses
                    and self._is_dynamic(group, reservation.network)
                ],
            ]
        )
        return "sha256:" + hashlib.sha256(own.encode()).hexdigest()

    def group_digest(self, group: InstanceGroup, links: ResolvedLinks) -> str:
        """Return a digest of all that the instances of ``group`` share."""
        disk = self._vm_specs.disk(group)
        features = self._desired.manifest.features
        jobs: list[JsonValue] = [
            [
                bound.job.name,
                bound.release.name,
                bound.release.version,
                bound.job.fingerprint,
                bound.properties,
                links.digests.get((group.name, bound.job.name), {}),
            ]
            for bound in self._desired.bindings[group.name]
        ]
        parts: JsonValue = [
            _RENDERING_VERSION,
            self._desired.manifest.name,
            group.name,
            jobs,
            0 if disk is None else disk.size_mib,
            [
                features.use_dns_addresses,
                features.use_short_dns_addresses,
                self._desired.names_resolve,
            ],
            az_numbers(self._desired),
        ]
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()

    def _job(self, group: InstanceGroup) -> JsonObject:
        found = self._jobs.get(group.name)
        if found is None:
            templates: list[JsonValue] = [
                {"name": bound.job.name, "version": bound.job.version}
                for bound in self._desired.bindings[group.name]
            ]
            found = self._jobs[group.name] = {"name": group.name, "templates": templates}
        return found

    def _networks(
        self, group: InstanceGroup, placed: PlacedInstance
    ) -> dict[str, dict[str, JsonValue]]:
        return {
            network.name: self._network(group, placed, network)
            for network in self._vm_specs.networks(group, placed)
        }

    def _network(
        self, group: InstanceGroup, placed: PlacedInstance, network: NetworkSpec
    ) -> dict[str, JsonValue]:
        ip = None if network.ip is None else str(network.ip)
        gateway = None if network.gateway is None else str(network.gateway)
        netmask = network.netmask
        if self._is_dynamic(group, network.name):
            given = {item.network: str(item.ip) for item in placed.record.addresses}
            ip = given.get(network.name, _UNKNOWN_ADDRESS)
            netmask, gateway = netmask or _UNKNOWN_ADDRESS, gateway or _UNKNOWN_ADDRESS
        record = placed.record
        return {
            "type": network.kind,
            "ip": ip,
            "netmask": netmask,
            "gateway": gateway,
            "dns": list(network.dns),
            "default": list(network.default),
            "cloud_properties": network.cloud_properties,
            "dns_record_name": dns_name(
                str(record.index), group.name, network.name, self._desired.manifest.name
            ),
        }

    def _is_dynamic(self, group: InstanceGroup, name: str) -> bool:
        return any(
            use.name == name
            and isinstance(self._desired.cloud_config.networks[use.name], DynamicNetwork)
            for use in group.networks
        )
