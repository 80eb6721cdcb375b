"""Warnings that say the same are told once; errors never are.

Property: what is folded away is a warning that equals one before it, and nothing is lost of it.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import Diagnostic, Span, codes, error, render_all, warning
from paasta_deploy.diagnostics.folding import folded


def at(line: int, file: str = "m.yml") -> Span:
    return Span(file=file, line=line, column=1, end_line=line, end_column=4)


def unknown(line: int, key: str = "consume", file: str = "m.yml") -> Diagnostic:
    return warning(
        codes.UNKNOWN_KEY, f"unknown key `{key}`", span=at(line, file), hint="remove it"
    )


def test_equal_warnings_of_a_file_are_one_with_the_other_lines() -> None:
    (said,) = folded([unknown(3), unknown(9), unknown(5)])

    assert said.span == at(3)
    assert said.detail == "\nthe same in lines 5, 9"


def test_another_file_or_another_key_is_another_warning() -> None:
    different = [unknown(3), unknown(4, "provides"), unknown(5, file="n.yml")]

    assert folded(different) == different


def test_many_lines_are_counted() -> None:
    (said,) = folded([unknown(line) for line in range(1, 40)])

    assert said.detail.endswith("12, 13 and 26 more")


def test_people_read_it_once_and_the_count_is_of_all() -> None:
    shown = render_all([unknown(1), unknown(2)], {"m.yml": "consume: 1\nconsume: 2\n"})

    assert shown.count("unknown key") == 1
    assert "   = the same in line 2\n" in shown
    assert "2 warnings; " in shown


@given(
    st.lists(
        st.builds(
            lambda make, line, text: make(codes.UNKNOWN_KEY, text, span=at(line)),
            st.sampled_from([error, warning]),
            st.integers(1, 9),
            st.sampled_from("ab"),
        )
    )
)
def test_every_error_and_every_kind_of_warning_stays(told: list[Diagnostic]) -> None:
    kept = folded(told)

    assert [item for item in kept if item.is_error] == [item for item in told if item.is_error]
    assert {item.summary for item in kept} == {item.summary for item in told}
    warnings = [item for item in kept if not item.is_error]
    assert len({item.summary for item in warnings}) == len(warnings)
