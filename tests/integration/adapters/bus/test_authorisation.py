"""What the real server lets an agent do: its own subjects, and nothing else."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from paasta_deploy.adapters.bus import BusError, BusKeys, NatsAgentChannel
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.certificates.authority import CertificateAuthority, Subject
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.model.ids import AgentId
from tests.integration.adapters.bus.bus_agent import BusAgent, client_context
from tests.integration.adapters.bus.conftest import Bus

DEADLINE_S = 90.0
AGENT = "6f57b937-bb54-4f99-615d-6db1ce081eec"
OTHER = "00000000-0000-4000-8000-000000000000"


async def test_a_known_agent_may_use_its_own_subjects(bus: Bus) -> None:
    await bus.channel()
    agent = await bus.agent(AGENT).connect()
    await agent.publish(f"director.d1.{AGENT}.request", b"{}")
    await agent.beat("running")
    await agent.say(f"alert.{AGENT}", {})
    await agent.say(f"shutdown.{AGENT}", {})
    await agent.finish("task", {"value": 1})

    assert agent.refusals == []


@pytest.mark.parametrize(
    "subject",
    [
        f"director.d1.{OTHER}.request",
        f"agent.{OTHER}",
        f"agent.{AGENT}",
        f"hm.agent.heartbeat.{OTHER}",
        f"hm.agent.task.{OTHER}.task",
        "hm.director.alert",
        "$SYS.REQ.USER.AUTH",
        "$SYS.REQ.SERVER.PING",
        "_INBOX.anything",
    ],
)
async def test_an_agent_may_not_say(bus: Bus, subject: str) -> None:
    await bus.channel()
    agent = await bus.agent(AGENT).connect()
    await agent.publish(subject, b"{}")

    async with asyncio.timeout(DEADLINE_S):
        assert "permissions violation" in await agent.refusal()


@pytest.mark.parametrize(
    "subject",
    [
        ">",
        "agent.*",
        f"agent.{OTHER}",
        "director.>",
        f"director.d1.{AGENT}.*",
        "hm.agent.>",
        "$SYS.>",
        "$SYS.REQ.USER.AUTH",
        "_INBOX.>",
        f"_INBOX.{OTHER}.>",
    ],
)
async def test_an_agent_may_not_hear(bus: Bus, subject: str) -> None:
    await bus.channel()
    agent = await bus.agent(AGENT).connect()
    await agent.subscribe(subject)

    async with asyncio.timeout(DEADLINE_S):
        assert "permissions violation" in await agent.refusal()


async def test_an_agent_without_a_vm_is_refused_and_let_in_once_it_has_one(bus: Bus) -> None:
    await bus.channel()
    agent = bus.agent(AGENT, known=False)
    assert await agent.is_refused()

    bus.known.add(agent.agent_id)
    assert not await agent.is_refused()


async def test_a_certificate_of_another_authority_is_refused(bus: Bus, tmp_path: Path) -> None:
    await bus.channel()
    bus.known.add(AgentId(AGENT))
    foreign = DirectorCertificates.open(tmp_path / "foreign", clock=SystemClock(), hosts=())
    context = client_context(foreign, AgentId(AGENT), tmp_path)
    # It believes our server, so that only the server can refuse.
    context.load_verify_locations(cadata=bus.certificates.ca_pem)

    assert await BusAgent(bus.server.url, AgentId(AGENT), context).is_refused()


async def test_a_certificate_of_ours_that_names_no_agent_is_refused(
    bus: Bus, tmp_path: Path
) -> None:
    await bus.channel()
    certs = tmp_path / "certs"
    authority = CertificateAuthority.open(
        certs / "ca.pem", certs / "ca.key", now=SystemClock().now()
    )
    subject = Subject(
        common_name=f"{AGENT}.agent.bosh-internal", hosts=("elsewhere",), is_server=False
    )
    issued = authority.issue(subject, now=SystemClock().now(), valid=timedelta(hours=1))
    bus.known.add(AgentId(AGENT))
    agent = bus.agent(AGENT)
    (tmp_path / "wrong.pem").write_text(issued.certificate + issued.private_key)
    agent._context.load_cert_chain(tmp_path / "wrong.pem")  # noqa: SLF001 - the wrong one instead

    assert await agent.is_refused()


async def test_the_directors_own_users_need_their_keys(bus: Bus, tmp_path: Path) -> None:
    await bus.channel()
    strangers = BusKeys.open(tmp_path / "strangers.json")
    access = bus.access.__class__(
        url=bus.access.url,
        certificates=bus.access.certificates,
        keys=strangers,
        director=bus.access.director,
    )
    stranger = NatsAgentChannel(
        access, clock=SystemClock(), ids=SystemIdSource(), is_known=lambda _agent: True
    )

    with pytest.raises(BusError, match=r"Authorization Violation|answers too slowly"):
        await stranger.connect(deadline_s=1.0)


async def test_many_agents_come_at_once(bus: Bus) -> None:
    channel = await bus.channel()
    agents = [bus.agent(f"agent-{number}") for number in range(50)]
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.gather(*(one.connect() for one in agents))
        await asyncio.gather(
            *(channel.wait_until_ready(one.agent_id, deadline_s=DEADLINE_S) for one in agents)
        )

    assert all(channel.is_connected(one.agent_id) for one in agents)
