"""Tables fit the terminal where they can, and never break a word.

Property: whatever the width, every word of every cell is there, whole and in order.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.cli.columns import laid_out

ID = "6f1c2b0e-9d3a-4a53-8c4e-2f9f1f0a7b11"
CELLS = st.text("ab -", max_size=30).map(str.strip)


def shown(columns: int | None, *rows: tuple[str, ...]) -> list[str]:
    return [line for row in laid_out(("Id", "Result"), rows, columns) for line in row]


def test_a_table_that_fits_stays_as_it_is() -> None:
    rows = (("1", "all is well"), ("22", "-"))
    whole = ["Id  Result", "1   all is well", "22  -"]

    assert shown(None, *rows) == whole
    assert shown(15, *rows) == whole


def test_a_long_text_goes_on_in_its_column() -> None:
    assert shown(20, ("1", "it was stopped by an operator")) == [
        "Id  Result",
        "1   it was stopped",
        "    by an operator",
    ]


def test_an_id_is_never_broken_even_when_the_table_is_too_wide_for_it() -> None:
    lines = shown(30, (ID, "it was stopped"))

    assert lines[1] == f"{ID}  it was"
    assert lines[2].strip() == "stopped"


@given(st.integers(1, 60), st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3))
def test_no_word_is_lost_or_broken(columns: int, rows: list[tuple[str, str]]) -> None:
    for row, lines in zip(rows, laid_out(("A", "B"), rows, columns)[1:], strict=True):
        words = sorted(word for cell in row for word in cell.split())
        assert sorted(word for line in lines for word in line.split()) == words
