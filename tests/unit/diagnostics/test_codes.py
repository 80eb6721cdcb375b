"""Codes are named once, are well-formed, and each one is used somewhere."""

import re
from pathlib import Path

from paasta_deploy.diagnostics import codes

SOURCES = Path(__file__).resolve().parents[3]


def test_every_code_has_one_name() -> None:
    names = [code.name for code in codes.ALL_CODES]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"PD\d{4}", name) for name in names)


def test_codes_are_listed_in_order() -> None:
    names = [code.name for code in codes.ALL_CODES]

    assert names == sorted(names)


def test_every_code_is_used() -> None:
    folders = ("paasta_deploy", "providers")
    text = "".join(
        path.read_text("utf-8")
        for folder in folders
        for path in (SOURCES / folder).rglob("*.py")
        if path.name != "codes.py"
    )
    constants = [
        name
        for name, value in vars(codes).items()
        # What planning says (06) is tested beside planning.
        if value in codes.ALL_CODES and not value.name.startswith("PD06")
    ]

    assert [name for name in constants if not re.search(rf"\b{name}\b", text)] == []


def test_a_code_can_have_another_number_of_bosh() -> None:
    other = codes.numbered(codes.OLD_KEY, 140026)

    assert (other.name, other.bosh) == (codes.OLD_KEY.name, 140026)
