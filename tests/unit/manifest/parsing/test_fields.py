"""Reading mappings key by key."""

from enum import Enum

import pytest

from paasta_deploy.diagnostics import Severity, codes
from paasta_deploy.manifest.document.node import MapNode
from paasta_deploy.manifest.parsing.fields import Fields, objects_of
from paasta_deploy.manifest.parsing.report import Report
from tests.unit.manifest.texts import node


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def fields(text: str, severity: Severity = Severity.ERROR) -> Fields:
    """Return the fields of a mapping."""
    tree = node(text)
    assert isinstance(tree, MapNode)
    return Fields(tree, "thing", Report(severity))


def told(of: Fields) -> list[str]:
    """Return the codes that were reported."""
    return [item.code for item in of.report.diagnostics]


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ("{k: x}", "x", []), ("{k: 5}", "5", []), ("{k: 1.5}", "1.5", []), ("{}", "def", []),
        ("{k: 1.0}", "1", ["PD0017"]), ("{k: 0x10}", "16", ["PD0017"]),
        ("{k: yes}", "def", ["PD0101"]), ("{k: ~}", "def", ["PD0101"]),
        ("{k: [x]}", "def", ["PD0101"]), ("{k: ''}", "", []), ("{k: ((v))}", "((v))", []),
    ],
)  # fmt: skip
def test_a_number_is_a_text_where_a_text_is_needed(
    text: str, value: str, problems: list[str]
) -> None:
    read = fields(text)

    assert read.text("k", default="def") == value
    assert told(read) == problems


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ("{k: 5}", 5, []), ("{}", 7, []), ("{k: '5'}", 7, ["PD0101"]),
        ("{k: 5.5}", 7, ["PD0101"]), ("{k: yes}", 7, ["PD0101"]), ("{k: 0}", 7, ["PD0104"]),
        ("{k: ((v))}", 7, ["PD0149"]),
    ],
)  # fmt: skip
def test_an_integer_is_only_an_integer(text: str, value: int, problems: list[str]) -> None:
    read = fields(text)

    assert read.integer("k", default=7, low=1) == value
    assert told(read) == problems


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [("{k: yes}", True, []), ("{}", None, []), ("{k: 1}", None, ["PD0101"])],
)
def test_a_flag_is_true_or_false(text: str, *, value: bool | None, problems: list[str]) -> None:
    read = fields(text)

    assert read.flag("k", default=None) is value
    assert told(read) == problems


@pytest.mark.parametrize(
    ("text", "value", "problems"),
    [
        ("{k: blue}", Colour.BLUE, []), ("{}", Colour.RED, []),
        ("{k: bleu}", Colour.RED, ["PD0106"]), ("{k: [x]}", Colour.RED, ["PD0101"]),
    ],
)  # fmt: skip
def test_a_choice_is_a_member(text: str, value: Colour, problems: list[str]) -> None:
    read = fields(text)

    assert read.choice("k", Colour, Colour.RED) is value
    assert told(read) == problems


def test_containers_must_be_of_their_kind() -> None:
    read = fields("{m: [x], l: {a: 1}, f: 5}")

    assert read.fields("m", "block") is None
    assert read.items("l") == ()
    assert read.free("f") == {}
    assert [item.hint for item in read.report.diagnostics] == [
        "write `key: value` lines without `- `",
        "begin each item with `- `",
        "",
    ]


def test_required_keys_are_missed_when_reading_is_finished() -> None:
    read = fields("{a: 1}")
    read.raw("a")
    read.text("t", need=True)
    read.integer("i", need=True)
    read.fields("f", "block", need=True)
    read.items("l", need=True)
    assert told(read) == []

    read.finish()

    assert told(read) == ["PD0102"] * 4
    assert read.report.diagnostics[0].summary == "`t` is missing"


def test_keys_that_nobody_asked_for_are_unknown() -> None:
    read = fields("{name: a, nmaes: b, 5: c, static_ips: d}")
    read.text("name")
    read.text("names")
    read.finish()

    assert [(d.summary, d.hint) for d in read.report.diagnostics] == [
        ("unknown key `nmaes`", "did you mean `names`?"),
        ("unknown key `5`", "remove it; nothing reads it"),
        (
            "unknown key `static_ips`",
            "it belongs to a network of the group, below `networks:`",
        ),
    ]


def test_unknown_keys_can_be_warnings() -> None:
    read = fields("{a: 1}", Severity.WARNING)
    read.finish()

    assert [item.severity for item in read.report.diagnostics] == [Severity.WARNING]


def test_items_that_are_no_mappings_are_told() -> None:
    read = fields("{l: [{a: 1}, x]}")

    assert len(objects_of(read.report, read.items("l"), "instance")) == 1
    assert read.report.diagnostics[0].summary == "an instance must be a mapping"


def test_places_of_values_and_keys_are_known() -> None:
    read = fields("{a: 1}")

    assert [read.source_of("a").column, read.key_span("a").column] == [5, 2]
    assert [read.source_of("b").column, read.key_span("b").column] == [1, 1]


def test_a_wrong_type_may_have_its_own_code() -> None:
    read = fields("{a: 1}")
    value = read.raw("a")
    assert value is not None
    read.wrong_type("a", value, "a list", codes.BAD_AZ)

    assert told(read) == ["PD0122"]
