"""Which texts are placeholders: the pattern of the BOSH CLI."""

import pytest

from paasta_deploy.manifest.interpolating.placeholders import (
    Placeholder,
    is_one_placeholder,
    placeholder_scalars,
    placeholders,
)
from tests.unit.manifest.texts import node


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("((a))", ["a"]), ("(( a ))", ["a"]), ("((!a))", ["a"]), ("x((a))((b.c))y", ["a", "b.c"]),
        ("((/abs/path.x))", ["/abs/path.x"]), ("((변수))", ["변수"]), ("((a-b_c.0))", ["a-b_c.0"]),
        ("((a)", []), ("((a", []), ("((  a))", []), ("((a b))", []), ("(())", []), ("((a:b))", []),
        ("(((a)))", ["a"]), ("((!))", []), ("((!!a))", []), ("plain", []),
    ],
)  # fmt: skip
def test_placeholders_are_found(text: str, names: list[str]) -> None:
    assert [item.written for item in placeholders(text)] == names


@pytest.mark.parametrize(
    ("text", "alone"),
    [("((a))", True), ("(( !a ))", True), (" ((a))", False), ("((a))((b))", False)],
)
def test_one_placeholder_alone_is_told_apart(text: str, *, alone: bool) -> None:
    assert is_one_placeholder(text) is alone


def test_a_name_has_parts() -> None:
    assert (Placeholder("a.b.c").name, Placeholder("a.b.c").parts) == ("a", ("b", "c"))
    assert Placeholder("a").parts == ()


def test_texts_with_placeholders_are_listed_keys_too() -> None:
    listed = placeholder_scalars(node("{((k)): [((v)), x, 5], '((': y}"))

    assert [scalar.value for scalar, _ in listed] == ["((k))", "((v))"]
