"""``jobs:`` of instance groups and of addons. Source: spec bosh.md 1.6.1, 1.9."""

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.links import (
    parse_consumes,
    parse_custom_providers,
    parse_provides,
)
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.model.deployment import JobUse
from paasta_deploy.model.ids import JobName, ReleaseName


def parse_jobs(parent: Fields, *, need: bool) -> tuple[JobUse, ...]:
    """Return the jobs of a group or addon. The same job twice in one group is an error."""
    unique = Unique(parent.report, codes.DUPLICATE_JOB, "the job")
    found: list[JobUse] = []
    for fields in parent.objects("jobs", "job", need=need):
        job = _job(fields)
        if unique.add(job.name, fields.source_of("name")):
            found.append(job)
    return tuple(found)


def _job(fields: Fields) -> JobUse:
    has_properties = "properties" in fields.node.entries
    properties = fields.free("properties")
    job = JobUse(
        name=JobName(fields.text("name", need=True)),
        release=ReleaseName(fields.text("release", need=True)),
        properties=properties if has_properties else None,
        consumes=parse_consumes(fields),
        provides=parse_provides(fields),
        custom_providers=parse_custom_providers(fields),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return job
