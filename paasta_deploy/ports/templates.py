"""What rendering templates takes and gives. The adapters know ERB and Jinja2; nobody else does.

A batch is a whole deployment, because starting an ERB interpreter costs more than rendering
hundreds of files, and because an operator wants all mistakes at once. A template that does not
render is the user's (or the release author's) mistake, so it comes back as a value: see
:class:`RenderFailure` and :func:`failure_tree`. Only a broken world is raised (``TemplateError``:
no ruby although a template needs it, deadline passed, output too large).
Source: BOSH 4.1 step 6, 6.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from paasta_deploy.model.ids import InstanceGroupName, InstanceId, JobName
from paasta_deploy.model.release import ReleaseJob
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.values import JsonObject

MONIT_SOURCE = "monit"
"""The name under which a job's monit file appears among its templates and in errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSource:
    """One template file: its name below ``templates/``, where it goes in the job, its bytes."""

    source: str
    destination: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSource:
    """The templates of one release job. ``fingerprint`` is the key: equal key, equal content.

    ``monit`` is a template too (empty when the job has no processes). ``templates`` holds exactly
    the declared ones, in the order of ``job.MF``.
    """

    fingerprint: str
    monit: TemplateSource
    templates: tuple[TemplateSource, ...]


class JobSources(Protocol):
    """Gives the templates of release jobs, unpacked once and remembered by fingerprint."""

    def load(self, job: ReleaseJob, archive: BlobRef) -> JobSource:
        """Return the templates of ``job``, whose archive lies in the blobstore as ``archive``.

        Blocks on the blobstore the first time. Raises ReleaseError (the archive is broken or does
        not hold what its spec declares) and BlobError (not retryable: the archive is gone).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobToRender:
    """One job on one instance.

    ``properties`` are bound already: nested, declared ones only, defaults filled in. ``links``
    maps a consumed link's name to BOSH's link spec (4.6); unresolved optional links are absent.
    """

    name: JobName
    source: JobSource = field(repr=False)
    properties: JsonObject = field(repr=False)
    links: JsonObject = field(default_factory=dict, repr=False)
    release_name: str = ""
    release_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceToRender:
    """One instance.

    ``spec`` is BOSH's template spec: deployment, name, id, index, az, bootstrap, networks, ip,
    address, dns_domain_name, persistent_disk and so on. Each job's ``properties``, ``links`` and
    ``release`` are laid over it, so they need not be in it.
    """

    instance_id: InstanceId
    group: InstanceGroupName
    spec: JsonObject = field(repr=False)
    jobs: tuple[JobToRender, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderBatch:
    """Everything to render in one go. ``az_ids`` numbers the AZs for DNS queries of links."""

    instances: tuple[InstanceToRender, ...]
    az_ids: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """One rendered file: path below the job's folder, bytes, permission bits (never set-id)."""

    path: str
    content: bytes = field(repr=False)
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedJob:
    """All files of one job and its monit text. ``template_hash`` covers names, modes, contents."""

    name: JobName
    files: tuple[RenderedFile, ...]
    monit: bytes = field(repr=False)
    template_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedInstance:
    """The outcome for one instance. ``configuration_hash`` changes exactly when a file changes."""

    instance_id: InstanceId
    jobs: tuple[RenderedJob, ...]
    configuration_hash: str

    @property
    def template_hashes(self) -> Mapping[str, str]:
        """The hash of each job's files, by job name, as the apply spec wants it."""
        return {job.name: job.template_hash for job in self.jobs}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderFailure:
    """One template that did not render. ``line`` counts from 1; None when it is not known.

    The same mistake shows up once for each instance of the group; :func:`failure_tree` folds them.
    """

    instance_id: InstanceId
    group: InstanceGroupName
    job: JobName
    template: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOutcome:
    """What became of a batch: ``instances`` in the order asked, without those that failed."""

    instances: tuple[RenderedInstance, ...]
    failures: tuple[RenderFailure, ...] = ()


class TemplateRenderer(Protocol):
    """Renders batches. Holds compiled templates by fingerprint, so keep one for the process."""

    def render(self, batch: RenderBatch) -> RenderOutcome:
        """Render everything in ``batch`` and collect every failure.

        Pure in effect (same batch, same outcome), so running it twice is safe. Blocks: call it
        from a bounded thread. Raises TemplateError (not retryable) when rendering is impossible.
        """
        ...


class TemplateArchiver(Protocol):
    """Packs a rendered instance into the archive that its agent unpacks."""

    def pack(self, instance: RenderedInstance) -> bytes:
        """Return a tar.gz with ``<job>/<path>`` and ``<job>/monit``; same content, same bytes."""
        ...


def failure_tree(failures: tuple[RenderFailure, ...]) -> str:
    """Return BOSH's indented tree of ``failures``, each mistake once, in the order met.

    Raises nothing; an empty tuple gives an empty text. Source: BOSH 4.1 step 6.
    """
    if not failures:
        return ""
    tree: dict[str, dict[str, dict[str, None]]] = {}
    for failure in failures:
        line = "unknown" if failure.line is None else failure.line
        leaf = f"Error filling in template '{failure.template}' (line {line}: {failure.message})"
        tree.setdefault(failure.group, {}).setdefault(failure.job, {})[leaf] = None
    lines = ["Unable to render instance groups for deployment. Errors are:"]
    for group, jobs in tree.items():
        lines.append(f"  - Unable to render jobs for instance group '{group}'. Errors are:")
        for job, leaves in jobs.items():
            lines.append(f"    - Unable to render templates for job '{job}'. Errors are:")
            lines.extend(f"      - {leaf}" for leaf in leaves)
    return "\n".join(lines)
