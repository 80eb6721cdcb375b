"""A secret never shows, however it is formatted."""

import logging

import pytest

from paasta_deploy.model.secret import Secret

SECRET = Secret("hunter2")


def test_a_secret_formats_as_stars_everywhere() -> None:
    shown = [str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET:>20}", f"{[SECRET]}"]
    assert not any("hunter2" in text for text in shown)


def test_a_secret_does_not_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("password %s", SECRET)
    assert "hunter2" not in caplog.text


def test_secrets_of_one_text_are_equal_and_differ_from_the_text() -> None:
    assert Secret("hunter2") == SECRET
    assert Secret("other") != SECRET
    assert SECRET != "hunter2"
    assert len({SECRET, Secret("hunter2")}) == 1


def test_only_reveal_gives_the_text() -> None:
    assert SECRET.reveal() == "hunter2"
