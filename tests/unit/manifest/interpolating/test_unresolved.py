"""What is left of variables when nobody fills them in any more."""

from paasta_deploy.manifest import check_resolved
from tests.unit.manifest.texts import found, node

TEXT = "{a: ((x)), b: ['((y.z))', '((x))'], c: ((d)), variables: [{name: d}]}"


def test_each_variable_without_a_value_is_told_once() -> None:
    assert found(TEXT, check_resolved(node(TEXT))) == [
        ("PD0149", "((x))"),
        ("PD0149", "'((y.z))'"),
    ]


def test_known_and_defined_variables_are_fine() -> None:
    assert check_resolved(node(TEXT), known={"x", "y"}) == ()


def test_all_places_are_counted() -> None:
    first, second = check_resolved(node(TEXT))

    assert (first.detail, len(first.related)) == ("used in 2 places", 1)
    assert (second.detail, len(second.related)) == ("used here", 0)


def test_what_an_alias_repeats_is_one_place() -> None:
    (only,) = check_resolved(node("{a: &it {x: ((x))}, b: *it}"))

    assert (only.detail, len(only.related)) == ("used here", 0)
