"""What a forked child of the launcher does to become a machine, up to where the agent takes over.

The order of the acts matters. First the process writes down who it is, so that it can be found and
killed whatever happens next. Then come limits, network and files, and the answer to whoever waits.
A failure ends the process, with all namespaces it has made; what stands on the host by then (the
cable, folders of control groups) is named after the machine and removed by the provider.
Standard library only.
"""

import errno
import json
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from paasta_providers.local import kernel, processes, rootfs
from paasta_providers.local.boot import Answer, BootOrder, MountOrder, encode_answer
from paasta_providers.local.links import Cable, RouteSocket, lay_cable

PROCESS_FILE = "process.json"
"""Number, start and boot of the machine's first process, for programs."""

PID_FILE = "pid"
"""The number alone, for operators: ``kill -9 $(cat pid)``."""

CONSOLE_FILE = "console.log"
"""What the agent writes to standard output and error."""

OPEN_FILES_MAX = 65_536
"""For a machine's processes. Servers want tens of thousands; with millions, programs that close
every possible file when they start take seconds."""

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# Capabilities that stay (capability.h). Gone are those which reach through to the host: modules,
# raw devices, mounts, time, kernel log, other namespaces. The rest acts on the machine's own.
_CAP_CHOWN, _CAP_DAC_OVERRIDE, _CAP_FOWNER, _CAP_FSETID, _CAP_KILL = 0, 1, 3, 4, 5
_CAP_SETGID, _CAP_SETUID, _CAP_SETPCAP, _CAP_NET_BIND_SERVICE = 6, 7, 8, 10
_CAP_NET_BROADCAST, _CAP_NET_ADMIN, _CAP_NET_RAW, _CAP_IPC_LOCK, _CAP_IPC_OWNER = (
    11,
    12,
    13,
    14,
    15,
)
_CAP_SYS_CHROOT, _CAP_SYS_PTRACE, _CAP_SYS_NICE, _CAP_SYS_RESOURCE = 18, 19, 23, 24
_CAP_AUDIT_WRITE, _CAP_SETFCAP = 29, 31
KEPT_CAPABILITIES = frozenset(
    {
        _CAP_CHOWN,
        _CAP_DAC_OVERRIDE,
        _CAP_FOWNER,
        _CAP_FSETID,
        _CAP_KILL,
        _CAP_SETGID,
        _CAP_SETUID,
        _CAP_SETPCAP,
        _CAP_NET_BIND_SERVICE,
        _CAP_NET_BROADCAST,
        _CAP_NET_ADMIN,
        _CAP_NET_RAW,
        _CAP_IPC_LOCK,
        _CAP_IPC_OWNER,
        _CAP_SYS_CHROOT,
        _CAP_SYS_PTRACE,
        _CAP_SYS_NICE,
        _CAP_SYS_RESOURCE,
        _CAP_AUDIT_WRITE,
        _CAP_SETFCAP,
    }
)

AgentRun = Callable[[Path, Path], object]
"""The agent's entry: path of its settings, and the folder that is /var/vcap to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """How the agent is started: by its loaded entry, or else by executing ``python image``."""

    run: AgentRun | None
    image: Path
    python: Path


class _Steps:
    """Says, when a system call fails, what it was for."""

    def __init__(self, answers: socket.socket) -> None:
        self._answers = answers

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Run a part of the work; a failure is answered and ends the process."""
        try:
            yield
        except OSError as error:
            path = "" if error.filename is None else os.fsdecode(error.filename)
            answer(self._answers, Answer(error=error.errno or 0, doing=what, path=path))
            raise SystemExit(1) from error


def answer(answers: socket.socket, text: Answer) -> None:
    """Send an answer; a provider that has died meanwhile does not need it."""
    try:
        answers.send(encode_answer(text))
    except (BrokenPipeError, ConnectionResetError):
        return


def become_machine(
    order: BootOrder, answers: socket.socket, *, template: rootfs.Template | None, agent: Agent
) -> object:
    """Become the machine and run its agent; return what that returns, if ever.

    With a ``template`` the machine gets namespaces; this process must be the first one of a new
    PID namespace then.
    """
    steps = _Steps(answers)
    os.setsid()
    title = f"{processes.TITLE} {order.cid} {','.join(order.addresses)} {order.folder}"
    kernel.name_process(processes.TITLE, title)
    with steps.doing("writing down the machine's process"):
        _write_down_process(order.folder)
    with steps.doing("putting the machine into its control groups"):
        for door in order.cgroup_doors:
            _write(door, b"0\n")
    with steps.doing("opening the machine's console log"):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        console = os.open(f"{order.folder}/{CONSOLE_FILE}", flags, 0o600)
    if template is None:
        vcap, home = Path(order.folder, "vcap"), order.folder
        os.chdir(vcap)
    else:
        _enter_namespaces(steps, order, template)
        vcap, home = Path("/var/vcap"), "/root"
    _set_up_process(order, agent, console, home)
    answer(answers, Answer())
    answers.close()
    os.closerange(3, OPEN_FILES_MAX)
    return _run_agent(agent, vcap / "bosh" / "settings.json", vcap)


