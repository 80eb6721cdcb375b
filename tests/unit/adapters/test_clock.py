"""What the system clock promises: aware UTC, no way back; ids: fresh and URL-safe."""

import re
import uuid
from datetime import UTC

from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.ports.clock import Clock, IdSource


def as_ports(clock: Clock, ids: IdSource) -> tuple[Clock, IdSource]:
    """Let mypy check that the adapters are what the ports ask for."""
    return clock, ids


def test_the_adapters_fit_the_ports() -> None:
    assert all(as_ports(SystemClock(), SystemIdSource()))


def test_now_is_aware_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_monotonic_time_does_not_go_back() -> None:
    clock = SystemClock()
    readings = [clock.monotonic_s() for _ in range(1000)]

    assert readings == sorted(readings)


async def test_waiting_for_a_negative_time_returns() -> None:
    await SystemClock().wait(-1.0)


def test_uuids_are_fresh_and_in_text_form() -> None:
    ids = SystemIdSource()
    drawn = {ids.new_uuid() for _ in range(1000)}

    assert len(drawn) == 1000
    assert all(str(uuid.UUID(text)) == text for text in drawn)


def test_tokens_are_fresh_and_url_safe() -> None:
    ids = SystemIdSource()
    drawn = {ids.new_token(16) for _ in range(1000)}

    assert len(drawn) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", text) for text in drawn)


def test_jitter_stays_below_one() -> None:
    ids = SystemIdSource()

    assert all(0 <= ids.jitter() < 1 for _ in range(1000))
