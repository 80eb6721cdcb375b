"""The fake store passes the suite of the real one."""

from dataclasses import replace

import pytest
from typing_extensions import override

from paasta_deploy.model.errors import StoreError
from paasta_deploy.ports.store import JournalEntry
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.made_records import entry
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.store_conformance import StoreConformance, StoreWithJournal


class TestMemoryStore(StoreConformance):
    @pytest.fixture
    @override
    def store(self) -> StoreWithJournal:
        return MemoryStore(clock=FakeClock())


async def test_a_test_can_refuse_an_entry() -> None:
    def full(_entry: JournalEntry) -> None:
        raise StoreError("disk full")

    store = MemoryStore(clock=FakeClock(), before_write=full)

    with pytest.raises(StoreError, match="disk full"):
        await store.write(entry())
    assert not store.lines


async def test_keys_that_are_no_texts_are_refused() -> None:
    wrong = replace(entry(), data={1: 2})  # type: ignore[dict-item] # the mistake under test

    with pytest.raises(TypeError):
        await MemoryStore(clock=FakeClock()).write(wrong)
