"""Hearing agents on a bus that is not ours, where no server tells who is there."""

from nats.aio.client import Client
from nats.aio.msg import Msg
from typing_extensions import override

from paasta_deploy.adapters.bus.links import AgentLinks
from paasta_deploy.adapters.bus.voices import AgentVoices
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener
from paasta_deploy.testing.clock import FakeClock

A = AgentId("a")


class Notes(AgentListener):
    """Writes down what a listener is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @override
    def on_connected(self, agent_id: AgentId) -> None:
        self.lines.append(f"{agent_id} connected")

    @override
    def on_disconnected(self, agent_id: AgentId) -> None:
        self.lines.append(f"{agent_id} disconnected")

    @override
    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        self.lines.append(f"{heartbeat.agent_id} is {heartbeat.job_state}")

    @override
    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        self.lines.append(f"{agent_id} warns")

    @override
    def on_shutdown(self, agent_id: AgentId) -> None:
        self.lines.append(f"{agent_id} shuts down")


def message(subject: str, content: bytes = b"{}") -> Msg:
    """Return a message as nats-py hands it over."""
    return Msg(_client=Client(), subject=subject, data=content)


async def test_who_says_something_is_there_and_who_shuts_down_or_is_not_heard_is_not() -> None:
    links, notes = AgentLinks(), Notes()
    voices = AgentVoices(
        links, clock=FakeClock(), is_known=lambda _agent: True, server_tells=False
    )
    voices.listen(notes)
    voices.on_message(message("hm.agent.heartbeat.a", b'{"job_state": "running"}'))
    voices.on_message(message("hm.agent.alert.a"))
    voices.on_message(message("hm.agent.shutdown.a", b"null"))
    voices.on_message(message("hm.agent.heartbeat.a"))
    voices.on_unheard(links.of(A))
    voices.on_unheard(links.of(A))

    assert notes.lines == [
        "a connected",
        "a is running",
        "a warns",
        "a shuts down",
        "a disconnected",
        "a connected",
        "a is unknown",
        "a disconnected",
    ]


async def test_agents_without_a_vm_are_not_listened_to() -> None:
    links, notes = AgentLinks(), Notes()
    voices = AgentVoices(
        links, clock=FakeClock(), is_known=lambda _agent: False, server_tells=False
    )
    voices.listen(notes)
    voices.on_message(message("hm.agent.heartbeat.a"))
    voices.on_message(message("hm.director.alert"))

    assert notes.lines == []
    assert links.get(A) is None


async def test_where_the_server_tells_words_alone_make_nobody_present() -> None:
    links, notes = AgentLinks(), Notes()
    voices = AgentVoices(links, clock=FakeClock(), is_known=lambda _agent: True, server_tells=True)
    voices.listen(notes)
    voices.on_message(message("hm.agent.heartbeat.a"))
    voices.on_unheard(links.of(A))

    assert notes.lines == ["a is unknown"]
    assert not links.of(A).is_connected
