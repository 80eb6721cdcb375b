"""Making values of variables into a vars store, and showing somebody at a terminal how far it is.

Light on purpose: the cryptography is loaded when there is something to make, and only then.
"""

import sys
from pathlib import Path

from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.manifest import Lacking, Variables

_CLEAR_LINE = "\r\x1b[K"


def make_values(store: Path, lacking: Lacking) -> tuple[Variables, tuple[Diagnostic, ...]]:
    """Make what a document lacks and write it into the store.

    Returns all variables, and what was wrong on the way. Raises VariableError.
    """
    # Loading the cryptography takes longer than reading a manifest.
    from paasta_deploy.wiring.vars_store import fill_vars_store  # noqa: PLC0415 - see above

    line, count = _Line(), len(lacking.plan.definitions)
    try:
        filled = fill_vars_store(
            store,
            lacking.patched,
            lacking.given,
            on_wait=lambda: line.show(f"Waiting for another process to fill {store}..."),
            on_progress=lambda done, total: line.show(
                f"Making values of variables: {done} of {total}"
            ),
        )
    finally:
        line.clear()
    if not has_errors(filled.diagnostics):
        line.end(f"{count} new values of variables are in {store}.")
    return filled.variables, filled.diagnostics


class _Line:
    """One line on stderr that is written over; nothing where nobody looks."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        if self._is_shown:
            sys.stderr.write(_CLEAR_LINE + text)
            sys.stderr.flush()

    def end(self, text: str) -> None:
        self.show(text + "\n")

    def clear(self) -> None:
        if self._is_shown:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
