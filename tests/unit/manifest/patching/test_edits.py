"""Replace and remove.

The table is what the real CLI did (spec: bosh.md 3.7). Properties: the old document never changes;
nothing but the value at the path changes; what is replaced is found again.
"""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest import Node, emit, from_value, to_value
from paasta_deploy.manifest.patching.edits import remove, replace
from paasta_deploy.manifest.patching.operations import parse_operations
from paasta_deploy.manifest.patching.ops import apply_ops
from paasta_deploy.manifest.patching.patch import PatchError, find
from paasta_deploy.manifest.patching.pointer import parse_pointer
from tests.unit.manifest.texts import node

GOLDEN = json.loads(Path(__file__).with_name("golden_ops.json").read_text("utf-8"))
BASE = """
a: 1
l: [x, y, z]
i: [{name: n1, v: 1}, {name: n2, v: 2}, {id: 7}, str]
m: {k: {d: 1}}
"a/b": 2
"c:d": 3
"""
AT = node("path")


def applied(row: dict[str, str]) -> str:
    """Return the result of a row in the words of the table."""
    operation = f"- type: {row['op']}\n  path: {json.dumps(row['path'])}\n"
    if row["value"]:
        operation += f"  value: {row['value']}\n"
    base = node(BASE)
    ops = parse_operations("ops.yml", node(operation))
    result = apply_ops(base, [ops])
    if result.node is None:
        (problem,) = result.diagnostics
        return f"ERR {problem.detail}"
    before, after = to_value(base), to_value(result.node)
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    gone = [key for key in before if key not in after]
    if gone:
        changed["-removed"] = gone
    return f"ok {json.dumps(changed)}" if changed else "ok (unchanged)"


def essence(expected: str) -> str:
    """Return the part of a recorded message that must be in ours: up to what the table cut off."""
    text = expected.removeprefix("ERR ")
    if text.startswith("FLAG"):
        return ""
    return text.partition(" (found map keys")[0]


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r['op']} {r['path']}" for r in GOLDEN])
def test_an_operation_does_what_the_real_cli_did(row: dict[str, str]) -> None:
    result = applied(row)

    if row["result"].startswith("ok"):
        assert result == row["result"]
    else:
        assert result.startswith("ERR ")
        assert essence(row["result"]) in result


def test_a_bad_path_is_found_before_anything_is_applied() -> None:
    rows = [row for row in GOLDEN if "FLAG" in row["result"]]
    codes = []
    for row in rows:
        text = f"- {{type: {row['op']}, path: {json.dumps(row['path'])}, value: 9}}"
        codes += [d.code for d in parse_operations("ops.yml", node(text)).diagnostics]

    assert codes == ["PD0204"] * len(rows)
    assert len(rows) == 4


paths = st.sampled_from(
    ["", "/a", "/new?", "/new?/x", "/new?/-", "/new?/name=q/v", "/l/0", "/l/-1", "/l/-", "/l/3",
     "/l/0:before", "/l/-1:after", "/l/0:next", "/i/name=n1/v", "/i/name=n3?/v", "/i/name=n2",
     "/i/name=n1:next/v", "/m/k?/e", "/m/k/e?/f/g", "/a~1b", "/m", "/m/k", "/l", "/nope", "/a/b"]
)  # fmt: skip
small = st.integers() | st.text("ab", max_size=2) | st.lists(st.integers(), max_size=2)


@given(paths, small)
def test_the_old_document_never_changes(path: str, value: int | str | list[int]) -> None:
    base = node(BASE)
    before = emit(base)
    with suppress(PatchError):
        replace(base, parse_pointer(path), from_value(value, "o"), AT)
    with suppress(PatchError):
        remove(base, parse_pointer(path))

    assert emit(base) == before


@given(paths, small)
def test_what_is_replaced_is_found_again(path: str, value: int | str | list[int]) -> None:
    pointer = parse_pointer(path)
    put = from_value(value, "o")
    try:
        result = replace(node(BASE), pointer, put, AT)
    except PatchError:
        return
    if path == "/i/name=n2":
        path = "/i/1"  # the item that matched is gone
    if path.endswith("/-"):
        path += "1"  # what was appended is the last item now
    place = path.removesuffix(":before").removesuffix(":after")

    assert find(result, parse_pointer(place)) is put


@given(paths, small)
def test_an_edit_touches_only_its_own_branch(path: str, value: int | str | list[int]) -> None:
    base = node(BASE)
    try:
        result = replace(base, parse_pointer(path), from_value(value, "o"), AT)
    except PatchError:
        return
    touched = path.split("/")[1].rstrip("?").replace("~1", "/") if path else None
    for key in ("a", "l", "i", "m", "a/b", "c:d"):
        if touched not in (None, key):
            assert branch(result, key) is branch(base, key)


def branch(document: Node, key: str) -> Node:
    return find(document, parse_pointer("/" + key.replace("/", "~1").replace(":", "~7")))


def test_a_removed_optional_part_that_is_absent_gives_the_very_same_document() -> None:
    base = node(BASE)

    for path in (
        "/nope?",
        "/nope?/x/y",
        "/i/name=zz?",
        "/m/k/q?",
        "/i/name=n1/q?/r",
        "/l/0/../x?",
    ):
        try:
            assert remove(base, parse_pointer(path)) is base
        except PatchError:
            assert path == "/l/0/../x?"


def test_an_edit_inside_a_neighbour_reaches_the_neighbour() -> None:
    base = node("[{name: a}, [1]]")

    result = replace(base, parse_pointer("/name=a:next/-"), node("2"), AT)

    assert to_value(result) == [{"name": "a"}, [1, 2]]


def test_a_hundred_levels_of_new_keys_are_made() -> None:
    result = replace(node("{}"), parse_pointer("/k?" + "/k" * 99), node("1"), AT)

    assert emit(result).count("k:") == 100
