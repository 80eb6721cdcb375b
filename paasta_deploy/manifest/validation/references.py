"""Names that a deployment uses, against what its own lists and the cloud config have.

Every unknown name is reported with its place and with what there is. Source: spec bosh.md 1.6 and
1.7.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Code, codes
from paasta_deploy.manifest.document.node import NodeSource, is_given
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.parsing.compilation import azs_of, is_unclear
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.wholeness import is_left_out, is_read_whole
from paasta_deploy.manifest.validation.suggestions import Suggestions
from paasta_deploy.model.cloud_config import CloudConfig, Network, VipNetwork
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, NetworkUse
from paasta_deploy.model.ids import AzName, NetworkName
from paasta_deploy.model.source import PathStep, Source

_MANIFEST_HAS = "this manifest has"
_CLOUD_HAS = "the cloud config has"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of name: what it names, and all names of that kind."""

    what: str
    code: Code
    known: Collection[str]
    owner: str = _CLOUD_HAS


def check_references(
    manifest: DeploymentManifest, cloud: CloudConfig | None, report: Report
) -> None:
    """Report every name that nothing answers to. Without a cloud config half is left unchecked."""
    suggestions = Suggestions()
    own = _OwnNames(manifest, report, suggestions)
    cloudy = None if cloud is None else _CloudNames(cloud, report, suggestions)
    for group in manifest.instance_groups:
        own.check(group)
        if cloudy is not None:
            cloudy.check(group)


class _Names:
    """Looks names up and reports those that are unknown."""

    def __init__(self, report: Report, suggestions: Suggestions) -> None:
        self._report = report
        self._suggestions = suggestions

    def look_up(self, kind: _Kind, name: str, source: Source, *path: PathStep) -> None:
        """Report the name at ``path`` of ``source`` unless it is empty or known."""
        if not name or name in kind.known:
            return
        span = source.span(*path)
        found = placeholders(name)
        if found:
            self._report.error(
                codes.UNRESOLVED_VARIABLE,
                f"the variable `{found[0].name}` has no value",
                span,
                f"it names the {kind.what}, so a value is needed now",
                f"give it with `-v {found[0].name}=VALUE` or in a file with `-l`",
            )
            return
        such = "none of that name" if kind.known else "none at all"
        self._report.error(
            kind.code,
            f'unknown {kind.what} "{name}"',
            span,
            f"{kind.owner} {such}",
            self._suggestions.hint(kind.what, name, kind.known),
        )


class _OwnNames(_Names):
    """Names that the manifest itself declares."""

    def __init__(
        self, manifest: DeploymentManifest, report: Report, suggestions: Suggestions
    ) -> None:
        super().__init__(report, suggestions)
        node = manifest.source.node if isinstance(manifest.source, NodeSource) else None
        aliases = [stemcell.alias for stemcell in manifest.stemcells]
        self._knows_stemcells = is_left_out(manifest.source, "stemcells") or is_read_whole(
            node, "stemcells", aliases
        )
        names = [release.name for release in manifest.releases]
        self._knows_releases = is_given(manifest.source, "release") or is_read_whole(
            node, "releases", names
        )
        self._stemcell = _Kind(
            "stemcell alias",
            codes.UNKNOWN_STEMCELL,
            dict.fromkeys(stemcell.alias for stemcell in manifest.stemcells),
            _MANIFEST_HAS,
        )
        self._release = _Kind(
            "release",
            codes.UNKNOWN_RELEASE,
            dict.fromkeys(release.name for release in manifest.releases),
            _MANIFEST_HAS,
        )

    def check(self, group: InstanceGroup) -> None:
        """Check the stemcell of a group and the releases of its jobs."""
        if self._knows_stemcells:
            self.look_up(self._stemcell, group.stemcell, group.source, "stemcell")
        for job in group.jobs if self._knows_releases else ():
            self.look_up(self._release, job.release, job.source, "release")


