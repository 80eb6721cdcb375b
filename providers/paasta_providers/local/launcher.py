"""The process that machines are forked from, with the agent's code already loaded.

One launcher serves one stemcell. It runs alone in its session, has one thread, takes orders from
the provider over a socket that it inherits, and ends when the provider hangs up; the machines do
not notice. A machine thereby starts in milliseconds, without starting Python or importing
anything. Each order comes with two open files: a socket for the answer, and the machine's lock,
which stays locked until the child that it is handed to has answered or died.

Started by ``launcher_main.py`` without any site packages, so that the agent's code is only ever
that of its own zipapp. Standard library only.
"""

import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paasta_providers.local import kernel, processes, rootfs
from paasta_providers.local.boot import (
    Answer,
    BootOrder,
    Isolation,
    MountOrder,
    Order,
    decode_order,
    encode_answer,
)
from paasta_providers.local.machine_boot import (
    Agent,
    AgentRun,
    answer,
    become_machine,
    change_mount,
)

AGENT_MODULE = "paasta_deploy.agent.main"
AGENT_FUNCTION = "run"

ORDER_BYTES_MAX = 1 << 16
"""An order is below 2 KiB with one disk; each further disk adds a few hundred bytes."""

_FILES_PER_ORDER = 2
_UMASK = 0o022

Job = Callable[[], object]
"""What is left to do in a forked child, outside of the launcher's loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherSettings:
    """``work`` is a folder of this launcher alone; ``prefix`` is what Python runs from."""

    isolation: Isolation
    image: Path
    work: Path
    prefix: Path
    python: Path


class Launcher:
    """Forks machines until the provider hangs up."""

    def __init__(self, settings: LauncherSettings, orders: socket.socket) -> None:
        self._settings = settings
        self._orders = orders
        self._template: rootfs.Template | None = None
        self._own_pids = -1
        if settings.isolation is Isolation.NAMESPACES:
            self._template = rootfs.build_template(settings.work, settings.image, settings.prefix)
            self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._agent = Agent(
            run=load_agent(settings.image), image=settings.image, python=settings.python
        )

    def serve(self) -> Job | None:
        """Take orders until there are no more. In a forked child: return what it has to do."""
        while True:
            data, files, _flags, _address = socket.recv_fds(
                self._orders, ORDER_BYTES_MAX, _FILES_PER_ORDER
            )
            if not data:
                return None
            answers = socket.socket(fileno=files[0])
            job = self._obey(decode_order(data), answers)
            if job is not None:
                return job
            answers.close()
            for file in files[1:]:
                os.close(file)

    def _obey(self, order: Order, answers: socket.socket) -> Job | None:
        try:
            is_child = self._fork(own_pid_namespace=isinstance(order, BootOrder))
        except OSError as error:
            answer(answers, Answer(error=error.errno or 0, doing="starting a process"))
            return None
        if not is_child:
            return None
        self._orders.close()
        if isinstance(order, MountOrder):
            return lambda: change_mount(order, answers)
        return lambda: become_machine(order, answers, template=self._template, agent=self._agent)

    def _fork(self, *, own_pid_namespace: bool) -> bool:
        """Fork and return whether this is the child.

        The child of a process that has asked for a new PID namespace is the first one in it. To
        be able to ask again, the launcher goes back to its own namespace.
        """
        if self._own_pids < 0 or not own_pid_namespace:
            return os.fork() == 0
        kernel.unshare(kernel.CLONE_NEWPID)
        is_child = False
        try:
            is_child = os.fork() == 0
        finally:
            if not is_child:
                kernel.enter_namespace(self._own_pids, kernel.CLONE_NEWPID)
        return is_child


def load_agent(image: Path) -> AgentRun | None:
    """Import the agent from its zipapp and return its entry; None when it is not of our kind."""
    sys.path.insert(0, os.fspath(image))
    try:
        run = getattr(importlib.import_module(AGENT_MODULE), AGENT_FUNCTION)
    except (ImportError, AttributeError) as error:
        print(f"{image} is run as a program for each machine: {error}", file=sys.stderr)  # noqa: T201 - goes to the launcher's log
        return None
    loaded: AgentRun = run
    return loaded


def main(arguments: list[str]) -> object:
    """Run a launcher; in a forked child, run the machine."""
    number, isolation, image, work, prefix, python = arguments[:6]
    orders = socket.socket(fileno=int(number))
    os.umask(_UMASK)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    kernel.name_process("paasta-launch", f"{processes.LAUNCHER_TITLE} {image}")
    settings = LauncherSettings(
        isolation=Isolation(isolation),
        image=Path(image),
        work=Path(work),
        prefix=Path(prefix),
        python=Path(python),
    )
    launcher = Launcher(settings, orders)
    # What is alive now is shared by all machines; the collector must not touch (copy) its pages.
    gc.collect()
    gc.freeze()
    orders.send(encode_answer(Answer()))
    job = launcher.serve()
    return None if job is None else job()
