"""Requests as bytes. Property: any bytes are a request or an HttpError, and nothing else."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.blobs.http import HttpError, parse_head, response_head


def head(*lines: str) -> bytes:
    """Return the bytes of a head without its empty line."""
    return "\r\n".join(lines).encode("latin-1")


@given(st.binary() | st.text().map(lambda text: f"GET /{text} HTTP/1.1\r\n{text}".encode()))
def test_any_bytes_are_a_request_or_refused(content: bytes) -> None:
    try:
        parsed = parse_head(content)
        assert parsed.body_size >= 0
    except HttpError as error:
        assert error.status.value // 100 == 4  # noqa: PT017 - which error is half of the property


def test_a_request_is_taken_apart() -> None:
    parsed = parse_head(head("PUT /blobs/a%20b?x=1&y=2 HTTP/1.1", "Host: h", "CONTENT-length: 5"))

    assert (parsed.method, parsed.path, parsed.query) == ("PUT", "/blobs/a b", "x=1&y=2")
    assert (parsed.body_size, parsed.keeps_alive) == (5, True)
    assert not parsed.waits_for_permission


@pytest.mark.parametrize(
    ("line", "header", "keeps_alive"),
    [
        ("GET / HTTP/1.1", "Accept: x", True),
        ("GET / HTTP/1.1", "Connection: close", False),
        ("GET / HTTP/1.0", "Accept: x", False),
        ("GET / HTTP/1.0", "Connection: Keep-Alive", True),
    ],
)
def test_connections_stay_open_as_the_version_says(
    line: str, header: str, keeps_alive: bool
) -> None:
    assert parse_head(head(line, header)).keeps_alive == keeps_alive


@pytest.mark.parametrize(
    "lines",
    [
        ("",),
        ("GET /",),
        ("GET / HTTP/2",),
        ("get / HTTP/1.1",),
        ("GET /a b HTTP/1.1",),
        ("GET / HTTP/1.1", "no colon"),
        ("GET / HTTP/1.1", " Folded: x"),
        ("GET / HTTP/1.1", "Name : x"),
        ("GET / HTTP/1.1", "A: 1", "a: 2"),
    ],
)
def test_malformed_heads_are_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(HttpError) as refusal:
        parse_head(head(*lines))
    assert refusal.value.status is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("method", "header", "status"),
    [
        ("PUT", "A: b", HTTPStatus.LENGTH_REQUIRED),
        ("PUT", "Transfer-Encoding: chunked", HTTPStatus.LENGTH_REQUIRED),
        ("PUT", "Content-Length: -1", HTTPStatus.BAD_REQUEST),
        ("PUT", "Content-Length: 1e3", HTTPStatus.BAD_REQUEST),
        ("GET", "Content-Length: many", HTTPStatus.BAD_REQUEST),
    ],
)
def test_a_body_of_unknown_size_is_refused(method: str, header: str, status: HTTPStatus) -> None:
    parsed = parse_head(head(f"{method} / HTTP/1.1", header))

    with pytest.raises(HttpError) as refusal:
        assert parsed.body_size
    assert refusal.value.status is status


def test_a_client_may_wait_for_permission() -> None:
    parsed = parse_head(head("PUT / HTTP/1.1", "Content-Length: 1", "Expect: 100-Continue"))

    assert parsed.waits_for_permission


def test_an_answer_says_its_size_and_whether_the_connection_stays() -> None:
    answer = response_head(HTTPStatus.CREATED, size=3, keeps_alive=False)

    assert answer.startswith(b"HTTP/1.1 201 Created\r\n")
    assert b"Content-Length: 3\r\n" in answer
    assert answer.endswith(b"Connection: close\r\n\r\n")
