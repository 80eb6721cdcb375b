"""``interpolate``: offline, no director needed."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import read_document_of
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import (
    Inputs,
    input_options,
    show_warnings,
    stop_on_errors,
)
from paasta_deploy.manifest import emit, select, to_value


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path, readable=False))
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
