"""Options of ``deploy`` and ``plan`` that say how instances are rolled out."""

from collections.abc import Callable
from typing import TypeVar

import rich_click as click

_Result = TypeVar("_Result")

_OPTIONS = (
    click.option("--recreate", is_flag=True, help="Make all VMs new."),
    click.option("--fix", is_flag=True, help="Replace VMs whose agent does not answer."),
    click.option(
        "--skip-drain",
        is_flag=False,
        flag_value="*",
        metavar="[GROUP[/ID],...]",
        help="Do not run drain scripts (of these).",
    ),
    click.option("--canaries", metavar="N|N%", help="Instead of the manifest's canaries."),
    click.option("--max-in-flight", metavar="N|N%", help="Instead of the manifest's."),
    click.option(
        "--force-latest-variables",
        is_flag=True,
        help="Use new values also where they wait for another stemcell.",
    ),
)


def rollout_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a command these options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
