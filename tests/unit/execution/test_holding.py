"""What holds calls back is told with its name, its number, its cause and its end."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paasta_deploy.execution.admission import Standing
from paasta_deploy.execution.clouds import HangingCall, Hold
from paasta_deploy.execution.holding import Held, hanging_text, standing_text, told_of
from paasta_deploy.execution.limits import Cause
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName

FREE = Standing(
    in_flight=32,
    in_flight_max=32,
    ceiling=32,
    per_second=None,
    held_s=0.0,
    cause=Cause.NONE,
    probing=False,
    waiting=3,
)
AWS = (CpiName("aws"),)


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (FREE, "CPI 'aws' takes 32 calls at once"),
        (replace(FREE, per_second=2.0), "CPI 'aws' takes 32 calls at once, 2 a second"),
        (
            replace(FREE, in_flight_max=4, held_s=2.6, cause=Cause.THROTTLED),
            "CPI 'aws' is limited to 4 of 32 calls at once after 429; next call in 3 s",
        ),
        (
            replace(FREE, in_flight_max=20, cause=Cause.SLOW),
            "CPI 'aws' is limited to 20 of 32 calls at once because its answers have become slow",
        ),
        (
            replace(FREE, in_flight_max=1, probing=True, held_s=9.0, cause=Cause.TROUBLED),
            "CPI 'aws' lets nothing through after 5xx; one call at a time asks, next try in 9 s",
        ),
    ],
)
def test_an_account_tells_what_it_allows_and_why(standing: Standing, told: str) -> None:
    assert standing_text(AWS, standing) == told


def test_cpis_of_one_account_are_told_together() -> None:
    told = standing_text((DEFAULT_CPI, *AWS), FREE)

    assert told == "the account of CPIs 'default', 'aws' takes 32 calls at once"


def test_a_full_account_is_no_trouble() -> None:
    hold = Hold(cpis=AWS, standing=FREE, waiting=7, pausing=0, next_try_s=0.0)

    assert told_of([hold]) == Held(full=("7 calls wait: CPI 'aws' takes 32 calls at once",))


def test_a_limited_account_and_calls_to_be_tried_again_are_trouble() -> None:
    limited = replace(FREE, in_flight_max=4, cause=Cause.THROTTLED)
    hold = Hold(cpis=AWS, standing=limited, waiting=1, pausing=1, next_try_s=4.2, error="x" * 500)

    waiting, pausing = told_of([hold]).trouble

    assert waiting == "1 call waits: CPI 'aws' is limited to 4 of 32 calls at once after 429"
    assert pausing.startswith("1 call waits to be tried again, the next in 4 s: xxx")
    assert len(pausing) < 200


def test_a_hanging_call_is_told_whole() -> None:
    since = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    call = HangingCall(cpi=DEFAULT_CPI, method="attach_disk", subject="disk-7", since=since)

    told = hanging_text(call)

    for part in ("'default'", "attach_disk", "'disk-7'", "2026-01-02 03:04:05 UTC", "restarted"):
        assert part in told
