"""``validate``: everything that is wrong with a deployment's files, in one pass, offline."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import load_files
from paasta_deploy.cli.failure import FAILED, CliError
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    input_options,
    read_file,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.diagnostics import Severity, as_json, has_errors

_FILES = click.Path(path_type=Path)


@click.command()
@click.argument("manifest", type=_FILES)
@click.option(
    "--cloud-config",
    "cloud_configs",
    multiple=True,
    metavar="FILE",
    type=_FILES,
    help="Check against this, too; may be repeated.",
)
@click.option("--strict", is_flag=True, help="Let no unknown key pass, and fail on warnings, too.")
@click.option("--lenient", is_flag=True, help="Only warn of unknown keys, as BOSH ignores them.")
@input_options
@with_session
def validate(
    session: Session,
    *,
    manifest: Path,
    cloud_configs: tuple[Path, ...],
    strict: bool,
    lenient: bool,
    inputs: Inputs,
) -> int:
    """Check a manifest, alone or against configs; all mistakes in one pass, in file order.

    Exit code 0: nothing is wrong (there may be warnings), 1: something is.
    """
    if strict and lenient:
        raise CliError("--strict and --lenient contradict each other.", hint="leave one out")
    unknown = Severity.ERROR if strict else Severity.WARNING if lenient else None
    loaded = load_files(
        inputs,
        manifest,
        cloud_configs=tuple((str(path), read_file(path)) for path in cloud_configs),
        unknown_keys=unknown,
    )
    found = loaded.diagnostics
    failed = has_errors(found) or (strict and bool(found))
    if session.terminal.as_json:
        session.terminal.value([as_json(item) for item in found])
        session.terminal.as_json = False  # the value above is the whole output
        return FAILED if failed else 0
    stop_on_errors(found)
    show_warnings(found)
    if failed:
        raise CliError("There are warnings, and --strict lets none pass.")
    session.terminal.line(f"{manifest} is valid.")
    return 0
