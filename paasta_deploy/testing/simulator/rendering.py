"""Templates without files: what is rendered is a digest of all that a template could see.

So a rendered job changes exactly when one of its properties, links or its release changes, which
is all that a simulated agent can tell.
"""

from paasta_deploy.model.release import ReleaseJob
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.values import digest_of
from paasta_deploy.ports.templates import (
    MONIT_SOURCE,
    InstanceToRender,
    JobSource,
    JobToRender,
    RenderBatch,
    RenderedInstance,
    RenderedJob,
    RenderOutcome,
    TemplateSource,
)


class NoTemplates:
    """``ports.templates.JobSources``: every job is there and has no files."""

    def load(self, job: ReleaseJob, archive: BlobRef) -> JobSource:
        """Return an empty job."""
        del archive
        monit = TemplateSource(source=MONIT_SOURCE, destination=MONIT_SOURCE, content=b"")
        return JobSource(fingerprint=job.fingerprint, monit=monit, templates=())


class DigestRenderer:
    """``ports.templates.TemplateRenderer``: never fails."""

    def render(self, batch: RenderBatch) -> RenderOutcome:
        """Return a digest for each job."""
        return RenderOutcome(instances=tuple(map(_instance, batch.instances)))


class EmptyArchiver:
    """``ports.templates.TemplateArchiver``: the archive is the name of its content."""

    def pack(self, instance: RenderedInstance) -> bytes:
        """Return the configuration's digest."""
        return instance.configuration_hash.encode()


def _instance(instance: InstanceToRender) -> RenderedInstance:
    jobs = tuple(map(_job, instance.jobs))
    return RenderedInstance(
        instance_id=instance.instance_id,
        jobs=jobs,
        configuration_hash=digest_of([job.template_hash for job in jobs]),
    )


def _job(job: JobToRender) -> RenderedJob:
    digest = digest_of([job.source.fingerprint, job.properties, job.links])
    return RenderedJob(name=job.name, files=(), monit=b"", template_hash=digest)
