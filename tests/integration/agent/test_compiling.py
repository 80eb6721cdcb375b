"""Compiling packages: environment, dependencies, result, failures."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from paasta_deploy.wire.agent_settings import BlobstoreSettings
from paasta_deploy.wire.agent_work import CompileRequest, encode_compile_with_links
from paasta_deploy.wire.apply_spec import BlobSource, PackageSource
from tests.integration.agent.blob_server import BlobServer, archive
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import ActionError, AgentProcess, Director


def package(blobs: BlobServer, name: str, files: dict[str, str]) -> PackageSource:
    link, digest = blobs.put(archive(files))
    return PackageSource(name=name, version="7", source=BlobSource(digest=digest, signed_url=link))


def names_in(content: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        found = {}
        for member in tar:
            stream = tar.extractfile(member)
            if stream is not None:
                found[member.name] = stream.read().decode()
        return found


async def test_a_package_is_compiled_with_what_it_depends_on(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    packaging = """
      set -e
      test "$PWD" = "$BOSH_COMPILE_TARGET"
      cat /var/vcap/packages/dep/word source > $BOSH_INSTALL_TARGET/result
      echo $BOSH_PACKAGE_NAME $BOSH_PACKAGE_VERSION > $BOSH_INSTALL_TARGET/name
    """
    request = CompileRequest(
        package=package(blobs, "app", {"packaging": packaging, "source": "source\n"}),
        dependencies=(package(blobs, "dep", {"word": "dep\n"}),),
        upload_url=blobs.url("compiled"),
    )
    answer = await director.call(
        agent.id, "compile_package_with_signed_url", encode_compile_with_links(request)
    )
    again = await director.call(
        agent.id, "compile_package_with_signed_url", encode_compile_with_links(request)
    )

    compiled = names_in(blobs.blobs["/compiled"])
    assert compiled == {"./result": "dep\nsource\n", "./name": "app 7\n"}
    assert answer == again
    assert answer["result"]["sha1"].startswith("sha256:")
    assert list((agent.root / "packages").iterdir()) == []
    assert list((agent.root / "data/compile").iterdir()) == []


async def test_a_failed_compilation_tells_its_last_words(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    request = CompileRequest(
        package=package(blobs, "app", {"packaging": "set -e\necho no compiler\nfalse\n"}),
        upload_url=blobs.url("compiled"),
    )
    with pytest.raises(ActionError, match=r"(?s)package app: it ended with 1.*no compiler"):
        await director.call(
            agent.id, "compile_package_with_signed_url", encode_compile_with_links(request)
        )
    assert "/compiled" not in blobs.blobs


async def test_blobs_may_be_in_a_folder_of_the_host(
    director: Director, make_agent: MakeAgent, tmp_path: Path
) -> None:
    folder = tmp_path / "blobs"
    folder.mkdir()
    agent = make_agent(
        blobstore=BlobstoreSettings(provider="local", options={"blobstore_path": str(folder)})
    )
    await director.up(agent)
    source = archive({"packaging": "echo made > $BOSH_INSTALL_TARGET/file\n"})
    (folder / "source").write_bytes(source)
    digest = hashlib.sha1(source).hexdigest()  # noqa: S324 - BOSH's digest
    answer = await director.call(agent.id, "compile_package", "source", digest, "app", "1.1", {})
    compiled = folder / answer["result"]["blobstore_id"]
    assert names_in(compiled.read_bytes()) == {"./file": "made\n"}


async def test_a_server_with_a_fault_is_asked_again(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    request = CompileRequest(
        package=package(blobs, "app", {"file": "x"}), upload_url=blobs.url("compiled")
    )
    blobs.statuses[:] = [503, 500]
    await director.call(
        agent.id, "compile_package_with_signed_url", encode_compile_with_links(request)
    )
    assert "/compiled" in blobs.blobs


async def test_an_expired_link_is_told_without_its_secret(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    request = CompileRequest(
        package=package(blobs, "app", {"file": "x"}), upload_url=blobs.url("compiled")
    )
    blobs.statuses[:] = [403]
    with pytest.raises(ActionError, match="the server answered 403 Forbidden not now") as caught:
        await director.call(
            agent.id, "compile_package_with_signed_url", encode_compile_with_links(request)
        )
    assert "secret" not in str(caught.value)
