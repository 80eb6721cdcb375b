"""What every command shares: global options, the terminal, the connection to the director."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from paasta_deploy.cli.failure import FAILED, CliError, lines_of
from paasta_deploy.cli.sources import render_found
from paasta_deploy.cli.terminal import Terminal
from paasta_deploy.diagnostics import as_json
from paasta_deploy.model.errors import PaastaError

if TYPE_CHECKING:
    from paasta_deploy.cli.client import DirectorClient

_Result = TypeVar("_Result")


@dataclass(slots=True, kw_only=True)
class Session:
    """One command run. ``client`` connects on first use, and starts the director if need be."""

    terminal: Terminal
    environment: str | None = None
    ca: str | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    deployment: str | None = None
    home: Path | None = None
    _client: "DirectorClient | None" = None

    @property
    def client(self) -> "DirectorClient":
        """The connection to the director. Raises CliError."""
        if self._client is None:
            # The HTTP library costs a tenth of a second to import; --help must not pay it.
            from paasta_deploy.cli.client import DirectorClient  # noqa: PLC0415 - see above

            if self.environment:
                self._client = DirectorClient.over_https(
                    self.environment, ca=self.ca, user=self.user, password=self.password
                )
            else:
                self._client = DirectorClient.over_socket(self._local_socket())
        return self._client

    def require_deployment(self) -> str:
        """Return the deployment that was named, or the only one. Raises CliError."""
        if self.deployment:
            return self.deployment
        names = [str(item["name"]) for item in self.client.get("/deployments")]
        if len(names) == 1:
            return names[0]
        if not names:
            hint = "make one with `paasta-deploy deploy MANIFEST`"
            raise CliError("There is no deployment yet.", hint=hint)
        known = ", ".join(names)
        raise CliError(f"Which deployment? There are: {known}.", hint="name it with -d NAME")

    def _local_socket(self) -> Path:
        # The local director's code is loaded only when there is a local director to talk to.
        from paasta_deploy.wiring.process import ensure_running  # noqa: PLC0415 - see above

        try:
            return ensure_running(self.home, tell=self.terminal.note)
        except OSError as error:
            raise CliError(
                f"The state folder {self.home} cannot be used: {error.strerror or error}.",
                hint="--home FOLDER or PAASTA_HOME names another one; whose it is tells"
                f" `ls -ld {error.filename or self.home}`",
            ) from error


_GLOBAL_OPTIONS = (
    click.option(
        "-e",
        "--environment",
        envvar="BOSH_ENVIRONMENT",
        metavar="URL",
        help="A director elsewhere (https). Default: the one on this machine.",
    ),
    click.option(
        "-d",
        "--deployment",
        envvar="BOSH_DEPLOYMENT",
        metavar="NAME",
        help="Which deployment. Default: the only one.",
    ),
    click.option(
        "--ca-cert",
        envvar="BOSH_CA_CERT",
        metavar="FILE",
        help="CA certificate of a director elsewhere.",
    ),
    click.option(
        "--client", envvar="BOSH_CLIENT", metavar="NAME", help="User at a director elsewhere."
    ),
    click.option(
        "--client-secret",
        envvar="BOSH_CLIENT_SECRET",
        metavar="PASSWORD",
        help="Password; better given as BOSH_CLIENT_SECRET.",
    ),
    click.option(
        "--home",
        envvar="PAASTA_HOME",
        metavar="FOLDER",
        type=click.Path(path_type=Path, readable=False),
        help="State folder of the director on this machine. Default: ~/.paasta",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    click.option("--tty", is_flag=True, help="Print as on a terminal, also into a pipe."),
    click.option("--no-color", "--no-colour", "no_colour", is_flag=True, help="No colours."),
    click.option(
        "-n",
        "--non-interactive",
        "non_interactive",
        is_flag=True,
        envvar="BOSH_NON_INTERACTIVE",
        help="Ask nothing: take yes for an answer.",
    ),
)

_GLOBAL_NAMES = (
    "environment",
    "deployment",
    "ca_cert",
    "client",
    "client_secret",
    "home",
    "as_json",
    "tty",
    "no_colour",
    "non_interactive",
)


def with_session(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a command the global options and a :class:`Session` as first argument.

    The options work before and after the command's name, as with BOSH's CLI; after wins.
    """

    @functools.wraps(command)
    @click.pass_context
    def run(context: click.Context, /, *args: Any, **kwargs: Any) -> _Result:  # noqa: ANN401 - click's
        chosen: dict[str, Any] = dict(context.find_root().obj or {})
        for name in _GLOBAL_NAMES:
            value = kwargs.pop(name)
            # The environment speaks where the command line does not, on either side of the name.
            is_typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
            if value and (is_typed or name not in chosen):
                chosen[name] = value
        session = make_session(chosen)
        context.obj = session
        try:
            return command(session, *args, **kwargs)
        except PaastaError as error:
            diagnostics = [as_json(item) for item in getattr(error, "diagnostics", ())]
            session.terminal.failed(failure_lines(error, plain=True), diagnostics)
            raise
        finally:
            session.terminal.close()

    return global_options(run)


def failure_lines(error: PaastaError, *, plain: bool = False) -> list[str]:
    """Return a failure line by line: its mistakes with their places, or its message."""
    exit_code = getattr(error, "exit_code", FAILED)
    diagnostics = getattr(error, "diagnostics", ())
    if not diagnostics:
        return lines_of(str(error), error.hint, exit_code)
    return [*render_found(diagnostics, plain=plain).splitlines(), *lines_of("", "", exit_code)]


def global_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Declare the global options on a command."""
    for option in reversed(_GLOBAL_OPTIONS):
        command = option(command)
    return command


def make_session(chosen: dict[str, Any]) -> Session:
    """Return a session from the values of the global options."""
    if chosen.get("no_colour"):
        os.environ["NO_COLOR"] = "1"  # for diagnostics, too, and for programs that we start
    return Session(
        terminal=Terminal(
            as_json=bool(chosen.get("as_json")),
            interactive=not chosen.get("non_interactive"),
            colour=not chosen.get("no_colour"),
            tty=bool(chosen.get("tty")),
        ),
        environment=chosen.get("environment"),
        ca=chosen.get("ca_cert"),
        user=chosen.get("client") or "",
        password=chosen.get("client_secret") or "",
        deployment=chosen.get("deployment"),
        home=chosen.get("home"),
    )
