"""The command line of `agent.pyz`: ``python3 agent.pyz --settings FILE [--root DIR]``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from paasta_deploy.agent.layout import VCAP_ROOT
from paasta_deploy.agent.main import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Be an agent as the command line says, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="agent.pyz",
        description="The agent of paasta-deploy: runs the jobs of one machine for its director.",
    )
    parser.add_argument(
        "--settings",
        type=Path,
        required=True,
        metavar="FILE",
        help="the settings (JSON) that the provider made for this machine; holds a key",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=VCAP_ROOT,
        metavar="DIR",
        help="where jobs, packages, data and logs stand (default: %(default)s)",
    )
    chosen = parser.parse_args(arguments)
    return run(chosen.settings.absolute(), chosen.root.absolute())


def enter() -> None:
    """Be a program."""
    sys.exit(main())
