"""Runs a function in a thread of its own, which may leave the host's namespaces and never returns.

Namespaces, the root folder and capabilities belong to threads, so what a forked machine does can
be done and looked at here. Nothing can be imported in there once the root is another one.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from paasta_providers.local import kernel

Result = TypeVar("Result")


def in_own_thread(work: Callable[[], Result], namespaces: int = kernel.CLONE_NEWNS) -> Result:
    """Return what ``work`` returns, or raise what it raises."""
    future: Future[Result] = Future()

    def run() -> None:
        kernel.unshare(namespaces)
        try:
            future.set_result(work())
        except (AssertionError, OSError) as error:
            future.set_exception(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert os.getcwd()  # noqa: PTH109 - the other threads still stand where they stood
    return future.result(timeout=0)
