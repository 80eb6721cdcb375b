"""One job's archive (``jobs/<name>.tgz``): its spec and the bytes of its templates.

The archive is read once, in memory: templates are text, and the whole of them is bounded.
"""

import io
import json

from paasta_deploy.adapters.archives.job_spec import INVALID_PROPERTIES, parse_job_spec
from paasta_deploy.adapters.archives.release_yaml import ReleaseYamlError, parse_release_yaml
from paasta_deploy.adapters.archives.tar_reading import BrokenArchiveError, read_members
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.release import JobSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.templates import MONIT_SOURCE, JobSource, TemplateSource

_JOB_BYTES_MAX = 64 << 20
"""Templates are text; the largest job of cf-deployment unpacks to less than 2 MiB."""

_JOB_MEMBERS_MAX = 10_000

_INVALID_ARCHIVE = 80000
_MISSING_MANIFEST = 80001
_MISSING_TEMPLATE = 80002
_MISSING_MONIT = 80004


def read_job_archive(name: str, fingerprint: str, archive: bytes) -> tuple[JobSpec, JobSource]:
    """Return the spec and the declared templates in ``archive``, the job tarball of ``name``.

    Raises ReleaseError 800xx: unreadable, no ``job.MF``, a declared template or monit missing.
    """
    files = _files(name, archive)
    if "job.MF" not in files:
        raise ReleaseError(f"Job '{name}': its archive has no job.MF", code=_MISSING_MANIFEST)
    try:
        manifest = parse_release_yaml(files["job.MF"])
    except ReleaseYamlError as error:
        raise ReleaseError(
            f"Job '{name}': job.MF is not usable: {error}", code=_MISSING_MANIFEST
        ) from error
    spec = parse_job_spec(name, manifest, _properties_schema(name, files))
    templates = []
    for declared in spec.templates:
        content = files.get(f"templates/{declared.source}")
        if content is None:
            raise ReleaseError(
                f"Job '{name}': its archive lacks the template '{declared.source}'",
                code=_MISSING_TEMPLATE,
                hint="add the file under templates/ or take it out of 'templates' in the spec",
            )
        templates.append(
            TemplateSource(
                source=declared.source, destination=declared.destination, content=content
            )
        )
    if MONIT_SOURCE not in files:
        raise ReleaseError(
            f"Job '{name}' is missing its monit file",
            code=_MISSING_MONIT,
            hint="an empty file named monit says that the job has no processes",
        )
    monit = TemplateSource(
        source=MONIT_SOURCE, destination=MONIT_SOURCE, content=files[MONIT_SOURCE]
    )
    return spec, JobSource(fingerprint=fingerprint, monit=monit, templates=tuple(templates))


def _files(name: str, archive: bytes) -> dict[str, bytes]:
    try:
        return {
            member.name: member.read(_JOB_BYTES_MAX)
            for member in read_members(
                io.BytesIO(archive), limit_bytes=_JOB_BYTES_MAX, limit_members=_JOB_MEMBERS_MAX
            )
        }
    except BrokenArchiveError as error:
        raise ReleaseError(
            f"Job '{name}': its archive is broken: {error}", code=_INVALID_ARCHIVE
        ) from error


def _properties_schema(name: str, files: dict[str, bytes]) -> JsonValue:
    text = files.get("properties_schema.json")
    if text is None:
        return None
    try:
        schema: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReleaseError(
            f"Job '{name}': properties_schema.json is no JSON: {error}", code=INVALID_PROPERTIES
        ) from error
    return schema
