"""The API's client: over the director's unix socket, or HTTPS to a director elsewhere.

Made of the standard library's HTTP alone: a client library costs more to import than most commands
take altogether (ADR 0032). Every request has a connection of its own, as with BOSH's CLI.
"""

import base64
import contextlib
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote, urlencode, urlsplit

from typing_extensions import override

from paasta_deploy.cli.failure import CliError
from paasta_deploy.diagnostics import Diagnostic, from_json

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 120.0
"""A director that computes a plan of ten thousand instances answers well within this."""

DEFAULT_PORT = 25555
_CHUNK_BYTES = 1 << 20
_FAULTS = (OSError, http.client.HTTPException)

_LISTED_BY: Mapping[object, str] = {
    10000: "`paasta-deploy tasks --recent` lists them",
    30005: "`paasta-deploy releases` lists them",
    50003: "`paasta-deploy stemcells` lists them",
    70000: "`paasta-deploy deployments` lists them",
}
"""BOSH's codes for what does not exist, and what shows what does."""

Connect = Callable[[float | None], http.client.HTTPConnection]
"""Makes a connection whose reads may take so many seconds; None: for ever."""


class RefusedError(CliError):
    """The director refused a request; ``diagnostics`` are the operator's mistakes, if any."""

    def __init__(
        self, message: str, *, hint: str, status: int, diagnostics: tuple[Diagnostic, ...]
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.diagnostics = diagnostics


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path, read_timeout_s: float | None) -> None:
        super().__init__("director", timeout=CONNECT_TIMEOUT_S)
        self._path = path
        self._read_timeout_s = read_timeout_s

    @override
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(CONNECT_TIMEOUT_S)
        self.sock.connect(str(self._path))
        self.sock.settimeout(self._read_timeout_s)


