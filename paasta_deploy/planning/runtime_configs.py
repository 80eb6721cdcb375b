"""What runtime configs add to a deployment: addons, the releases of these, tags and variables.

The result is a manifest like any other, so that the rest of planning need not know whence a part
came; every part keeps its own source, which is how a reason points at the runtime config's line.
Source: spec bosh.md 1.9, 2.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import ReleaseName
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.model.source import Source
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.planning.addons import check_job_names, with_addons


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A manifest with all that runtime configs add.

    ``tag_sources`` has the config of each tag that is not the manifest's own. ``shared`` are the
    releases that addons of runtime configs take jobs from; the manifest may list them, too.
    """

    manifest: DeploymentManifest
    tag_sources: Mapping[str, Source] = field(default_factory=dict)
    shared: frozenset[ReleaseName] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()


def with_runtime_configs(
    manifest: DeploymentManifest,
    runtime: RuntimeConfigs,
    stemcells: Mapping[str, StemcellKey],
    teams: Iterable[str] = (),
) -> Extended:
    """Return ``manifest`` with its own addons and with what ``runtime`` has for it.

    A release comes along only where an addon that applies takes jobs from it. Of a tag that both
    have the manifest's value counts. ``stemcells`` is by alias and has every alias in use.
    """
    own = with_addons(manifest, stemcells)
    whole = own
    if runtime.addons:
        laid = with_addons(replace(own, addons=()), stemcells, runtime.addons, teams)
        whole = replace(laid, addons=manifest.addons)
    added = {
        job.release
        for before, after in zip(own.instance_groups, whole.instance_groups, strict=True)
        for job in after.jobs[len(before.jobs) :]
    }
    listed = {release.name for release in manifest.releases}
    releases = tuple(
        release
        for release in runtime.releases
        if release.name in added and release.name not in listed
    )
    return Extended(
        manifest=replace(
            whole,
            releases=(*manifest.releases, *releases),
            tags={**runtime.tags, **manifest.tags},
            variables=(*manifest.variables, *runtime.variables),
        ),
        tag_sources={
            name: source for name, source in runtime.tag_sources() if name not in manifest.tags
        },
        shared=frozenset(added),
        diagnostics=check_job_names(whole),
    )
