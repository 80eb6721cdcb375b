"""``deploy`` and ``plan``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from paasta_deploy.cli.artifacts import upload
from paasta_deploy.cli.client import segment
from paasta_deploy.cli.failure import CHANGES_PENDING, DONE, CliError
from paasta_deploy.cli.manifests import check
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Document,
    Inputs,
    input_options,
    remember,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.diagnostics import from_json
from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import DeploymentManifest

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
class _Checked:
    """A manifest that is right as far as this machine can tell."""

    manifest: DeploymentManifest
    document: Document


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
    checked = _check(session, manifest, inputs)
    name = checked.manifest.name
    if not skip_upload_releases:
        _upload_named(session, checked.manifest, manifest.parent)
    if session.terminal.interactive:
        told = _plan(session, checked, rollout)
        session.terminal.block(told["text"])
        if told["is_empty"] and not rollout["recreate"]:
            session.terminal.line("Nothing to do.")
            return
        session.terminal.confirm(f"Deploy '{name}'?")
    task_id = session.client.task_of(
        "POST",
        "/deployments",
        text=checked.document.text,
        manifest_name=checked.document.name,
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
    checked = _check(session, manifest, inputs)
    told = _plan(session, checked, rollout)
    if session.terminal.as_json:
        session.terminal.value({key: value for key, value in told.items() if key != "text"})
        session.terminal.as_json = False  # the value above is the whole output
    else:
        session.terminal.block(told["text"])
    return CHANGES_PENDING if detailed_exitcode and not told["is_empty"] else DONE


def _check(session: Session, file: Path, inputs: Inputs) -> _Checked:
    """Check offline everything that can be: positions then lead into files and ops files."""
    document = inputs.document(file)
    if not document.is_verbatim:
        remember(f"{file} (after ops and variables)", document.text)
    configs = session.client.get("/configs", type="cloud")
    clouds = [(f"cloud config {item['name']}", item["content"]) for item in configs]
    found = check(document, clouds)
    stop_on_errors(found)
    show_warnings(found)
    manifest = parse_deployment(document.node).manifest
    assert manifest is not None, "a manifest without errors has a value"
    if session.deployment and session.deployment != manifest.name:
        raise CliError(
            f"Expected manifest to specify deployment name '{session.deployment}' but was "
            f"'{manifest.name}'.",
            hint=f"use -d {manifest.name}, or change `name` in {file}",
        )
    return _Checked(manifest=manifest, document=document)


def _plan(session: Session, checked: _Checked, rollout: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = session.client.post_text(
        f"/deployments/{segment(checked.manifest.name)}/plan",
        checked.document.text,
        manifest_name=checked.document.name,
        **{key: value for key, value in rollout.items() if value},
    )
    show_warnings([from_json(item) for item in told.pop("warnings", ())])
    return told


def _upload_named(session: Session, manifest: DeploymentManifest, folder: Path) -> None:
    """Upload releases that the manifest gives a ``url`` for and the director does not have."""
    wanted = [release for release in manifest.releases if release.url]
    if not wanted:
        return
    have = {
        (item["name"], version["version"])
        for item in session.client.get("/releases")
        for version in item["release_versions"]
    }
    for release in wanted:
        if (release.name, release.version) in have:
            continue
        source = release.url
        if source.startswith("file://"):
            source = str(folder / source.removeprefix("file://"))
        upload(session, "/releases", source, fix=False, sha1=release.sha1)
