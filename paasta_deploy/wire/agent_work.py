"""Arguments and results of the agent's methods that make or fetch blobs: compiling, logs.

Each method exists twice: with a blob id, for agents that know the blobstore, and with signed
links, for agents that know nothing but HTTPS. Both are read into the same request.

Source: bosh.md 6.2, 6.7, wire/nats.jsonl, and the real agent's request types.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.apply_spec import BlobSource, PackageSource
from paasta_deploy.wire.reading import Fields, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileRequest:
    """Compile ``package`` with its compiled ``dependencies``; PUT the result to ``upload_url``.

    An empty ``upload_url`` means: into the agent's own blobstore.
    """

    package: PackageSource
    dependencies: tuple[PackageSource, ...] = ()
    upload_url: str = field(default="", repr=False)
    upload_headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """The compiled package: digest text, and blob id unless it went to a signed link."""

    digest: str
    blobstore_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsRequest:
    """Pack logs. ``kind`` is job, agent or system; ``filters`` are globs below the log folder."""

    kind: str
    filters: tuple[str, ...] = ()
    upload_url: str = field(default="", repr=False)
    upload_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    owning_user: str = ""


def encode_compile_with_links(request: CompileRequest) -> JsonObject:
    """Return the only argument of ``compile_package_with_signed_url``."""
    source = request.package.source
    return {
        "package_get_signed_url": source.signed_url,
        "upload_signed_url": request.upload_url,
        "blobstore_headers": dict(request.upload_headers),
        "digest": source.digest,
        "name": request.package.name,
        "version": request.package.version,
        "deps": {
            package.name: {
                "name": package.name,
                "version": package.version,
                "sha1": package.source.digest,
                "blobstore_id": package.source.blobstore_id,
                "package_get_signed_url": package.source.signed_url,
                "blobstore_headers": dict(package.source.headers),
            }
            for package in request.dependencies
        },
    }


def decode_compile_with_links(value: JsonValue) -> CompileRequest:
    """Read the argument of ``compile_package_with_signed_url``. Raises WireError."""
    fields = Fields(value, "compile_package_with_signed_url")
    headers = fields.texts_by_name("blobstore_headers")
    return CompileRequest(
        package=PackageSource(
            name=fields.text("name"),
            version=fields.text("version", ""),
            source=BlobSource(
                digest=fields.text("digest"),
                signed_url=fields.text("package_get_signed_url"),
                headers=headers,
            ),
        ),
        dependencies=_decode_dependencies(fields.objects_by_name("deps")),
        upload_url=fields.text("upload_signed_url"),
        upload_headers=headers,
    )


def decode_compile(arguments: Sequence[JsonValue]) -> CompileRequest:
    """Read the arguments of ``compile_package``: blob id, digest, name, version, dependencies.

    Raises WireError.
    """
    names = ("blobstore_id", "sha1", "name", "version", "deps")
    fields = Fields(dict(zip(names, arguments, strict=False)), "compile_package")
    return CompileRequest(
        package=PackageSource(
            name=fields.text("name"),
            version=fields.text("version", ""),
            source=BlobSource(
                digest=fields.text("sha1"), blobstore_id=fields.text("blobstore_id")
            ),
        ),
        dependencies=_decode_dependencies(fields.objects_by_name("deps")),
    )


def encode_compile_result(result: CompileResult) -> JsonObject:
    """Return the value that answers both methods: ``{"result": {...}}``."""
    inner = {"sha1": result.digest}
    if result.blobstore_id:
        inner["blobstore_id"] = result.blobstore_id
    return {"result": inner}


def decode_compile_result(value: JsonValue) -> CompileResult:
    """Read the answer of both methods. Raises WireError."""
    result = Fields(value, "compile answer").object("result")
    return CompileResult(
        digest=result.text("sha1", ""), blobstore_id=result.text("blobstore_id", "")
    )


def encode_logs_with_links(request: LogsRequest) -> JsonObject:
    """Return the only argument of ``fetch_logs_with_signed_url``."""
    return {
        "signed_url": request.upload_url,
        "log_type": request.kind,
        "filters": list(request.filters),
        "blobstore_headers": dict(request.upload_headers),
    }


def decode_logs_with_links(value: JsonValue) -> LogsRequest:
    """Read the argument of ``fetch_logs_with_signed_url``. Raises WireError."""
    fields = Fields(value, "fetch_logs_with_signed_url")
    return LogsRequest(
        kind=fields.text("log_type"),
        filters=fields.texts("filters"),
        upload_url=fields.text("signed_url"),
        upload_headers=fields.texts_by_name("blobstore_headers"),
    )


def decode_logs(arguments: Sequence[JsonValue]) -> LogsRequest:
    """Read the arguments of ``fetch_logs``: kind, filters (a list or null). Raises WireError."""
    fields = Fields(dict(zip(("log_type", "filters"), arguments, strict=False)), "fetch_logs")
    return LogsRequest(kind=fields.text("log_type"), filters=fields.texts("filters"))


def decode_bundle_logs(value: JsonValue) -> LogsRequest:
    """Read the argument of ``bundle_logs``. Raises WireError."""
    fields = Fields(value, "bundle_logs")
    return LogsRequest(
        kind=fields.text("log_type"),
        filters=fields.texts("filters"),
        owning_user=fields.text("owning_user", ""),
    )


def _decode_dependencies(packages: Mapping[str, Fields]) -> tuple[PackageSource, ...]:
    """Return the compiled packages; each must be reachable somehow."""
    found = []
    for key, fields in packages.items():
        blob_id = fields.text("blobstore_id", "")
        link = fields.text("package_get_signed_url", "")
        if not blob_id and not link:
            raise WireError(f"{fields.where}: neither a blob id nor a signed link is given")
        source = BlobSource(
            digest=fields.text("sha1"),
            blobstore_id=blob_id,
            signed_url=link,
            headers=fields.texts_by_name("blobstore_headers"),
        )
        found.append(
            PackageSource(
                name=fields.text("name", key), version=fields.text("version", ""), source=source
            )
        )
    return tuple(found)
