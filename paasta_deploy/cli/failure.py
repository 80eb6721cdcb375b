"""Failures that a command ends with: a whole message, what to do, and the exit code.

Exit codes: 0 done, 1 failed, 2 changes pending (``plan --detailed-exitcode`` only), 130 detached
by Ctrl-C. A director in the foreground may end with 75, see :mod:`paasta_deploy.wiring.process`.
Source: operators.md section 5; BOSH's CLI knows 0 and 1 only, and so do its scripts.
"""

from paasta_deploy.model.errors import PaastaError

DONE = 0
FAILED = 1
CHANGES_PENDING = 2
DETACHED = 130


class CliError(PaastaError):
    """A command cannot go on; ``exit_code`` is what the shell sees."""

    def __init__(self, message: str, *, hint: str = "", exit_code: int = FAILED) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


def lines_of(message: str, hint: str, exit_code: int) -> list[str]:
    """Return a failure as people and scripts read it, line by line.

    Nothing failed when somebody detached from a task, so that is no error.
    """
    lines = []
    if message:
        lines.append(message if exit_code == DETACHED else f"error: {message}")
    if hint:
        lines.append(f"  help: {hint}")
    return [*lines, "", f"Exit code {exit_code}"]
