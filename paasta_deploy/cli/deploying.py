"""``deploy``: make a deployment what its manifest says, or carry out a plan that was saved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rich_click as click

from paasta_deploy.cli.deploy_flags import configured_flags, with_flags
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.rollout import duration_option, rollout_options
from paasta_deploy.cli.sending import (
    Sent,
    answers_placed,
    ask_plan,
    placed_plan,
    plan_text,
    read_to_send,
    show_plan_warnings,
    upload_named,
)
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, input_options
from paasta_deploy.model.deploy_config import DeployFlag


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What to deploy. ``plan`` is what was saved before, with its basis; None: none was."""

    manifest: Path
    inputs: Inputs
    options: Mapping[str, Any]
    plan: Mapping[str, Any] | None = None


@click.command()
@click.argument("manifest", required=False, type=click.Path(path_type=Path, readable=False))
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Carry out exactly the plan that `plan --out` saved, or refuse.",
)
@click.option(
    "--deadline",
    metavar="DURATION",
    callback=duration_option,
    help="Begin no further change after so long (`55m`, `1h30m`), and finish what has begun.",
)
@click.option("--dry-run", is_flag=True, help="Do everything but change something.")
@click.option("--no-redact", is_flag=True, help="Accepted for BOSH's scripts.")
@click.option("--skip-upload-releases", is_flag=True, help="Do not upload releases with a url.")
@click.option("--fix-releases", is_flag=True, help="Upload releases with a url again.")
@rollout_options
@input_options
@with_session
def deploy(
    session: Session,
    *,
    manifest: Path | None,
    plan_file: Path | None,
    deadline: int | None,
    dry_run: bool,
    no_redact: bool,
    skip_upload_releases: bool,
    fix_releases: bool,
    inputs: Inputs,
    **options: Any,  # noqa: ANN401 - values of options
) -> None:
    """Make a deployment what its manifest says. Ctrl-C detaches; the deploy goes on.

    Somebody at a terminal sees the plan first and is asked; what is deployed then is what was
    shown. `-n` asks nothing.
    """
    del no_redact
    if plan_file is not None:
        order = _planned(plan_file, manifest, inputs, options)
    elif manifest is not None:
        order = _Order(manifest=manifest, inputs=inputs, options=options)
    else:
        context = click.get_current_context()
        raise click.UsageError("Missing argument 'MANIFEST', or --plan FILE", context)
    sent = read_to_send(session, order.manifest, order.inputs)
    if order.plan is None:
        flags = configured_flags(session, sent)
        order = replace(order, options=with_flags(order.options, flags))
        skip_upload_releases |= DeployFlag.SKIP_UPLOAD_RELEASES in flags
        fix_releases |= DeployFlag.FIX_RELEASES in flags
    if not skip_upload_releases:
        upload_named(session, sent, order.manifest.parent, fix=fix_releases)
    plan = order.plan
    if session.terminal.interactive:
        if plan is None:
            plan = ask_plan(session, sent, order.options)
            show_plan_warnings(placed_plan(sent, plan))
        session.terminal.block(plan_text(session.terminal, placed_plan(sent, plan)))
        if plan["is_empty"]:
            return  # the plan says that there is nothing to do
        if not dry_run:
            session.terminal.confirm(f"Deploy '{plan['deployment']}'?")
    basis = {} if plan is None else plan["basis"]
    given = {**order.options, "deadline_s": deadline}
    _start(session, sent, given, basis, dry_run=dry_run)
    session.terminal.line("Succeeded")


def _start(
    session: Session,
    sent: Sent,
    options: Mapping[str, Any],
    basis: Mapping[str, Any],
    *,
    dry_run: bool,
) -> None:
    with answers_placed(sent):
        task_id = session.client.task_of(
            "POST",
            "/deployments",
            text=sent.text,
            manifest_name=sent.name,
            expected_name=session.deployment or "",
            dry_run=dry_run,
            plan_basis=json.dumps(basis) if basis else "",
            **{key: value for key, value in options.items() if value},
        )
    follow_task(session, task_id)


def _planned(
    file: Path, manifest: Path | None, inputs: Inputs, options: Mapping[str, Any]
) -> _Order:
    """Return what a plan file says to deploy. Raises CliError, MistakesError."""
    # Only a deploy of a saved plan reads one.
    from paasta_deploy.cli import plan_files  # noqa: PLC0415 - see above

    plan_files.refuse_options(options)
    saved = plan_files.load(file)
    if manifest is not None or not replace(inputs, pairs=()).is_empty:
        raise CliError(
            "A plan names its manifest, ops files and variable files itself.",
            hint=f"`paasta-deploy deploy --plan {file}`, with -v for values that were given so",
        )
    plan_files.check_files(saved)
    return _Order(
        manifest=saved.manifest_path,
        inputs=plan_files.inputs_of(saved, inputs.pairs),
        options={
            **saved.options,
            **{name: options[name] for name in plan_files.GUARDS if options.get(name)},
        },
        plan={**saved.plan, "basis": saved.basis},
    )
