"""Compiled releases, and groups whose stemcell these were not compiled for.

A release with ``exported_from`` is used as it was compiled, for exactly these stemcells. A group
that takes jobs from it must have one of them. Where a version is only chosen by the director
(``latest``) the operating system alone is compared. Source: spec bosh.md 1.3; BOSH
``JobWithExportedFromMismatch``.
"""

from paasta_deploy.diagnostics import Label, codes
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.deployment import (
    DeploymentManifest,
    InstanceGroup,
    JobUse,
    ReleaseRef,
    StemcellRef,
)
from paasta_deploy.model.versions import is_floating


def check_exported_from(manifest: DeploymentManifest, report: Report) -> None:
    """Report each job whose release is compiled for other stemcells than its group has."""
    compiled = {release.name: release for release in manifest.releases if release.exported_from}
    if not compiled:
        return
    stemcells = {stemcell.alias: stemcell for stemcell in manifest.stemcells}
    for group in manifest.instance_groups:
        stemcell = stemcells.get(group.stemcell)
        if stemcell is None or not stemcell.os:
            continue
        for job in group.jobs:
            release = compiled.get(job.release)
            if release is not None and not _fits(release, stemcell):
                _report(group, job, release, stemcell, report)


def _fits(release: ReleaseRef, stemcell: StemcellRef) -> bool:
    return any(
        item.os == stemcell.os
        and (is_floating(stemcell.version) or item.version == stemcell.version)
        for item in release.exported_from
    )


def _report(
    group: InstanceGroup, job: JobUse, release: ReleaseRef, stemcell: StemcellRef, report: Report
) -> None:
    listed = ", ".join(f"{item.os}/{item.version}" for item in release.exported_from)
    where = release.source.key_span("exported_from")
    report.error(
        codes.EXPORTED_FROM_MISMATCH,
        f"the release `{release.name}` is not compiled for the stemcell of `{group.name}`",
        job.source.span("release"),
        f"the group has {stemcell.os}/{stemcell.version}, the release is for {listed}",
        "export the release for this stemcell, too, or remove `exported_from`",
        related=() if where is None else (Label(span=where, text="compiled for these"),),
    )
