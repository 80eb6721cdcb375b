"""``update-resurrection``."""

import rich_click as click

from paasta_deploy.cli.session import Session, with_session


@click.command("update-resurrection")
@click.argument("state", type=click.Choice(["on", "off"]))
@with_session
def update_resurrection(session: Session, *, state: str) -> None:
    """Switch resurrection on or off for the whole director."""
    session.client.send_json("PUT", "/resurrection", {"resurrection_paused": state == "off"})
    session.terminal.line(f"Resurrection is {state}.")
