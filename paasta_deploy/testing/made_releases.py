"""Releases made from a few words, for tests of planning and for the simulator.

::

    name: shop
    version: "1"
    jobs:
      server:
        properties: {port: 80}          # with defaults; null: none
        packages: [server]
        provides: {shop: {type: http, properties: [port]}}
        consumes: {db: {type: sql, optional: true}}
        post_deploy: true
    packages:
      server: [runtime]                 # its dependencies
      runtime: []
    content: {server: "2"}              # changes the fingerprint of a job or package
"""

from collections.abc import Mapping, Sequence

from paasta_deploy.model.ids import BlobId, JobName, PackageName, ReleaseName, ReleaseVersion
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.release import (
    CompiledPackage,
    JobSpec,
    LinkConsumption,
    LinkProvision,
    PropertyDeclaration,
    ReleaseJob,
    ReleaseManifest,
    ReleasePackage,
    TemplateDeclaration,
)
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.values import JsonObject, JsonValue, digest_of

_NO_DIGEST = "sha256:00"
"""Nobody downloads a made-up blob."""


def made_release(words: JsonObject) -> ReleaseRecord:
    """Return the release that ``words`` describe (see the module docstring)."""
    jobs, packages = _mapping(words.get("jobs")), _mapping(words.get("packages"))
    content = _mapping(words.get("content"))
    compiled_for = words.get("compiled_for")
    sources = tuple(_package(name, said, content) for name, said in packages.items())
    manifest = ReleaseManifest(
        name=ReleaseName(str(words["name"])),
        version=ReleaseVersion(str(words["version"])),
        commit_hash="00000000",
        jobs=tuple(_job(name, _mapping(said), content) for name, said in jobs.items()),
        packages=() if compiled_for else sources,
        compiled_packages=tuple(_compiled(item, str(compiled_for)) for item in sources)
        if compiled_for
        else (),
    )
    kind = "compiled" if compiled_for else "package"
    blobs = {f"{kind}/{package.name}": _blob(package.fingerprint) for package in sources}
    blobs |= {f"job/{job.name}": _blob(job.fingerprint) for job in manifest.jobs}
    return ReleaseRecord(
        name=manifest.name, version=manifest.version, manifest=manifest, blobs=blobs
    )


def _job(name: str, said: JsonObject, content: JsonObject) -> ReleaseJob:
    fingerprint = _fingerprint(name, [name, said, content.get(name)])
    post_deploy = (
        (TemplateDeclaration(source="post-deploy", destination="bin/post-deploy"),)
        if said.get("post_deploy")
        else ()
    )
    return ReleaseJob(
        name=JobName(name),
        version=fingerprint,
        fingerprint=fingerprint,
        digest=_NO_DIGEST,
        spec=JobSpec(
            templates=(TemplateDeclaration(source="c.j2", destination="config/c"), *post_deploy),
            packages=tuple(PackageName(item) for item in _texts(said.get("packages"))),
            properties=tuple(
                PropertyDeclaration(name=key, default=value)
                for key, value in _mapping(said.get("properties")).items()
            ),
            consumes=tuple(
                LinkConsumption(
                    name=key,
                    type=str(_mapping(link)["type"]),
                    optional=_mapping(link).get("optional") is True,
                )
                for key, link in _mapping(said.get("consumes")).items()
            ),
            provides=tuple(
                LinkProvision(
                    name=key,
                    type=str(_mapping(link)["type"]),
                    properties=_texts(_mapping(link).get("properties")),
                )
                for key, link in _mapping(said.get("provides")).items()
            ),
        ),
    )


def _package(name: str, dependencies: JsonValue, content: JsonObject) -> ReleasePackage:
    fingerprint = _fingerprint(name, [name, content.get(name)])
    return ReleasePackage(
        name=PackageName(name),
        version=fingerprint,
        fingerprint=fingerprint,
        digest=_NO_DIGEST,
        dependencies=tuple(PackageName(item) for item in _texts(dependencies)),
    )


def _compiled(package: ReleasePackage, stemcell: str) -> CompiledPackage:
    os, _, version = stemcell.partition("/")
    return CompiledPackage(
        name=package.name,
        version=package.version,
        fingerprint=package.fingerprint,
        digest=package.digest,
        stemcell_os=os,
        stemcell_version=version,
        dependencies=package.dependencies,
    )


def _fingerprint(name: str, content: JsonValue) -> str:
    return f"{name}-{digest_of(content).removeprefix('sha256:')[:8]}"


def _blob(name: str) -> BlobRef:
    return BlobRef(blob_id=BlobId(f"blob-{name}"), digest=_NO_DIGEST, size=1000)


def _mapping(value: JsonValue) -> JsonObject:
    return value if isinstance(value, Mapping) else {}


def _texts(value: JsonValue) -> tuple[str, ...]:
    assert value is None or (isinstance(value, Sequence) and not isinstance(value, str))
    return tuple(str(item) for item in value or ())
