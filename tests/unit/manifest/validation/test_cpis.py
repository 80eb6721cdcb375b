"""AZs and the CPIs that they name."""

import pytest

from paasta_deploy.manifest.parsing.cpi_config import parse_cpi_configs
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.validation.cpis import check_cpis
from tests.unit.manifest.parsing.documents import CLOUD, cloud_of
from tests.unit.manifest.texts import node


@pytest.mark.parametrize(
    ("cpis", "hint"),
    [
        ("{name: othr, type: x}", "did you mean `othr`?"),
        ("{name: new, type: x, migrated_from: [{name: other}]}", "it is called `new` now"),
        ("{name: far, type: x}", "known here: `far`"),
    ],
)
def test_an_unknown_cpi_is_told_with_what_there_is(cpis: str, hint: str) -> None:
    report = Report()
    check_cpis(cloud_of(CLOUD), parse_cpi_configs([node(f"cpis: [{cpis}]")]).draft, report)
    (problem,) = report.diagnostics

    assert (problem.code, problem.bosh_code, problem.hint) == ("PD0807", 550001, hint)
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (3, 19)


def test_known_ones_and_the_default_are_fine() -> None:
    report = Report()
    cpis = parse_cpi_configs([node("cpis: [{name: other, type: x}]")]).draft
    check_cpis(cloud_of(CLOUD), cpis, report)

    assert report.diagnostics == []
