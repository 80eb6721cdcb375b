"""The API's client: over a socket and over HTTPS, and when nobody useful answers."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from typing_extensions import override

from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.cli.client import DirectorClient, RefusedError, segment
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.main import run
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers everything alike, and keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str]]] = []
    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b"[]"

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def do_POST(self) -> None:
        """Refuse without reading the body."""
        self.close_connection = True
        self.send_response(401)
        self.send_header("Content-Length", "14")
        self.end_headers()
        self.wfile.write(b"Not authorized")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A server with a certificate of a director's own CA: its URL, and the CA's file."""
    folder = tmp_path / "certs"
    folder.mkdir()
    made = DirectorCertificates.open(folder, clock=SystemClock(), hosts=("127.0.0.1",))
    files = made.api_server
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.private_key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(Answers, "asked", [])
    monkeypatch.setattr(Answers, "status", 200)
    monkeypatch.setattr(Answers, "body", b"[]")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", files.ca
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_director_elsewhere_is_asked_over_https_with_a_password(
    elsewhere: tuple[str, Path], capsys: Capture
) -> None:
    url, ca = elsewhere
    options = ["-e", url, "--ca-cert", str(ca), "--client", "admin", "--client-secret", "s3cret"]
    assert run([*options, "deployments"]) == 0
    assert Answers.asked == [("/deployments", "Basic YWRtaW46czNjcmV0")]
    assert capsys.readouterr().err == ""


def test_the_certificate_may_be_given_as_text_as_with_boshs_cli(
    elsewhere: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, ca = elsewhere
    monkeypatch.setenv("BOSH_ENVIRONMENT", url.removeprefix("https://"))
    monkeypatch.setenv("BOSH_CA_CERT", ca.read_text())
    assert run(["deployments"]) == 0


def test_an_unknown_certificate_is_not_trusted(
    elsewhere: tuple[str, Path], capsys: Capture
) -> None:
    url, _ = elsewhere
    assert run(["-e", url, "deployments"]) == 1
    assert "certificate verify failed" in capsys.readouterr().err
    assert Answers.asked == []


def test_whoever_is_no_director_is_told_apart(
    elsewhere: tuple[str, Path], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, ca = elsewhere
    monkeypatch.setattr(Answers, "body", b"<html>It works!</html>")
    assert run(["-e", url, "--ca-cert", str(ca), "deployments"]) == 1
    err = capsys.readouterr().err
    assert "answers what is no JSON, so it is no director: b'<html>It works!</html>'" in err
    assert "BOSH_ENVIRONMENT" in err


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        ((401, b"Not authorized: '/deployments'\n"), "Not authorized: '/deployments'"),
        ((500, b""), "The director answered 500."),
        ((400, b'{"code": 1, "description": "no", "hint": "do"}'), "error: no\n  help: do"),
        ((400, b"[1]"), "[1]"),
    ],
)
def test_refusals_of_every_kind_are_told(
    elsewhere: tuple[str, Path],
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    refusal: tuple[int, bytes],
    told: str,
) -> None:
    url, ca = elsewhere
    monkeypatch.setattr(Answers, "status", refusal[0])
    monkeypatch.setattr(Answers, "body", refusal[1])
    assert run(["-e", url, "--ca-cert", str(ca), "deployments"]) == 1
    assert told in capsys.readouterr().err


def test_a_refusal_that_comes_before_the_body_was_sent_is_told(
    elsewhere: tuple[str, Path], tmp_path: Path
) -> None:
    url, ca = elsewhere
    large = tmp_path / "large.tgz"
    large.write_bytes(b"x" * (8 << 20))
    client = DirectorClient.over_https(url, ca=str(ca), user="", password="")
    with pytest.raises(CliError) as caught:
        client.task_of("POST", "/releases", upload=large)
    assert isinstance(caught.value, RefusedError) or "does not answer" in str(caught.value)


@pytest.mark.parametrize("url", ["foo://x", "https://", "https://host:port"])
def test_a_url_that_makes_no_sense_is_refused(url: str, capsys: Capture) -> None:
    assert run(["-e", url, "deployments"]) == 1
    assert url in capsys.readouterr().err


def test_a_certificate_that_is_not_there_is_named(capsys: Capture) -> None:
    assert run(["-e", "https://127.0.0.1:1", "--ca-cert", "/nosuch.pem", "deployments"]) == 1
    err = capsys.readouterr().err
    assert "/nosuch.pem" in err
    assert "certs/ca.pem" in err


def test_nobody_at_the_address_is_told_with_what_to_look_at(capsys: Capture) -> None:
    assert run(["-e", "https://127.0.0.1:1", "deployments"]) == 1
    err = capsys.readouterr().err
    assert "The director at https://127.0.0.1:1 does not answer: " in err
    assert "api.https" in err


def test_nobody_at_the_socket_is_told_with_how_to_start(tmp_path: Path) -> None:
    client = DirectorClient.over_socket(tmp_path / "none.sock")
    for ask in (
        lambda: client.get("/info"),
        lambda: client.download("blob", tmp_path / "x"),
        lambda: next(client.follow(1)),
    ):
        with pytest.raises((CliError, OSError)):
            ask()
    with pytest.raises(CliError) as caught:
        client.get("/info")
    assert "director start" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_is_refused_leaves_no_file(served: ServedWorld, tmp_path: Path) -> None:
    with DirectorClient.over_socket(served.home / "director.sock") as client:
        with pytest.raises(RefusedError, match="There is no blob 'nosuch'"):
            client.download("nosuch", tmp_path / "x")
        with pytest.raises(RefusedError, match="Task 99 not found"):
            list(client.follow(99))
        with pytest.raises(CliError, match="started no task"):
            client.task_of("POST", "/packages/matches")
    assert list(tmp_path.iterdir()) == []


def test_a_text_becomes_one_segment_of_a_path() -> None:
    assert segment("a/b c?d") == "a%2Fb%20c%3Fd"
    assert segment("*") == "*"


def test_what_is_typed_wins_over_the_environment_on_either_side_of_the_command(
    elsewhere: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, ca = elsewhere
    monkeypatch.setenv("BOSH_ENVIRONMENT", "https://127.0.0.1:1")
    monkeypatch.setenv("BOSH_CA_CERT", str(ca))
    monkeypatch.setenv("BOSH_CLIENT", "somebody")
    monkeypatch.setenv("BOSH_CLIENT_SECRET", "x")
    typed = ["-e", url, "--client", "admin", "--client-secret", "s3cret"]
    assert run([*typed, "deployments"]) == 0
    assert run(["deployments", *typed]) == 0
    assert run(["-e", "https://127.0.0.1:2", "deployments", *typed]) == 0
    assert Answers.asked == [("/deployments", "Basic YWRtaW46czNjcmV0")] * 3
