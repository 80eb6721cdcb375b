"""The order in which the BOSH CLI prints the keys of a mapping.

Numbers come first, then null, then texts. Texts are compared at their first different character:
letters come after everything else, and where a digit stands the whole numbers are compared, so
that ``z2`` comes before ``z10``. The rule is that of the CLI's YAML writer (yaml.v2), followed to
the letter, because people compare the printed documents with ``diff``.
"""

from collections.abc import Iterable
from functools import cmp_to_key
from itertools import takewhile

from paasta_deploy.manifest.document.node import Entry, ScalarValue

# Letters sort after all other ASCII characters: moved behind them, texts compare as they are.
_LETTERS_LAST = {code: 0x100 + code for code in range(128) if chr(code).isalpha()}


def sorted_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries of a mapping in the CLI's order."""
    items = list(entries)
    if all(_is_simple(key.value) for key, _ in items):
        items.sort(key=lambda entry: str(entry[0].value).translate(_LETTERS_LAST))
    else:
        items.sort(key=cmp_to_key(_compare_entries))
    return items


def _compare_entries(left: Entry, right: Entry) -> int:
    return compare(left[0].value, right[0].value)


def _is_simple(value: ScalarValue) -> bool:
    return isinstance(value, str) and value.isascii() and not any(map(str.isdigit, value))


_KINDS = {bool: 0, int: 1, float: 2, type(None): 3, str: 4}


def compare(left: ScalarValue, right: ScalarValue) -> int:
    """Return a negative number, 0, or a positive number, as ``left`` comes before ``right``."""
    if isinstance(left, str) and isinstance(right, str):
        return _compare_texts(left, right)
    kinds = _KINDS[type(left)] - _KINDS[type(right)]
    if isinstance(left, int | float) and isinstance(right, int | float) and left != right:
        return -1 if left < right else 1
    return kinds


def _compare_texts(left: str, right: str) -> int:
    for position, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return ord(a) - ord(b)
        if a.isalpha() or b.isalpha():
            return -1 if b.isalpha() else 1
        return _compare_numbers(left, right, position)
    return len(left) - len(right)


def _compare_numbers(left: str, right: str, position: int) -> int:
    """Compare from the first difference, which no letter stands at."""
    # A zero counts when it continues a number: "a10" and "a11" differ, "a01" and "a1" do not here.
    ahead = ""
    if "0" in (left[position], right[position]):
        digits = takewhile(str.isdecimal, reversed(left[:position]))
        ahead = "1" if any(digit != "0" for digit in digits) else ""
    a = "".join(takewhile(str.isdecimal, left[position:]))
    b = "".join(takewhile(str.isdecimal, right[position:]))
    by_value = _value(ahead + a) - _value(ahead + b)
    return by_value or len(a) - len(b) or ord(left[position]) - ord(right[position])


def _value(digits: str) -> int:
    """Return the number as Go computes it: from code points, in 64 bits that overflow."""
    value = 0
    for digit in digits:
        value = (value * 10 + ord(digit) - ord("0")) & _MASK
    return value - (_MASK + 1) if value > _MASK >> 1 else value


_MASK = (1 << 64) - 1
