"""Does a deployment fit the runtime configs that it gets? Source: spec bosh.md 2.2.

A runtime config that has nothing for a deployment cannot be in its way: its releases count only
where an addon applies that takes jobs from them. Where the OS of a stemcell is not known (it is
named, not looked up) an addon may apply.
"""

from collections.abc import Iterable, Mapping

from paasta_deploy.diagnostics import Diagnostic, Label, codes, error
from paasta_deploy.model.addon_scope import AddonPlace, applies
from paasta_deploy.model.deployment import Addon, DeploymentManifest, ReleaseRef
from paasta_deploy.model.ids import ReleaseName
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.model.versions import is_floating


def check_runtime_configs(
    manifest: DeploymentManifest, runtime: RuntimeConfigs
) -> tuple[Diagnostic, ...]:
    """Return where a manifest and the runtime configs want one thing in two ways."""
    needed = {job.release for addon in applicable_addons(manifest, runtime) for job in addon.jobs}
    return (
        *release_conflicts(
            manifest.releases, (item for item in runtime.releases if item.name in needed)
        ),
        *_variable_conflicts(manifest, runtime),
    )


def applicable_addons(manifest: DeploymentManifest, runtime: RuntimeConfigs) -> tuple[Addon, ...]:
    """Return the runtime configs' addons that are (or may be) for a group of the deployment."""
    systems = {stemcell.alias: stemcell.os or None for stemcell in manifest.stemcells}
    found: dict[int, Addon] = {}
    for group in manifest.instance_groups:
        jobs = {(job.name, job.release) for job in group.jobs}
        for addon in (*manifest.addons, *runtime.addons):
            place = AddonPlace(
                deployment=manifest.name,
                group=group,
                jobs=jobs,
                stemcell_os=systems.get(group.stemcell),
            )
            if applies(addon, place):
                jobs |= {(job.name, job.release) for job in addon.jobs}
                found[id(addon)] = addon
    return tuple(addon for addon in runtime.addons if id(addon) in found)


def release_conflicts(
    own: Iterable[ReleaseRef],
    shared: Iterable[ReleaseRef],
    versions: Mapping[ReleaseName, str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Return an error for each release that both want, in different versions.

    ``versions`` are those that ``latest`` of the manifest stands for; without them it fits all.
    """
    by_name = {release.name: release for release in own}
    found: list[Diagnostic] = []
    for release in shared:
        mine = by_name.get(release.name)
        if mine is None:
            continue
        version = (versions or {}).get(mine.name, mine.version)
        if version == release.version or is_floating(version):
            continue
        stands_for = "" if version == mine.version else f", and this is `{version}` now"
        there = release.source.span("version")
        found.append(
            error(
                codes.RUNTIME_RELEASE_CONFLICT,
                f"release `{release.name}` is wanted in two versions",
                span=mine.source.span("version"),
                detail=f"a runtime config wants `{release.version}`{stands_for}",
                hint=f"write `version: {release.version}` here, or change the runtime config",
                related=() if there is None else (Label(span=there, text="the runtime config"),),
            )
        )
    return tuple(found)


def _variable_conflicts(
    manifest: DeploymentManifest, runtime: RuntimeConfigs
) -> Iterable[Diagnostic]:
    by_name = {item.name: item for item in runtime.variables}
    for item in manifest.variables:
        other = by_name.get(item.name)
        if other is None:
            continue
        there = other.source.span("name")
        yield error(
            codes.DUPLICATE_VARIABLE,
            f"the variable `{item.name}` is there twice",
            span=item.source.span("name"),
            detail="a runtime config defines it, too",
            hint="remove one of the definitions",
            related=() if there is None else (Label(span=there, text="the first one"),),
        )
