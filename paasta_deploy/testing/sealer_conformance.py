"""What every sealer must do: a suite for pytest, run over the real one and the fake."""

from collections.abc import Callable

import pytest

from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.sealing import Sealer


class _Suite:
    """The suite itself."""

    @pytest.fixture
    def sealer(self) -> Sealer:
        """Return a sealer. Every subclass overrides this."""
        raise NotImplementedError

    @pytest.fixture
    def stranger(self) -> Sealer:
        """Return a sealer that has another key."""
        raise NotImplementedError

    @pytest.fixture
    def reopened(self, sealer: Sealer) -> Callable[[], Sealer]:
        """Return how the next process gets the same sealer."""
        return lambda: sealer

    def test_what_was_sealed_is_opened_also_by_the_next_process(
        self, sealer: Sealer, reopened: Callable[[], Sealer]
    ) -> None:
        value: JsonValue = {"private_key": "-----é\n", "list": [1, None, True]}
        sealed = sealer.seal(value, "/d/a 1")

        assert sealer.open(sealed, "/d/a 1") == value
        assert reopened().open(sealed, "/d/a 1") == value

    def test_a_sealed_text_tells_nothing_and_is_another_one_each_time(
        self, sealer: Sealer
    ) -> None:
        sealed = [sealer.seal("hunter2", "/d/a 1") for _ in range(3)]

        assert len(set(sealed)) == 3
        assert not any("hunter2" in text for text in sealed)

    def test_a_text_that_was_moved_or_changed_does_not_open(self, sealer: Sealer) -> None:
        sealed = sealer.seal("hunter2", "/d/a 1")

        for text, label in ((sealed, "/d/b 1"), (sealed[:-5] + "AAAA=", "/d/a 1")):
            with pytest.raises(VariableError) as refusal:
                sealer.open(text, label)
            assert "hunter2" not in str(refusal.value)

    def test_who_has_another_key_cannot_open(self, sealer: Sealer, stranger: Sealer) -> None:
        stranger.seal("anything", "/d/a 1")
        with pytest.raises(VariableError):
            stranger.open(sealer.seal("hunter2", "/d/a 1"), "/d/a 1")


class SealerConformance(_Suite):
    """The whole suite. A subclass gives the fixtures ``sealer`` and ``stranger``."""
