"""The count on the disk of one page. Property: a kill in any write loses no answered visit."""

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.quickstart.machines import QUICKSTART

HEADER, SLOT = 33, 30


@pytest.fixture
def ledgers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module as the page loads it."""
    monkeypatch.syspath_prepend(str(QUICKSTART / "release" / "src"))
    return importlib.import_module("visits.ledger")


@pytest.fixture
def open_ledger(ledgers: ModuleType) -> Callable[[Path], Any]:
    """Return a maker of ledgers."""
    make: Callable[[Path], Any] = ledgers.Ledger
    return make


async def count_many(ledger: Any, visits: int) -> list[int]:
    return list(await asyncio.gather(*(ledger.add() for _ in range(visits))))


def test_every_visit_gets_a_number_of_its_own(
    open_ledger: Callable[[Path], Any], tmp_path: Path
) -> None:
    ledger = open_ledger(tmp_path)
    assert asyncio.run(count_many(ledger, 50)) == list(range(1, 51))
    assert ledger.durable == 50


def test_the_count_and_the_name_of_the_disk_survive_a_restart(
    open_ledger: Callable[[Path], Any], tmp_path: Path
) -> None:
    first = open_ledger(tmp_path)
    asyncio.run(count_many(first, 7))
    second = open_ledger(tmp_path)
    assert (second.durable, second.writer) == (7, first.writer)
    assert asyncio.run(count_many(second, 1)) == [8]


def test_two_disks_have_two_names(open_ledger: Callable[[Path], Any], tmp_path: Path) -> None:
    assert open_ledger(tmp_path / "a").writer != open_ledger(tmp_path / "b").writer


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    batches=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    torn=st.binary(min_size=0, max_size=SLOT),
    data=st.data(),
)
def test_a_write_that_was_torn_anywhere_loses_no_answered_visit(
    open_ledger: Callable[[Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[int],
    torn: bytes,
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = open_ledger(folder)
    for visits in batches:
        asyncio.run(count_many(ledger, visits))
    answered = ledger.durable
    # The kill hits while the older slot is being overwritten: a part of the new text is there.
    raw = bytearray((folder / "visits").read_bytes())
    slots = [bytes(raw[HEADER + n * SLOT :][:20]) for n in range(2)]
    older = slots.index(min(slots))
    place = HEADER + older * SLOT + data.draw(st.integers(0, SLOT - len(torn)))
    raw[place : place + len(torn)] = torn
    (folder / "visits").write_bytes(raw)
    assert open_ledger(folder).durable == answered


def test_a_ledger_with_no_whole_count_is_refused_and_not_counted_from_nothing(
    open_ledger: Callable[[Path], Any], tmp_path: Path
) -> None:
    open_ledger(tmp_path)
    path = tmp_path / "visits"
    path.write_bytes(path.read_bytes()[:HEADER] + b"x" * 2 * SLOT)
    with pytest.raises(ValueError, match="damaged"):
        open_ledger(tmp_path)
