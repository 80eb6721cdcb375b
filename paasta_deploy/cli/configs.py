"""Configs of all kinds: print, list, save, delete, compare.

``cloud-config`` and the like are ``config`` and ``update-config`` with the type filled in. What a
save changes is shown before it is asked for, with the deployments that it would hurt; credentials
are hidden unless ``--no-redact`` asks for them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from paasta_deploy.cli.config_saving import (
    print_diff,
    read_config,
    save_config,
    show_deletion,
)
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.sources import Inputs, decode, input_options, read_file
from paasta_deploy.cli.terminal import Table
from paasta_deploy.diagnostics import did_you_mean

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_NAME = "default"
CONFIG_TYPES = ("cloud", "runtime", "cpi", "resurrection", "deploy")
"""Types that something here reads; any other is kept for tools of yours."""

ALL_VERSIONS = 30
"""What `--recent` alone lists, as BOSH's CLI does."""


def _redact_option(command: _Command) -> _Command:
    return click.option("--no-redact", is_flag=True, help="Show values that may be credentials.")(
        command
    )


def _name_option(command: _Command) -> _Command:
    return click.option("--name", default=DEFAULT_NAME, help="Which one, when there are several.")(
        command
    )


def _updating(command: _Command) -> _Command:
    """Give a command what every saving of a config has."""
    for option in (
        click.argument("file", type=click.Path(path_type=Path, readable=False)),
        click.option(
            "--expected-latest-id",
            metavar="ID",
            help="Save only if this is the newest version still; 0: if there is none.",
        ),
        _redact_option,
    ):
        command = option(command)
    return command


@click.command()
@click.argument("config_id", required=False)
@click.option("--type", "kind", default="", help="Its type, with --name instead of an id.")
@click.option("--name", default="", help="Its name, with --type.")
@_redact_option
@with_session
def config(
    session: Session, *, config_id: str | None, kind: str, name: str, no_redact: bool
) -> None:
    """Print one config: a version by its id, or the newest one of a type and name."""
    if config_id is not None:
        found = session.client.get(f"/configs/{_number(config_id)}", redact=not no_redact)
        session.terminal.block(found["content"])
        return
    if not (kind and name):
        raise CliError("Which config?", hint="give an id, or --type and --name; see `configs`")
    _print(session, kind, name, redact=not no_redact)


@click.command()
@click.option("--type", "kind", default="", help="Only of this type.")
@click.option("--name", default="", help="Only of this name.")
@click.option(
    "-r",
    "--recent",
    is_flag=False,
    flag_value=ALL_VERSIONS,
    default=1,
    type=click.IntRange(min=1),
    help="How many versions of each; alone: 30.",
)
@with_session
def configs(session: Session, *, kind: str, name: str, recent: int) -> None:
    """List configs; a star marks a version that is used now, where old ones are listed, too."""
    with_old = recent > 1
    found = session.client.get("/configs", type=kind, name=name, latest=not with_old, limit=recent)
    rows = [
        [
            f"{item['id']}*" if with_old and item["current"] else item["id"],
            item["type"],
            item["name"],
            item["team"] or "-",
            item["created_at"],
        ]
        for item in found
    ]
    header = ["ID", "Type", "Name", "Team", "Created At"]
    session.terminal.table(Table(content="configs", header=header, rows=rows))


@click.command("update-config")
@click.option("--type", "kind", required=True, help="cloud, runtime, cpi, resurrection, deploy...")
@click.option("--name", required=True, help="Keep it beside others under this name.")
@_updating
@input_options
@with_session
def update_config(
    session: Session,
    *,
    file: Path,
    kind: str,
    name: str,
    expected_latest_id: str | None,
    no_redact: bool,
    inputs: Inputs,
) -> None:
    """Check a config, show what changes and whom it hurts, and save it."""
    if kind not in CONFIG_TYPES and (hint := did_you_mean(kind, CONFIG_TYPES)).startswith("did"):
        session.terminal.note(f"Nothing here reads configs of the type `{kind}`; {hint}")
    sent = read_config(session, kind, file, inputs)
    save_config(session, kind, name, sent, redact=not no_redact, expected=expected_latest_id)


@click.command("delete-config")
@click.argument("config_id", required=False)
@click.option("--type", "kind", default="", help="Its type, with --name instead of an id.")
@click.option("--name", default="", help="Its name, with --type.")
@with_session
def delete_config(session: Session, *, config_id: str | None, kind: str, name: str) -> None:
    """Tell whom it would hurt, and delete a config. Its versions stay in the history."""
    if config_id is not None:
        found = session.client.get(f"/configs/{_number(config_id)}")
        kind, name = found["type"], found["name"]
    elif not (kind and name):
        raise CliError("Which config?", hint="give an id, or --type and --name; see `configs`")
    show_deletion(session, kind, name)
    session.terminal.confirm(f"Delete the {kind} config '{name}'?")
    if config_id is not None:
        session.client.delete(f"/configs/{_number(config_id)}")
    else:
        session.client.delete("/configs", type=kind, name=name)
    session.terminal.line("Succeeded")


