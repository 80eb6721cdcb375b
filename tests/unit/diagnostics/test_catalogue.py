"""``explain``: every code has a text, and the text of no other."""

import pytest

from paasta_deploy.diagnostics.catalogue import explain, explanations
from paasta_deploy.diagnostics.codes import ALL_CODES


def test_every_code_is_explained_and_nothing_else() -> None:
    assert sorted(explanations()) == sorted(code.name for code in ALL_CODES)


@pytest.mark.parametrize("name", [code.name for code in ALL_CODES])
def test_an_explanation_is_a_whole_one(name: str) -> None:
    found = explanations()[name]

    assert found.title[0].islower() or found.title[0] in "`("
    assert not found.title.endswith(".")
    assert len(found.explanation) > 80
    assert found.explanation.rstrip().endswith((".", "`", ")"))
    assert "\n" not in found.explanation
    assert all(len(line) <= 99 for line in found.example.splitlines())


@pytest.mark.parametrize("asked", ["PD0142", "pd0142", " 142 ", "0142"])
def test_a_code_can_be_asked_for_in_several_ways(asked: str) -> None:
    text = explain(asked)

    assert text is not None
    assert text.startswith("PD0142: ")
    assert "A BOSH director reports this as error 150001." in text
    assert all(len(line) <= 90 for line in text.splitlines())


def test_a_code_that_bosh_does_not_have_says_nothing_about_it() -> None:
    text = explain("PD0103")

    assert text is not None
    assert "BOSH director reports" not in text


def test_an_unknown_code_has_no_text() -> None:
    assert explain("PD9999") is None
    assert explain("nonsense") is None
