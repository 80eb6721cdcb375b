"""``explain``: what a code means, offline."""

import rich_click as click

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.diagnostics import either
from paasta_deploy.diagnostics.catalogue import explain as explanation_of
from paasta_deploy.diagnostics.catalogue import listing, similar


@click.command()
@click.argument("code", required=False)
@with_session
def explain(session: Session, *, code: str | None) -> None:
    """Explain a code: ours (PD0142), BOSH's number (150001) or its name (JobUnknownNetwork).

    Without a code all of them are listed.
    """
    if code is None:
        session.terminal.block(listing())
        return
    text = explanation_of(code)
    if text is None:
        near = either(similar(code))
        hint = f"did you mean {near}?" if near else "`paasta-deploy explain` lists all codes"
        raise CliError(f"There is no code {code}.", hint=hint)
    session.terminal.block(text)