@click.command("diff-config")
@click.option("--from-id", metavar="ID", help="A saved version.")
@click.option("--to-id", metavar="ID", help="A saved version.")
@click.option(
    "--from-content",
    metavar="FILE",
    type=click.Path(path_type=Path, readable=False),
    help="A file.",
)
@click.option(
    "--to-content", metavar="FILE", type=click.Path(path_type=Path, readable=False), help="A file."
)
@_redact_option
@with_session
def diff_config(
    session: Session,
    *,
    from_id: str | None,
    to_id: str | None,
    from_content: Path | None,
    to_content: Path | None,
    no_redact: bool,
) -> None:
    """Compare two versions, or a version and a file."""
    sides = {
        "from": _side("from", from_id, from_content),
        "to": _side("to", to_id, to_content),
    }
    answer = session.client.send_json("POST", _diff_path(no_redact=no_redact), sides)
    print_diff(session.terminal, answer["diff"])


@click.command("cloud-config")
@_name_option
@with_session
def cloud_config(session: Session, *, name: str) -> None:
    """Print the cloud config."""
    _print(session, "cloud", name)


@click.command("runtime-config")
@_name_option
@with_session
def runtime_config(session: Session, *, name: str) -> None:
    """Print a runtime config."""
    _print(session, "runtime", name)


@click.command("cpi-config")
@_name_option
@_redact_option
@with_session
def cpi_config(session: Session, *, name: str, no_redact: bool) -> None:
    """Print the CPI config; properties are hidden."""
    _print(session, "cpi", name, redact=not no_redact)


@click.command("update-cloud-config")
@_name_option
@_updating
@input_options
@with_session
def update_cloud_config(session: Session, **options: Any) -> None:  # noqa: ANN401 - see _update
    """Check a cloud config, show what changes and whom it hurts, and save it."""
    _update(session, "cloud", **options)


@click.command("update-runtime-config")
@_name_option
@_updating
@click.option("--fix-releases", is_flag=True, help="Upload releases with a url again.")
@input_options
@with_session
def update_runtime_config(session: Session, *, fix_releases: bool, **options: Any) -> None:  # noqa: ANN401 - see _update
    """Check a runtime config, upload its releases that have a url, and save it."""
    _update(session, "runtime", fix_releases=fix_releases, **options)


@click.command("update-cpi-config")
@_name_option
@_updating
@input_options
@with_session
def update_cpi_config(session: Session, **options: Any) -> None:  # noqa: ANN401 - see _update
    """Check a CPI config and save it; its CPIs can be used at once."""
    _update(session, "cpi", **options)


def _update(
    session: Session,
    kind: str,
    *,
    file: Path,
    name: str,
    expected_latest_id: str | None,
    no_redact: bool,
    inputs: Inputs,
    fix_releases: bool = False,
) -> None:
    sent = read_config(session, kind, file, inputs, fix_releases=fix_releases)
    save_config(session, kind, name, sent, redact=not no_redact, expected=expected_latest_id)


def _print(session: Session, kind: str, name: str, *, redact: bool = True) -> None:
    found = session.client.get("/configs", type=kind, name=name, redact=redact)
    if not found:
        command = (
            f"update-{kind}-config"
            if kind in ("cloud", "runtime", "cpi")
            else f"update-config --type {kind} --name {name}"
        )
        raise CliError(
            f"There is no {kind} config named '{name}'.", hint=f"paasta-deploy {command} FILE"
        )
    session.terminal.block(found[0]["content"])


def _number(config_id: str) -> str:
    text = config_id.removesuffix("*")
    if not text.isdecimal():
        raise CliError(
            f"'{config_id}' is no id of a config.", hint="ids are numbers; `configs` lists them"
        )
    return text


def _side(which: str, config_id: str | None, file: Path | None) -> dict[str, str]:
    if (config_id is None) is (file is None):
        raise CliError(
            f"Compare {which} what?", hint=f"give one of --{which}-id and --{which}-content"
        )
    if config_id is not None:
        return {"id": _number(config_id), "content": ""}
    assert file is not None, "one of both is given"
    return {"id": "", "content": decode(file, read_file(file))}


def _diff_path(*, no_redact: bool) -> str:
    return "/configs/diff?redact=false" if no_redact else "/configs/diff"