def _write_down_process(folder: str) -> None:
    mark = processes.own_mark()
    whole = {"pid": mark.pid, "started": mark.started, "boot_id": mark.boot_id}
    for name, text in ((PID_FILE, b"%d\n" % mark.pid), (PROCESS_FILE, json.dumps(whole).encode())):
        half = f"{folder}/.{name}"
        _write(half, text)
        os.rename(half, f"{folder}/{name}")  # noqa: PTH104 - see processes.read_bytes


def _write(path: str, text: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, text)
    finally:
        os.close(fd)


def _enter_namespaces(steps: _Steps, order: BootOrder, template: rootfs.Template) -> None:
    host = RouteSocket()
    with steps.doing("leaving the host's namespaces"):
        kernel.unshare(
            kernel.CLONE_NEWNS
            | kernel.CLONE_NEWUTS
            | kernel.CLONE_NEWIPC
            | kernel.CLONE_NEWNET
            | kernel.CLONE_NEWCGROUP
        )
    with steps.doing("laying the machine's network cable"):
        cable = Cable(
            name=order.veth,
            addresses=tuple(IPv4Address(address) for address in order.addresses),
            gateway=IPv4Address(order.gateway),
            host=IPv4Address(order.host_address) if order.host_address else None,
        )
        netns = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        lay_cable(cable, host, netns)
        host.close()
    with steps.doing("building the machine's root"):
        rootfs.enter_root(template, order)
    with steps.doing("giving the machine its name and its rights"):
        socket.sethostname(order.hostname)
        if not order.privileged:
            kernel.keep_capabilities(KEPT_CAPABILITIES)


def _set_up_process(order: BootOrder, agent: Agent, console: int, home: str) -> None:
    nothing = os.open("/dev/null", os.O_RDONLY)
    for fd, place in ((nothing, 0), (console, 1), (console, 2)):
        os.dup2(fd, place)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    kernel.raise_open_files(OPEN_FILES_MAX)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    own_programs = agent.python.parent
    path = SEARCH_PATH
    if os.fspath(own_programs) not in path.split(":"):
        path = f"{own_programs}:{path}"
    os.environ.clear()
    os.environ.update({processes.MARK: order.cid, "PATH": path, "HOME": home, "LANG": "C.UTF-8"})


def _run_agent(agent: Agent, settings: Path, vcap: Path) -> object:
    if agent.run is None:
        program = os.fspath(agent.python)
        words = [program, os.fspath(agent.image), "--settings", os.fspath(settings)]
        os.execv(program, [*words, "--root", os.fspath(vcap)])  # noqa: S606 - nothing for a shell
    return agent.run(settings, vcap)


def change_mount(order: MountOrder, answers: socket.socket) -> None:
    """Show or hide a disk inside a running machine: its mount namespace is joined for one call.

    Hiding takes away every mount of the disk, also one that the agent has made of it elsewhere.
    EBUSY then says that a process in there still has a file of it open.
    """
    steps = _Steps(answers)
    view = -1
    if order.source:
        with steps.doing("looking at the disk"):
            view = kernel.clone_mount(order.source)
    with steps.doing("entering the machine"):
        process = Path("/proc", str(order.pid))
        namespace = os.open(process / "ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        mounts = parse_mounts((process / "mountinfo").read_text(encoding="utf-8"))
        if processes.started(order.pid) != order.started:
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        kernel.enter_namespace(namespace, kernel.CLONE_NEWNS)
    content = next((mount[:2] for mount in mounts if mount[2] == order.target), None)
    if order.source and content is None:
        with steps.doing("mounting the disk"):
            Path(order.target).mkdir(parents=True, exist_ok=True)
            kernel.place_mount(view, order.target)
    elif not order.source and content is not None:
        with steps.doing("unmounting the disk"):
            for mount in reversed(mounts):
                if mount[:2] == content:
                    kernel.unmount(mount[2])
            Path(order.target).rmdir()
    answer(answers, Answer())


def parse_mounts(mountinfo: str) -> list[tuple[str, str, str]]:
    """Return (device, folder on it, mount point) of each mount, oldest first.

    Source: proc(5), /proc/PID/mountinfo; there, blanks are written as octal numbers.
    """
    mounts = []
    for line in mountinfo.splitlines():
        _id, _parent, device, root, mount_point = line.split(" ", 5)[:5]
        mounts.append((device, root, mount_point))
    return mounts
