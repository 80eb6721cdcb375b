"""The store on SQLite passes the common suite, and decodes a row once."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from paasta_deploy.adapters.store import SqlStore
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.testing.made_records import vm
from paasta_deploy.testing.store_conformance import StoreConformance, StoreWithJournal, put

Opener = Callable[[], SqlStore]


class TestSqlStore(StoreConformance):
    @pytest.fixture
    @override
    def store(self, open_again: Opener) -> StoreWithJournal:
        return open_again()

    @pytest.fixture
    @override
    def reopened(self, open_again: Opener) -> Callable[[], StoreWithJournal]:
        return open_again


async def test_a_row_is_decoded_once_and_again_when_another_process_changed_it(
    open_again: Opener,
) -> None:
    store, other = open_again(), open_again()
    await put(store, vm("a"))
    first = other.vm(AgentId("a"))
    assert other.vm(AgentId("a")) is first

    changed = replace(vm("a"), state=VmState.RUNNING)
    await put(store, changed)
    assert other.vm(AgentId("a")) == changed


async def test_one_changed_record_leaves_the_other_rows_alone(open_again: Opener) -> None:
    store = open_again()
    await put(store, vm("a"), vm("b"))
    await put(store, vm("c"))
    reader = open_again()
    kept = {one.agent_id: one for one in reader.vms()}
    await put(store, replace(vm("c"), state=VmState.RUNNING))

    again = {one.agent_id: one for one in reader.vms()}
    assert again[AgentId("a")] is kept[AgentId("a")]
    assert again[AgentId("c")] is not kept[AgentId("c")]


async def test_a_row_that_somebody_changed_by_hand_is_told_by_table_and_key(
    open_again: Opener, store_path: Path
) -> None:
    store = open_again()
    await put(store, vm("a"))
    store.close()
    by_hand = sqlite3.connect(store_path)
    by_hand.execute("UPDATE vms SET body = replace(body, '\"creating\"', '\"dreaming\"')")
    by_hand.commit()
    by_hand.close()

    with pytest.raises(StoreError, match=r"row a of table vms is damaged: VmRecord: state"):
        open_again().vm(AgentId("a"))
