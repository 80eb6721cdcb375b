"""An agent on a real bus: connecting, answering, certificates, orderly and other ends."""

import pytest

from tests.integration.agent.director import ActionError, AgentProcess, Director


async def test_an_agent_answers_ping_and_says_that_it_pushes_tasks(
    director: Director, agent: AgentProcess
) -> None:
    assert await director.send(agent.id, "ping") == "pong"
    assert await director.send(agent.id, "info") == {"api_version": 1, "push_tasks": True}


async def test_an_unknown_message_is_an_exception(director: Director, agent: AgentProcess) -> None:
    with pytest.raises(ActionError, match=r"^unknown message dance$"):
        await director.send(agent.id, "dance")
