"""Blobs for tests of the agent: an HTTPS server that keeps them in memory, and archives to put."""

import gzip
import hashlib
import io
import tarfile
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from paasta_deploy.adapters.certificates import DirectorCertificates


class BlobServer:
    """An HTTPS server that keeps what is PUT and gives what is asked for."""

    def __init__(self, certificates: DirectorCertificates) -> None:
        self.blobs: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.connections: set[tuple[str, int]] = set()
        self.statuses: list[int] = []
        self.hold = threading.Event()
        self.hold.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(outer.blobs.get(self.path.partition("?")[0]), 404)

            def do_PUT(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                outer.blobs[self.path.partition("?")[0]] = content
                self._answer(b"", 201)

            def _answer(self, content: bytes | None, status: int) -> None:
                outer.hold.wait()
                outer.connections.add(self.client_address)
                outer.requests.append(f"{self.command} {self.path}")
                if outer.statuses:
                    content, status = b"not now", outer.statuses.pop(0)
                elif content is not None and status == 404:
                    status = 200
                self.send_response(status)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            @override
            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        context = certificates.blobs_server.server_context()
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def url(self, name: str) -> str:
        """Return a link as a director would sign it."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/{name}?signature=secret"

    def put(self, content: bytes) -> tuple[str, str]:
        """Keep content; return its link and its digest."""
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[f"/{digest}"] = content
        return self.url(digest), f"sha256:{digest}"

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def archive(files: Mapping[str, str], *, executable: Callable[[str], bool] = bool) -> bytes:
    """Return a gzipped tar with these files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"./{name}")
            data = content.encode()
            member.size = len(data)
            member.mode = 0o755 if executable(name) else 0o644
            tar.addfile(member, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), mtime=0)
