"""A refusal tells all mistakes at once."""

import pytest

from paasta_deploy.diagnostics import Diagnostic, Severity
from paasta_deploy.director.rejection import RejectedError, refuse
from paasta_deploy.model.source import Span


def mistake(summary: str, *, severity: Severity = Severity.ERROR, **more: object) -> Diagnostic:
    return Diagnostic(severity=severity, code="PD0101", summary=summary, **more)  # type: ignore[arg-type]  # a test's own


def test_warnings_refuse_nothing() -> None:
    refuse([mistake("hm", severity=Severity.WARNING)])
    refuse([])


def test_every_error_is_in_the_text_with_its_place_and_code() -> None:
    span = Span(file="prod.yml", line=3, column=7, end_line=3, end_column=9)
    with pytest.raises(RejectedError) as caught:
        refuse(
            [
                mistake("hm", severity=Severity.WARNING),
                mistake("first", span=span, detail="why\nand more", hint="write this"),
                mistake("second"),
            ]
        )
    assert str(caught.value) == "prod.yml:3:7: first (why) [PD0101]\nsecond [PD0101]"
    assert caught.value.hint == "write this"
    assert len(caught.value.diagnostics) == 3


def test_the_code_is_boshs_where_there_is_one() -> None:
    assert RejectedError([mistake("x", bosh_code=130011)]).code == 130011
    assert RejectedError([mistake("x")]).code == 440001
