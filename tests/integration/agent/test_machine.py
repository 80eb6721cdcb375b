"""The machine itself: logs, DNS records, users, trusted certificates, neighbours."""

import hashlib
import io
import json
import tarfile

import pytest

from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.agent_work import LogsRequest, encode_logs_with_links
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.director import ActionError, AgentProcess, Director


def names(content: bytes) -> set[str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {member.name for member in tar if member.isreg()}


async def test_logs_of_jobs_are_packed_and_sent(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    for name in ("a/a.log", "a/a.txt", "b/b.log"):
        path = agent.root / "sys/log" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    request = LogsRequest(kind="job", filters=("**/*.log",), upload_url=blobs.url("logs"))
    answer = await director.call(
        agent.id, "fetch_logs_with_signed_url", encode_logs_with_links(request)
    )
    content = blobs.blobs["/logs"]
    assert names(content) == {"./a/a.log", "./b/b.log"}
    assert answer == {"sha1": f"sha256:{hashlib.sha256(content).hexdigest()}"}


async def test_the_agents_own_log_can_be_had(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    request = LogsRequest(kind="agent", upload_url=blobs.url("logs"))
    await director.call(agent.id, "fetch_logs_with_signed_url", encode_logs_with_links(request))
    assert names(blobs.blobs["/logs"]) == {"./current"}


async def test_logs_that_are_not_there_are_told(director: Director, agent: AgentProcess) -> None:
    with pytest.raises(ActionError, match="no system logs of its own"):
        await director.call(agent.id, "fetch_logs", "system", None)
    with pytest.raises(ActionError, match="no logs of kind 'dreams'"):
        await director.call(agent.id, "fetch_logs", "dreams", [])


async def test_bundled_logs_can_be_removed_and_nothing_else(
    director: Director, agent: AgentProcess
) -> None:
    answer = await director.call(agent.id, "bundle_logs", {"log_type": "agent", "filters": []})
    path = answer["logs_tar_path"]
    with open(path, "rb") as stream:  # noqa: ASYNC230,PTH123 - a small file
        digest = hashlib.file_digest(stream, "sha512").hexdigest()
    assert answer["sha512"] == f"sha512:{digest}"
    assert await director.call(agent.id, "remove_file", path) == path
    with pytest.raises(ActionError, match="is no bundle of logs"):
        await director.call(agent.id, "remove_file", "/etc/passwd")


async def test_dns_records_are_kept_and_only_newer_ones_fetched(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    content = json.dumps({"Version": 2, "records": [["10.0.0.1", "a.web.bosh"]]}).encode()
    link, digest = blobs.put(content)
    request: JsonObject = {"signed_url": link, "multi_digest": digest, "version": 2}
    assert await director.call(agent.id, "sync_dns_with_signed_url", request) == "synced"
    assert await director.call(agent.id, "sync_dns_with_signed_url", request) == "synced"
    assert (agent.root / "instance/dns/records.json").read_bytes() == content
    assert len(blobs.requests) == 1


async def test_dns_records_of_another_version_are_refused(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    link, digest = blobs.put(b'{"Version": 1, "records": []}')
    request: JsonObject = {"signed_url": link, "multi_digest": digest, "version": 2}
    with pytest.raises(ActionError, match="does not match version 2"):
        await director.call(agent.id, "sync_dns_with_signed_url", request)


async def test_only_names_of_sessions_are_let_in(director: Director, agent: AgentProcess) -> None:
    parameters = {"user": "root", "public_key": "ssh-ed25519 AAAA"}
    with pytest.raises(ActionError, match="is no name for a session's user"):
        await director.call(agent.id, "ssh", "setup", parameters)


async def test_trusted_certificates_are_there_for_jobs(
    director: Director, agent: AgentProcess
) -> None:
    update = {"trusted_certs": "PEM\n", "disk_associations": []}
    assert await director.call(agent.id, "update_settings", update) == "ok"
    assert (agent.root / "instance/trusted_certs.pem").read_text() == "PEM\n"


async def test_neighbours_of_a_shared_host_are_left_alone(
    director: Director, agent: AgentProcess
) -> None:
    assert await director.call(agent.id, "delete_arp_entries", {"ips": ["10.9.9.9"]}) == {}


async def test_missing_arguments_are_named(director: Director, agent: AgentProcess) -> None:
    with pytest.raises(ActionError, match="the argument 'spec' is missing"):
        await director.call(agent.id, "apply")
    with pytest.raises(ActionError, match="the argument 'disk' must be a text"):
        await director.call(agent.id, "mount_disk", 7)
