"""Options of ``deploy`` and ``plan`` that say how instances are rolled out."""

import re
from collections.abc import Callable
from typing import TypeVar

import rich_click as click

from paasta_deploy.model.deployment import OnFailure

_Result = TypeVar("_Result")

_DURATION = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,8})s)?")
_UNITS_S = (3600, 60, 1)


def _joined(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> str:
    """Return the values of a repeated option as the API takes them."""
    return ",".join(values)


def duration_option(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> int | None:
    """Return the seconds of ``90s``, ``55m`` or ``1h30m``. Raises click.BadParameter."""
    if text is None:
        return None
    found = _DURATION.fullmatch(text)
    seconds = (
        0
        if found is None
        else sum(
            int(count or 0) * unit_s
            for count, unit_s in zip(found.groups(), _UNITS_S, strict=True)
        )
    )
    if not seconds:
        raise click.BadParameter(f"{text!r} is no duration; write 90s, 55m or 1h30m.")
    return seconds


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
        "--only",
        multiple=True,
        metavar="GROUP[/INDEX]",
        callback=_joined,
        help="Change nothing but these, and hold back the rest. Repeatable.",
    ),
    click.option(
        "--exclude",
        multiple=True,
        metavar="GROUP[/INDEX]",
        callback=_joined,
        help="Hold these back, and leave them as they are. Repeatable.",
    ),
    click.option(
        "--max-destroy",
        metavar="N|N%",
        help="Refuse to take away the VM or the disk of more instances than this.",
    ),
    click.option(
        "--on-failure",
        type=click.Choice([item.value for item in OnFailure]),
        help="Instead of the manifest's: stop, go back to the last good manifest, or go on.",
    ),
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
