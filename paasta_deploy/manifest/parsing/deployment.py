"""The whole deployment manifest: the top level, and one walk through all of its sections.

The sections are read in the order in which BOSH's director reads them; the diagnostics are sorted
by place at the end. Source: spec bosh.md 1.1, 1.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import (
    Diagnostic,
    Severity,
    codes,
    error,
    has_errors,
    in_file_order,
    nearest,
)
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, NodeSource
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.parsing.addons import parse_addons
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.groups import parse_groups, parse_tags, refuse_old_keys
from paasta_deploy.manifest.parsing.names import check_name
from paasta_deploy.manifest.parsing.releases import parse_releases, parse_stemcells
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.update import parse_update
from paasta_deploy.manifest.parsing.variables import parse_variables
from paasta_deploy.model.deployment import DeploymentManifest, Features
from paasta_deploy.model.ids import DeploymentName

_IGNORED = ("director_uuid", "manifest_version")
_ANCHOR_PREFIXES = ("x-", ".")
"""A top-level key that begins so is a place for YAML anchors and means nothing by itself."""

_GROUPS = ("instance_groups",)
_CLOUD_KEYS = ("vm_types", "azs", "disk_types", "compilation", "vm_extensions")
_OLD_KEYS: Mapping[str, tuple[int, str]] = {
    "networks": (140026, "networks stand in the cloud config now"),
    "disk_pools": (140027, "use `disk_types` of the cloud config"),
    "jobs": (140023, "use `instance_groups:`"),
    "resource_pools": (140028, "use `vm_types` of the cloud config"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentResult:
    """A parsed manifest.

    ``draft`` is as much of it as could be read, with stand-ins where errors are: good for looking
    for more mistakes, and for nothing else.
    """

    draft: DeploymentManifest | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def manifest(self) -> DeploymentManifest | None:
        """The manifest, if it has no errors."""
        return None if has_errors(self.diagnostics) else self.draft


def parse_deployment(
    node: Node, *, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None
) -> DeploymentResult:
    """Return the deployment that a document asks for, and every mistake in it, in file order.

    ``unknown_keys`` is WARNING for files that BOSH took and that nobody wants to change, ERROR
    where every key must mean something, None for the usual measure between the two.
    """
    if not isinstance(node, MapNode):
        problem = error(
            codes.NOT_A_MAPPING,
            f"a deployment manifest must be a mapping, this is {node.kind}",
            span=node.span,
            detail="keys like `name:` and `instance_groups:` should stand here",
            hint="check the path of the file",
        )
        return DeploymentResult(draft=None, diagnostics=(problem,))
    report = Report(unknown_keys, on_ask)
    draft = _deployment(Fields(node, "deployment", report))
    # What stands in an anchor is read wherever its alias stands, and told of once.
    ordered = in_file_order(dict.fromkeys(report.diagnostics), [node.file])
    return DeploymentResult(draft=draft, diagnostics=ordered)


def _deployment(top: Fields) -> DeploymentManifest:
    _refuse_foreign_keys(top)
    name = top.text("name", need=True)
    _refuse_variable(top, name)
    check_name(top, name)
    releases = parse_releases(top)
    update = parse_update(top.fields("update", "update block", need=True), None)
    if "properties" in top.node.entries:
        top.report.warning(
            codes.DEPRECATED_PROPERTIES,
            "`properties` of a whole deployment are deprecated",
            top.key_span("properties"),
            "only jobs without `properties` of their own see them",
            "move them into the `properties` of the jobs that need them",
        )
    manifest = DeploymentManifest(
        name=DeploymentName(name),
        update=update,
        releases=releases,
        stemcells=parse_stemcells(top),
        instance_groups=parse_groups(top, update),
        addons=parse_addons(top, releases),
        variables=parse_variables(top),
        features=_features(top),
        properties=top.free("properties"),
        tags=parse_tags(top),
        source=NodeSource(top.node),
    )
    _warn_of_nothing(top, manifest)
    for key in (*_IGNORED, *top.node.entries):
        if isinstance(key, str) and (key in _IGNORED or key.startswith(_ANCHOR_PREFIXES)):
            top.raw(key)
    top.finish()
    return manifest


def _refuse_foreign_keys(top: Fields) -> None:
    refuse_old_keys(top, _OLD_KEYS)
    for key in _CLOUD_KEYS:
        if top.raw(key) is not None:
            top.report.error(
                codes.CLOUD_CONFIG_KEY,
                f"`{key}` belongs into the cloud config",
                top.key_span(key),
                "a deployment manifest cannot have it",
                "move it there and run `paasta-deploy update-cloud-config`",
            )


def _refuse_variable(top: Fields, name: str) -> None:
    """Complain of a name that is a variable: BOSH's interpolation passes over it."""
    found = placeholders(name)
    if found:
        top.report.error(
            codes.numbered(codes.UNRESOLVED_VARIABLE, 540007),
            f"the variable `{found[0].name}` has no value",
            top.source_of("name"),
            "the name of a deployment cannot be looked up later",
            f"write the name out, or give the value with `-v {found[0].name}=NAME`",
        )


def _warn_of_nothing(top: Fields, manifest: DeploymentManifest) -> None:
    """Warn of a manifest without any instance: BOSH takes it and deletes all that there is."""
    written = top.node.get("instance_groups")
    if manifest.instance_groups or (isinstance(written, ListNode) and written.items):
        return
    misspelt = [key for key in top.node.entries if isinstance(key, str) and nearest(key, _GROUPS)]
    if isinstance(written, ListNode) or (written is None and not misspelt):
        top.report.warning(
            codes.NO_GROUPS,
            "there are no instance groups",
            top.key_span("instance_groups"),
            "all instances of the deployment would be deleted",
            "to delete a deployment use `paasta-deploy delete-deployment`",
        )


def _features(top: Fields) -> Features:
    fields = top.fields("features", "features block")
    if fields is None:
        return Features()
    flags = {
        key: fields.flag(key, default=None, code=codes.BAD_FEATURE)
        for key in (
            "use_dns_addresses",
            "use_short_dns_addresses",
            "use_link_dns_names",
            "randomize_az_placement",
            "converge_variables",
            "use_tmpfs_config",
        )
    }
    fields.finish()
    names = flags["use_link_dns_names"]
    for key in ("use_short_dns_addresses", "use_dns_addresses"):
        if names and flags[key] is False:
            fields.report.error(
                codes.FEATURES_CONTRADICT,
                f"`use_link_dns_names` needs `{key}`",
                fields.source_of(key),
                "it is switched off here",
                f"remove `{key}`, or set it to true",
            )
    dns, short = flags["use_dns_addresses"], flags["use_short_dns_addresses"]
    return Features(
        use_dns_addresses=names if dns is None else dns,
        use_short_dns_addresses=names if short is None else short,
        use_link_dns_names=names,
        randomize_az_placement=flags["randomize_az_placement"],
        converge_variables=bool(flags["converge_variables"]),
        use_tmpfs_config=flags["use_tmpfs_config"],
    )
