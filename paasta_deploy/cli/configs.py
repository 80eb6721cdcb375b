"""``cloud-config``, ``update-cloud-config`` and ``configs``."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, decode, input_options, read_file, remember
from paasta_deploy.cli.terminal import Table, Terminal


@click.command("cloud-config")
@click.option("--name", default="default", help="Which one, when there are several.")
@with_session
def cloud_config(session: Session, *, name: str) -> None:
    """Print the cloud config."""
    found = session.client.get("/configs", type="cloud", name=name)
    if not found:
        raise CliError(
            f"There is no cloud config named '{name}'.",
            hint="paasta-deploy update-cloud-config cloud-config.yml",
        )
    session.terminal.block(found[0]["content"])


@click.command("update-cloud-config")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="default", help="Keep it beside others under this name.")
@input_options
@with_session
def update_cloud_config(session: Session, *, file: Path, name: str, inputs: Inputs) -> None:
    """Check a cloud config and save it."""
    content = _content(inputs, file)
    remember(f"{name}.yml", content)
    answer = session.client.send_json(
        "POST", "/configs/diff", {"type": "cloud", "name": name, "content": content}
    )
    if all(state is None for _, state in answer["diff"]) and answer["from"]["id"] != "0":
        session.terminal.line("The cloud config is unchanged.")
        return
    print_diff(session.terminal, answer["diff"])
    session.terminal.confirm("Save this cloud config?")
    session.client.send_json(
        "POST",
        "/configs",
        {
            "type": "cloud",
            "name": name,
            "content": content,
            "expected_latest_id": answer["from"]["id"],
        },
    )
    session.terminal.line("Succeeded")


@click.command()
@click.option("--type", "kind", default="", help="Only of this type.")
@click.option("-r", "--recent", type=int, default=1, help="How many versions of each.")
@with_session
def configs(session: Session, *, kind: str, recent: int) -> None:
    """List configs."""
    found = session.client.get("/configs", type=kind, latest=recent <= 1, limit=recent)
    rows = [
        [item["id"], item["type"], item["name"], item["team"] or "-", item["created_at"]]
        for item in found
    ]
    header = ["ID", "Type", "Name", "Team", "Created At"]
    session.terminal.table(Table(content="configs", header=header, rows=rows))


def _content(inputs: Inputs, file: Path) -> str:
    """Return the text to send; a plain file is checked by the director alone."""
    if inputs.is_empty:
        return decode(file, read_file(file))
    # Only ops files and variables need YAML to be read here.
    from paasta_deploy.cli.documents import read_document_of  # noqa: PLC0415 - see above

    return read_document_of(inputs, file).text


def print_diff(terminal: Terminal, diff: list[tuple[str, str | None]]) -> None:
    """Print BOSH's line diff; unchanged lines are left out unless they are near a change."""
    near = {
        index + offset
        for index, (_, state) in enumerate(diff)
        if state is not None
        for offset in (-2, -1, 0, 1, 2)
    }
    marks = {"added": "+", "removed": "-", None: " "}
    colours = {"added": "\x1b[32m", "removed": "\x1b[31m", None: ""}
    for index, (text, state) in enumerate(diff):
        if index in near:
            colour = colours[state] if terminal.has_colour else ""
            terminal.line(f"{colour}{marks[state]} {text}{chr(27) + '[0m' if colour else ''}")
