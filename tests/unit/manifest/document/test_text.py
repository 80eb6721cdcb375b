"""Bytes that are no text get one diagnostic that says what they are."""

import pytest

from paasta_deploy.manifest.document.text import decode, place_of


def problem_of(data: bytes | str) -> tuple[str, str]:
    problem = decode("x.yml", data).problem
    assert problem is not None
    return problem.code, problem.detail


@pytest.mark.parametrize(
    "data",
    [
        "a: 한글\n".encode(),
        b"\xef\xbb\xbfa: \xed\x95\x9c\xea\xb8\x80\n",
        "a: 한글\n".encode("utf-16"),
        b"\xfe\xff" + "a: 한글\n".encode("utf-16-be"),
    ],
)
def test_every_unicode_file_with_a_mark_is_read(data: bytes) -> None:
    assert decode("x.yml", data).text == "a: 한글\n"


def test_a_text_may_begin_with_a_mark() -> None:
    assert decode("x.yml", "\ufeffa: 1").text == "a: 1"


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"\x1f\x8b\x08rest", "gzip"), (b"PK\x03\x04rest", "zip"), (b"\x7fELFrest", "program")],
)
def test_an_archive_is_called_an_archive(data: bytes, what: str) -> None:
    code, detail = problem_of(data)

    assert code == "PD0001"
    assert what in detail


def test_a_zero_byte_is_no_text() -> None:
    assert problem_of(b"a: b\0c") == ("PD0001", "byte 4 is zero, which no text has")


def test_a_file_of_an_old_editor_names_the_command_that_helps() -> None:
    problem = decode("old.yml", "a: 1\nname: 한글\n".encode("cp949")).problem

    assert problem is not None
    assert problem.code == "PD0002"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 7)
    assert "iconv -f CP949 -t UTF-8 old.yml" in problem.hint


def test_bytes_in_no_known_encoding_are_told() -> None:
    problem = decode("x.yml", b"a: \xff\xff\xff").problem

    assert problem is not None
    assert problem.hint == "save the file as UTF-8"


def test_a_mark_before_wrong_bytes_is_no_trouble() -> None:
    assert problem_of(b"\xef\xbb\xbfx\xff: 1") == ("PD0002", "byte 0xff at offset 1")


def test_half_a_utf16_file_is_told() -> None:
    assert problem_of(b"\xff\xfea\x00b")[0] == "PD0002"


@pytest.mark.parametrize(
    "text", ["a: \x1b[31m", "a: \x7f", "a: \ufffe", "a: b\ufeffc", "\x80", "\ud800"]
)
def test_a_control_character_is_told_with_its_place(text: str) -> None:
    problem = decode("x.yml", text).problem

    assert problem is not None
    assert problem.code == "PD0001"
    assert "U+" in problem.detail


def test_a_control_byte_in_an_ascii_file_is_found() -> None:
    assert problem_of(b"a: b\nc: \x07") == ("PD0001", "U+0007 must not stand in YAML")


def test_too_many_bytes_are_not_even_decoded() -> None:
    problem = decode("x.yml", b"\xff" * 2_000_000, bytes_max=1 << 20).problem

    assert problem is not None
    assert problem.code == "PD0003"
    assert "at most 1 MiB" in problem.detail


def test_places_count_every_line_break_of_yaml() -> None:
    span = place_of("a\r\nb\rc\u2028d\nxy", "f", 10, 2)

    assert (span.line, span.column, span.end_column) == (5, 2, 4)
