"""The API's client: over the director's unix socket, or HTTPS to a director elsewhere."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx

from paasta_deploy.cli.failure import CliError
from paasta_deploy.diagnostics import Diagnostic, from_json

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 120.0
"""A director that computes a plan of ten thousand instances answers well within this."""


class RefusedError(CliError):
    """The director refused a request; ``diagnostics`` are the operator's mistakes, if any."""

    def __init__(
        self, message: str, *, hint: str, status: int, diagnostics: tuple[Diagnostic, ...]
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.diagnostics = diagnostics


class DirectorClient:
    """Requests to one director. Use as a context manager."""

    def __init__(self, client: httpx.Client, *, place: str) -> None:
        self._client = client
        self._place = place

    @classmethod
    def over_socket(cls, socket: Path) -> "DirectorClient":
        """Return a client of the director on this machine."""
        transport = httpx.HTTPTransport(uds=str(socket))
        return cls(
            httpx.Client(
                transport=transport,
                base_url="http://director",
                timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            ),
            place=str(socket),
        )

    @classmethod
    def over_https(cls, url: str, *, ca: str | None, user: str, password: str) -> "DirectorClient":
        """Return a client of a director elsewhere. ``ca`` is a PEM file; None: the system's."""
        if "://" not in url:
            url = f"https://{url}"
        if httpx.URL(url).port is None:
            url = f"{url}:25555"
        client = httpx.Client(
            base_url=url,
            auth=(user, password) if user else None,
            verify=httpx.create_ssl_context(verify=ca) if ca else True,
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
        )
        return cls(client, place=url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._client.close()

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - JSON of many shapes
        """Return the JSON that a path answers."""
        return self._send("GET", path, query).json()

    def get_text(self, path: str, **query: object) -> str:
        """Return the text that a path answers."""
        return self._send("GET", path, query).text

    def post_text(self, path: str, text: str, **query: object) -> Any:  # noqa: ANN401 - see get
        """Send YAML text and return the JSON answered, if any."""
        answer = self._send("POST", path, query, content=text.encode(), kind="text/yaml")
        return answer.json() if answer.content else None

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
                answer = self._send(
                    method, path, query, content=stream, kind="application/x-compressed"
                )
        elif body is not None:
            content = json.dumps(body).encode()
            answer = self._send(method, path, query, content=content, kind="application/json")
        else:
            answer = self._send(
                method, path, query, content=(text or "").encode(), kind="text/yaml"
            )
        location = answer.headers.get("location", "")
        number = location.rpartition("/")[2]
        if answer.status_code != httpx.codes.FOUND or not number.isdigit():
            raise CliError(f"The director started no task for {method} {path}.")
        return int(number)

    def send_json(self, method: str, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - see get
        """Send JSON and return the JSON answered, if any."""
        answer = self._send(
            method, path, {}, content=json.dumps(body).encode(), kind="application/json"
        )
        return answer.json() if answer.content else None

    def delete(self, path: str, **query: object) -> None:
        """Delete something that needs no task."""
        self._send("DELETE", path, query)

    def follow(self, task_id: int, output: str = "event", *, start: int = 0) -> Iterator[str]:
        """Yield the lines of a task's output as they come, until the task has ended."""
        request = self._client.build_request(
            "GET",
            f"/tasks/{task_id}/output",
            params={"type": output, "follow": "true"},
            headers={"Range": f"bytes={start}-"},
            timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S),
        )
        try:
            answer = self._client.send(request, stream=True)
            try:
                if answer.is_error:
                    answer.read()
                    raise self._refusal(answer)
                yield from answer.iter_lines()
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def download(self, blob_id: str, target: Path) -> None:
        """Write a blob to ``target``."""
        with self._client.stream("GET", f"/resources/{blob_id}") as answer:
            if answer.is_error:
                answer.read()
                raise self._refusal(answer)
            with target.open("wb") as file:
                for chunk in answer.iter_bytes():
                    file.write(chunk)

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        *,
        content: Any = None,  # noqa: ANN401 - bytes or an open file
        kind: str = "",
    ) -> httpx.Response:
        params = {
            key: str(value).lower() if isinstance(value, bool) else value
            for key, value in query.items()
            if value is not None and value != ""
        }
        headers = {"Content-Type": kind} if kind else {}
        try:
            answer = self._client.request(
                method, path, params=params, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if answer.is_error:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: httpx.Response) -> RefusedError:
        try:
            body = answer.json()
        except ValueError:
            text = answer.text.strip() or f"The director answered {answer.status_code}."
            return RefusedError(text, hint="", status=answer.status_code, diagnostics=())
        return RefusedError(
            str(body.get("description", body)),
            hint=str(body.get("hint", "")),
            status=answer.status_code,
            diagnostics=tuple(from_json(item) for item in body.get("diagnostics", ())),
        )

    def _unreachable(self, error: httpx.HTTPError) -> CliError:
        cause = str(error) or type(error).__name__
        return CliError(
            f"The director at {self._place} does not answer: {cause}.",
            hint="`paasta-deploy director status` tells more; `paasta-deploy director start`"
            " starts it, and unfinished tasks go on by themselves",
        )


def segment(text: str) -> str:
    """Return a text as one path segment; BOSH's ``*`` stays."""
    return quote(text, safe="*")
