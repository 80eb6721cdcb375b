"""The agent's entry. Everything is imported here, at once, so that nothing is imported later.

That matters twice: the local provider's launcher imports this module once and forks a machine
from it within milliseconds, and after the change of its root directory a machine could not find
Python's library any more. Importing starts no thread, opens no socket and makes no event loop.

As pid 1 of a machine the agent must not end by accident, or its machine ends: all work is done in
tasks and callbacks of the loop, whose faults are logged, and the main coroutine only waits for the
end that was asked for.
"""

import asyncio
import contextlib
import encodings.ascii
import encodings.idna
import encodings.latin_1
import encodings.utf_16  # noqa: F401 - for YAML
import gc
import logging
import os
import signal
import ssl
import sys
from pathlib import Path

from paasta_deploy.agent.bus import silence_nats
from paasta_deploy.agent.ground import begin_log, prepare_ground
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.life import Life
from paasta_deploy.agent.settings_store import SettingsStore, read_settings
from paasta_deploy.model.errors import PaastaError

log = logging.getLogger(__name__)

_UMASK = 0o022
"""Jobs of another user must be able to enter the folders; what is private has its own mode."""

EXIT_OK = 0
EXIT_UNUSABLE = 1
"""The settings or the root folder are of no use; nothing was started."""


def run(settings_path: Path, root: Path) -> int:
    """Be an agent until told to end, and return the exit status.

    May be called in a process that was forked from one which had imported this module, also as pid
    1 of a pid namespace. ``settings_path`` is read once, at the begin; below ``root`` everything
    is kept. Call it on the main thread, once per process.
    """
    _reset_after_fork()
    layout = Layout(root=root)
    try:
        prepare_ground(layout)
        begin_log(layout)
        settings = read_settings(settings_path, layout)
    except (PaastaError, OSError) as cause:
        hint = f"\n  {cause.hint}" if isinstance(cause, PaastaError) and cause.hint else ""
        sys.stderr.write(f"the agent cannot start: {cause}{hint}\n")
        log.error("the agent cannot start: %s", cause)  # noqa: TRY400 - no fault of ours
        return EXIT_UNUSABLE
    silence_nats()
    log.info("agent %s begins in %s", settings.agent_id, root)
    asyncio.run(_live(settings))
    log.info("the agent has ended")
    return EXIT_OK


async def _live(settings: SettingsStore) -> None:
    asyncio.get_running_loop().set_exception_handler(_on_fault)
    await Life(settings).live()


def _on_fault(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log a fault that nobody waited for; a broken connection is none."""
    fault = context.get("exception")
    if isinstance(fault, OSError | ssl.SSLError):
        log.info("%s: %s", context.get("message"), fault)
    elif isinstance(fault, BaseException):
        log.error("%s", context.get("message"), exc_info=fault)
    else:
        log.warning("%s", context.get("message"))


def _warm_tls() -> None:
    """Let OpenSSL load its algorithms now: 2 MB that machines forked from here then share.

    A greeting is composed and thrown away; nothing is sent, and no key is kept.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    greeting = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="warm")
    with contextlib.suppress(ssl.SSLWantReadError):
        greeting.do_handshake()


_warm_tls()


def _reset_after_fork() -> None:
    """Forget what a parent did with signals, and keep its memory shared.

    A collection would touch every object of the parent, and so copy all of its pages.
    """
    gc.freeze()
    os.umask(_UMASK)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
