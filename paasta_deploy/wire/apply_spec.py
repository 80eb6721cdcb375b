"""The apply spec: what the director tells an agent to have on its machine.

The same object is the argument of ``prepare`` and ``apply``, the second one of ``drain``, what the
agent keeps on its disk, and the larger part of the answer to ``get_state``. A compilation VM gets
one with nothing but deployment, job name, index, id and networks.

Source: bosh.md 6.4 and wire/nats.jsonl (``signed_url`` and ``blobstore_headers`` from the real
agent's package spec; the recorded director used plain blob ids).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.reading import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobSource:
    """Where bytes are and what they must hash to.

    ``digest`` is a multi-digest text (see `digest`). With ``signed_url`` the bytes are fetched
    from there, else ``blobstore_id`` names them in the agent's blobstore. The link is a secret
    for as long as it is valid, so it is not shown by ``repr``.
    """

    digest: str
    blobstore_id: str = ""
    signed_url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """One compiled package and where it is."""

    name: str
    version: str
    source: BlobSource


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTemplate:
    """One release job of the instance; its rendered files stand in the templates archive."""

    name: str
    version: str = ""
    digest: str = ""
    blobstore_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplySpec:
    """What shall be on a machine. ``group`` is BOSH's ``job.name``, ``id`` the instance id.

    ``persistent_disk`` is in MiB. ``extra`` keeps the keys that we do not know, for a director
    that compares what it sent with what ``get_state`` returns.
    """

    deployment: str = ""
    group: str | None = None
    jobs: tuple[JobTemplate, ...] = ()
    index: int | None = None
    id: str = ""
    az: str = ""
    networks: JsonObject = field(default_factory=dict)
    packages: Mapping[str, PackageSource] = field(default_factory=dict)
    dns_domain_name: str = ""
    persistent_disk: int = 0
    template_hashes: Mapping[str, str] = field(default_factory=dict)
    templates: BlobSource | None = None
    configuration_hash: str = ""
    extra: JsonObject = field(default_factory=dict)

    def without_links(self) -> "ApplySpec":
        """Return the spec as it may be stored and shown: no signed URLs, no headers."""
        packages = {
            name: replace(package, source=_without_link(package.source))
            for name, package in self.packages.items()
        }
        templates = None if self.templates is None else _without_link(self.templates)
        return replace(self, packages=packages, templates=templates)


_KNOWN = frozenset(
    {
        "deployment",
        "job",
        "index",
        "id",
        "name",
        "az",
        "networks",
        "packages",
        "dns_domain_name",
        "persistent_disk",
        "template_hashes",
        "rendered_templates_archive",
        "configuration_hash",
    }
)
_STATE_ONLY = frozenset({"agent_id", "job_state", "vm", "processes", "vitals", "ntp"})


def encode_apply_spec(spec: ApplySpec) -> JsonObject:
    """Return the JSON object that BOSH's agents read."""
    templates = spec.templates
    return {
        **spec.extra,
        "deployment": spec.deployment,
        "job": _encode_job(spec),
        "index": spec.index,
        "name": spec.group or "",
        "id": spec.id,
        "az": spec.az,
        "networks": spec.networks,
        "packages": {
            key: {"name": package.name, "version": package.version, **_encode(package.source)}
            for key, package in spec.packages.items()
        },
        "dns_domain_name": spec.dns_domain_name,
        "persistent_disk": spec.persistent_disk,
        "template_hashes": dict(spec.template_hashes),
        "rendered_templates_archive": None if templates is None else _encode(templates),
        "configuration_hash": spec.configuration_hash,
    }


def decode_apply_spec(value: JsonValue) -> ApplySpec:
    """Read an apply spec, or the spec inside an answer to ``get_state``. Raises WireError."""
    fields = Fields(value, "apply spec")
    job = fields.object("job")
    archive = fields.object("rendered_templates_archive")
    return ApplySpec(
        deployment=fields.text("deployment", ""),
        group=job.text("name") if job.has("name") else None,
        jobs=tuple(_decode_template(template) for template in job.objects("templates")),
        index=fields.integer("index") if fields.has("index") else None,
        id=fields.text("id", ""),
        az=fields.text("az", ""),
        networks=fields.object("networks").raw,
        packages={
            key: PackageSource(
                name=package.text("name", key),
                version=package.text("version", ""),
                source=decode_blob_source(package),
            )
            for key, package in fields.objects_by_name("packages").items()
        },
        dns_domain_name=fields.text("dns_domain_name", ""),
        persistent_disk=fields.integer("persistent_disk", 0),
        template_hashes=fields.texts_by_name("template_hashes"),
        templates=decode_blob_source(archive) if archive.text("sha1", "") else None,
        configuration_hash=fields.text("configuration_hash", ""),
        extra={
            key: item
            for key, item in fields.raw.items()
            if key not in _KNOWN and key not in _STATE_ONLY
        },
    )


def decode_blob_source(fields: Fields) -> BlobSource:
    """Read digest, blob id, link and headers from an object that has them. Raises WireError."""
    return BlobSource(
        digest=fields.text("sha1"),
        blobstore_id=fields.text("blobstore_id", ""),
        signed_url=fields.text("signed_url", ""),
        headers=fields.texts_by_name("blobstore_headers"),
    )


def _encode(source: BlobSource) -> dict[str, JsonValue]:
    encoded: dict[str, JsonValue] = {
        "sha1": source.digest,
        "blobstore_id": source.blobstore_id,
    }
    if source.signed_url:
        encoded["signed_url"] = source.signed_url
    if source.headers:
        encoded["blobstore_headers"] = dict(source.headers)
    return encoded


def _encode_job(spec: ApplySpec) -> JsonObject:
    """Return ``job``; ``template`` and ``version`` are those of the first job, as in BOSH."""
    encoded: dict[str, JsonValue] = {"name": spec.group}
    encoded["templates"] = [
        {
            "name": job.name,
            "version": job.version,
            "sha1": job.digest,
            "blobstore_id": job.blobstore_id,
        }
        for job in spec.jobs
    ]
    if spec.jobs:
        encoded["template"] = spec.jobs[0].name
        encoded["version"] = spec.jobs[0].version
    return encoded


def _decode_template(fields: Fields) -> JobTemplate:
    return JobTemplate(
        name=fields.text("name"),
        version=fields.text("version", ""),
        digest=fields.text("sha1", ""),
        blobstore_id=fields.text("blobstore_id", ""),
    )


def _without_link(source: BlobSource) -> BlobSource:
    return replace(source, signed_url="", headers={})
