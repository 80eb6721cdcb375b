"""Cloud configs: one or several documents, merged into one value. Source: spec bosh.md 2, 2.1.

Lists of several configs are put together in order; ``compilation`` may stand in only one of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import (
    Code,
    Diagnostic,
    Label,
    Severity,
    codes,
    error,
    has_errors,
    in_file_order,
)
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, NodeSource
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.cloud_variables import relative_names
from paasta_deploy.manifest.parsing.compilation import parse_compilation
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique, canonical_name
from paasta_deploy.manifest.parsing.networks import parse_network
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.cloud_config import (
    Az,
    CloudConfig,
    Compilation,
    DiskType,
    Network,
    VmExtension,
    VmType,
)
from paasta_deploy.model.ids import AzName, CpiName, NetworkName
from paasta_deploy.model.source import NOWHERE
from paasta_deploy.model.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudConfigResult:
    """Parsed cloud configs. ``draft`` is as in ``DeploymentResult``: only good for more checks."""

    draft: CloudConfig
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def cloud_config(self) -> CloudConfig | None:
        """The cloud config, if it has no errors."""
        return None if has_errors(self.diagnostics) else self.draft


def parse_cloud_config(
    nodes: Sequence[Node],
    *,
    gateway_needed: bool = True,
    unknown_keys: Severity | None = None,
    on_ask: OnAsk | None = None,
) -> CloudConfigResult:
    """Return all cloud configs as one, and every mistake in them, in file order.

    ``gateway_needed`` False: the director's ``ignore_missing_gateway`` is switched on.
    ``unknown_keys`` is WARNING for files that BOSH took and that nobody wants to change, ERROR
    where every key must mean something, None for the usual measure between the two.
    """
    report = Report(unknown_keys, on_ask)
    tops: list[Fields] = []
    for node in nodes:
        report.diagnostics += relative_names(node, "cloud config")
        if isinstance(node, MapNode):
            tops.append(Fields(node, "cloud config", report))
        else:
            report.diagnostics.append(_not_a_mapping(node))
    draft = _Reader(tops, report, gateway_needed=gateway_needed).read()
    files = list(dict.fromkeys(node.file for node in nodes))
    return CloudConfigResult(
        draft=draft, diagnostics=in_file_order(dict.fromkeys(report.diagnostics), files)
    )


def _not_a_mapping(node: Node) -> Diagnostic:
    return error(
        codes.NOT_A_MAPPING,
        f"a cloud config must be a mapping, this is {node.kind}",
        span=node.span,
        detail="keys like `azs:` and `networks:` should stand here",
        hint="check the path of the file",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A VM type, VM extension or AZ: a name with cloud properties."""

    name: str
    properties: JsonObject
    source: NodeSource
    cpi: str = ""


