"""Places in texts."""

from paasta_deploy.model.source import NOWHERE, Span


def test_a_span_is_shown_as_editors_take_it() -> None:
    assert str(Span(file="a.yml", line=3, column=5, end_line=3, end_column=9)) == "a.yml:3:5"


def test_what_was_made_by_code_stands_nowhere() -> None:
    assert NOWHERE.span("a", 0) is None
    assert NOWHERE.key_span("a") is None
