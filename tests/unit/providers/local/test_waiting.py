"""Waiting for what the kernel announces to nobody."""

from paasta_providers.local.waiting import wait_until


def test_what_is_reached_is_not_waited_for() -> None:
    answers = iter([True])

    assert wait_until(lambda: next(answers), deadline_s=0, poll_s=100)


def test_it_is_asked_until_it_is_reached() -> None:
    answers = iter([False, False, True])

    assert wait_until(lambda: next(answers), deadline_s=100, poll_s=0)


def test_it_ends_with_the_deadline() -> None:
    assert not wait_until(lambda: False, deadline_s=0, poll_s=0)
