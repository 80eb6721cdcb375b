"""As much of HTTP/1.1 as agents need to get and put blobs. Pure: bytes to values and back.

Not here: ranges, compression, chunked bodies (agents know the sizes of their files).
Source: RFC 9112.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

HEAD_BYTES_MAX = 16 * 1024
"""Of request line and headers together; a link has some hundred bytes."""

_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (\S+) HTTP/1\.([01])")
_SIZE = re.compile(r"[0-9]{1,18}")


class HttpError(Exception):
    """The request cannot be served; the connection is closed after the answer."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """A request without its body. ``path`` is unquoted, ``headers`` have lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    keeps_alive: bool

    @property
    def body_size(self) -> int:
        """How many bytes follow. Raises HttpError."""
        if "transfer-encoding" in self.headers:
            raise HttpError(HTTPStatus.LENGTH_REQUIRED, "Send Content-Length, not chunks.")
        text = self.headers.get("content-length")
        if text is None:
            if self.method == "PUT":
                raise HttpError(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing.")
            return 0
        if not _SIZE.fullmatch(text):
            raise HttpError(HTTPStatus.BAD_REQUEST, "Content-Length is no number.")
        return int(text)

    @property
    def waits_for_permission(self) -> bool:
        """Whether the client sends its body only after an interim answer."""
        return self.headers.get("expect", "").lower() == "100-continue"


def parse_head(head: bytes) -> RequestHead:
    """Read request line and headers, without the empty line. Raises HttpError."""
    lines = head.decode("latin-1").split("\r\n")
    request = _REQUEST_LINE.fullmatch(lines[0])
    if request is None:
        raise HttpError(HTTPStatus.BAD_REQUEST, "This is no HTTP/1.1 request.")
    method, target, minor = request.groups()
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            raise HttpError(HTTPStatus.BAD_REQUEST, "A header is malformed or stands twice.")
        headers[name.lower()] = value.strip()
    path, _, query = target.partition("?")
    connection = headers.get("connection", "").lower()
    keeps_alive = connection != "close" if minor == "1" else connection == "keep-alive"
    return RequestHead(
        method=method,
        path=unquote(path),
        query=query,
        headers=headers,
        keeps_alive=keeps_alive,
    )


def response_head(status: HTTPStatus, *, size: int, keeps_alive: bool) -> bytes:
    """Return status line and headers of an answer whose body has ``size`` bytes."""
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Content-Length: {size}\r\n"
        f"Content-Type: application/octet-stream\r\n"
        f"Connection: {'keep-alive' if keeps_alive else 'close'}\r\n\r\n"
    ).encode("ascii")


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
