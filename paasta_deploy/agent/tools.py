"""Runs the machine's own programs (mount, useradd, cp, ...) and keeps what they print."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.children import Children
from paasta_deploy.agent.environment import PROGRAM_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.outputs import printed

OUTPUT_BYTES = 2000
"""How much of what a program printed is kept, from its end: an error and its context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a program ended and what it printed, to both outputs."""

    status: int
    text: str


class Tools:
    """Programs of this machine."""

    def __init__(self, *, children: Children, layout: Layout) -> None:
        self._children = children
        self._layout = layout

    @staticmethod
    def has(program: str) -> bool:
        """Return whether the machine has a program of that name."""
        return shutil.which(program, path=search_path(PROGRAM_PATH)) is not None

    async def run(self, *argv: str) -> Ran:
        """Run a program to its end; a cancelled caller kills it.

        Raises OSError when there is no such program.
        """
        with printed(self._layout.tmp) as output:
            command = Command(
                argv=argv,
                env={"PATH": search_path(PROGRAM_PATH)},
                cwd=Path("/"),
                stdout=output.descriptor,
                stderr=output.descriptor,
            )
            status = await self._children.run(command)
            return Ran(status=status, text=output.tail(OUTPUT_BYTES).strip())
