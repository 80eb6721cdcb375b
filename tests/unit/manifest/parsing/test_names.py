"""Names in DNS, and names given twice."""

import pytest

from paasta_deploy.diagnostics import Span, codes
from paasta_deploy.manifest.parsing.names import Unique, canonical_name
from paasta_deploy.manifest.parsing.report import Report


@pytest.mark.parametrize(
    ("name", "label"),
    [("web", "web"), ("Web_API", "web-api"), ("a.b c!", "abc"), ("한글", ""), ("9x", "9x")],
)
def test_a_name_becomes_a_dns_label(name: str, label: str) -> None:
    assert canonical_name(name) == label


def span(line: int) -> Span:
    """Return a place in that line."""
    return Span(file="f", line=line, column=1, end_line=line, end_column=2)


def test_a_second_name_points_at_the_first() -> None:
    report = Report()
    unique = Unique(report, codes.DUPLICATE_GROUP, "the group", canonical_name)

    assert unique.add("a", span(1))
    assert unique.add("b", span(2))
    assert not unique.add("A", span(3))
    (diagnostic,) = report.diagnostics
    assert diagnostic.span == span(3)
    assert diagnostic.related[0].span == span(1)


def test_the_same_place_is_not_a_second_one() -> None:
    unique = Unique(Report(), codes.DUPLICATE_GROUP, "the group")
    here = span(1)

    assert unique.add("a", here)
    assert unique.add("a", here)


def test_an_empty_name_is_nobodys() -> None:
    unique = Unique(Report(), codes.DUPLICATE_GROUP, "the group")

    assert unique.add("", span(1))
    assert unique.add("", span(2))
