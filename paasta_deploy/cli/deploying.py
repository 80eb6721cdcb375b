"""``deploy`` and ``plan``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from paasta_deploy.cli.artifacts import upload
from paasta_deploy.cli.failure import CHANGES_PENDING, DONE
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    decode,
    input_options,
    read_file,
    remember,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.diagnostics import from_json

_ROLLOUT = (
    click.option("--recreate", is_flag=True, help="Make all VMs new."),
    click.option("--fix", is_flag=True, help="Replace VMs whose agent does not answer."),
    click.option("--canaries", metavar="N|N%", help="Instead of the manifest's canaries."),
    click.option("--max-in-flight", metavar="N|N%", help="Instead of the manifest's."),
)


def _rollout_options(command: Any) -> Any:  # noqa: ANN401 - a decorator of decorators
    for option in reversed(_ROLLOUT):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What is sent to the director: a manifest's text, under the name that it has here."""

    name: str
    text: str


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--skip-drain",
    is_flag=False,
    flag_value="*",
    metavar="[GROUP[/ID],...]",
    help="Do not run drain scripts (of these).",
)
@click.option("--dry-run", is_flag=True, help="Do everything but change something.")
@click.option("--no-redact", is_flag=True, help="Accepted for BOSH's scripts.")
@click.option("--skip-upload-releases", is_flag=True, help="Do not upload releases with a url.")
@_rollout_options
@input_options
@with_session
def deploy(
    session: Session,
    *,
    manifest: Path,
    skip_drain: str | None,
    dry_run: bool,
    no_redact: bool,
    skip_upload_releases: bool,
    inputs: Inputs,
    **rollout: Any,  # noqa: ANN401 - values of options
) -> None:
    """Make a deployment what its manifest says. Ctrl-C detaches; the deploy goes on."""
    del no_redact
    sent = _read(session, manifest, inputs)
    if not skip_upload_releases:
        _upload_named(session, sent, manifest.parent)
    if session.terminal.interactive:
        told = _plan(session, sent, rollout)
        session.terminal.block(told["text"])
        if told["is_empty"]:
            return  # the plan says that there is nothing to do
        session.terminal.confirm(f"Deploy '{told['deployment']}'?")
    task_id = session.client.task_of(
        "POST",
        "/deployments",
        text=sent.text,
        manifest_name=sent.name,
        expected_name=session.deployment or "",
        skip_drain=skip_drain,
        dry_run=dry_run,
        **{key: value for key, value in rollout.items() if value},
    )
    follow_task(session, task_id)
    session.terminal.line("Succeeded")


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes, 0 if not.")
@_rollout_options
@input_options
@with_session
def plan(
    session: Session,
    *,
    manifest: Path,
    detailed_exitcode: bool,
    inputs: Inputs,
    **rollout: Any,  # noqa: ANN401 - values of options
) -> int:
    """Show what a deploy would do, and why. Changes nothing."""
    sent = _read(session, manifest, inputs)
    told = _plan(session, sent, rollout)
    if session.terminal.as_json:
        session.terminal.value({key: value for key, value in told.items() if key != "text"})
        session.terminal.as_json = False  # the value above is the whole output
    else:
        session.terminal.block(told["text"])
    return CHANGES_PENDING if detailed_exitcode and not told["is_empty"] else DONE


def _read(session: Session, file: Path, inputs: Inputs) -> _Sent:
    """Return the manifest to send.

    A plain file goes as it is: the director finds all mistakes in it, and its lines are ours. With
    ops files or variables everything that can be is checked here, where diagnostics can point
    into those files.
    """
    if inputs.is_empty:
        text = decode(file, read_file(file))
        remember(str(file), text)
        return _Sent(name=str(file), text=text)
    # Reading YAML costs a quarter of a second of imports; see above who needs it.
    from paasta_deploy.cli.documents import read_document_of  # noqa: PLC0415 - see above
    from paasta_deploy.cli.manifests import check  # noqa: PLC0415 - see above

    document = read_document_of(inputs, file)
    configs = session.client.get("/configs", type="cloud")
    clouds = [(f"cloud config {item['name']}", item["content"]) for item in configs]
    found = check(document, clouds)
    stop_on_errors(found)
    show_warnings(found)
    name = f"{file} (after ops and variables)"
    remember(name, document.text)
    return _Sent(name=name, text=document.text)


def _plan(session: Session, sent: _Sent, rollout: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = session.client.post_text(
        "/paasta/plan",
        sent.text,
        manifest_name=sent.name,
        expected_name=session.deployment or "",
        **{key: value for key, value in rollout.items() if value},
    )
    show_warnings([from_json(item) for item in told.pop("warnings", ())])
    return told


def _upload_named(session: Session, sent: _Sent, folder: Path) -> None:
    """Upload releases that the manifest gives a ``url`` for and the director does not have."""
    if "url:" not in sent.text:
        return
    # Only manifests that name urls are read here.
    from paasta_deploy.manifest import parse_deployment, read_document  # noqa: PLC0415 - see above

    node = read_document(sent.name, sent.text).node
    draft = parse_deployment(node).draft if node is not None else None
    if draft is None:
        return  # the director will say what is wrong with it
    have = {
        (item["name"], version["version"])
        for item in session.client.get("/releases")
        for version in item["release_versions"]
    }
    for release in draft.releases:
        if not release.url or (release.name, release.version) in have:
            continue
        source = release.url
        if source.startswith("file://"):
            source = str(folder / source.removeprefix("file://"))
        upload(session, "/releases", source, fix=False, sha1=release.sha1)
