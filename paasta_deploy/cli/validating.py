"""``validate``: everything that is wrong with a deployment's files, in one pass, offline."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from paasta_deploy.cli.documents import named, remember_all, sources_of
from paasta_deploy.cli.failure import FAILED, CliError
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    input_options,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.diagnostics import Severity, as_json, has_errors
from paasta_deploy.manifest import NamedText, Strictness, load_deployment

_FILES = click.Path(path_type=Path, readable=False)
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _config_option(kind: str, attribute: str) -> Callable[[_Command], _Command]:
    return click.option(
        f"--{kind}-config",
        attribute,
        multiple=True,
        metavar="FILE",
        type=_FILES,
        help=f"Check against this {kind} config, too; may be repeated.",
    )


@click.command()
@click.argument("manifest", type=_FILES)
@_config_option("cloud", "cloud_configs")
@_config_option("runtime", "runtime_configs")
@_config_option("cpi", "cpi_configs")
@click.option(
    "--release",
    "releases",
    multiple=True,
    metavar="FILE|FOLDER",
    type=_FILES,
    help="Check jobs, properties and links against this release, too; may be repeated.",
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
    runtime_configs: tuple[Path, ...],
    cpi_configs: tuple[Path, ...],
    releases: tuple[Path, ...],
    strict: bool,
    lenient: bool,
    inputs: Inputs,
) -> int:
    """Check a manifest, alone or against configs; all mistakes in one pass, in file order.

    Exit code 0: nothing is wrong (there may be warnings), 1: something is.
    """
    if strict and lenient:
        raise CliError("--strict and --lenient contradict each other.", hint="leave one out")
    sources = replace(
        sources_of(inputs, manifest),
        cloud_configs=_all(cloud_configs),
        runtime_configs=_all(runtime_configs),
        cpi_configs=_all(cpi_configs),
    )
    loaded = load_deployment(sources, _strictness(strict=strict, lenient=lenient))
    remember_all(loaded.texts)
    found = loaded.diagnostics
    if releases:
        # Reading releases takes much that nobody else needs.
        from paasta_deploy.cli import validating_releases  # noqa: PLC0415 - see above

        found = validating_releases.mistakes_with_releases(loaded, releases)
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


def _strictness(*, strict: bool, lenient: bool) -> Strictness:
    return Strictness(
        unknown_keys=Severity.ERROR if strict else Severity.WARNING if lenient else None,
        resolvable=frozenset(),
        suspicions=True,
        leftovers=strict,
        environments=True,
    )


def _all(paths: Iterable[Path]) -> tuple[NamedText, ...]:
    return tuple(named(path) for path in paths)
