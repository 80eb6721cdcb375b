"""Lanes: the streams of the cluster that hold the count, each led by another machine.

A JetStream stream with three replicas loses nothing when a machine dies, but if that machine led
the stream, the others wait 4 to 9 seconds before they elect a new leader, and no setting changes
that. So the count goes into several streams, the lanes, with different leaders: whoever dies, the
other lanes take the next visit at once.

What is written is not "one more" but "this writer has counted 17": the absolute number of one
web machine's disk, under the subject ``visits.<lane>.<writer>``, of which a lane keeps the last.
Writing it twice, or to several lanes, or again after an unanswered attempt changes nothing, so
nothing is ever counted twice; the true number of a writer is the largest that any lane holds, and
the total is the sum over writers. Each write names the sequence it replaces, so a straggler cannot
put an old number over a new one.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from visits.patience import Patience

LANES = 3
"""With three lanes on three machines, one machine's death leaves two that work."""

_CONNECT_S = 0.25
_ANSWER_S = 0.3
"""On one network a living server answers in milliseconds; a dead one must not hold us up. Where
all of them are slow these waits grow, see :mod:`visits.patience`."""

_CREATE_S = 1.5
_PAUSE_S = 0.03
_REFRESH_S = 1.0

_WRONG_SEQUENCE = 10071
_WRITE_UNDER_WAY = 10164
"""An earlier write waits for a second server to take it; nothing else is taken meanwhile."""

_TROUBLE = (nats.errors.Error, asyncio.TimeoutError, OSError, ValueError)


@dataclass(frozen=True)
class Server:
    """One nats-server: its name in the cluster and where clients find it."""

    name: str
    url: str


@dataclass
class Lane:
    """What is known about one lane. ``numbers`` is the count by writer, as this lane holds it."""

    number: int
    confirmed: int = 0
    sequence: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    leader: str = ""
    replicas: dict[str, bool] = field(default_factory=dict)
    via: str = ""
    trouble: str = "not connected yet"
    connects: Patience = field(default_factory=lambda: Patience(_CONNECT_S))
    creates: Patience = field(default_factory=lambda: Patience(_CREATE_S))
    reads: Patience = field(default_factory=lambda: Patience(_ANSWER_S))
    writes: Patience = field(default_factory=lambda: Patience(_ANSWER_S))

    @property
    def stream(self) -> str:
        return f"visits-{self.number}"

    def subject(self, writer: str) -> str:
        return f"visits.{self.number}.{writer}"


