"""``explain``: every code has a text, and the text of no other; and it is found under any name."""

import pytest

from paasta_deploy.diagnostics.bosh_codes import bosh_codes
from paasta_deploy.diagnostics.catalogue import explain, explanations, listing, similar
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
    assert all(len(line) <= 99 for line in f"{found.wrong}\n{found.right}".splitlines())
    assert found.wrong, "a small text that makes the mistake"
    assert found.right, "the same text put right"
    assert found.wrong != found.right


@pytest.mark.parametrize("asked", ["PD0142", "pd0142", " 142 ", "0142"])
def test_a_code_can_be_asked_for_in_several_ways(asked: str) -> None:
    text = explain(asked)

    assert text is not None
    assert text.startswith("PD0142: ")
    assert "A BOSH director reports this as error 150001 (JobUnknownNetwork)." in text
    assert all(len(line) <= 90 for line in text.splitlines())


@pytest.mark.parametrize("asked", ["150001", "JobUnknownNetwork", " jobunknownnetwork "])
def test_a_number_of_bosh_and_its_name_lead_to_our_code(asked: str) -> None:
    text = explain(asked)

    assert text is not None
    assert text.startswith("BOSH 150001: JobUnknownNetwork\n\nPD0142: ")


def test_a_number_of_bosh_with_several_of_our_codes_explains_all_of_them() -> None:
    text = explain("190016")

    assert text is not None
    assert "told apart further, as PD0131, PD0132, PD0139" in text
    assert "\nPD0131: " in text
    assert "\nPD0132: " in text


def test_a_special_case_is_found_under_its_own_number() -> None:
    text = explain("540007")

    assert text is not None
    assert "PD0149" in text
    assert "Special cases of it are 540007 (ConfigServerIncorrectVariablePlacement)." in text


def test_a_number_that_is_no_mistake_in_a_manifest_is_told_as_such() -> None:
    text = explain("RpcTimeout")

    assert text is not None
    assert text.startswith("BOSH 450002: RpcTimeout\n\nAn agent did not answer in time")
    assert "there is no code of ours" in " ".join(text.split())


def test_every_number_that_we_give_is_one_of_boshs() -> None:
    numbers = {n for code in ALL_CODES if code.bosh is not None for n in (code.bosh, *code.also)}

    assert numbers <= bosh_codes().keys()
    # And every other number has its meaning told, so that none is left unexplained.
    assert {number for number, code in bosh_codes().items() if not code.means} == numbers


def test_a_code_that_bosh_does_not_have_says_nothing_about_it() -> None:
    text = explain("PD0103")

    assert text is not None
    assert "BOSH director reports" not in text


def test_an_unknown_code_has_no_text() -> None:
    assert explain("PD9999") is None
    assert explain("nonsense") is None
    assert explain("999999") is None


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("JobUnknownNetwrk", "JobUnknownNetwork"),
        ("PD0l42", "PD0142"),
        ("150081", "150001"),
        ("lifecycle", "JobInvalidLifecycle"),
    ],
)
def test_something_similar_is_offered(asked: str, offered: str) -> None:
    assert offered in similar(asked)


def test_nothing_is_offered_for_what_looks_like_nothing() -> None:
    assert similar("job") == ()


def test_the_list_has_a_line_for_each_code() -> None:
    lines = listing().splitlines()

    assert len(lines) == len(ALL_CODES)
    assert "PD0142  150001  a network is unknown" in lines
    assert "PD0103          a key is unknown" in lines
