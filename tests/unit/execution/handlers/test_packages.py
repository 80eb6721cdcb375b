"""Packages are compiled once, with their dependencies, and recorded by what they depend on."""

from collections.abc import Sequence

from paasta_deploy.model.errors import AgentActionError, NotFoundError
from paasta_deploy.model.ids import AgentId, BlobId, PackageName
from paasta_deploy.model.recorded import CompiledPackageRecord, Put
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import CompilePackage
from tests.unit.execution.world import STEMCELL, World, agent_id, one_change, spec

NGINX = CompilePackage(
    agent_id=agent_id(0),
    package=PackageName("nginx"),
    version="f1.1",
    fingerprint="f1",
    dependency_key="[]",
    source=BlobRef(blob_id=BlobId("source"), digest="sha256:aa"),
    stemcell=STEMCELL,
    dependencies=((PackageName("pcre"), "p1.1", "p1", "[]"),),
)


def pcre() -> CompiledPackageRecord:
    return CompiledPackageRecord(
        package=PackageName("pcre"),
        fingerprint="p1",
        dependency_key="[]",
        stemcell_os=STEMCELL.os,
        stemcell_version=STEMCELL.version,
        blob=BlobRef(blob_id=BlobId("pcre-blob"), digest="sha256:bb"),
    )


def compiled(world: World) -> dict[str, CompiledPackageRecord]:
    found = world.store.compiled_packages(
        stemcell_os=STEMCELL.os, stemcell_version=STEMCELL.version
    )
    return {record.package: record for record in found}


async def test_a_compiled_package_is_uploaded_and_recorded() -> None:
    world, sent = World(), list[JsonValue]()
    await world.deployed(spec())
    await world.record(Put(record=pcre()))

    async def keep(_agent: AgentId, _method: str, arguments: Sequence[JsonValue]) -> None:
        sent.extend(arguments)

    world.agents.before_answer = keep
    outcome = await world.run(one_change(NGINX))

    assert outcome.error is None
    record = compiled(world)["nginx"]
    assert record.fingerprint == "f1"
    assert world.blobs.read(record.blob.blob_id) == b"nginx/f1.1 compiled"
    (request,) = sent
    assert isinstance(request, dict)
    assert request["package_get_signed_url"] == "memory:get/source"
    assert request["deps"]["pcre"]["package_get_signed_url"] == "memory:get/pcre-blob"


async def test_a_package_that_is_compiled_already_is_not_compiled_again() -> None:
    world = World()
    await world.deployed(spec())
    await world.record(Put(record=pcre()))
    await world.run(one_change(NGINX))
    world.calls.clear()

    outcome = await world.run(one_change(NGINX))

    assert outcome.error is None
    assert world.calls == []


async def test_a_dependency_compiled_in_the_same_run_is_found() -> None:
    world = World()
    await world.deployed(spec())
    dependency = CompilePackage(
        agent_id=agent_id(0),
        package=PackageName("pcre"),
        version="p1.1",
        fingerprint="p1",
        dependency_key="[]",
        source=BlobRef(blob_id=BlobId("pcre-source"), digest="sha256:cc"),
        stemcell=STEMCELL,
        dependencies=(),
    )

    outcome = await world.run(one_change(dependency, NGINX))

    assert outcome.error is None
    assert set(compiled(world)) == {"pcre", "nginx"}


async def test_a_dependency_that_is_not_compiled_is_named() -> None:
    world = World()
    await world.deployed(spec())

    outcome = await world.run(one_change(NGINX))

    assert isinstance(outcome.error, NotFoundError)
    assert outcome.error.code == 430003
    assert "'nginx' needs 'pcre/p1'" in str(outcome.error)


async def test_a_result_that_was_not_uploaded_is_not_believed() -> None:
    world = World()
    await world.deployed(spec())
    await world.record(Put(record=pcre()))
    agent = world.agents.agent(agent_id(0))
    assert agent is not None

    def answer(method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        assert method == "compile_package_with_signed_url", arguments
        return {"result": {"sha1": "sha256:dd"}}

    agent.answer = answer  # type: ignore[method-assign]  # an agent that uploads nothing

    outcome = await world.run(one_change(NGINX))

    assert isinstance(outcome.error, AgentActionError)
    assert "did not upload" in str(outcome.error)
    assert "nginx" not in compiled(world)
