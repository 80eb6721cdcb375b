"""Days that are left, and who is warned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paasta_deploy.model.variable_records import CertificateFacts, VariableRecord
from paasta_deploy.planning.expiry import (
    WARNED_DAYS,
    days_left,
    expires_soon,
    expiry_text,
    expiry_warnings,
)
from paasta_deploy.planning.variable_choice import Choice, Need
from paasta_deploy.testing.made_records import MADE_AT, variable


def ending(left: timedelta, life: timedelta = timedelta(days=365)) -> VariableRecord:
    ends = MADE_AT + left
    facts = CertificateFacts(subject="CN=x", not_before=ends - life, not_after=ends)
    return replace(variable("/d/cf/tls", 1), variable_type="certificate", certificate=facts)


@pytest.mark.parametrize(
    ("left", "days", "text"),
    [
        (timedelta(days=12, hours=3), 12, "expires in 12 days"),
        (timedelta(days=1), 1, "expires in 1 day"),
        (timedelta(hours=5), 0, "expires within a day"),
        (timedelta(seconds=-1), -1, "has expired on 2026-02-03"),
    ],
)
def test_what_is_left_is_told_in_whole_days(left: timedelta, days: int, text: str) -> None:
    facts = ending(left).certificate
    assert facts is not None

    assert days_left(facts, MADE_AT) == days
    assert text in expiry_text("tls", facts, MADE_AT)


def test_people_are_warned_a_month_before_and_of_certificates_only() -> None:
    day = timedelta(days=1)

    assert expires_soon(ending(WARNED_DAYS * day - day), MADE_AT)
    assert not expires_soon(ending(WARNED_DAYS * day), MADE_AT)
    assert not expires_soon(variable("/d/cf/pw", 1), MADE_AT)


@pytest.mark.parametrize(("life", "warned"), [(9, 3), (30, 10), (90, 30), (365, 30), (3650, 30)])
def test_of_a_short_life_the_last_third_is_warned_of(life: int, warned: int) -> None:
    day, whole = timedelta(days=1), timedelta(days=life)

    assert not expires_soon(ending(whole, whole), MADE_AT), "nobody is warned on the first day"
    assert not expires_soon(ending(warned * day, whole), MADE_AT)
    assert expires_soon(ending(warned * day - day, whole), MADE_AT)


def test_a_certificate_that_is_made_anew_is_not_warned_of() -> None:
    kept = Choice(
        whole="/d/cf/tls",
        definition=None,
        need=Need.NOTHING,
        version=ending(timedelta(days=3)),
    )
    (found,) = expiry_warnings([kept], MADE_AT)

    assert "`/d/cf/tls` expires in 3 days" in found.summary
    assert "rotate /d/cf/tls" in found.hint
    remade = replace(kept, need=Need.REMAKE, reason="its options changed")
    assert expiry_warnings([remade], MADE_AT) == ()
