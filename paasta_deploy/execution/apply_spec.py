"""From the recipe of an instance to what its agent is told to have: BOSH's apply spec.

Pure. Links to blobs are made by the caller's function, since they are signed and expire.
Source: bosh.md 6.4.
"""

from collections.abc import Callable
from ipaddress import IPv6Address

from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef, InstanceSpec, NetworkSpec
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.apply_spec import ApplySpec, BlobSource, JobTemplate, PackageSource

DNS_DOMAIN = "bosh"
"""The top-level domain of all local DNS names (bosh.md 4.7)."""

Link = Callable[[BlobId], str]
"""Makes the link from which an agent can GET a blob."""


def apply_spec(spec: InstanceSpec, link: Link) -> ApplySpec:
    """Return what the agent shall apply. Every package of ``spec`` must be compiled."""
    templates = spec.templates.blob
    return ApplySpec(
        deployment=spec.deployment,
        group=spec.group,
        jobs=tuple(
            JobTemplate(name=job.name, version=job.fingerprint, digest=_digest(spec, job.name))
            for job in spec.jobs
        ),
        index=spec.index,
        id=spec.instance_id,
        az=spec.az or "",
        networks=network_settings(spec.vm.networks),
        packages={
            package.name: PackageSource(
                name=package.name,
                version=package.version,
                source=_source(package.blob, f"package {package.name}", link),
            )
            for package in spec.packages
        },
        dns_domain_name=DNS_DOMAIN,
        persistent_disk=spec.disk.size_mib if spec.disk else 0,
        template_hashes=dict(spec.templates.template_hashes),
        templates=None if templates is None else _source(templates, "templates", link),
        configuration_hash=spec.templates.configuration_hash,
    )


def network_settings(networks: tuple[NetworkSpec, ...]) -> JsonObject:
    """Return the networks as agents and CPIs read them (bosh.md 5.3).

    ``prefix`` is that of the instance's own address or delegated block.
    """
    return {network.name: _network(network) for network in networks}


def _network(network: NetworkSpec) -> JsonObject:
    settings: dict[str, JsonValue] = {"type": network.kind}
    if network.ip is not None:
        settings["ip"] = str(network.ip)
        single = 128 if isinstance(network.ip, IPv6Address) else 32
        settings["prefix"] = str(network.prefix or single)
    if network.netmask is not None:
        settings["netmask"] = network.netmask
    settings["cloud_properties"] = network.cloud_properties
    if network.default:
        settings["default"] = list(network.default)
    if network.dns:
        settings["dns"] = list(network.dns)
    if network.gateway is not None:
        settings["gateway"] = str(network.gateway)
    if network.nic_group:
        settings["nic_group"] = network.nic_group
    return settings


def _digest(spec: InstanceSpec, job: str) -> str:
    return spec.templates.template_hashes.get(job, "")


def _source(blob: BlobRef | None, what: str, link: Link) -> BlobSource:
    assert blob is not None, f"{what} has no blob; compiling comes first"
    return BlobSource(digest=blob.digest, blobstore_id=blob.blob_id, signed_url=link(blob.blob_id))
