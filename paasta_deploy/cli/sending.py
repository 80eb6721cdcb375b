"""Manifests on their way to the director: read, patched, sent, and answers placed in their files.

What a deploy and its plan share. Light on purpose: a plain manifest is sent as it is, and what
reads YAML is only loaded for ops files and variables.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paasta_deploy.cli.artifacts import upload
from paasta_deploy.cli.client import RefusedError
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.session import Session
from paasta_deploy.cli.sources import (
    Inputs,
    decode,
    read_file,
    remember,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.cli.terminal import Terminal
from paasta_deploy.diagnostics import Diagnostic, as_json, from_json

if TYPE_CHECKING:
    from paasta_deploy.cli.origins import Origins
    from paasta_deploy.model.deployment import ReleaseRef
    from paasta_deploy.wire.plan_report import PlanReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is sent to the director: a text, and the name that places in it have.

    ``origins`` is None where the text is a file as it is.
    """

    name: str
    text: str
    origins: "Origins | None" = None

    def placed(self, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Return diagnostics that point at the operator's own files."""
        return found if self.origins is None else self.origins.in_diagnostics(found)


def read_to_send(session: Session, file: Path, inputs: Inputs) -> Sent:
    """Return the manifest to send. Raises MistakesError, CliError.

    A plain file goes as it is: the director finds all mistakes in it, and its lines are ours. With
    ops files or variables everything that can be is checked here, where diagnostics can point
    into those files.
    """
    if inputs.is_empty:
        text = decode(file, read_file(file))
        remember(str(file), text)
        return Sent(name=str(file), text=text)
    # Reading YAML costs a quarter of a second of imports; see above who needs it.
    from paasta_deploy.cli.documents import load_files, text_of  # noqa: PLC0415 - see above
    from paasta_deploy.cli.origins import Origins  # noqa: PLC0415 - see above

    configs = session.client.get("/configs", type="cloud")
    clouds = tuple((f"cloud config {item['name']}", item["content"]) for item in configs)
    shared = session.client.get("/configs", type="runtime")
    runtime = tuple((f"runtime config {item['name']}", item["content"]) for item in shared)
    loaded = load_files(
        inputs,
        file,
        cloud_configs=clouds,
        runtime_configs=runtime,
        makes_values=True,
        resolvable=frozenset(session.client.get("/paasta/variables")),
    )
    stop_on_errors(loaded.diagnostics)
    show_warnings(loaded.diagnostics)
    name, text = f"{file} (after ops and variables)", text_of(loaded.document)
    remember(name, text)
    assert loaded.document.node is not None, "a document without errors has a node"
    return Sent(name=name, text=text, origins=Origins(name, text, loaded.document.node))


@contextmanager
def answers_placed(sent: Sent) -> Iterator[None]:
    """Let mistakes that the director finds point at the operator's own files."""
    try:
        yield
    except RefusedError as refused:
        refused.diagnostics = sent.placed(refused.diagnostics)
        raise


def ask_plan(session: Session, sent: Sent, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan of a deploy as the director tells it, and has sealed it."""
    with answers_placed(sent), session.terminal.busy("Thinking the deploy through"):
        answer: dict[str, Any] = session.client.post_text(
            "/paasta/plan",
            sent.text,
            manifest_name=sent.name,
            expected_name=session.deployment or "",
            **{key: value for key, value in options.items() if value},
        )
    return answer


def placed_plan(sent: Sent, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan whose places are in the operator's own files."""
    placed = dict(answer)
    if sent.origins is not None:
        # Only a text that nobody wrote has places to be translated.
        from paasta_deploy.wire.plan_json import report_json  # noqa: PLC0415 - see above

        placed.update(report_json(sent.origins.in_report(_report(answer))))
    warnings = sent.placed(tuple(from_json(item) for item in answer["warnings"]))
    placed["warnings"] = [as_json(item) for item in warnings]
    return placed


def show_plan_warnings(plan: Mapping[str, Any]) -> None:
    """Write the warnings of a plan to stderr."""
    show_warnings([from_json(item) for item in plan["warnings"]])


def plan_text(terminal: Terminal, answer: Mapping[str, Any]) -> str:
    """Return a plan for people, as wide as their terminal and in its colours."""
    # Programs that want JSON never come here.
    from paasta_deploy.cli.plan_text import Look, described, variables_text  # noqa: PLC0415 - see above

    look = Look(width=terminal.columns, colour=terminal.has_colour)
    values = variables_text(answer["variables"], look)
    return "\n".join(part for part in (values, described(_report(answer), look)) if part)


def _report(answer: Mapping[str, Any]) -> "PlanReport":
    """Return the report in an answer. Raises CliError when the director is of another version."""
    from paasta_deploy.wire.plan_json import report_from  # noqa: PLC0415 - see above

    try:
        return report_from(answer)
    except (KeyError, TypeError, ValueError) as problem:
        raise CliError(
            "The director tells plans in a way that this paasta-deploy does not know.",
            hint="use the same version for both; `paasta-deploy director status` tells its own",
        ) from problem


def upload_named(session: Session, sent: Sent, folder: Path, *, fix: bool = False) -> None:
    """Upload releases that the manifest gives a ``url`` for and the director does not have."""
    if "url:" not in sent.text:
        return
    # Only manifests that name urls are read here.
    from paasta_deploy.manifest import parse_deployment, read_document  # noqa: PLC0415 - see above

    node = read_document(sent.name, sent.text).node
    draft = parse_deployment(node).draft if node is not None else None
    if draft is None:
        return  # the director will say what is wrong with it
    upload_releases(session, draft.releases, folder, fix=fix)


def upload_releases(
    session: Session, releases: Iterable["ReleaseRef"], folder: Path, *, fix: bool
) -> None:
    """Upload those that have a ``url`` and that the director lacks; with ``fix`` all of them."""
    have = {
        (item["name"], version["version"])
        for item in session.client.get("/releases")
        for version in item["release_versions"]
    }
    for release in releases:
        if not release.url or ((release.name, release.version) in have and not fix):
            continue
        source = release.url
        if source.startswith("file://"):
            source = str(folder / source.removeprefix("file://"))
        upload(session, "/releases", source, fix=fix, sha1=release.sha1)
