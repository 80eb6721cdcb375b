"""Moves all data off one nats-server and makes the cluster forget it.

Usage: leave_cluster.py <url of the server> <its name> <file with the system account's password>

Exits with 0 also when a stream could not be moved (fewer than three servers would be left): its
other copies stay where they are, and keeping the machine would not make them more.
"""

import asyncio
import json
import sys
from pathlib import Path

import nats
import nats.errors
from nats.aio.client import Client

ANSWER_S = 2.0
MOVE_S = 60.0
PAUSE_S = 0.1


async def ask(client: Client, subject: str, request: object = None) -> dict[str, object]:
    """Ask the JetStream API; retry while it has no leader. Raises RuntimeError on a refusal."""
    payload = b"" if request is None else json.dumps(request).encode()
    async with asyncio.timeout(MOVE_S):
        while True:
            try:
                message = await client.request(f"$JS.API.{subject}", payload, timeout=ANSWER_S)
            except (nats.errors.TimeoutError, nats.errors.NoRespondersError):
                await asyncio.sleep(PAUSE_S)
                continue
            answer = json.loads(message.data)
            if "error" in answer:
                raise RuntimeError(answer["error"].get("description"))
            return answer


def members(info: dict[str, object]) -> dict[str, bool]:
    """Return the servers of a stream, and whether each is up to date."""
    cluster = info.get("cluster") or {}
    found = {peer["name"]: bool(peer.get("current")) for peer in cluster.get("replicas") or []}
    if cluster.get("leader"):
        found[cluster["leader"]] = True
    return found


async def move_stream(client: Client, stream: str, server: str) -> None:
    """Replace ``server`` in the stream by another one and wait until that has everything."""
    before = members(await ask(client, f"STREAM.INFO.{stream}"))
    if server not in before:
        return
    await ask(client, f"STREAM.PEER.REMOVE.{stream}", {"peer": server})
    async with asyncio.timeout(MOVE_S):
        while True:
            now = members(await ask(client, f"STREAM.INFO.{stream}"))
            if server not in now and len(now) >= len(before) and all(now.values()):
                print(f"{stream} moved: now on {', '.join(sorted(now))}")
                return
            await asyncio.sleep(PAUSE_S)


async def leave(url: str, server: str, password: str) -> None:
    """Move every stream, then leave."""
    client = await nats.connect(url, connect_timeout=ANSWER_S, max_reconnect_attempts=3)
    streams = (await ask(client, "STREAM.NAMES")).get("streams") or []
    for stream in streams:
        try:
            await move_stream(client, stream, server)
        except (RuntimeError, TimeoutError) as error:
            print(f"{stream} stays as it is, without this copy: {error}", file=sys.stderr)
    await client.close()
    system = await nats.connect(url, user="system", password=password, connect_timeout=ANSWER_S)
    try:
        await ask(system, "SERVER.REMOVE", {"peer": server})
        print(f"{server} left the cluster")
    except (RuntimeError, TimeoutError) as error:
        print(f"the cluster still counts {server} as a member: {error}", file=sys.stderr)
    await system.close()


if __name__ == "__main__":
    asyncio.run(leave(sys.argv[1], sys.argv[2], Path(sys.argv[3]).read_text(encoding="utf-8")))
