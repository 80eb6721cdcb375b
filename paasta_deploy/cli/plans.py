"""``plan``: what a deploy would do, for people, for programs, and as a file to deploy later."""

import os
from pathlib import Path
from typing import Any

import rich_click as click

from paasta_deploy.cli import plan_files
from paasta_deploy.cli.deploy_flags import configured_flags, with_flags
from paasta_deploy.cli.failure import CHANGES_PENDING, DONE
from paasta_deploy.cli.rollout import rollout_options
from paasta_deploy.cli.sending import (
    ask_plan,
    placed_plan,
    plan_text,
    read_to_send,
    show_plan_warnings,
)
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, input_options


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, readable=False))
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes, 0 if not.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="Save the plan, for `deploy --plan FILE`. Holds no secrets; mode 0600.",
)
@rollout_options
@input_options
@with_session
def plan(
    session: Session,
    *,
    manifest: Path,
    detailed_exitcode: bool,
    out: Path | None,
    inputs: Inputs,
    **options: Any,  # noqa: ANN401 - values of options
) -> int:
    """Show what a deploy would do, and why. Changes nothing.

    `--json` prints the plan as docs/reference/plan.schema.json describes it.
    """
    sent = read_to_send(session, manifest, inputs)
    options = with_flags(options, configured_flags(session, sent))
    told = ask_plan(session, sent, options)
    answer = placed_plan(sent, told)
    show_plan_warnings(answer)
    if out is not None:
        plan_files.save(out, plan_files.planned(manifest, inputs, options, told))
    if session.terminal.as_json:
        session.terminal.value({key: value for key, value in answer.items() if key != "basis"})
        session.terminal.as_json = False  # the value above is the whole output
    else:
        session.terminal.block(plan_text(session.terminal, answer))
    if out is not None:
        session.terminal.note(
            f"Saved as {out}. `paasta-deploy deploy --plan {_quoted(out)}` deploys exactly this, "
            "or says what has moved."
        )
    return CHANGES_PENDING if detailed_exitcode and not answer["is_empty"] else DONE


def _quoted(path: Path) -> str:
    text = os.fspath(path)
    return f"'{text}'" if " " in text else text