class Lanes:
    """Keeps every lane at the writer's count, and reads what other writers counted."""

    def __init__(self, servers: list[Server], writer: str, count: Callable[[], int]) -> None:
        self._servers = servers
        self._writer = writer
        self._count = count
        self._changed = asyncio.Event()
        self._wake = [asyncio.Event() for _ in range(LANES)]
        self.lanes = [Lane(number=number) for number in range(LANES)]

    @property
    def confirmed(self) -> int:
        """How many of this machine's visits the cluster holds."""
        return max(lane.confirmed for lane in self.lanes)

    def is_whole(self, number: int) -> bool:
        """Whether any one machine may die now without anybody noticing.

        Then every lane holds ``number`` visits, has a leader of its own, and up-to-date copies.
        """
        leaders = {lane.leader for lane in self.lanes}
        servers = min(len(self._servers), LANES)
        return len(leaders - {""}) >= servers and all(
            lane.leader and lane.confirmed == number and all(lane.replicas.values())
            for lane in self.lanes
        )

    @property
    def others(self) -> int:
        """How many visits other writers counted, as of a second ago."""
        writers = {writer for lane in self.lanes for writer in lane.numbers} - {self._writer}
        return sum(max(lane.numbers.get(writer, 0) for lane in self.lanes) for writer in writers)

    async def wait_for(self, number: int, timeout_s: float) -> None:
        """Return when the cluster holds ``number`` visits of ours, or after the timeout."""
        for wake in self._wake:
            wake.set()
        with suppress(asyncio.TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.confirmed < number:
                    self._changed.clear()
                    await self._changed.wait()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self.lanes:
                group.create_task(self._keep(lane))
            group.create_task(self._rebalance())

    async def _keep(self, lane: Lane) -> None:
        turn = lane.number  # so that the lanes do not all hang on the same machine
        while True:
            server = self._servers[turn % len(self._servers)]
            turn += 1
            try:
                client = await _connect(server, lane.connects, self._wake[lane.number])
            except _TROUBLE as error:
                lane.trouble = f"{server.name}: {type(error).__name__}"
                await asyncio.sleep(_PAUSE_S)
                continue
            lane.via = server.name
            try:
                await self._serve(lane, client)
            except _TROUBLE as error:
                lane.trouble = f"{server.name}: {type(error).__name__}"
            finally:
                with suppress(*_TROUBLE):
                    await asyncio.wait_for(client.close(), _CONNECT_S)
            await asyncio.sleep(_PAUSE_S)

    async def _serve(self, lane: Lane, client: Client) -> None:
        """Serve the lane over one connection until it fails."""
        await _ensure_stream(client, lane, replicas=3 if len(self._servers) >= 3 else 1)
        refresher = asyncio.create_task(self._refresh(lane, client))
        try:
            while not client.is_closed:
                if lane.sequence is None:
                    await self._recover(lane, client)
                target = self._count()
                if lane.confirmed < target:
                    await self._publish(lane, client, target)
                    continue
                self._wake[lane.number].clear()
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake[lane.number].wait(), _REFRESH_S)
        finally:
            lane.leader = ""
            lane.replicas = {}
            refresher.cancel()
            with suppress(asyncio.CancelledError, *_TROUBLE):
                await refresher

    async def _publish(self, lane: Lane, client: Client, target: int) -> None:
        headers = {"Nats-Expected-Last-Subject-Sequence": str(lane.sequence)}
        subject = lane.subject(self._writer)
        try:
            message = await _ask(client, subject, str(target), lane.writes, headers)
        except nats.errors.NoRespondersError:
            lane.trouble = "electing a leader"
            lane.leader = ""
            await asyncio.sleep(_PAUSE_S)
            return
        answer = json.loads(message.data)
        error = answer.get("error")
        if error is None:
            lane.sequence = answer["seq"]
            self._confirm(lane, target)
        elif error.get("err_code") == _WRONG_SEQUENCE:
            lane.sequence = None
        elif error.get("err_code") == _WRITE_UNDER_WAY:
            lane.trouble = "waiting for a second server"
            await asyncio.sleep(_PAUSE_S)
        else:
            lane.trouble = str(error.get("description"))
            await asyncio.sleep(_PAUSE_S)

    async def _recover(self, lane: Lane, client: Client) -> None:
        """Find out what the lane holds of this writer."""
        found = await _last(client, lane, self._writer)
        lane.sequence, number = found if found is not None else (0, 0)
        self._confirm(lane, number)

    def _confirm(self, lane: Lane, number: int) -> None:
        lane.confirmed = number
        lane.numbers[self._writer] = number
        lane.trouble = ""
        self._changed.set()

    async def _refresh(self, lane: Lane, client: Client) -> None:
        request = json.dumps({"subjects_filter": f"visits.{lane.number}.>"})
        while True:
            try:
                message = await _ask(
                    client, f"$JS.API.STREAM.INFO.{lane.stream}", request, lane.reads
                )
            except _TROUBLE:
                lane.leader = ""  # only a leader answers STREAM.INFO
                lane.replicas = {}
            else:
                info = json.loads(message.data)
                cluster = info.get("cluster") or {}
                lane.leader = cluster.get("leader") or lane.via
                lane.replicas = {
                    peer["name"]: bool(peer.get("current"))
                    for peer in cluster.get("replicas") or []
                }
                with suppress(*_TROUBLE):
                    await self._read_others(lane, client, (info.get("state") or {}))
            await asyncio.sleep(_REFRESH_S if lane.leader else _PAUSE_S)

    async def _read_others(self, lane: Lane, client: Client, state: dict[str, object]) -> None:
        """Find out what the lane holds of other writers."""
        for subject in state.get("subjects") or {}:
            writer = subject.rpartition(".")[2]
            found = None if writer == self._writer else await _last(client, lane, writer)
            if found is not None:
                lane.numbers[writer] = max(found[1], lane.numbers.get(writer, 0))

    async def _rebalance(self) -> None:
        """After a death, one machine may lead two lanes: ask it to hand one over, politely.

        What is known of a leader may be a second old, so only what is seen twice is acted on.
        """
        before: list[str] = []
        while True:
            await asyncio.sleep(_REFRESH_S)
            leaders = [lane.leader for lane in self.lanes]
            is_settled = leaders == before and all(leaders)
            before = leaders
            if not is_settled or len(set(leaders)) == len(leaders):
                continue
            for lane in self.lanes:
                free = [name for name, ok in lane.replicas.items() if ok and name not in leaders]
                if free and leaders.count(lane.leader) > 1:
                    await self._hand_over(lane, free[0])
                    await asyncio.sleep(_REFRESH_S)
                    break

    async def _hand_over(self, lane: Lane, to: str) -> None:
        server = next((server for server in self._servers if server.name == lane.via), None)
        if server is None:
            return
        request = json.dumps({"placement": {"preferred": to}})
        with suppress(*_TROUBLE):
            client = await _connect(server, lane.connects, asyncio.Event())
            try:
                subject = f"$JS.API.STREAM.LEADER.STEPDOWN.{lane.stream}"
                await _ask(client, subject, request, lane.reads)
            finally:
                await client.close()


