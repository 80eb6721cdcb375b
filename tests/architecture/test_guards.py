"""The guards of tests/conftest.py refuse what no test may do, and let the rest pass."""

import socket
import time
from pathlib import Path

import pytest


def test_a_far_address_is_refused() -> None:
    # 192.0.2.0/24 is reserved for documentation; nothing is sent, the guard comes first.
    with socket.socket() as client, pytest.raises(AssertionError, match="not this machine"):
        client.connect(("192.0.2.1", 80))


def test_a_name_is_refused() -> None:
    with pytest.raises(AssertionError, match="not this machine"):
        socket.create_connection(("example.invalid", 80))


def test_this_machine_is_near() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_a_socket_file_is_near(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)


def test_sleeping_is_refused() -> None:
    with pytest.raises(AssertionError, match="slept"):
        getattr(time, "sleep")(1)  # noqa: B009 - other guards look for the plain call
