"""Fetching archives from where operators say they are."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from paasta_deploy.adapters.archives.reader import ArchiveReader
from paasta_deploy.model.errors import BlobError


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/r.tgz" else 404)
        self.end_headers()
        self.wfile.write(b"content")

    @override
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[str]:
    """Return the URL of a server with one file."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("form", ["{path}", "file://{path}", "file://localhost{path}"])
def test_files_are_fetched_by_path_and_by_url(tmp_path: Path, form: str) -> None:
    (tmp_path / "r 1.tgz").write_bytes(b"content")
    location = form.format(path=tmp_path / "r 1.tgz")
    ArchiveReader().fetch(
        location.replace(" ", "%20") if "file:" in form else location, tmp_path / "t"
    )
    assert (tmp_path / "t").read_bytes() == b"content"


def test_files_are_fetched_over_http(tmp_path: Path, server: str) -> None:
    ArchiveReader().fetch(f"{server}/r.tgz", tmp_path / "t")
    assert (tmp_path / "t").read_bytes() == b"content"


def test_what_a_server_does_not_have_is_told(tmp_path: Path, server: str) -> None:
    with pytest.raises(BlobError, match="404"):
        ArchiveReader().fetch(f"{server}/other", tmp_path / "t")


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "file://elsewhere/x", "javascript:1"])
def test_other_kinds_of_locations_are_refused(tmp_path: Path, location: str) -> None:
    with pytest.raises(BlobError, match="cannot be fetched"):
        ArchiveReader().fetch(location, tmp_path / "t")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BlobError, match="No such file"):
        ArchiveReader().fetch(str(tmp_path / "gone"), tmp_path / "t")
