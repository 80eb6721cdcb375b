"""``diff-manifests``: two files to the ops file that makes the second one of the first."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.documents import read_document_of
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, show_warnings
from paasta_deploy.manifest import emit
from paasta_deploy.manifest.patching.diffing import as_ops_file, diff


@click.command("diff-manifests")
@click.argument("first", type=click.Path(path_type=Path, readable=False))
@click.argument("second", type=click.Path(path_type=Path, readable=False))
@with_session
def diff_manifests(session: Session, *, first: Path, second: Path) -> None:
    """Print the ops file that makes the second document of the first.

    Keep a copy that was edited by hand as an ops file: `interpolate FIRST -o OPS` gives SECOND.
    """
    documents = [read_document_of(Inputs(), path) for path in (first, second)]
    for document in documents:
        show_warnings(document.diagnostics)
    operations = diff(*(document.node for document in documents))
    session.terminal.block(emit(as_ops_file(operations)))
