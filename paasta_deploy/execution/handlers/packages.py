"""The step that compiles one package on a compilation VM and records the result.

The result is kept by (fingerprint, dependency key, stemcell OS and version), so a package is
compiled once however many deployments use it, and compiled packages survive a failed deploy.
"""

from paasta_deploy.execution.context import StepContext
from paasta_deploy.model.errors import AgentActionError, NotFoundError
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.planning.actions import CompilePackage
from paasta_deploy.planning.effects import Made
from paasta_deploy.wire.agent_messages import AgentMethod
from paasta_deploy.wire.agent_work import (
    CompileRequest,
    decode_compile_result,
    encode_compile_with_links,
)
from paasta_deploy.wire.apply_spec import BlobSource, PackageSource

LINK_VALID_S = 7 * 3600.0
"""The deadline of compiling and an hour: the result is uploaded at the very end."""


async def compile_package(action: CompilePackage, context: StepContext) -> Made:
    """Compile, unless somebody has; the agent uploads the result and says its digest."""
    known = context.records.compiled_package(
        action.fingerprint, action.dependency_key, action.stemcell
    )
    if known is not None:
        return Made(package=known.blob)
    blobs = context.run.blobs
    target = action.target_blob or blobs.fresh_id()
    request = CompileRequest(
        package=PackageSource(
            name=action.package,
            version=action.version,
            source=_source(action.source, context),
        ),
        dependencies=_dependencies(action, context),
        upload_url=blobs.upload_url(target, valid_s=LINK_VALID_S),
    )
    answer = await context.agent(
        action.agent_id,
        AgentMethod.COMPILE_PACKAGE_WITH_SIGNED_URL,
        encode_compile_with_links(request),
    )
    digest = decode_compile_result(answer).digest
    if not digest or not blobs.has(target):
        raise AgentActionError(
            f"The agent compiled package '{action.package}' but did not upload the result.",
            code=400001,
            hint="See the agent's log on the compilation VM, and check that VMs reach the"
            " director's blob listener (director.yml, `blobs`).",
        )
    return Made(package=BlobRef(blob_id=target, digest=digest))


def _source(blob: BlobRef, context: StepContext) -> BlobSource:
    link = context.run.blobs.download_url(blob.blob_id, valid_s=LINK_VALID_S)
    return BlobSource(digest=blob.digest, blobstore_id=blob.blob_id, signed_url=link)


def _dependencies(action: CompilePackage, context: StepContext) -> tuple[PackageSource, ...]:
    found = []
    for name, version, fingerprint, dependency_key in action.dependencies:
        record = context.records.compiled_package(fingerprint, dependency_key, action.stemcell)
        if record is None:
            raise NotFoundError(
                f"Package '{action.package}' needs '{name}/{fingerprint}', which is not compiled"
                f" for {action.stemcell.os} {action.stemcell.version}.",
                code=430003,
            )
        source = _source(record.blob, context)
        found.append(PackageSource(name=name, version=version, source=source))
    return tuple(found)
