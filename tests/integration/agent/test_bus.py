"""The connection: who is trusted, which certificate is used, what happens when it breaks."""

import asyncio
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.agent_settings import UpdateSettings, encode_update_settings
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import (
    DEADLINE_S,
    AgentProcess,
    Director,
    NatsProcess,
    open_certificates,
)


async def until_logged(agent: AgentProcess, text: str) -> None:
    async with asyncio.timeout(DEADLINE_S):
        log = agent.root / "bosh/log/current"
        while not log.exists() or text not in agent.log:  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.02)


async def restarted(
    nats: NatsProcess, agent: AgentProcess, certificates: DirectorCertificates
) -> Director:
    """Return a director of a server that was gone for a moment, once the agent is back."""
    nats.stop()
    nats.start()
    again = Director(certificates, nats.port)
    await again.connect()
    await again.reach(agent.id)
    return again


async def test_an_agent_comes_back_when_the_server_does(
    nats: NatsProcess, agent: AgentProcess, certificates: DirectorCertificates
) -> None:
    again = await restarted(nats, agent, certificates)
    assert await again.send(agent.id, "ping") == "pong"
    await again.close()


async def test_an_agent_that_starts_before_the_server_finds_it(
    nats: NatsProcess, make_agent: MakeAgent, certificates: DirectorCertificates
) -> None:
    nats.stop()
    agent = make_agent()
    agent.start()
    await until_logged(agent, "no connection to NATS")
    nats.start()
    director = Director(certificates, nats.port)
    await director.connect()
    await director.reach(agent.id)
    await director.close()


async def test_an_agent_does_not_trust_a_server_of_another_ca(
    tmp_path: Path, make_agent: MakeAgent
) -> None:
    stranger = open_certificates(tmp_path / "stranger")
    agent = make_agent()
    settings = json.loads(agent.settings_file.read_text())
    settings["env"]["bosh"]["mbus"]["cert"]["ca"] = stranger.ca_pem
    agent.settings_file.write_text(json.dumps(settings))
    agent.start()
    await until_logged(agent, "CERTIFICATE_VERIFY_FAILED")


async def test_an_agent_does_not_talk_to_a_server_without_tls(make_agent: MakeAgent) -> None:
    received = b""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        writer.write(b'INFO {"server_id":"x","version":"2.10.0","max_payload":1048576}\r\n')
        received += await reader.readuntil(b"PING\r\n")
        writer.write(b"PONG\r\n")
        received += await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    agent = make_agent(port=server.sockets[0].getsockname()[1])
    agent.start()
    await until_logged(agent, "the server offers no TLS")
    server.close()
    assert b"SUB" not in received


async def test_a_newer_certificate_is_kept_private_and_used_next_time(
    director: Director,
    nats: NatsProcess,
    agent: AgentProcess,
    certificates: DirectorCertificates,
) -> None:
    newer = certificates.issue_agent(agent.id, valid=timedelta(days=1))
    update = encode_update_settings(UpdateSettings(certificate=newer))
    assert await director.send(agent.id, "update_settings", update) == "ok"

    again = await restarted(nats, agent, certificates)
    await again.close()

    kept = agent.root / "bosh/update_settings.json"
    used = agent.root / "bosh/mbus/client.pem"
    assert newer.certificate.strip() in used.read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (kept, used)} == {0o600}
    assert newer.private_key.split("\n")[1] not in agent.log


async def test_a_certificate_that_is_refused_gives_way_to_the_one_before(
    director: Director,
    nats: NatsProcess,
    agent: AgentProcess,
    certificates: DirectorCertificates,
    tmp_path: Path,
) -> None:
    stranger = open_certificates(tmp_path / "stranger").issue_agent(
        agent.id, valid=timedelta(days=1)
    )
    await director.send(
        agent.id,
        "update_settings",
        encode_update_settings(UpdateSettings(certificate=stranger)),
    )
    again = await restarted(nats, agent, certificates)
    assert await again.send(agent.id, "ping") == "pong"
    await again.close()


async def test_heartbeats_come_as_often_as_they_are_asked_for(
    director: Director, agent: AgentProcess
) -> None:
    often = encode_update_settings(UpdateSettings(heartbeat_interval_s=0.05))
    await director.send(agent.id, "update_settings", often)
    # With the interval of before, so many would take longer than anybody waits here.
    for _ in range(20):
        await director.heartbeat(lambda _: True)


async def test_an_orderly_end_is_announced(director: Director, agent: AgentProcess) -> None:
    assert await agent.terminate() == 0
    assert await asyncio.wait_for(director.shutdowns.get(), DEADLINE_S) == agent.id


async def test_the_director_can_end_the_agent(director: Director, agent: AgentProcess) -> None:
    assert await director.send(agent.id, "shutdown") == "shutdown"
    assert await asyncio.wait_for(director.shutdowns.get(), DEADLINE_S) == agent.id
    assert agent.process is not None
    assert agent.process.wait(DEADLINE_S) == 0


async def test_nonsense_on_the_bus_is_survived(director: Director, agent: AgentProcess) -> None:
    for data in (b"", b"{", b"[]", b'{"method":"ping"}', b'{"reply_to":"x y","method":"ping"}'):
        await director.publish_raw(agent.id, data)
    assert await director.send(agent.id, "ping") == "pong"


async def test_settings_that_do_not_do_are_told_at_once(make_agent: MakeAgent) -> None:
    agent = make_agent()
    agent.settings_file.write_text("{}")
    agent.start()
    assert agent.process is not None
    assert agent.process.wait(DEADLINE_S) == 1
    assert "the agent cannot start: settings: the key 'agent_id' is missing" in agent.log


async def test_the_first_heartbeat_of_a_fresh_machine_has_no_names(
    director: Director, make_agent: MakeAgent
) -> None:
    agent = make_agent()
    agent.start()
    heartbeat = await director.heartbeat(lambda _: True)
    assert heartbeat.job_state is JobState.RUNNING
    assert (heartbeat.deployment, heartbeat.job, heartbeat.index) == ("", None, None)
    assert heartbeat.vitals.cpu is not None
    assert set(heartbeat.vitals.disks) == {"system", "ephemeral"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_server_may_be_named_in_any_way(
    director: Director, make_agent: MakeAgent, host: str
) -> None:
    await director.up(make_agent(host=host))
