"""Nodes. Properties: packing positions, and ``from_value`` with ``to_value``, are reversible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.document.node import (
    ListNode,
    MapNode,
    Node,
    NodeSource,
    Scalar,
    equal,
    from_value,
    iter_scalars,
    pack,
    to_value,
    unpack,
)
from paasta_deploy.model.source import Span
from paasta_deploy.model.values import JsonValue
from tests.unit.manifest.texts import node

_LINES, _COLUMNS = st.integers(0, (1 << 26) - 2), st.integers(0, (1 << 22) - 2)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_LINES, _COLUMNS, _LINES, _COLUMNS)
def test_a_packed_position_comes_out_again(
    line: int, column: int, end_line: int, end_column: int
) -> None:
    span = unpack("f", pack(line, column, end_line, end_column))

    assert span == Span(
        file="f",
        line=line + 1,
        column=column + 1,
        end_line=end_line + 1,
        end_column=end_column + 1,
    )


@given(values)
def test_a_value_comes_back_from_its_node(value: JsonValue) -> None:
    assert to_value(from_value(value, "f")) == value


@given(values)
def test_a_node_equals_a_node_of_the_same_value(value: JsonValue) -> None:
    assert equal(from_value(value, "f"), from_value(value, "g", 7))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1", "1.0"), ("1", "true"), ("a", "[a]"), ("[a]", "[a, b]"), ("[a]", "[b]"), ("[a]", "a"),
        ("{a: 1}", "{a: 2}"), ("{a: 1}", "{b: 1}"), ("{a: 1}", "[a]"), ("{1: a}", "{y: a}"),
    ],
)  # fmt: skip
def test_different_values_are_not_equal(left: str, right: str) -> None:
    assert not equal(node(left), node(right))


def test_a_boolean_key_and_a_number_key_are_two_keys() -> None:
    assert to_value(node("{y: 1, 1: 2, ~: 3, 1.5: 4}")) == {"y": 1, "1": 2, "~": 3, "1.5": 4}


def test_changing_a_mapping_leaves_the_old_one() -> None:
    old = node("{a: 1, b: 2}")
    assert isinstance(old, MapNode)

    new = old.with_entry(Scalar("g", 0, "a"), Scalar("g", 0, 9)).without("b")

    assert to_value(old) == {"a": 1, "b": 2}
    assert to_value(new) == {"a": 9}
    assert new.entries["a"][0].file == "x.yml"  # a key that was there stays where it was written


def test_all_scalars_are_found_keys_first() -> None:
    assert [s.value for s in iter_scalars(node("{a: [1, {b: 2}], c: x}"))] == [
        "a", 1, "b", 2, "c", "x"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x", "a text"), ("1", "an integer"), ("1.5", "a number with a fraction"),
        ("~", "nothing (null)"), ("y", "a boolean"), ("[]", "a list"), ("{}", "a mapping"),
    ],
)  # fmt: skip
def test_each_kind_has_a_name(text: str, kind: str) -> None:
    assert node(text).kind == kind


def test_a_node_of_no_kind_is_just_a_value() -> None:
    assert Node("f", 0).kind == "a value"


class TestSource:
    """Sources of parsed things."""

    source = NodeSource(node("groups:\n- name: web\n  azs: [z1, z2]\n"))

    def line_of(self, span: Span | None) -> tuple[int, int]:
        assert span is not None
        return (span.line, span.column)

    def test_a_value_is_found_by_its_path(self) -> None:
        assert self.line_of(self.source.span("groups", 0, "azs", 1)) == (3, 13)

    def test_no_path_is_the_thing_itself(self) -> None:
        assert self.line_of(self.source.span()) == (1, 1)

    @pytest.mark.parametrize(
        "path", [("groups", 0, "vm"), ("groups", 0, "vm", "x"), ("groups", 0)]
    )
    def test_the_nearest_value_stands_for_a_missing_one(self, path: tuple[str | int, ...]) -> None:
        assert self.line_of(self.source.span(*path)) == (2, 3)

    def test_a_key_has_its_own_place(self) -> None:
        assert self.line_of(self.source.key_span("groups", 0, "azs")) == (3, 3)

    def test_an_index_has_no_key(self) -> None:
        assert self.line_of(self.source.key_span("groups", 0)) == (2, 3)

    def test_a_missing_parent_gives_the_nearest(self) -> None:
        assert self.line_of(self.source.key_span("groups", 7, "x")) == (2, 1)

    def test_a_step_of_the_wrong_kind_goes_nowhere(self) -> None:
        assert self.line_of(self.source.span(0)) == (1, 1)
        assert self.line_of(self.source.span("groups", "x")) == (2, 1)


def test_a_list_node_keeps_its_items() -> None:
    items = (Scalar("f", 0, 1),)

    assert ListNode("f", 0, items).items is items
