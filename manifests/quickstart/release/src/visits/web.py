"""The page. ``GET /`` counts a visit; ``/count`` and ``/healthz`` only look.

A visit is on this machine's persistent disk before it is answered, and nearly always in the
cluster too: the answer waits a moment for that. If the cluster needs longer, the page says how
many visits are still on their way, and the total is exact all the same.

Usage: python3 -m visits.web <config.json>
"""

import asyncio
import html
import importlib
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from visits.ledger import Ledger

_CLUSTER_WAIT_S = 0.15
"""A healthy cluster confirms in 2 to 20 ms; nobody notices this wait."""

_REQUEST_S = 5.0
_REQUEST_BYTES = 16 << 10

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{total} visits</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem;
  color: #1c2430; background: #f6f7f9 }}
h1 {{ font-size: 5rem; line-height: 1; margin: 0 }}
table {{ border-collapse: collapse; width: 100%; margin: 1.5rem 0 }}
th, td {{ text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #d5dae1 }}
.wait {{ color: #b45309 }} .ok {{ color: #15803d }} small {{ color: #5b6573 }}
</style>
<h1 id="count">{total}</h1>
<p>visits. <span id="state">{state}</span></p>
<table><thead><tr><th>stream<th>led by<th>followers<th></tr></thead>
<tbody id="lanes">{lanes}</tbody></table>
<p><small>Served by {instance}. Every visit is written to three replicated streams, each led by
another machine: kill -9 any of them and reload.</small></p>
<script>
setInterval(async () => {{
  try {{
    const now = await (await fetch('/live')).json();
    document.getElementById('count').textContent = now.count;
    document.getElementById('state').innerHTML = now.state;
    document.getElementById('lanes').innerHTML = now.lanes;
  }} catch (error) {{
    document.getElementById('state').textContent = 'The machine of this page is silent.';
  }}
}}, 1000);
</script></html>
"""


@dataclass(frozen=True)
class Config:
    """``config/web.json``; a server has name, url and place (what people call it)."""

    address: str
    port: int
    store: str
    instance: str
    servers: list[dict[str, str]]


class Site:
    """Answers requests, from the first moment on; the cluster is found while it does."""

    def __init__(self, config: Config, ledger: Ledger) -> None:
        self._config = config
        self._ledger = ledger
        self._lanes = None
        self._places = {server["name"]: server["place"] for server in config.servers}

    async def work(self) -> None:
        """Keep the cluster up to date until cancelled."""
        # The client library takes a tenth of a second to load; visits are taken meanwhile.
        lanes = await asyncio.to_thread(importlib.import_module, "visits.lanes")
        servers = [lanes.Server(item["name"], item["url"]) for item in self._config.servers]
        ledger = self._ledger
        self._lanes = lanes.Lanes(servers, ledger.writer, lambda: ledger.durable)
        await self._lanes.run()

    async def answer(self, method: str, path: str) -> tuple[int, str, str]:
        """Return status, content type and body."""
        if method not in {"GET", "HEAD"}:
            return 405, "text/plain", "only GET is answered here\n"
        if path == "/" and method == "GET":
            number = await self._ledger.add()
            if self._lanes is not None:
                await self._lanes.wait_for(number, _CLUSTER_WAIT_S)
        match path:
            case "/":
                return 200, "text/html; charset=utf-8", self._page()
            case "/count" | "/live":
                state = self._status() if path == "/count" else self._live()
                return 200, "application/json", json.dumps(state) + "\n"
            case "/healthz":
                return 200, "application/json", '{"status": "ok"}\n'
            case "/ready":
                status, word = (200, "ready") if self._knows_cluster() else (503, "wait")
                return status, "text/plain", f"{word}\n"
            case _:
                return 404, "text/plain", "there are /, /count and /healthz\n"

    def _status(self) -> dict[str, object]:
        lanes = [] if self._lanes is None else self._lanes.lanes
        confirmed = 0 if self._lanes is None else self._lanes.confirmed
        others = 0 if self._lanes is None else self._lanes.others
        count = self._ledger.durable
        known = self._knows_cluster()
        return {
            "count": count + others,
            "in_cluster": min(confirmed, count) + others if known else None,
            "pending": max(count - confirmed, 0) if known else None,
            "whole": self._lanes is not None and self._lanes.is_whole(count),
            "leader": self._place(lanes[0].leader) if lanes else "",
            "leaders": {lane.stream: self._place(lane.leader) for lane in lanes},
            "lanes": [
                {
                    "stream": lane.stream,
                    "leader": self._place(lane.leader),
                    "confirmed": lane.confirmed,
                    "trouble": lane.trouble,
                }
                for lane in lanes
            ],
            "instance": self._config.instance,
        }

    def _live(self) -> dict[str, object]:
        """Return what the page's script puts in place every second."""
        status = self._status()
        return {
            "count": status["count"],
            "state": self._state(status["pending"]),
            "lanes": self._table(),
        }

    def _page(self) -> str:
        live = self._live()
        return _PAGE.format(
            total=live["count"],
            state=live["state"],
            lanes=live["lanes"],
            instance=html.escape(str(self._config.instance)),
        )

    def _knows_cluster(self) -> bool:
        """Whether any lane has told what it holds of ours since this process started."""
        return self._lanes is not None and any(
            lane.sequence is not None for lane in self._lanes.lanes
        )

    def _state(self, pending: object) -> str:
        if pending is None:
            return '<span class="wait">Just started; looking for the cluster.</span>'
        if pending:
            return (
                f'<span class="wait">{pending} of them are safe on the disk of this machine and '
                "on their way to the cluster.</span>"
            )
        return '<span class="ok">All of them are in the cluster.</span>'

    def _table(self) -> str:
        rows = []
        for lane in [] if self._lanes is None else self._lanes.lanes:
            followers = ", ".join(
                html.escape(self._place(name)) + ("" if current else " (catching up)")
                for name, current in sorted(lane.replicas.items())
            )
            leader = html.escape(self._place(lane.leader) or "nobody")
            trouble = html.escape(lane.trouble)
            rows.append(
                f"<tr><td>{lane.stream}<td>{leader}<td>{followers}"
                f'<td class="{"wait" if trouble else "ok"}">{trouble or "ok"}</tr>'
            )
        return "".join(rows)

    def _place(self, server: str) -> str:
        return self._places.get(server, server)


async def _serve_client(
    site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        async with asyncio.timeout(_REQUEST_S):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            status, kind, body = await site.answer(method, target.partition("?")[0])
            content = body.encode()
            writer.write(
                f"HTTP/1.1 {status} {'OK' if status < 400 else 'No'}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(content)}\r\nCache-Control: no-store\r\n"
                "Connection: close\r\n\r\n".encode()
                + (b"" if method == "HEAD" else content)
            )
            await writer.drain()
    except (OSError, ValueError, EOFError, asyncio.LimitOverrunError, TimeoutError):
        pass  # a client that says nothing sensible, or leaves, gets nothing
    finally:
        writer.close()


async def _main(config: Config) -> None:
    site = Site(config, Ledger(Path(config.store)))
    server = await asyncio.start_server(
        lambda reader, writer: _serve_client(site, reader, writer),
        config.address,
        config.port,
        limit=_REQUEST_BYTES,
        reuse_address=True,
        backlog=1024,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    work = asyncio.create_task(site.work())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    if work.done():
        work.result()  # it only ends by a bug; die loudly and be restarted
    work.cancel()


if __name__ == "__main__":
    asyncio.run(_main(Config(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
