"""What a config names and nobody has: jobs that a release lacks, deployments that do not exist.

A config may come before the things that it is for, so all of this is told as warnings to whoever
saves it, and nobody is stopped.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic, Severity, codes, did_you_mean, warning
from paasta_deploy.model.ids import DeploymentName, ReleaseName
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.resurrection_config import ResurrectionConfig
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.planning.desired import job_not_in_release


def lacking_jobs(
    runtime: RuntimeConfigs, releases: Iterable[ReleaseRecord]
) -> Iterator[Diagnostic]:
    """Yield a warning for each job of an addon that its release, which is there, does not have."""
    there: Mapping[tuple[ReleaseName, str], ReleaseRecord] = {
        (record.name, record.version): record for record in releases
    }
    for config in runtime.configs:
        versions = {release.name: release.version for release in config.releases}
        for addon in config.addons:
            for job in addon.jobs:
                record = there.get((job.release, versions.get(job.release, "")))
                if record is not None and record.manifest.job(job.name) is None:
                    problem = job_not_in_release(job, record)
                    yield replace(problem, severity=Severity.WARNING)


def rules_for_nobody(
    config: ResurrectionConfig, deployments: Collection[DeploymentName]
) -> Iterator[Diagnostic]:
    """Yield a warning for each deployment that a resurrection rule names and that is not there."""
    for rule in config.rules:
        for side, chosen in (("include", rule.include), ("exclude", rule.exclude)):
            for number, name in enumerate(chosen.deployments):
                if name not in deployments:
                    near = did_you_mean(name, sorted(deployments))
                    yield warning(
                        codes.RULE_FOR_NOBODY,
                        f"there is no deployment `{name}`",
                        span=rule.source.span(side, "deployments", number),
                        detail=near or "a rule takes deployments by their exact names",
                        hint="correct the name; the rule counts as soon as there is such a "
                        "deployment",
                    )