class _CloudNames(_Names):
    """Names that the cloud config declares."""

    def __init__(self, cloud: CloudConfig, report: Report, suggestions: Suggestions) -> None:
        super().__init__(report, suggestions)
        self._networks = cloud.networks
        self._az = _Kind("AZ", codes.UNKNOWN_AZ, cloud.azs)
        self._vm_type = _Kind("VM type", codes.UNKNOWN_VM_TYPE, cloud.vm_types)
        self._vm_extension = _Kind("VM extension", codes.UNKNOWN_VM_EXTENSION, cloud.vm_extensions)
        self._disk_type = _Kind("disk type", codes.UNKNOWN_DISK_TYPE, cloud.disk_types)
        self._network = _Kind("network", codes.UNKNOWN_NETWORK, cloud.networks)
        self._azs_of: Mapping[NetworkName, frozenset[AzName | None]] = {
            name: azs_of(network) for name, network in cloud.networks.items()
        }

    def check(self, group: InstanceGroup) -> None:
        """Check everything that a group takes from the cloud config."""
        source = group.source
        self.look_up(self._vm_type, group.vm_type, source, "vm_type")
        self.look_up(self._disk_type, group.persistent_disk_type, source, "persistent_disk_type")
        for number, disk in enumerate(group.persistent_disks):
            self.look_up(
                self._disk_type, disk.disk_type, source, "persistent_disks", number, "type"
            )
        for number, extension in enumerate(group.vm_extensions):
            self.look_up(self._vm_extension, extension, source, "vm_extensions", number)
        for number, az in enumerate(group.azs):
            self.look_up(self._az, az, source, "azs", number)
        for use in group.networks:
            self.look_up(self._network, use.name, use.source, "name")
            network = self._networks.get(use.name)
            if network is not None:
                self._check_azs(group, use, network)

    def _check_azs(self, group: InstanceGroup, use: NetworkUse, network: Network) -> None:
        """Check that the network has a subnet for each AZ of the group, as BOSH asks for."""
        if isinstance(network, VipNetwork):
            if use.default:
                self._vip_default(group, use)
            return
        have = self._azs_of[network.name]
        wanted: Sequence[AzName | None] = [az for az in group.azs if az in self._az.known]
        if not group.azs and is_left_out(group.source, "azs"):
            wanted = (None,)
        lacking = [az for az in wanted if az not in have]
        if not lacking or is_unclear(network):
            return
        detail, hint = _az_advice(lacking, sorted(az for az in have if az is not None))
        code = codes.NETWORK_MISSES_AZ
        self._report.error(
            codes.numbered(code, 140016) if use.static_ips and not group.azs else code,
            f'the network "{use.name}" does not cover the AZs of the group "{group.name}"',
            use.source.span("name"),
            detail,
            hint,
        )

    def _vip_default(self, group: InstanceGroup, use: NetworkUse) -> None:
        alone = len(group.networks) == 1
        self._report.error(
            codes.VIP_DEFAULT,
            f'the network "{use.name}" cannot be a default',
            use.source.span("name" if alone else "default"),
            "it has public addresses only (type vip)",
            "add a manual or dynamic network to the group" if alone else "move `default:`",
        )


def _az_advice(lacking: Sequence[AzName | None], have: Sequence[AzName]) -> tuple[str, str]:
    names = _listed(have)
    if lacking[0] is None:
        return (
            f"its subnets are in {names}, the group is in no AZ",
            f"add `azs: [{have[0]}]` to the group" if have else "",
        )
    if not have:
        return (
            "its subnets are in no AZ, but the group has `azs`",
            "remove `azs:` from the group, or add it to the subnets of the network",
        )
    missing = _listed([az for az in lacking if az is not None])
    return (
        f"no subnet of it is in {missing}; there are subnets in {names}",
        f"take {missing} out of the group's `azs`, or add a subnet to the network",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
