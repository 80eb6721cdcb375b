"""Talking to many agents: connecting, answering, heartbeats; CPU of the director per message.

The agents are connections of one other process, each with a certificate and permissions of its
own, so the numbers are those of the director's side and of nats-server.

    bus.py [--agents N] [--seconds S]
"""

import argparse
import asyncio
import json
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg

from paasta_deploy.adapters.bus import (
    BusAccess,
    BusKeys,
    NatsAgentChannel,
    NatsServer,
    NatsServerSettings,
)
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.model.ids import AgentId, DirectorUuid

DEADLINE_S = 120.0
VITALS = {"cpu": {"sys": "1.0", "user": "2.0", "wait": "0.1"}, "load": ["1.00", "1.00", "1.00"]}
Stream = TypeVar("Stream", asyncio.StreamReader, asyncio.StreamWriter)
HEARTBEAT = json.dumps({"job_state": "running", "vitals": VITALS}).encode()


class BenchAgents:
    """What the other process does: connect, answer, and beat when told to."""

    def __init__(self, url: str, folder: Path, names: list[str]) -> None:
        self._url = url.replace("nats://", "tls://")
        self._folder = folder
        self._names = names
        self._clients: dict[str, Client] = {}

    async def run(self) -> None:
        """Obey the lines of standard input."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        await asyncio.gather(*(self._connect(name) for name in self._names))
        while line := await reader.readline():
            end_s = time.monotonic() + float(line)
            beats = 0
            while time.monotonic() < end_s:
                for name, client in self._clients.items():
                    await client.publish(f"hm.agent.heartbeat.{name}", HEARTBEAT)
                beats += len(self._clients)
                await asyncio.gather(*(one.flush() for one in self._clients.values()))
            print(beats, flush=True)

    async def _connect(self, name: str) -> None:
        context = ssl.create_default_context(cafile=str(self._folder / "ca.pem"))
        context.load_cert_chain(self._folder / f"{name}.agent")
        client = Client()

        async def answer(message: Msg) -> None:
            request = json.loads(message.data)
            value = "pong" if request["method"] == "ping" else {"push_tasks": True}
            await client.publish(request["reply_to"], json.dumps({"value": value}).encode())

        await client.connect(self._url, tls=context, connect_timeout=60)
        await client.subscribe(f"agent.{name}", cb=answer)
        self._clients[name] = client


def pipe_of(stream: Stream | None) -> Stream:
    """Return a pipe that was asked for."""
    if stream is None:
        raise SystemExit("the agents' process has no pipes")
    return stream


def cpu_s() -> float:
    """Return this process' CPU seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(what: str, count: int, wall_s: float, used_s: float) -> None:
    """Print one line of the table."""
    print(
        f"{what:<32} {count:>8} {wall_s:>8.2f} s {count / wall_s:>9.0f}/s "
        f"{used_s / count * 1e6:>8.0f} us CPU each"
    )


def settings_in(folder: Path) -> NatsServerSettings:
    """Return settings of a server on a free port, with fresh keys and certificates."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    certificates = DirectorCertificates.open(folder, clock=SystemClock(), hosts=())
    return NatsServerSettings(
        folder=folder / "nats",
        host="127.0.0.1",
        port=port,
        certificates=certificates.nats_server,
        keys=BusKeys.open(folder / "keys.json"),
    )


async def agents_process(folder: Path, url: str, count: int) -> asyncio.subprocess.Process:
    """Start the other process, with a certificate for each agent."""
    certificates = DirectorCertificates.open(folder, clock=SystemClock(), hosts=())
    for number in range(count):
        name = AgentId(f"agent-{number}")
        issued = certificates.issue_bootstrap(name, valid=timedelta(hours=1))
        (folder / f"{name}.agent").write_text(issued.certificate + issued.private_key)
    command = [sys.executable, __file__, "--agent-of", url, "--agents", str(count)]
    return await asyncio.create_subprocess_exec(
        *command, "--folder", str(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


async def bench(folder: Path, count: int, seconds: float) -> None:
    """Print the table."""
    clock, settings = SystemClock(), settings_in(folder)
    certificates = DirectorCertificates.open(folder, clock=clock, hosts=())
    server = NatsServer(settings, clock=clock)
    started = time.perf_counter()
    await server.start()
    print(f"nats-server ready after {(time.perf_counter() - started) * 1e3:.0f} ms")
    access = BusAccess(
        url=server.url,
        certificates=certificates.director_client,
        keys=settings.keys,
        director=DirectorUuid("bench"),
    )
    channel = NatsAgentChannel(
        access, clock=clock, ids=SystemIdSource(), is_known=lambda _agent: True
    )
    started = time.perf_counter()
    await channel.connect()
    print(f"director connected after {(time.perf_counter() - started) * 1e3:.0f} ms")
    agents = await agents_process(folder, server.url, count)
    try:
        names = [AgentId(f"agent-{number}") for number in range(count)]
        await measure(channel, agents, names, seconds)
    finally:
        pipe_of(agents.stdin).close()
        await channel.close()
        await server.stop()
        await agents.wait()


async def measure(
    channel: NatsAgentChannel,
    agents: asyncio.subprocess.Process,
    names: list[AgentId],
    seconds: float,
) -> None:
    """Print the lines."""
    started, used = time.perf_counter(), cpu_s()
    await asyncio.gather(*(channel.wait_until_ready(one, deadline_s=DEADLINE_S) for one in names))
    report("agents connected and ready", len(names), time.perf_counter() - started, cpu_s() - used)
    started, used, calls = time.perf_counter(), cpu_s(), 0
    while time.perf_counter() < started + seconds:
        await asyncio.gather(*(channel.call(one, "ping", deadline_s=DEADLINE_S) for one in names))
        calls += len(names)
    report("requests, all agents at once", calls, time.perf_counter() - started, cpu_s() - used)
    started, used, calls = time.perf_counter(), cpu_s(), 0
    while time.perf_counter() < started + seconds:
        await channel.call(names[0], "ping", deadline_s=DEADLINE_S)
        calls += 1
    report("requests, one after another", calls, time.perf_counter() - started, cpu_s() - used)
    started, used = time.perf_counter(), cpu_s()
    pipe_of(agents.stdin).write(f"{seconds}\n".encode())
    beats = int(await pipe_of(agents.stdout).readline())
    await channel.call(names[0], "ping", deadline_s=DEADLINE_S)
    report("heartbeats", beats, time.perf_counter() - started, cpu_s() - used)
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of this process at most: {rss_mb:.0f} MB")


def main() -> None:
    """Be the director's side, or with --agent-of the agents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--agent-of", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.agent_of:
        names = [f"agent-{number}" for number in range(options.agents)]
        asyncio.run(BenchAgents(options.agent_of, options.folder, names).run())
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(bench(Path(folder), options.agents, options.seconds))


if __name__ == "__main__":
    main()
