"""The form of ops files, and what is said about each thing that is wrong with it."""

import pytest

from paasta_deploy.manifest import read_ops, to_value
from paasta_deploy.manifest.document.node import Scalar, iter_scalars
from paasta_deploy.manifest.patching.operations import OperationKind, as_cloned, part_of_text
from tests.unit.manifest.texts import found, node


def problems(text: str) -> list[tuple[str, str]]:
    return found(text, read_ops("ops.yml", text).diagnostics)


def test_operations_are_read_in_order() -> None:
    text = """
- type: replace
  path: /a
  value: ~
- type: remove
  path: /b
- {type: test, path: /c, absent: true, error: please}
"""
    first, second, third = read_ops("ops.yml", text).operations

    assert (first.kind, first.number) == (OperationKind.REPLACE, 0)
    assert first.value is not None
    assert to_value(first.value) is None
    assert (second.kind, second.number) == (OperationKind.REMOVE, 1)
    assert (third.kind, third.absent, third.message) == (OperationKind.TEST, True, "please")


@pytest.mark.parametrize("text", ["", "# nothing\n", "~"])
def test_an_empty_file_has_no_operations(text: str) -> None:
    ops = read_ops("ops.yml", text)

    assert (ops.operations, ops.diagnostics) == ((), ())


def test_a_path_may_be_a_number() -> None:
    (operation,) = read_ops("ops.yml", "- {type: replace, path: /5, value: 1}").operations

    assert operation.pointer.shown() == "/5"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: 1", "PD0201", "a"),
        ("just text", "PD0201", "just text"),
        ("- type: rename\n  path: /a", "PD0202", "rename"),
        ("- type: [a]\n  path: /a", "PD0202", "["),
        ("- path: /a", "PD0203", "path"),
        ("- type: remove", "PD0203", "type"),
        ("- {type: remove, path: ~}", "PD0203", "{"),
        ("- {type: remove, path: [a]}", "PD0203", "["),
        ("- {type: replace, path: /a}", "PD0203", "{"),
        ("- {type: remove, path: /a, value: 1}", "PD0203", "value"),
        ("- {type: test, path: /a}", "PD0203", "{"),
        ("- text", "PD0203", "text"),
        ("- {type: remove, path: a/b}", "PD0204", "a/b"),
        ("- {type: remove, path: '/l/0:foo'}", "PD0204", "foo"),
        ("- {type: remove, path: /a, name: x}", "PD0205", "name"),
        ("- {type: remove, path: /a, vaule: x}", "PD0205", "vaule"),
        ("- {type: remove, path: /a, 7: x}", "PD0205", "7"),
        ("- {type: *x}", "PD0008", "*x"),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, code: str, place: str) -> None:
    assert problems(text) == [(code, place)]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = "- {type: copy, path: /a}\n- {type: replace, path: b}\n- 5\n"

    assert [code for code, _ in problems(text)] == ["PD0202", "PD0204", "PD0203"]


def test_an_odd_key_is_only_warned_of() -> None:
    ops = read_ops("ops.yml", "- {type: remove, path: /a, release: x}")

    assert len(ops.operations) == 1
    assert not ops.diagnostics[0].is_error
    assert "value:" in ops.diagnostics[0].hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [("{instance_groups: []}", "manifest"), ("{password: x}", "`-l`"), ("x", "is a list")],
)
def test_a_file_of_another_kind_is_recognised(text: str, hint: str) -> None:
    (diagnostic,) = read_ops("ops.yml", text).diagnostics

    assert hint in diagnostic.hint


def test_a_put_fraction_of_zero_becomes_an_integer() -> None:
    cloned = as_cloned(node("[1.0, {1e3: 2.5}, x]"))

    assert [(type(scalar.value), scalar.value) for scalar in iter_scalars(cloned)] == [
        (int, 1),
        (int, 1000),
        (float, 2.5),
        (str, "x"),
    ]


def test_a_value_without_fractions_is_put_as_it_is() -> None:
    tree = node("{a: [1, x]}")

    assert as_cloned(tree) is tree


@pytest.mark.parametrize("text", ["/a/bc", "'/a/bc'", '"/a/bc"'])
def test_a_part_of_a_text_is_found_with_and_without_quotes(text: str) -> None:
    scalar = node(text)
    assert isinstance(scalar, Scalar)
    span = part_of_text(scalar, 3, 2)

    assert text[span.column - 1 : span.end_column - 1] == "bc"


def test_a_text_of_several_lines_is_pointed_at_as_a_whole() -> None:
    scalar = node('"/a\n  b"')
    assert isinstance(scalar, Scalar)

    assert part_of_text(scalar, 3, 1) == scalar.span
