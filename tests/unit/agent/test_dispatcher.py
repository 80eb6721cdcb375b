"""Answers fit into messages, whatever an action returned."""

from paasta_deploy.agent.dispatcher import bounded
from paasta_deploy.wire.agent_messages import (
    MESSAGE_SIZE_MAX,
    AgentFailure,
    AgentValue,
    decode_answer,
)


def test_an_answer_that_fits_is_sent_as_it_is() -> None:
    answer = AgentValue(value="x" * 1000)
    assert decode_answer(bounded(answer)) == answer


def test_an_answer_that_is_too_long_becomes_a_failure() -> None:
    data = bounded(AgentValue(value="x" * MESSAGE_SIZE_MAX))
    answer = decode_answer(data)
    assert len(data) < 1000
    assert isinstance(answer, AgentFailure)
    assert answer.message.startswith("Response exceeded maximum allowed length")
