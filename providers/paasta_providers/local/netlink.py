"""Netlink frames: messages and attributes as bytes, and back. Pure.

What the messages mean stands in ``rtnetlink.py``; ``links.py`` sends them. A message is a 16-byte
header and a body; a body ends in attributes (length, type, value, padded to four bytes), which may
nest. Numbers are in the host's byte order.
Source: netlink(7); linux/netlink.h.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ERROR = 2
DONE = 3

REQUEST, ACK, EXCLUSIVE, CREATE, DUMP = 0x1, 0x4, 0x200, 0x400, 0x300
NESTED = 0x8000
_TYPE_MASK = 0x3FFF
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of the kernel; the number of the message is given when it is sent."""

    kind: int
    flags: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as received: what it is, its body behind the header, its number."""

    kind: int
    body: bytes
    sequence: int


def message(request: Request, sequence: int) -> bytes:
    """Return one whole message."""
    length = _HEADER.size + len(request.body)
    return _HEADER.pack(length, request.kind, request.flags, sequence, 0) + request.body


def number(value: int) -> bytes:
    """Return 32 bits without a sign."""
    return struct.pack("=I", value)


def text(value: str) -> bytes:
    """Return a text as the kernel wants it."""
    return value.encode() + b"\0"


def attribute(kind: int, value: bytes) -> bytes:
    """Return one attribute, padded."""
    padding = b"\0" * (-len(value) % 4)
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value + padding


def messages(data: bytes) -> Iterator[Message]:
    """Yield the messages of one datagram. Raises ValueError when a length cannot be."""
    while data:
        if len(data) < _HEADER.size:
            raise ValueError("a netlink datagram ends inside a header")
        length, kind, _flags, sequence, _port = _HEADER.unpack_from(data)
        if not _HEADER.size <= length <= len(data):
            raise ValueError(f"a netlink message of {length} bytes in {len(data)} bytes")
        yield Message(kind=kind, body=data[_HEADER.size : length], sequence=sequence)
        data = data[(length + 3) & ~3 :]


def attributes(data: bytes) -> Mapping[int, bytes]:
    """Return the attributes by type. Raises ValueError when a length cannot be."""
    found: dict[int, bytes] = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if not _ATTRIBUTE.size <= length <= len(data):
            raise ValueError(f"a netlink attribute of {length} bytes in {len(data)} bytes")
        found[kind & _TYPE_MASK] = data[_ATTRIBUTE.size : length]
        data = data[(length + 3) & ~3 :]
    return found


def error_number(body: bytes) -> int:
    """Return the errno in an ERROR or DONE message; 0 is an acknowledgement."""
    return -int(struct.unpack_from("=i", body)[0]) if len(body) >= 4 else 0
