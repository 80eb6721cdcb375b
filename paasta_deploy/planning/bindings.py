"""Which release job stands behind each job of the manifest, and which properties it sees.

Only properties that the release declares reach a job, with its defaults where nothing is given
(BOSH 1.6.1; the rules themselves are ``model.job_properties``). Bound once for each job of a
group, never for each instance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, JobUse
from paasta_deploy.model.ids import InstanceGroupName, ReleaseName
from paasta_deploy.model.job_properties import bind_properties, look_up_property
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.release import ReleaseJob
from paasta_deploy.model.values import JsonObject, digest_of

_DIGEST_LENGTH = 12
"""Hex digits kept of a property's digest: it tells whether a value changed, and nothing else."""

LINK_PREFIX = "link "
"""Marks the digest of a link among those of properties, whose names have no spaces."""

_POST_DEPLOY = "bin/post-deploy"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundJob:
    """One job of one group. ``given`` is what the manifest says, ``properties`` what is seen."""

    use: JobUse
    job: ReleaseJob
    release: ReleaseRecord
    given: JsonObject
    properties: JsonObject

    @property
    def has_post_deploy(self) -> bool:
        """Whether the job brings a post-deploy script."""
        return any(item.destination == _POST_DEPLOY for item in self.job.spec.templates)

    def given_digests(self) -> Mapping[str, str]:
        """Return a short digest of each declared property that the manifest gives, by name."""
        return {
            declaration.name: short_digest(digest_of(value))
            for declaration in self.job.spec.properties
            if (value := look_up_property(self.given, declaration.name)) is not None
        }


def short_digest(digest: str) -> str:
    """Return the beginning of ``sha256:<hex>``, enough to tell two values apart."""
    return digest.removeprefix("sha256:")[:_DIGEST_LENGTH]


Bindings = Mapping[InstanceGroupName, tuple[BoundJob, ...]]


def bind_jobs(
    manifest: DeploymentManifest,
    releases: Mapping[ReleaseName, ReleaseRecord],
    diagnostics: list[Diagnostic],
) -> Bindings:
    """Bind every job of every group; one that does not exist is left out."""
    return {
        group.name: tuple(_bind(manifest, group, releases, diagnostics))
        for group in manifest.instance_groups
    }


def _bind(
    manifest: DeploymentManifest,
    group: InstanceGroup,
    releases: Mapping[ReleaseName, ReleaseRecord],
    diagnostics: list[Diagnostic],
) -> Iterable[BoundJob]:
    for use in group.jobs:
        release = releases.get(use.release)
        job = None if release is None else release.manifest.job(use.name)
        if release is None or job is None:
            continue  # whoever looked it up has told
        given = use.properties
        if given is None:
            given = manifest.property_defaults(group)
        bound = bind_properties(job.spec.properties, given)
        diagnostics.extend(_problem(group, use, text) for text in bound.problems)
        yield BoundJob(use=use, job=job, release=release, given=given, properties=bound.values)


def _problem(group: InstanceGroup, use: JobUse, text: str) -> Diagnostic:
    # The texts are BOSH's; the property's name stands between the first quotes.
    name = text.split("'")[1]
    return error(
        codes.PROPERTY_NOT_A_HASH,
        f"job `{use.name}` of `{group.name}`: {text}",
        span=use.source.span("properties", *name.split(".")),
        detail="a dotted property stands for mappings inside each other",
        hint="write a mapping there",
    )
