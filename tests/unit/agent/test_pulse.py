"""Heartbeats: at once, in intervals, and on every change; never twice for one change."""

import asyncio

import pytest

from paasta_deploy.agent.pulse import Pulse
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.heartbeat import Heartbeat, decode_heartbeat


class Heart:
    def __init__(self, interval_s: float = 1000) -> None:
        self.state = JobState.STOPPED
        self.sent: list[JobState] = []
        self.grown = asyncio.Event()
        self.pulse = Pulse(
            compose=lambda: Heartbeat(job_state=self.state),
            job_state=lambda: self.state,
            interval_s=lambda: interval_s,
            publish=self.take,
        )

    def take(self, data: bytes) -> None:
        self.sent.append(decode_heartbeat(data).job_state)
        self.grown.set()


async def test_a_change_is_told_once() -> None:
    heart = Heart()
    heart.pulse.beat()
    heart.pulse.changed()
    heart.state = JobState.RUNNING
    heart.pulse.changed()
    heart.pulse.changed()
    assert heart.sent == [JobState.STOPPED, JobState.RUNNING]
    heart.pulse.stop()


async def test_before_the_first_beat_changes_are_not_told() -> None:
    heart = Heart()
    heart.pulse.changed()
    assert heart.sent == []


async def test_the_heart_beats_by_itself_until_it_is_stopped() -> None:
    heart = Heart(interval_s=0.01)
    heart.pulse.beat()
    for _ in range(3):
        heart.grown.clear()
        await asyncio.wait_for(heart.grown.wait(), 10)
    heart.pulse.stop()
    assert len(heart.sent) >= 4
    heart.grown.clear()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(heart.grown.wait(), 0.05)
