"""Single values as model values."""

import pytest

from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.values import free_value, report_wrong_type, text_of
from tests.unit.manifest.texts import node


@pytest.mark.parametrize(
    ("text", "wanted", "hint"),
    [
        ("yes", "a text", 'in YAML `yes` is a boolean; write "yes"'),
        ("'5'", "an integer", "remove the quotes: 5"),
        ("~", "a text", "give a value, or remove the key"),
        ("~", "an integer", "give a value, or remove the key"),
        ("{}", "a list", "begin each item with `- `"),
        ("[]", "a mapping", "write `key: value` lines without `- `"),
        ("x", "an integer", ""),
        ("((v))", "an integer", "give it with `-v v=VALUE` or in a file with `-l`"),
        ("[]", "a text", ""),
    ],
)
def test_a_wrong_type_comes_with_the_likeliest_repair(text: str, wanted: str, hint: str) -> None:
    report = Report()
    report_wrong_type(report, "`k`", node(text), wanted)

    assert [item.hint for item in report.diagnostics] == [hint]


def test_a_text_is_a_text() -> None:
    assert text_of(Report(), "`k`", node("x")) == "x"


def test_values_of_others_are_passed_on() -> None:
    report = Report()

    assert free_value(report, node("[1, {a: [~, y]}]")) == [1, {"a": [None, True]}]
    assert report.diagnostics == []