async def _ignore(_: Exception) -> None:
    """The client reports a closed connection to whoever waits; a second report is noise."""


async def _connect(server: Server, patience: Patience, closed: asyncio.Event) -> Client:
    async def on_closed() -> None:
        closed.set()

    async with _noting(patience):
        return await asyncio.wait_for(
            nats.connect(
                server.url,
                allow_reconnect=False,
                connect_timeout=patience.wait_s,
                ping_interval=max(1.0, patience.wait_s),
                max_outstanding_pings=1,
                error_cb=_ignore,
                closed_cb=on_closed,
            ),
            2 * patience.wait_s,
        )


async def _ask(
    client: Client,
    subject: str,
    content: str,
    patience: Patience,
    headers: dict[str, str] | None = None,
) -> Msg:
    """Return the answer to a request, in time."""
    async with _noting(patience):
        return await client.request(
            subject, content.encode(), timeout=patience.wait_s, headers=headers
        )


@asynccontextmanager
async def _noting(patience: Patience) -> AsyncIterator[None]:
    """Note how long an answer takes, or that it does not come in time."""
    loop = asyncio.get_running_loop()
    asked_at = loop.time()
    try:
        yield
    except TimeoutError:  # that of the client is one, too
        patience.missed()
        raise
    patience.answered(loop.time() - asked_at)


async def _ensure_stream(client: Client, lane: Lane, replicas: int) -> None:
    """Make the lane's stream unless it exists. An election is no reason to make another one."""
    config = {
        "name": lane.stream,
        "description": "visits counted by the quickstart's web page",
        "subjects": [f"visits.{lane.number}.>"],
        "max_msgs_per_subject": 1,
        "retention": "limits",
        "discard": "old",
        "storage": "file",
        "num_replicas": replicas,
        "allow_direct": True,
    }
    create = f"$JS.API.STREAM.CREATE.{lane.stream}"
    while True:
        with suppress(nats.errors.NoRespondersError):
            # Any replica answers this, also while there is no leader.
            await _ask(client, f"$JS.API.DIRECT.GET.{lane.stream}", '{"seq":1}', lane.reads)
            return
        message = await _ask(client, create, json.dumps(config), lane.creates)
        error = json.loads(message.data).get("error")
        if error is None:
            return
        lane.trouble = str(error.get("description"))
        await asyncio.sleep(_PAUSE_S)


async def _last(client: Client, lane: Lane, writer: str) -> tuple[int, int] | None:
    """Return sequence and number of ``writer`` in ``lane``, None if it never wrote there."""
    subject = f"$JS.API.DIRECT.GET.{lane.stream}.{lane.subject(writer)}"
    message = await _ask(client, subject, "", lane.reads)
    headers = message.headers or {}
    match headers.get("Status"):
        case None:
            return int(headers["Nats-Sequence"]), int(message.data)
        case "404":
            return None
        case status:
            raise ValueError(f"the cluster answered {status} {headers.get('Description')}")