class DirectorClient:
    """Requests to one director. Use as a context manager."""

    def __init__(
        self, connect: Connect, *, place: str, headers: Mapping[str, str], help_text: str
    ) -> None:
        """``help_text`` says what to do when the director does not answer."""
        self._connect = connect
        self._place = place
        self._headers = headers
        self._help = help_text

    @classmethod
    def over_socket(cls, path: Path) -> "DirectorClient":
        """Return a client of the director on this machine."""
        return cls(
            lambda timeout: _UnixConnection(path, timeout),
            place=str(path),
            headers={},
            help_text="`paasta-deploy director status` tells more; `paasta-deploy director start`"
            " starts it, and unfinished tasks go on by themselves",
        )

    @classmethod
    def over_https(cls, url: str, *, ca: str | None, user: str, password: str) -> "DirectorClient":
        """Return a client of a director elsewhere.

        ``ca`` is a PEM file or its text, as with BOSH's CLI; None: the system's. Raises CliError
        when the URL or the certificate is of no use.
        """
        parts = urlsplit(url if "://" in url else f"https://{url}")
        try:
            host, port = parts.hostname, parts.port or DEFAULT_PORT
            context = (
                ssl.create_default_context(cadata=ca)
                if ca is not None and is_pem(ca)
                else ssl.create_default_context(cafile=ca)
            )
        except (ValueError, OSError) as error:
            raise CliError(
                f"The director at {url} cannot be asked with the CA certificate "
                f"{'of the system' if ca is None else 'given' if is_pem(ca) else ca}: {error}",
                hint="`--ca-cert` takes the path of a PEM file; a director's own is certs/ca.pem"
                " in its state folder",
            ) from error
        if parts.scheme not in ("http", "https") or not host:
            raise CliError(f"'{url}' is no director.", hint="write it as https://10.0.0.6:25555")
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(
            lambda timeout: http.client.HTTPSConnection(
                host, port, context=context, timeout=timeout
            ),
            place=f"https://{host}:{port}",
            headers={"Authorization": f"Basic {token}"} if user else {},
            help_text="look at -e (BOSH_ENVIRONMENT), and whether `api.https` is enabled in that "
            "director's director.yml",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Nothing is kept open between requests."""

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON of many shapes
        """Return the JSON that a path answers."""
        return self._parsed(self._send("GET", path, query)[1])

    def get_text(self, path: str, **query: object) -> str:
        """Return the text that a path answers."""
        return self._send("GET", path, query)[1].decode(errors="replace")

    def post_text(self, path: str, text: str, **query: object) -> Any:  # noqa: ANN401 - see get
        """Send YAML text and return the JSON answered, if any."""
        _, content = self._send("POST", path, query, body=text.encode(), kind="text/yaml")
        return self._parsed(content) if content else None

    def task_of(
        self,
        method: str,
        path: str,
        *,
        text: str | None = None,
        body: Mapping[str, Any] | None = None,
        upload: Path | None = None,
        **query: object,
    ) -> int:
        """Send a request that starts a task and return the task's number."""
        if upload is not None:
            with upload.open("rb") as stream:
                location, _ = self._send(
                    method, path, query, body=stream, kind="application/x-compressed"
                )
        elif body is not None:
            content = json.dumps(body).encode()
            location, _ = self._send(method, path, query, body=content, kind="application/json")
        else:
            content = (text or "").encode()
            location, _ = self._send(method, path, query, body=content, kind="text/yaml")
        number = location.rpartition("/")[2]
        if not number.isdigit():
            raise CliError(f"The director started no task for {method} {path}.")
        return int(number)

    def send_json(self, method: str, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - see get
        """Send JSON and return the JSON answered, if any."""
        _, content = self._send(
            method, path, {}, body=json.dumps(body).encode(), kind="application/json"
        )
        return self._parsed(content) if content else None

    def delete(self, path: str, **query: object) -> None:
        """Delete something that needs no task."""
        self._send("DELETE", path, query)

    def follow(self, task_id: int, output: str = "event", *, start: int = 0) -> Iterator[str]:
        """Yield the lines of a task's output as they come, until the task has ended."""
        target = f"/tasks/{task_id}/output?type={output}&follow=true"
        headers = {**self._headers, "Range": f"bytes={start}-"}
        connection = self._connect(None)
        try:
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            if answer.status >= HTTPStatus.BAD_REQUEST:
                raise _refusal(answer.status, answer.read())
            while line := answer.readline():
                yield line.decode(errors="replace").rstrip("\n")
        except _FAULTS as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def download(self, blob_id: str, target: Path) -> None:
        """Write a blob to ``target``, which is there when all of it is. Raises OSError."""
        part = target.with_name(f"{target.name}.part")
        connection = self._connect(READ_TIMEOUT_S)
        try:
            connection.request("GET", f"/resources/{blob_id}", headers=dict(self._headers))
            answer = connection.getresponse()
            if answer.status >= HTTPStatus.BAD_REQUEST:
                raise _refusal(answer.status, answer.read())
            with part.open("wb") as file:
                while chunk := answer.read(_CHUNK_BYTES):
                    file.write(chunk)
            part.replace(target)
        except http.client.HTTPException as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        *,
        body: bytes | IO[bytes] | None = None,
        kind: str = "",
    ) -> tuple[str, bytes]:
        """Send one request; return ``Location`` and the body answered. Raises CliError."""
        target = path
        if parameters := {name: _text(value) for name, value in query.items() if _is_given(value)}:
            target = f"{path}?{urlencode(parameters)}"
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        connection = self._connect(READ_TIMEOUT_S)
        try:
            # A refusal may come before the whole body was sent; then the answer says why.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except _FAULTS as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise _refusal(answer.status, content)
        return answer.headers.get("Location", ""), content

    def _unreachable(self, error: Exception) -> CliError:
        cause = str(error) or type(error).__name__
        return CliError(
            f"The director at {self._place} does not answer: {cause.rstrip('.')}.",
            hint=self._help,
        )

    def _parsed(self, content: bytes) -> Any:  # noqa: ANN401 - JSON of many shapes
        """Return the JSON of an answer. Raises CliError when it is none."""
        try:
            return json.loads(content)
        except ValueError as error:
            raise CliError(
                f"{self._place} answers what is no JSON, so it is no director: {content[:60]!r}",
                hint=self._help,
            ) from error


def is_pem(text: str) -> bool:
    """Return whether this is a certificate itself and not the path of one."""
    return "-----BEGIN" in text


def segment(text: str) -> str:
    """Return a text as one path segment; BOSH's ``*`` stays."""
    return quote(text, safe="*")


def _refusal(status: int, content: bytes) -> RefusedError:
    text = content.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        told = text.strip() or f"The director answered {status}."
        return RefusedError(told, hint="", status=status, diagnostics=())
    return RefusedError(
        str(body.get("description", body)),
        hint=str(body.get("hint", "")) or _LISTED_BY.get(body.get("code"), ""),
        status=status,
        diagnostics=tuple(from_json(item) for item in body.get("diagnostics", ())),
    )


def _is_given(value: object) -> bool:
    return value is not None and value != ""


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
