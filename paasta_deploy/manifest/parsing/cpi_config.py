"""CPI configs: several documents, one set of names. Source: spec bosh.md 2.3.

A name and a former name (``migrated_from``) are the same kind of thing: each may stand only once,
over all configs, since records of VMs and disks carry them. Types and properties are looked at by
whoever knows the installed providers, not here.
"""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Severity, codes
from paasta_deploy.manifest.document.node import Node, NodeSource, Scalar
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.config_documents import (
    ConfigResult,
    config_tops,
    in_order_of,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.values import text_of
from paasta_deploy.model.cpi_config import CpiConfig, CpiDefinition
from paasta_deploy.model.ids import CpiName


def parse_cpi_configs(
    nodes: Sequence[Node], *, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None
) -> ConfigResult[CpiConfig]:
    """Return all CPIs of all configs, and every mistake in them."""
    report = Report(unknown_keys, on_ask)
    unique = Unique(report, codes.DUPLICATE_CPI, "the CPI")
    found: dict[CpiName, CpiDefinition] = {}
    for top in config_tops(nodes, "CPI config", "`cpis:`", report):
        for fields in top.objects("cpis", "CPI", need=True):
            cpi = _cpi(fields, unique)
            if unique.add(cpi.name, fields.source_of("name")) and cpi.name:
                found[cpi.name] = cpi
        top.finish()
    return ConfigResult(draft=CpiConfig(cpis=found), diagnostics=in_order_of(nodes, report))


def _cpi(fields: Fields, unique: Unique) -> CpiDefinition:
    cpi = CpiDefinition(
        name=CpiName(fields.text("name", need=True)),
        cpi_type=fields.text("type", need=True),
        exec_path=fields.text("exec_path"),
        properties=fields.free("properties"),
        migrated_from=tuple(_former_names(fields, unique)),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return cpi


def _former_names(fields: Fields, unique: Unique) -> Sequence[CpiName]:
    names: list[CpiName] = []
    for item in fields.objects("migrated_from", "migrated_from entry"):
        node = item.raw("name")
        # The empty name is the director's default CPI, from which one may well migrate.
        if node is None:
            item.missing("name", 'add `name:`; `""` is the default CPI of the director')
        elif isinstance(node, Scalar):
            name = text_of(fields.report, "`name`", node)
            if name is not None and unique.add(name, node.span):
                names.append(CpiName(name))
        else:
            item.text("name")
        item.finish()
    return names
