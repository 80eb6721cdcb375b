"""Keys ahead: as many as were counted, each given once, more on demand, stopped when left."""

from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import cast

import pytest

from paasta_deploy.adapters.variables.keys import FreshKeys, KeysAhead, cores


def test_each_key_is_given_once_and_has_its_length() -> None:
    with KeysAhead({2048: 2}) as keys, ThreadPoolExecutor(2) as askers:
        made = list(askers.map(keys.rsa_key, [2048, 2048, 2048]))

    assert {key.key_size for key in made} == {2048}
    assert len({key.public_key().public_numbers().n for key in made}) == 3


def test_a_length_that_nobody_counted_is_made_on_demand() -> None:
    with KeysAhead({}) as keys:
        assert keys.rsa_key(2048).key_size == 2048


def test_leaving_early_does_not_wait_for_the_rest() -> None:
    # A thousand keys would take minutes, and so would this test.
    with pytest.raises(KeyboardInterrupt), KeysAhead({4096: 1000}, threads=1):
        raise KeyboardInterrupt


class Interrupted:
    """A number of keys at which Ctrl-C is pressed while they are counted out."""

    def __index__(self) -> int:
        raise KeyboardInterrupt


def test_an_interrupt_while_they_start_leaves_none_to_be_made() -> None:
    keys = KeysAhead({4096: 1000, 2048: cast("int", Interrupted())}, threads=1)
    with pytest.raises(KeyboardInterrupt), keys:
        raise AssertionError("it was interrupted before")

    keys.rsa_key(4096)  # the one that was begun
    with pytest.raises(CancelledError):
        keys.rsa_key(4096)


def test_a_fresh_key_has_the_usual_exponent() -> None:
    assert FreshKeys().rsa_key(2048).public_key().public_numbers().e == 65537


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1
