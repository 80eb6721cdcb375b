"""``validate`` and ``interpolate``: offline, no director needed."""

import json
from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import Document, read_document_of
from paasta_deploy.cli.failure import FAILED
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    MistakesError,
    input_options,
    read_file,
    remember,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.diagnostics import Diagnostic, as_json, has_errors, in_file_order
from paasta_deploy.manifest import (
    check_resolved,
    emit,
    parse_cloud_config,
    parse_deployment,
    read_document,
    select,
    to_value,
)
from paasta_deploy.manifest import (
    validate as check_together,
)
from paasta_deploy.model.cloud_config import CloudConfig


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option(
    "--cloud-config",
    "cloud_configs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Check against this, too; may be repeated.",
)
@input_options
@with_session
def validate(
    session: Session, *, manifest: Path, cloud_configs: tuple[Path, ...], inputs: Inputs
) -> int:
    """Check a manifest, alone or against cloud configs; all mistakes in one pass."""
    texts = [(str(path), read_file(path)) for path in cloud_configs]
    try:
        document = read_document_of(inputs, manifest)
        found = check(document, [(name, text.decode(errors="replace")) for name, text in texts])
    except MistakesError as mistakes:
        if not session.terminal.as_json:
            raise
        found = mistakes.diagnostics
    if session.terminal.as_json:
        session.terminal.value([as_json(item) for item in in_file_order(found)])
        session.terminal.as_json = False  # the value above is the whole output
        return FAILED if has_errors(found) else 0
    stop_on_errors(found)
    show_warnings(found)
    session.terminal.line(f"{manifest} is valid.")
    return 0


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--path", "pointer", default="", help="Print only what stands at this path.")
@click.option("--var-errs", is_flag=True, help="Fail when a variable has no value.")
@click.option("--var-errs-unused", is_flag=True, help="Fail when a value is not used.")
@input_options
@with_session
def interpolate(
    session: Session,
    *,
    manifest: Path,
    pointer: str,
    var_errs: bool,
    var_errs_unused: bool,
    inputs: Inputs,
) -> None:
    """Apply ops files and variables to a document and print it."""
    document = read_document_of(
        inputs, manifest, missing_is_error=var_errs, unused_is_error=var_errs_unused
    )
    show_warnings(document.diagnostics)
    node = document.node
    if pointer:
        selected = select(node, pointer)
        stop_on_errors(selected.diagnostics)
        assert selected.node is not None, "a selection without errors has a node"
        node = selected.node
        value = to_value(node)
        if isinstance(value, str):
            session.terminal.block(value)
            return
    session.terminal.block(emit(node))


def check(document: Document, cloud_configs: list[tuple[str, str]]) -> tuple[Diagnostic, ...]:
    """Return everything wrong with a manifest, and with how it fits the cloud configs."""
    found = list(document.diagnostics)
    parsed = parse_deployment(document.node)
    found += parsed.diagnostics
    found += check_resolved(document.node)
    cloud_config, cloud_found = parse_clouds(cloud_configs)
    found += cloud_found
    if parsed.draft is not None:
        found += check_together(parsed.draft, cloud_config)
    return tuple(dict.fromkeys(found))


def parse_clouds(
    texts: list[tuple[str, str]],
) -> tuple[CloudConfig | None, tuple[Diagnostic, ...]]:
    """Return the merged cloud config and its mistakes; None without any text."""
    if not texts:
        return None, ()
    found: list[Diagnostic] = []
    nodes = []
    for name, text in texts:
        remember(name, text)
        read = read_document(name, text)
        found += read.diagnostics
        if read.node is not None:
            nodes.append(read.node)
    stop_on_errors(found)
    parsed = parse_cloud_config(nodes)
    return parsed.draft, (*found, *parsed.diagnostics)


def as_lines(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Return diagnostics as JSON lines."""
    return "".join(json.dumps(as_json(item)) + "\n" for item in diagnostics)
