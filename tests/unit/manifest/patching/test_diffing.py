"""The difference of two documents.

Properties: applied to the first, it gives the second, also after being written and read as an ops
file; of a document and itself it is empty; it changes nothing outside of what it names.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.manifest import apply_ops, emit, from_value, read_ops, to_value
from paasta_deploy.manifest.document.node import MapNode, Node, equal
from paasta_deploy.manifest.patching.diffing import as_ops_file, diff
from paasta_deploy.manifest.patching.operations import OpsFile, as_cloned
from paasta_deploy.model.values import JsonValue
from tests.unit.manifest.texts import node

_KEYS = st.sampled_from(["a", "b", "name", "0", "-", "x?", "a/b", "c:d", "k=v", "~", "", "-1"])
_NAMES = st.sampled_from(["n1", "n2", "n3", "x?", "a/b", "c:d", "1", "a=b"])
_scalars = st.sampled_from(["t", "", "1", "~"]) | st.integers(0, 3) | st.booleans() | st.none()


def _grown(inner: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    named = st.tuples(_NAMES, inner).map(lambda pair: {"name": pair[0], "v": pair[1]})
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYS, inner, max_size=4)
        | st.lists(named, max_size=4, unique_by=lambda item: item["name"])
    )


documents = st.recursive(_scalars, _grown, max_leaves=12)


def applied(first: Node, second: Node) -> Node | None:
    """Return what becomes of the first document by the written and read difference."""
    text = emit(as_ops_file(diff(first, second)))
    return apply_ops(first, [read_ops("made.yml", text)]).node


@settings(max_examples=150)
@given(documents, documents)
def test_the_difference_makes_the_second_of_the_first(one: JsonValue, other: JsonValue) -> None:
    first, second = from_value(one, "a.yml"), from_value(other, "b.yml")
    operations = OpsFile(name="made", operations=diff(first, second))
    changed = apply_ops(first, [operations]).node

    assert changed is not None
    assert equal(changed, second)
    again = applied(first, second)
    assert again is not None
    assert equal(as_cloned(again), as_cloned(second))


@given(documents)
def test_a_document_does_not_differ_from_itself(value: JsonValue) -> None:
    assert diff(from_value(value, "a.yml"), from_value(value, "b.yml")) == ()


@given(documents, documents)
def test_what_no_operation_names_is_the_very_same(one: JsonValue, other: JsonValue) -> None:
    first = from_value({"kept": [one], "changed": one}, "a.yml")
    second = from_value({"kept": [one], "changed": other}, "b.yml")
    operations = OpsFile(name="made", operations=diff(first, second))
    changed = apply_ops(first, [operations]).node

    paths = [str(item.at.value) for item in operations.operations]
    assert all(path.startswith("/changed") for path in paths)
    assert isinstance(first, MapNode)
    assert isinstance(changed, MapNode)
    assert changed.get("kept") is first.get("kept")


@pytest.mark.parametrize(
    ("first", "second", "operations"),
    [
        ("{a: 1}", "{a: 2}", [("replace", "/a", 2)]),
        ("{a: 1}", "{b: 1}", [("remove", "/a", None), ("replace", "/b?", 1)]),
        ("{a: {b: {c: 1}}}", "{a: {b: {c: 2}}}", [("replace", "/a/b/c", 2)]),
        ("{i: [{name: x, z: 1}]}", "{i: [{name: x, z: 2}]}", [("replace", "/i/name=x/z", 2)]),
        ("[{name: x}, {name: b}]", "[{name: b}]", [("remove", "/name=x", None)]),
        ("[{name: x}]", "[{name: w}, {name: x}, {name: b}]",
         [("replace", "/name=x:before", {"name": "w"}), ("replace", "/-", {"name": "b"})]),
        ("[1, 2]", "[1, 2, 3]", [("replace", "/-", 3)]),
        ("[1, 2]", "[1, 3]", [("replace", "/1", 3)]),
        ("{a: [1, 2]}", "{a: [2]}", [("replace", "/a", [2])]),
        ("{m: {1: a}}", "{m: {1: b}}", [("replace", "/m", {"1": "b"})]),
        ("{m: {'1': a}}", "{m: {'1': b}}", [("replace", "/m", {"1": "b"})]),
        ("{a/b: 1}", "{a/b: 2}", [("replace", "/a~1b", 2)]),
        ("{a: [{name: x}, {name: x}]}", "{a: [{name: x}]}", [("replace", "/a", [{"name": "x"}])]),
        ("[1]", "{a: 1}", [("replace", "", {"a": 1})]),
    ],
)  # fmt: skip
def test_it_is_said_as_an_operator_would(
    first: str, second: str, operations: list[tuple[str, str, JsonValue]]
) -> None:
    found = diff(node(first), node(second))

    assert [
        (item.kind.value, item.at.value, None if item.value is None else to_value(item.value))
        for item in found
    ] == operations
