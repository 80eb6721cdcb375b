"""The page of all commands, from the CLI itself: what `--help` says, for reading in one go.

Options that every command takes are told once, on top.
"""

from collections.abc import Iterable, Iterator

import rich_click as click

from paasta_deploy.cli.main import ALIASES, COMMANDS, cli


def commands_page() -> str:
    """Return the page."""
    context = click.Context(cli, info_name="paasta-deploy")
    lines = [
        "# Commands",
        "",
        "What `paasta-deploy COMMAND --help` says. Exit codes are in the",
        "[operator's page](../operating.md#exit-codes).",
        "",
        "## Every command",
        "",
        *_options(cli.params),
    ]
    # `--version` in front of a command is another option than `--version` of a command.
    everywhere = frozenset(option for param in cli.params for option in param.opts) - {"--version"}
    for name in sorted(COMMANDS):
        command = cli.get_command(context, name)
        assert command is not None, f"{name} is listed, so it can be loaded"
        lines += ["", *_command(name, command, everywhere)]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command, everywhere: frozenset[str]) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield _usage(name, command)
    yield ""
    yield _sentences(command.help)
    short = [alias for alias, long in ALIASES.items() if long == name]
    if short:
        yield ""
        yield f"Short: `{'`, `'.join(short)}`."
    own = [param for param in command.params if not everywhere & set(param.opts)]
    if any(isinstance(param, click.Option) for param in own):
        yield ""
        yield from _options(own)
    if isinstance(command, click.Group):
        for inner in sorted(command.commands):
            yield ""
            yield f"- `{name} {inner}`: {_sentences(command.commands[inner].help)}"


def _usage(name: str, command: click.Command) -> str:
    arguments = [
        param.make_metavar(click.Context(command))
        for param in command.params
        if isinstance(param, click.Argument)
    ]
    inner = ["COMMAND"] if isinstance(command, click.Group) else []
    return f"`{' '.join(['paasta-deploy', name, *arguments, *inner])}`"


def _options(params: Iterable[click.Parameter]) -> Iterator[str]:
    yield "| option | |"
    yield "|---|---|"
    for param in params:
        if isinstance(param, click.Option) and not param.hidden:
            names = ", ".join(f"`{option}`" for option in (*param.opts, *param.secondary_opts))
            yield f"| {names} | {_sentences(param.help)} |"


def _sentences(text: str | None) -> str:
    """Return a help text as one line that a table can hold."""
    return " ".join((text or "").split()).replace("|", "\\|")
