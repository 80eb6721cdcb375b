"""What is wrong with a deployment, offline, beside releases that the operator has at hand.

There is no director, so only what these releases say is known: jobs, properties, links. Whether
something is uploaded is not asked; stemcells count as what the manifest says they are.
"""

from collections.abc import Iterable, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error, warning
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest, ReleaseRef, StemcellRef
from paasta_deploy.model.ids import ReleaseName, StemcellCid, StemcellName, StemcellVersion
from paasta_deploy.model.recorded import ReleaseRecord, StemcellRecord
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.model.versions import resolve_version
from paasta_deploy.planning.desired import job_not_in_release
from paasta_deploy.planning.further_mistakes import Known, further_mistakes
from paasta_deploy.ports.clock import IdSource

_NOT_ASKED = frozenset({codes.RELEASE_NOT_UPLOADED.name, codes.STEMCELL_NOT_UPLOADED.name})


def mistakes_beside_releases(
    draft: DeploymentManifest,
    cloud_config: CloudConfig | None,
    runtime: RuntimeConfigs,
    *,
    told: Sequence[Diagnostic],
    given: Sequence[ReleaseManifest],
    ids: IdSource,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong besides ``told``, in no order.

    ``cloud_config`` None: there is none, or it has mistakes. ``given`` has each release once.
    """
    report = Report()
    wanted = (*draft.releases, *runtime.releases)
    records = [record for one in given for record in _records(one, wanted, report)]
    known = Known(
        releases=records,
        stemcells=[_stemcell(reference) for reference in draft.stemcells],
        compiled=None,
        runtime=runtime,
        cloud_is_right=cloud_config is not None,
    )
    found = further_mistakes(draft, cloud_config or CloudConfig(), told, known, ids)
    by_name = {record.name: record for record in records}
    return (
        *report.diagnostics,
        *(item for item in found if item.code not in _NOT_ASKED),
        *_lacking(runtime, by_name.values(), found),
    )


def _records(
    given: ReleaseManifest, wanted: Iterable[ReleaseRef], report: Report
) -> Iterable[ReleaseRecord]:
    """Yield the release as the director would have it, if the manifest can mean it."""
    references = list(wanted)
    namesakes = [reference for reference in references if reference.name == given.name]
    if not namesakes:
        names = [reference.name for reference in references]
        report.diagnostics.append(
            warning(
                codes.RELEASE_NOT_FITTING,
                f"the release `{given.name}/{given.version}` was given, and nobody asks for it",
                detail=did_you_mean(given.name, names),
                hint="leave it out, or list it in `releases`",
            )
        )
    for reference in namesakes:
        if resolve_version(reference.version, [given.version]) is None:
            report.diagnostics.append(
                error(
                    codes.RELEASE_NOT_FITTING,
                    f"version `{reference.version}` of release `{given.name}` is wanted, and "
                    f"`{given.version}` was given",
                    span=reference.source.span("version"),
                    hint=f"give that version, or write `version: {given.version}`",
                )
            )
        else:
            yield ReleaseRecord(name=given.name, version=given.version, manifest=given)


def _lacking(
    runtime: RuntimeConfigs, records: Iterable[ReleaseRecord], found: Sequence[Diagnostic]
) -> Iterable[Diagnostic]:
    """Yield the jobs of addons that releases lack, also where no group of ours gets them."""
    by_name: dict[ReleaseName, ReleaseRecord] = {record.name: record for record in records}
    for addon in runtime.addons:
        for job in addon.jobs:
            record = by_name.get(job.release)
            if record is not None and record.manifest.job(job.name) is None:
                problem = job_not_in_release(job, record)
                if problem not in found:
                    yield problem


def _stemcell(reference: StemcellRef) -> StemcellRecord:
    version = reference.version
    if version == "latest":
        version = "0"
    return StemcellRecord(
        name=StemcellName(reference.name),
        version=StemcellVersion(version.removesuffix(".latest")),
        os=reference.os,
        cid=StemcellCid(""),
    )
