"""Answers every HTTP request with a file. Usage: hello.py <address> <port> <file>."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar


class Hello(BaseHTTPRequestHandler):
    """Answers with ``text``."""

    text: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(self.text)))
        self.end_headers()
        self.wfile.write(self.text)


if __name__ == "__main__":
    Hello.text = Path(sys.argv[3]).read_bytes()
    ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Hello).serve_forever()
