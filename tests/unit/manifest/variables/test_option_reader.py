"""Reading single options: absent, waiting, right and wrong ones."""

from enum import Enum

import pytest

from paasta_deploy.manifest.variables.option_reader import OptionReader
from tests.unit.manifest.texts import found
from tests.unit.manifest.variables.definitions import defined, section


class Colour(Enum):
    """A closed set."""

    RED = "red"
    BLUE = "blue"


def reader(options: str) -> OptionReader:
    """Return a reader of some options."""
    return OptionReader(defined(f"{{name: v, type: t, options: {{{options}}}}}")[0])


@pytest.mark.parametrize("options", ["", "x: null"])
def test_null_is_the_same_as_absent(options: str) -> None:
    of = reader(options)

    assert not of.has("x")
    assert (of.text("x"), of.texts("x"), of.number("x")) == ("", (), 0)
    assert of.flag("x") is False
    assert of.choices("x", Colour) == ()
    assert of.diagnostics == []


def test_what_waits_for_a_variable_counts_as_absent_and_right() -> None:
    of = reader("x: ((later)), y: ['((later))', red]")

    assert of.is_open("y", "x")
    assert not of.is_open("y")
    assert (of.flag("x"), of.number("x"), of.texts("x")) == (False, 0, ())
    assert of.text("x") == "((later))"
    assert of.choices("y", Colour) == (Colour.RED,)
    assert of.diagnostics == []


def test_a_choice_is_taken_once_and_a_slip_is_told_with_the_nearest() -> None:
    text = "{name: v, type: t, options: {x: [blue, red, blue, bleu]}}"
    of = OptionReader(defined(text)[0])

    assert of.choices("x", Colour) == (Colour.BLUE, Colour.RED)
    assert found(section(text), of.diagnostics) == [("PD0903", "bleu")]
    assert of.diagnostics[0].hint == "did you mean `blue`?"


@pytest.mark.parametrize(
    ("value", "kind"),
    [("[1]", "a list"), ("{a: b}", "a mapping"), ("t", "a text"), ("yes", "a boolean")],
)
def test_a_wrong_kind_is_named(value: str, kind: str) -> None:
    of = reader(f"x: {value}")
    of.number("x")

    assert [item.detail for item in of.diagnostics] == [f"this is {kind}"]


def test_a_number_for_a_list_is_named() -> None:
    of = reader("x: 1")
    of.texts("x")

    assert [item.detail for item in of.diagnostics] == ["this is a number"]
