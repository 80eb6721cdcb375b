"""Guesses are made once and not for ever."""

from collections.abc import Iterator

from paasta_deploy.manifest.validation.suggestions import Suggestions


def test_a_name_is_only_guessed_at_once() -> None:
    asked = []

    def known() -> Iterator[str]:
        asked.append(1)
        yield "private"

    suggestions = Suggestions()
    hints = [suggestions.hint("network", "privat", known()) for _ in range(3)]

    assert hints == ["did you mean `private`?"] * 3
    assert len(asked) == 1


def test_the_same_name_of_another_kind_is_another_guess() -> None:
    suggestions = Suggestions()
    suggestions.hint("network", "smal", ["private"])

    assert suggestions.hint("VM type", "smal", ["small"]) == "did you mean `small`?"


def test_guessing_is_given_up_after_two_hundred_names() -> None:
    suggestions = Suggestions()
    hints = [suggestions.hint("network", f"x{n}", ["private"]) for n in range(300)]

    assert sum(map(bool, hints)) == 200
