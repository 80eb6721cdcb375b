"""Specs, jobs and packages for tests: what a director would send for small made-up releases."""

from collections.abc import Mapping

from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.apply_spec import (
    ApplySpec,
    BlobSource,
    JobTemplate,
    PackageSource,
    encode_apply_spec,
)
from tests.integration.agent.blob_server import BlobServer, archive


def spec(
    blobs: BlobServer,
    jobs: Mapping[str, Mapping[str, str]],
    packages: Mapping[str, Mapping[str, str]] | None = None,
    *,
    persistent_disk: int = 0,
) -> JsonObject:
    """Return a spec; ``jobs`` and ``packages`` map names to files and their contents."""
    files = {f"{job}/{name}": text for job, inner in jobs.items() for name, text in inner.items()}
    link, digest = blobs.put(archive(files))
    sources = {
        name: blobs.put(archive(inner, executable=lambda path: path.startswith("bin/")))
        for name, inner in (packages or {}).items()
    }
    return encode_apply_spec(
        ApplySpec(
            deployment="shop",
            group="web",
            index=3,
            id="7a3f",
            az="z1",
            jobs=tuple(JobTemplate(name=job, version="1") for job in jobs),
            packages={
                name: PackageSource(
                    name=name, version="1", source=BlobSource(digest=digest, signed_url=link)
                )
                for name, (link, digest) in sources.items()
            },
            templates=BlobSource(digest=digest, signed_url=link),
            configuration_hash=digest,
            persistent_disk=persistent_disk,
        )
    )


def bpm_job(script: str, *, name: str = "web", **more: str) -> dict[str, str]:
    """Return a job with one process, a shell script, kept by bpm."""
    files = {
        "monit": (
            f"check process {name} with pidfile /var/vcap/sys/run/bpm/{name}/{name}.pid\n"
            f'  start program "/var/vcap/jobs/bpm/bin/bpm start {name}"\n  group vcap\n'
        ),
        "config/bpm.yml": (
            f"processes:\n- name: {name}\n  executable: /var/vcap/jobs/{name}/bin/serve\n"
        ),
        "bin/serve": f"#!/bin/bash\n{script}\n",
    }
    return {**files, **more}