class _Reader:
    """Reads all configs section by section: networks need to know the AZs of all of them."""

    def __init__(self, tops: Sequence[Fields], report: Report, *, gateway_needed: bool) -> None:
        self._tops = tops
        self._report = report
        self._gateway_needed = gateway_needed

    def read(self) -> CloudConfig:
        azs = {
            AzName(item.name): Az(
                name=AzName(item.name),
                cpi=CpiName(item.cpi),
                cloud_properties=item.properties,
                source=item.source,
            )
            for item in self._kinds("azs", "AZ", codes.DUPLICATE_AZ, with_cpi=True)
        }
        config = CloudConfig(
            azs=azs,
            vm_types={
                item.name: VmType(
                    name=item.name, cloud_properties=item.properties, source=item.source
                )
                for item in self._kinds("vm_types", "VM type", codes.DUPLICATE_VM_TYPE)
            },
            vm_extensions={
                item.name: VmExtension(
                    name=item.name, cloud_properties=item.properties, source=item.source
                )
                for item in self._kinds(
                    "vm_extensions", "VM extension", codes.DUPLICATE_VM_EXTENSION
                )
            },
            disk_types=self._disk_types(),
            networks=self._networks(tuple(azs)),
            source=NodeSource(self._tops[0].node) if self._tops else NOWHERE,
        )
        config = replace(config, compilation=self._compilation(config))
        for top in self._tops:
            if top.raw("properties") is not None:
                self._warn_of_properties(top)
            top.finish()
        return config

    def _warn_of_properties(self, top: Fields) -> None:
        self._report.warning(
            codes.DEPRECATED_PROPERTIES,
            "`properties` of a cloud config are not read",
            top.key_span("properties"),
            "a CPI's settings stood here before there were CPI configs",
            "remove them; they may hold credentials",
        )

    def _kinds(
        self, key: str, what: str, code: Code, *, with_cpi: bool = False
    ) -> tuple[_Kind, ...]:
        unique = Unique(self._report, code, f"the {what}")
        found: list[_Kind] = []
        for top in self._tops:
            for fields in top.objects(key, what):
                kind = _Kind(
                    name=fields.text("name", need=True),
                    properties=fields.free("cloud_properties"),
                    source=NodeSource(fields.node),
                    cpi=fields.text("cpi") if with_cpi else "",
                )
                fields.finish()
                if unique.add(kind.name, fields.source_of("name")) and kind.name:
                    found.append(kind)
        return tuple(found)

    def _disk_types(self) -> Mapping[str, DiskType]:
        unique = Unique(self._report, codes.DUPLICATE_DISK_TYPE, "the disk type")
        found: dict[str, DiskType] = {}
        for top in self._tops:
            for fields in top.objects("disk_types", "disk type"):
                disk = DiskType(
                    name=fields.text("name", need=True),
                    disk_size_mib=fields.integer(
                        "disk_size", need=True, low=0, low_code=codes.BAD_DISK_SIZE
                    ),
                    cloud_properties=fields.free("cloud_properties"),
                    source=NodeSource(fields.node),
                )
                fields.finish()
                if unique.add(disk.name, fields.source_of("name")) and disk.name:
                    found[disk.name] = disk
        return found

    def _networks(self, azs: Sequence[AzName]) -> Mapping[NetworkName, Network]:
        unique = Unique(self._report, codes.DUPLICATE_NETWORK, "the network", canonical_name)
        found: dict[NetworkName, Network] = {}
        is_written = False
        for top in self._tops:
            is_written = is_written or "networks" in top.node.entries
            for fields in top.objects("networks", "network"):
                network = parse_network(fields, azs, gateway_needed=self._gateway_needed)
                if unique.add(network.name, fields.source_of("name")) and network.name:
                    found[network.name] = network
        if not found and self._tops:
            self._no_networks(self._tops[0], is_written=is_written)
        return found

    def _no_networks(self, top: Fields, *, is_written: bool) -> None:
        if not is_written:
            top.missing("networks")
            return
        written = top.raw("networks")
        if isinstance(written, ListNode) and not written.items:
            self._report.error(
                codes.CLOUD_WITHOUT_NETWORKS,
                "there are no networks",
                written.span,
                "instances need at least one",
                "add a network with `name:` and `subnets:`",
            )

    def _compilation(self, config: CloudConfig) -> Compilation | None:
        with_block = [top for top in self._tops if "compilation" in top.node.entries]
        for top in with_block[1:]:
            top.raw("compilation")
            self._report.error(
                codes.TWO_COMPILATIONS,
                "`compilation` stands in two cloud configs",
                top.key_span("compilation"),
                "there can only be one",
                "remove one of them",
                related=(Label(span=with_block[0].key_span("compilation"), text="the first one"),),
            )
        if not with_block:
            for top in self._tops[:1]:
                top.raw("compilation")
                top.missing(
                    "compilation", "add `compilation:` with `workers:`, `network:` and `vm_type:`"
                )
            return None
        fields = with_block[0].fields("compilation", "compilation block")
        return None if fields is None else parse_compilation(fields, config)
