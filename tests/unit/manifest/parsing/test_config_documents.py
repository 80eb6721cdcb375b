"""Several documents of one kind, read as one."""

from paasta_deploy.manifest.parsing.config_documents import (
    ConfigResult,
    config_tops,
    in_order_of,
)
from paasta_deploy.manifest.parsing.report import Report
from tests.unit.manifest.texts import node


def test_documents_that_are_no_mappings_are_told_of_and_passed_over() -> None:
    report = Report()

    tops = config_tops([node("a: 1\n"), node("- a\n", "y.yml")], "deploy config", "`a:`", report)

    assert [top.text("a") for top in tops] == ["1"]
    assert [str(item.span) for item in report.diagnostics] == ["y.yml:1:1"]


def test_mistakes_come_in_the_order_of_the_documents_and_once() -> None:
    nodes = [node("b: 1\n", "z.yml"), node("a: 1\n", "a.yml")]
    report = Report()
    for item in (nodes[1], nodes[0], nodes[0]):
        config_tops([item], "deploy config", "`x:`", report)[0].finish()

    told = in_order_of(nodes, report)

    assert [str(item.span) for item in told] == ["z.yml:1:1", "a.yml:1:1"]


def test_a_draft_with_mistakes_is_no_value() -> None:
    report = Report()
    config_tops([node("a: 1\n")], "deploy config", "`x:`", report)[0].finish()

    assert ConfigResult(draft=1, diagnostics=tuple(report.diagnostics)).value is None
    assert ConfigResult(draft=1).value == 1
