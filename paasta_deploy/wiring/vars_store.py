"""Filling a vars store for the CLI, which may not reach adapters by itself.

Imported only when something must be made: the cryptography behind it takes a while to load.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.variables.filling import FilledStore, Filling, Progress
from paasta_deploy.adapters.variables.store_file import VarsStoreFile
from paasta_deploy.manifest import Node


def fill_vars_store(
    path: Path,
    document: Node,
    given: Mapping[str, Node],
    *,
    on_wait: Callable[[], None],
    on_progress: Progress,
) -> FilledStore:
    """Make the values that a document needs and write them into the store.

    See :class:`~paasta_deploy.adapters.variables.filling.Filling`. Raises VariableError.
    """
    clock = SystemClock()
    filling = Filling(
        store=VarsStoreFile(path, clock), clock=clock, on_wait=on_wait, on_progress=on_progress
    )
    return filling.fill(document, given)
