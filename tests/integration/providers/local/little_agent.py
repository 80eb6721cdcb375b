"""The agent of the machines in these tests: packed as ``paasta_deploy/agent/main.py``.

It listens on port 7000 of its machine's address, takes one JSON list per line, the name of one of
its functions and the arguments, and answers with one JSON value. Standard library only.
"""

import ctypes
import errno
import json
import os
import socket
import subprocess
from pathlib import Path

PORT = 7000


class Deeds:
    """What the agent does when it is told to."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: list[object] = []

    def who(self) -> dict[str, object]:
        """Tell what this process is."""
        return {
            "pid": os.getpid(),
            "hostname": socket.gethostname(),
            "mark": os.environ.get("PAASTA_MACHINE"),
            "root": str(self._root),
            "settings": json.loads((self._root / "bosh/settings.json").read_text()),
        }

    def sh(self, command: str) -> str:
        """Run a shell command and return what it prints."""
        done = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout + done.stderr

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        Path(path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str | None:
        """Read a file; nothing where there is none."""
        file = Path(path)
        return file.read_text(encoding="utf-8") if file.is_file() else None

    def hold(self, path: str) -> None:
        """Open a file and keep it open."""
        self._open.append(Path(path).open("a", encoding="utf-8"))  # noqa: SIM115 - kept open

    def spawn(self, environment: dict[str, str]) -> int:
        """Start a process in a session of its own that listens on the address, like a job."""
        process = subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True, env=environment)
        self._open.append(process)
        return process.pid

    def connect(self, address: str, port: int) -> str:
        """Try to connect and tell how that ended."""
        try:
            with socket.create_connection((address, port), 5) as connection:
                return str(connection.getsockname()[0])
        except OSError as error:
            return errno.errorcode.get(error.errno or 0, str(error))

    def eat(self, mib: int) -> int:
        """Use that much memory in a process of its own, and return how that ended."""
        code = f"x = bytearray({mib} << 20)"
        return subprocess.run(["python3", "-c", code], check=False).returncode

    def mount(self) -> str:
        """Try to mount something and tell how that ended."""
        libc = ctypes.CDLL(None, use_errno=True)
        failed = libc.mount(b"none", b"/mnt", b"tmpfs", 0, None)
        return errno.errorcode[ctypes.get_errno()] if failed else "done"


def run(settings: Path, root: Path) -> None:
    """Serve forever."""
    networks = json.loads(settings.read_text())["networks"]
    (first, *_others) = networks.values()
    deeds = Deeds(root)
    server = socket.create_server((first["ip"], PORT), backlog=50)
    while True:
        connection, _address = server.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as stream:
            name, *arguments = json.loads(stream.readline())
            json.dump(getattr(deeds, name)(*arguments), stream)
            stream.write("\n")
            stream.flush()
