"""One director at a time writes to a store; a lease that ends is taken, and its token is old.

Laws: what a deposed director writes never stands; who lives is not deposed; a holder that cannot
renew doubts before anybody may take over.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from typing_extensions import override

from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.adapters.store.claims import Claim
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.reign import (
    BEAT_S,
    LEASE_S,
    LOOK_S,
    TRUST_S,
    Reign,
    wait_for_claim,
)
from paasta_deploy.model.errors import DeposedError, StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.recorded import Remove
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.made_records import entry, vm
from paasta_deploy.testing.store_conformance import put

FOR_EVER_S = 3600.0


class TickingClock(FakeClock):
    """Time jumps to the end of every wait; ``meanwhile`` is what others do then."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    @override
    async def wait(self, delay_s: float) -> None:
        self.advance(delay_s)
        if self.meanwhile is not None:
            await self.meanwhile()


class Directors:
    """Directors over one store, and what they are told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = TickingClock()
        self.said: list[str] = []
        self.deposed: list[str] = []
        self._ends: list[Callable[[], None]] = []

    async def begin(self, name: str, *, standby: bool = True) -> tuple[SqlStore, Reign]:
        """Let a director begin to reign. It renews only when a test asks it to."""
        store = open_store(self.path, clock=self.clock)
        self._ends.append(store.close)
        claim = await self.claim(name, standby=standby)
        reign = Reign(
            store.journal,
            claim,
            clock=self.clock,
            on_deposed=lambda _error: self.deposed.append(name),
            beat_s=FOR_EVER_S,
        )
        self._ends.insert(0, reign.close)
        return store, reign

    async def claim(self, name: str, *, standby: bool = True) -> Claim:
        """Take the store as soon as that can be."""
        database = connect(self.path)
        try:
            return await wait_for_claim(
                database, name, clock=self.clock, standby=standby, tell=self.said.append
            )
        finally:
            database.close()

    async def renew(self, reign: Reign) -> None:
        """Let a director say that it lives."""
        self.clock.advance(TRUST_S)
        await asyncio.to_thread(reign.confirm)

    def end(self) -> None:
        for end in self._ends:
            end()


@pytest.fixture
def directors(store_path: Path) -> Iterator[Directors]:
    made = Directors(store_path)
    yield made
    made.end()


def test_a_holder_doubts_before_anybody_may_take_over() -> None:
    assert 2 * BEAT_S < TRUST_S
    assert TRUST_S + LOOK_S < LEASE_S


async def test_a_free_store_is_taken_at_once_and_each_reign_has_a_higher_token(
    directors: Directors,
) -> None:
    _, first = await directors.begin("a")
    first.close()
    _, second = await directors.begin("b")

    assert (first.token, second.token) == (1, 2)
    assert directors.said == []


async def test_the_same_director_need_not_wait_for_its_own_lease(directors: Directors) -> None:
    await directors.begin("a")
    began_at_s = directors.clock.monotonic_s()
    await directors.begin("a")

    assert directors.clock.monotonic_s() == began_at_s


async def test_a_dead_director_is_replaced_when_its_lease_has_ended(directors: Directors) -> None:
    await directors.begin("a")
    began_at_s = directors.clock.monotonic_s()
    _, second = await directors.begin("b")

    waited_s = directors.clock.monotonic_s() - began_at_s
    assert LEASE_S <= waited_s <= LEASE_S + LOOK_S
    assert second.token == 2
    assert directors.said == ["The store is held by the director a; waiting for it to end."]


async def test_a_director_that_lives_is_waited_for_however_long(directors: Directors) -> None:
    _, first = await directors.begin("a")
    looks = 0

    async def live_on() -> None:
        nonlocal looks
        looks += 1
        if looks < 200:
            await directors.renew(first)
        elif looks == 200:
            await asyncio.to_thread(first.close)

    directors.clock.meanwhile = live_on
    _, second = await directors.begin("b")

    assert looks == 200
    assert second.token == 2


async def test_without_standby_a_director_that_lives_is_named_and_left_alone(
    directors: Directors,
) -> None:
    store, first = await directors.begin("host:/home/a")

    async def live_on() -> None:
        await directors.renew(first)

    directors.clock.meanwhile = live_on
    with pytest.raises(StoreError, match=r"another director that lives: host:/home/a") as refusal:
        await directors.begin("b", standby=False)

    assert "store.standby" in refusal.value.hint
    await put(store, vm("still mine"))


async def test_a_deposed_director_writes_nothing_and_is_told_so(directors: Directors) -> None:
    former, first = await directors.begin("a")
    await put(former, vm("before"))
    latter, _ = await directors.begin("b")
    with pytest.raises(DeposedError, match="taken over"):
        await put(former, vm("after"))
    with pytest.raises(DeposedError):
        former.put_setting("director_uuid", "x")
    with pytest.raises(DeposedError):
        first.confirm()

    assert [one.agent_id for one in latter.vms()] == ["before"]
    assert latter.setting("director_uuid") is None
    assert len(latter.journal.entries(TaskId(1))) == 1


async def test_entries_of_one_batch_are_all_refused(directors: Directors) -> None:
    former, _ = await directors.begin("a")
    latter, _ = await directors.begin("b")
    writes = [former.journal.write(entry(data={"n": number})) for number in range(50)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)

    assert all(isinstance(one, DeposedError) for one in outcomes)
    assert list(latter.journal.entries(TaskId(1))) == []


async def test_a_holder_is_sure_until_it_could_not_renew_for_long(directors: Directors) -> None:
    _, first = await directors.begin("a")
    told = [first.is_sure]
    directors.clock.advance(TRUST_S)
    told.append(first.is_sure)
    await asyncio.to_thread(first.confirm)
    told.append(first.is_sure)

    assert told == [True, False, True]


async def test_the_thread_renews_and_tells_when_another_one_reigns(store_path: Path) -> None:
    store, other = (open_store(store_path, clock=FakeClock()) for _ in range(2))
    deposed, database = threading.Event(), connect(store_path)
    claim = await wait_for_claim(database, "a", clock=FakeClock(), standby=False, tell=print)
    reign = Reign(
        store.journal,
        claim,
        clock=FakeClock(),
        on_deposed=lambda _error: deposed.set(),
        beat_s=0.05,
    )
    clock = TickingClock()
    lease_s = 0.0  # it lives; whoever takes it nevertheless has another lease than it
    await wait_for_claim(
        database, "b", clock=clock, standby=True, tell=lambda _text: None, lease_s=lease_s
    )
    told = await asyncio.to_thread(deposed.wait, 60)
    reign.close()
    database.close()
    store.close()
    other.close()

    assert told


async def test_who_lets_go_after_it_was_deposed_does_not_end_the_next_reign(
    directors: Directors,
) -> None:
    _, first = await directors.begin("a")
    latter, second = await directors.begin("b")
    first.close()
    await put(latter, vm("mine"))

    second.confirm()
    assert latter.vm(vm("mine").agent_id) is not None


async def test_who_writes_alone_reads_single_records_without_a_statement(
    store_path: Path,
) -> None:
    store = open_store(store_path, clock=FakeClock())
    reign = await store.reign("a", clock=FakeClock(), standby=False, on_deposed=print, tell=print)
    await put(store, vm("a"), vm("b"))
    store.put_setting("switch", "on")
    statements: list[str] = []
    # A second look finds out: every statement goes through one engine.
    engine = store._database.engine  # noqa: SLF001 - to count what it runs
    event.listen(engine, "before_cursor_execute", lambda *all_: statements.append(all_[2]))
    found = store.vm(vm("a").agent_id)
    setting = store.setting("switch")
    read = len(statements)
    await store.journal.write(
        JournalEntry(task_id=None, phase=Phase.NOTE, step="x", changes=(Remove(record=vm("a")),))
    )
    gone = store.vm(vm("a").agent_id)
    reign.close()
    store.close()

    assert (found, setting, read, gone) == (vm("a"), "on", 0, None)
