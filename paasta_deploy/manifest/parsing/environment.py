"""The manifest of ``create-env``: one VM without a director, with its networks and its CPI.

It looks like a deployment of BOSH's first format: networks, pools of VMs and of disks stand in it,
and ``cloud_provider`` says which CPI makes them. Here it is only judged; nothing is made of it.
Source: bosh-cli, the parsers and validators of ``deployment``, ``installation`` and
``release/set``. The CLI stops at its first stage; all of them are told here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import (
    Diagnostic,
    Severity,
    codes,
    did_you_mean,
    error,
    in_file_order,
)
from paasta_deploy.manifest.document.node import MapNode, Node
from paasta_deploy.manifest.parsing.addresses import single_address
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.subnets import parse_subnet
from paasta_deploy.manifest.parsing.variables import parse_variables
from paasta_deploy.model.addresses import IpNetwork
from paasta_deploy.model.counting import verb

_SCHEMES = ("file://", "http://", "https://")
_NETWORK_TYPES = ("manual", "dynamic", "vip")
_SHARED_WITH_DEPLOYMENTS = ("director_uuid", "manifest_version", "features", "stemcells", "addons")
"""Top-level keys that ``create-env`` passes over, so that one ops file can serve both kinds."""

_OF_DEPLOYMENTS = ("env", "azs", "stemcell", "vm_type", "persistent_disk_type", "update")
"""Keys of an instance group that it passes over in the same way."""


def is_environment(node: Node) -> bool:
    """Whether a document is meant for ``create-env``."""
    return isinstance(node, MapNode) and "cloud_provider" in node.entries


@dataclass(slots=True, kw_only=True)
class _Known:
    """Names that other parts refer to."""

    releases: set[str] = field(default_factory=set)
    networks: dict[str, IpNetwork | None] = field(default_factory=dict)
    vm_pools: set[str] = field(default_factory=set)
    disk_pools: set[str] = field(default_factory=set)


def check_environment(
    node: Node, *, unknown_keys: Severity | None = None
) -> tuple[Diagnostic, ...]:
    """Return everything wrong with a manifest of ``create-env``, in file order."""
    if not isinstance(node, MapNode):
        problem = error(
            codes.NOT_A_MAPPING,
            f"a manifest must be a mapping, this is {node.kind}",
            span=node.span,
            detail="keys like `name:` and `cloud_provider:` should stand here",
        )
        return (problem,)
    report = Report(unknown_keys)
    top = Fields(node, "create-env manifest", report)
    known = _Known()
    top.text("name", need=True)
    _releases(top, known)
    _networks(top, known)
    _vm_pools(top, known)
    _disk_pools(top, known)
    _groups(top, known)
    _cloud_provider(top, known)
    update = top.fields("update", "update block")
    if update is not None:
        update.text("update_watch_time")
    for key in ("properties", "tags"):
        top.free(key)
    parse_variables(top)
    for key in _SHARED_WITH_DEPLOYMENTS:
        top.raw(key)
    top.finish()
    return in_file_order(dict.fromkeys(report.diagnostics), [node.file])


def _releases(top: Fields, known: _Known) -> None:
    unique = Unique(top.report, codes.DUPLICATE_RELEASE, "the release")
    for fields in top.objects("releases", "release", need=True):
        name = fields.text("name", need=True)
        unique.add(name, fields.source_of("name"))
        known.releases.add(name)
        _download(fields)
        for key in ("version", "stemcell", "exported_from"):
            fields.raw(key)
        fields.finish()


def _download(fields: Fields) -> None:
    """Check ``url`` and ``sha1``: without a director, everything is fetched by its address."""
    url = fields.text("url", need=True)
    sha1 = fields.text("sha1")
    if url and "((" not in url and not url.startswith(_SCHEMES):
        fields.report.error(
            codes.INVALID_VALUE,
            f"`{url}` is no address of a file",
            fields.source_of("url"),
            "it must begin with `file://`, `http://` or `https://`",
        )
    elif url.startswith("http") and not sha1.strip():
        fields.missing("sha1", "add `sha1:` with the digest of what is fetched")


def _networks(top: Fields, known: _Known) -> None:
    unique = Unique(top.report, codes.DUPLICATE_NETWORK, "the network")
    for fields in top.objects("networks", "network", need=True):
        name = fields.text("name", need=True)
        unique.add(name, fields.source_of("name"))
        kind = fields.text("type", need=True)
        if kind and "((" not in kind and kind not in _NETWORK_TYPES:
            fields.report.error(
                codes.BAD_NETWORK_TYPE,
                f"there is no type of network `{kind}`",
                fields.source_of("type"),
                "it must be `manual`, `dynamic` or `vip`",
                did_you_mean(kind, _NETWORK_TYPES),
            )
        subnets = fields.objects("subnets", "subnet", need=kind == "manual")
        ranges = [
            parse_subnet(item, (), managed=False, gateway_needed=True).range
            for item in (subnets if kind == "manual" else ())
        ]
        if len(subnets) > 1:
            fields.report.error(
                codes.INVALID_VALUE,
                f"the network `{name}` has {len(subnets)} subnets",
                fields.key_span("subnets"),
                "`create-env` makes one VM, so there can be only one",
            )
        known.networks[name] = ranges[0] if ranges else None
        for key in ("cloud_properties", "ip", "netmask", "gateway", "dns", "static"):
            fields.raw(key)
        fields.finish()


def _vm_pools(top: Fields, known: _Known) -> None:
    for fields in top.objects("resource_pools", "resource pool", need=True):
        known.vm_pools.add(fields.text("name", need=True))
        network = fields.text("network", need=True)
        _refer(fields, "network", network, known.networks, kind="network")
        stemcell = fields.fields("stemcell", "stemcell", need=True)
        if stemcell is not None:
            _download(stemcell)
            for key in ("name", "version"):
                stemcell.raw(key)
            stemcell.finish()
        for key in ("cloud_properties", "env"):
            fields.free(key)
        fields.raw("size")
        fields.finish()


def _disk_pools(top: Fields, known: _Known) -> None:
    for fields in top.objects("disk_pools", "disk pool"):
        known.disk_pools.add(fields.text("name", need=True))
        fields.integer("disk_size", need=True, low=1)
        fields.free("cloud_properties")
        fields.finish()


def _groups(top: Fields, known: _Known) -> None:
    is_old = "jobs" in top.node.entries and "instance_groups" not in top.node.entries
    key = "jobs" if is_old else "instance_groups"
    groups = top.objects(key, "instance group", need=True)
    if len(groups) > 1:
        top.report.error(
            codes.DUPLICATE_GROUP,
            f"there are {len(groups)} instance groups",
            groups[1].node.span,
            "`create-env` makes one VM, so there can be only one group",
        )
    for fields in groups:
        _group(fields, known)


def _group(fields: Fields, known: _Known) -> None:
    fields.text("name", need=True)
    fields.integer("instances", default=1, low=0)
    lifecycle = fields.text("lifecycle", default="service")
    if lifecycle != "service":
        fields.report.error(
            codes.BAD_LIFECYCLE,
            f"`create-env` knows no lifecycle `{lifecycle}`",
            fields.source_of("lifecycle"),
            "it must be `service`",
        )
    pool = fields.text("resource_pool", need=True)
    _refer(fields, "resource_pool", pool, known.vm_pools, kind="resource pool")
    disk = fields.text("persistent_disk_pool")
    _refer(fields, "persistent_disk_pool", disk, known.disk_pools, kind="disk pool")
    fields.integer("persistent_disk", low=0)
    unique = Unique(fields.report, codes.DUPLICATE_JOB, "the job")
    list_name = "jobs" if "jobs" in fields.node.entries else "templates"
    for job in fields.objects(list_name, "job"):
        name = job.text("name", need=True)
        unique.add(name, job.source_of("name"))
        _release_of(job, known)
        for key in ("properties", "provides", "consumes"):
            job.raw(key)
        job.finish()
    _group_networks(fields, known)
    fields.free("properties")
    for key in _OF_DEPLOYMENTS:
        fields.raw(key)
    fields.finish()


def _group_networks(fields: Fields, known: _Known) -> None:
    networks = fields.objects("networks", "network of a group", need=True)
    defaults: list[str] = []
    for item in networks:
        name = item.text("name", need=True)
        _refer(item, "name", name, known.networks, kind="network")
        defaults += item.texts("default")
        subnet = known.networks.get(name)
        for node in item.items("static_ips"):
            address = single_address(item.report, "static_ips", node, codes.BAD_ADDRESS)
            if address is not None and subnet is not None and address not in subnet:
                item.report.error(
                    codes.STATIC_NOWHERE,
                    f"the static address {address} is not in the network `{name}`",
                    node.span,
                    f"its range is {subnet}",
                )
        item.finish()
    for wanted in ("dns", "gateway"):
        count = defaults.count(wanted)
        if len(networks) > 1 and count != 1:
            fields.report.error(
                codes.MISSING_NETWORK_DEFAULT,
                f"one of the networks must be the default for `{wanted}`",
                fields.key_span("networks"),
                f"{count} of {len(networks)} {verb(count, 'is', 'are')}",
                f"write `default: [{wanted}]` in one of them",
            )


def _cloud_provider(top: Fields, known: _Known) -> None:
    fields = top.fields("cloud_provider", "cloud provider", need=True)
    if fields is None:
        return
    several = fields.objects("templates", "CPI job")
    single = fields.fields("template", "CPI job", need=not several)
    for job in (*several, *(() if single is None else (single,))):
        job.text("name", need=True)
        _release_of(job, known)
        job.finish()
    fields.text("mbus")
    fields.free("properties")
    for key in ("cert", "ssh_tunnel"):
        fields.raw(key)
    fields.finish()


def _release_of(job: Fields, known: _Known) -> None:
    name = job.text("release", need=True)
    _refer(job, "release", name, known.releases, kind="release")


_CODES = {
    "network": codes.UNKNOWN_NETWORK,
    "resource pool": codes.UNKNOWN_VM_TYPE,
    "disk pool": codes.UNKNOWN_DISK_TYPE,
    "release": codes.UNKNOWN_RELEASE,
}


def _refer(fields: Fields, key: str, name: str, known: Iterable[str], *, kind: str) -> None:
    """Complain when ``name`` is none of the ``known`` ones."""
    names = sorted(known)
    if not name or "((" in name or name in names:
        return
    listed = ", ".join(f"`{item}`" for item in names) or "there is none"
    fields.report.error(
        _CODES[kind],
        f'unknown {kind} "{name}"',
        fields.source_of(key),
        f"this manifest has none of that name: {listed}",
        did_you_mean(name, names),
    )
