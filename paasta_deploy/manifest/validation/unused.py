"""What a manifest lists and nothing in it uses: variables, releases, stemcells.

BOSH makes, looks up and uploads all of it without a word. It is no error, so these are warnings;
a manifest without instances is not looked at, because such manifests exist to export releases.

What the manifest uses by itself and no longer after its ops files is nobody's mistake: who takes a
job out, or puts another database in, leaves its release and its passwords behind.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, warning
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars
from paasta_deploy.manifest.interpolating.variables import VariableSources
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.variables.types import VariableType
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.source import Source

_WHOLE_NAME = "/"
"""Begins names of variables that other deployments can use, too."""

_AUTHORITY = "ca"
"""The option of a certificate that names another variable."""


def find_unused_arguments(
    sources: VariableSources, unused: Collection[str], missing: Collection[str]
) -> tuple[Diagnostic, ...]:
    """Return a warning for each value that was typed on the command line and is not used.

    Files of values serve many deployments, so what is left over of these is nobody's mistake.
    """
    typed = [pair.partition("=")[0] for pair in sources.pairs]
    typed += [name for name, _ in sources.contents]
    return tuple(
        warning(
            codes.VARIABLE_UNUSED,
            f"the variable `{name}` has a value and is not used",
            detail=f"it was given on the command line, and no file has `(({name}))`",
            hint=_nearest_of(name, missing) or "leave it out",
        )
        for name in dict.fromkeys(typed)
        if name in unused
    )


def find_unused(
    document: Node, manifest: DeploymentManifest, written: Node | None = None
) -> tuple[Diagnostic, ...]:
    """Return a warning for what is listed in a manifest and not used in it, or cannot be.

    ``written`` is the manifest before its ops files; what is used there is passed over.
    """
    report = Report()
    if _is_read_whole(document, manifest):
        check_unused_entries(manifest, report, written)
    check_unused_definitions(document, manifest, report, written)
    check_types_of_definitions(manifest, report)
    return tuple(report.diagnostics)


def check_unused_entries(
    manifest: DeploymentManifest, report: Report, written: Node | None = None
) -> None:
    """Warn of releases and stemcells that no job and no group uses.

    Where a name is asked for that is not listed, nobody knows which one was meant, so nothing is
    called unused.
    """
    groups = manifest.instance_groups
    if not groups:
        return
    jobs = [job for group in groups for job in group.jobs]
    jobs += [job for addon in manifest.addons for job in addon.jobs]
    releases = _Entries("release", "no job is from it", {job.release for job in jobs})
    if releases.used <= {release.name for release in manifest.releases}:
        former = _texts_at("release", written)
        for release in manifest.releases:
            if release.name not in former:
                releases.check(release.name, release.source, "name", report)
    stemcells = _Entries("stemcell", "no group has it", {group.stemcell for group in groups})
    if stemcells.used <= {stemcell.alias for stemcell in manifest.stemcells}:
        former = _texts_at("stemcell", written)
        for stemcell in manifest.stemcells:
            if stemcell.alias not in former:
                stemcells.check(stemcell.alias, stemcell.source, "alias", report)


def _is_read_whole(document: Node, manifest: DeploymentManifest) -> bool:
    """Whether no group was left out because of its mistakes: it may use what nobody else does."""
    written = document.get("instance_groups") if isinstance(document, MapNode) else None
    return not isinstance(written, ListNode) or len(written.items) == len(manifest.instance_groups)


def check_unused_definitions(
    document: Node, manifest: DeploymentManifest, report: Report, written: Node | None = None
) -> None:
    """Warn of definitions below ``variables:`` whose values ``document`` does not ask for.

    What a definition asks for itself counts only if it is used: a CA for an unused certificate is
    as unused as that. Names with a slash in front are for other deployments, too.
    """
    if not manifest.variables:
        return
    used = _variables_in(document)
    former = set() if written is None else _variables_in(written)
    by_name = {item.name: item for item in manifest.variables}
    reached: set[str] = set()
    ahead = [
        name for name in by_name if name in used or name in former or name.startswith(_WHOLE_NAME)
    ]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in by_name:
            continue
        reached.add(name)
        authority = by_name[name].options.get(_AUTHORITY)
        ahead += [authority] if isinstance(authority, str) else []
    authorities = {item.options.get(_AUTHORITY) for item in manifest.variables}
    asked = used | {name for name in authorities if isinstance(name, str)}
    wanted = sorted(asked - by_name.keys())
    for name, item in by_name.items():
        if name not in reached and "((" not in name:
            report.warning(
                codes.UNUSED_DEFINITION,
                f"the variable `{name}` is not used",
                item.source.span("name"),
                f"nothing in the manifest has `(({name}))`",
                _nearest_of(name, wanted) or "remove it, or use it",
            )


def _variables_in(document: Node) -> set[str]:
    return {item.name for _, found in placeholder_scalars(document) for item in found}


def _texts_at(key: str, node: Node | None) -> set[str]:
    """Return every text that stands at a key somewhere in a document."""
    found: set[str] = set()
    ahead = [] if node is None else [node]
    while ahead:
        item = ahead.pop()
        if isinstance(item, ListNode):
            ahead += item.items
        elif isinstance(item, MapNode):
            value = item.get(key)
            if isinstance(value, Scalar) and isinstance(value.value, str):
                found.add(value.value)
            ahead += [below for _, below in item.entries.values()]
    return found


def check_types_of_definitions(manifest: DeploymentManifest, report: Report) -> None:
    """Warn of a type that looks misspelt.

    A type that nobody here can make is no mistake as long as there is a value, so only a near one
    is told; the first deploy would refuse it.
    """
    names = [kind.value for kind in VariableType]
    for item in manifest.variables:
        hint = did_you_mean(item.variable_type, names)
        if item.variable_type and item.variable_type not in names and hint.startswith("did"):
            report.warning(
                codes.UNKNOWN_VARIABLE_TYPE,
                f"a variable of type `{item.variable_type}` cannot be made",
                item.source.span("type"),
                f"`{item.name}` needs a value from elsewhere",
                hint,
            )


def _nearest_of(name: str, wanted: Collection[str]) -> str:
    hint = did_you_mean(name, wanted)
    return hint if hint.startswith("did you mean") else ""


@dataclass(frozen=True, slots=True)
class _Entries:
    """One list of a manifest, and the names that are used of it."""

    what: str
    why: str
    used: AbstractSet[str]

    def check(self, name: str, source: Source, key: str, report: Report) -> None:
        """Warn of an entry that nobody uses."""
        if not name or name in self.used or "((" in name:
            return
        report.warning(
            codes.UNUSED_ENTRY,
            f"the {self.what} `{name}` is not used",
            source.span(key),
            self.why,
            "remove it from the list",
        )
