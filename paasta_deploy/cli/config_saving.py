"""How a config gets from files to the director: read, compared, asked for, saved."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from paasta_deploy.cli.sending import Sent, answers_placed, upload_releases
from paasta_deploy.cli.session import Session
from paasta_deploy.cli.sources import (
    Inputs,
    decode,
    forget,
    read_file,
    remember,
    show_warnings,
)
from paasta_deploy.cli.terminal import Terminal
from paasta_deploy.diagnostics import from_json

_SECRET_KINDS = frozenset({"cpi"})
"""Lines of these are never shown, not even to say what is wrong in them."""


def read_config(
    session: Session, kind: str, file: Path, inputs: Inputs, *, fix_releases: bool = False
) -> Sent:
    """Return a config to send; releases with a ``url`` that a runtime config names are uploaded.

    A plain file goes as it is: the director finds all mistakes in it, and its lines are ours.
    """
    if inputs.is_empty:
        text = decode(file, read_file(file))
        sent = Sent(name=str(file), text=text)
    else:
        # Only ops files and variables need YAML to be read here.
        from paasta_deploy.cli.documents import read_document_of  # noqa: PLC0415 - see above
        from paasta_deploy.cli.origins import Origins  # noqa: PLC0415 - see above

        document = read_document_of(inputs, file)
        show_warnings(document.diagnostics)
        name = f"{file} (after ops and variables)"
        sent = Sent(
            name=name, text=document.text, origins=Origins(name, document.text, document.node)
        )
    if kind in _SECRET_KINDS:
        forget(str(file))
    else:
        remember(sent.name, sent.text)
    if kind == "runtime":
        _upload_named(session, sent, file.parent, fix=fix_releases)
    return sent


def save_config(
    session: Session, kind: str, name: str, sent: Sent, *, redact: bool, expected: str | None
) -> None:
    """Show what saving changes and whom it hurts, ask, and save. Unchanged: save nothing."""
    body = {"type": kind, "name": name, "content": sent.text, "content_name": sent.name}
    path = "/configs/diff" if redact else "/configs/diff?redact=false"
    with answers_placed(sent):
        answer = session.client.send_json("POST", path, body)
    warnings = sent.placed(tuple(from_json(item) for item in answer.get("warnings", ())))
    latest = answer["from"]["id"]
    if (
        not any(state for _, state in answer["diff"])
        and latest != "0"
        and expected in (None, latest)
    ):
        session.terminal.line(f"The {kind} config is unchanged.")
        return
    print_diff(session.terminal, answer["diff"])
    show_warnings(warnings)
    session.terminal.confirm(f"Save this {kind} config?")
    with answers_placed(sent):
        session.client.send_json(
            "POST", "/configs", {**body, "expected_latest_id": expected or latest}
        )
    session.terminal.line("Succeeded")


def show_deletion(session: Session, kind: str, name: str) -> None:
    """Show whom the deletion of a config would hurt."""
    body = {"type": kind, "name": name}
    answer = session.client.send_json("POST", "/paasta/configs/deletion/review", body)
    show_warnings(tuple(from_json(item) for item in answer["warnings"]))


def print_diff(terminal: Terminal, diff: Sequence[tuple[str, str | None]]) -> None:
    """Print BOSH's line diff; unchanged lines are left out unless they are near a change."""
    near = {
        index + offset
        for index, (_, state) in enumerate(diff)
        if state is not None
        for offset in (-2, -1, 0, 1, 2)
    }
    marks = {"added": "+", "removed": "-", None: " "}
    colours = {"added": "\x1b[32m", "removed": "\x1b[31m", None: ""}
    for index, (text, state) in enumerate(diff):
        if index in near:
            colour = colours[state] if terminal.has_colour else ""
            terminal.line(f"{colour}{marks[state]} {text}{chr(27) + '[0m' if colour else ''}")


def _upload_named(session: Session, sent: Sent, folder: Path, *, fix: bool) -> None:
    if "url:" not in sent.text:
        return
    # Only runtime configs that name urls are read here.
    from paasta_deploy.manifest.config_loading import (  # noqa: PLC0415 - see above
        load_runtime_configs,
    )

    releases: Iterable[Any] = load_runtime_configs([(sent.name, sent.text)]).draft.releases
    upload_releases(session, releases, folder, fix=fix)
