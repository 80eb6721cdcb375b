"""Who belongs to a machine is told by a table; looking at the real one is shared by threads."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.process_table import (
    ProcessTable,
    SharedLooks,
    descendants,
    kill_machine,
    members,
    read_table,
)
from paasta_providers.local.processes import ProcessMark, boot_id

NOWHERE = Path("/nonexistent")
FIRST = ProcessMark(pid=10, started=100, boot_id="b")
# 10 the machine's first, 11 its child in another session, 12 in its session, 13 marked and
# orphaned, 14 the child of 13; 1 and 20 are others'.
TABLE = ProcessTable(
    starts={1: 1, 10: 100, 11: 101, 12: 102, 13: 103, 14: 104, 20: 50},
    parents={1: 0, 10: 1, 11: 10, 12: 1, 13: 1, 14: 13, 20: 1},
    sessions={1: 1, 10: 10, 11: 11, 12: 10, 13: 13, 14: 13, 20: 20},
    machines={13: "vm-a", 20: "vm-b"},
)


def without(*pids: int) -> ProcessTable:
    def cut(column: Mapping[int, int]) -> Mapping[int, int]:
        return {pid: value for pid, value in column.items() if pid not in pids}

    return ProcessTable(
        starts=cut(TABLE.starts),
        parents=cut(TABLE.parents),
        sessions=cut(TABLE.sessions),
        machines=TABLE.machines,
    )


def test_session_mark_and_descent_make_a_member() -> None:
    assert set(members(TABLE, "vm-a", NOWHERE, FIRST)) == {10, 11, 12, 13, 14}


def test_members_are_told_with_their_starts() -> None:
    assert members(TABLE, "vm-b", NOWHERE, None) == {20: 50}


def test_once_the_first_is_dead_its_session_alone_proves_nothing() -> None:
    """Its number may have been another process' since."""
    assert set(members(without(10), "vm-a", NOWHERE, FIRST)) == {13, 14}


def test_a_process_that_has_the_firsts_number_later_is_none_of_it() -> None:
    later = ProcessMark(pid=10, started=99, boot_id="b")

    assert set(members(TABLE, "vm-a", NOWHERE, later)) == {13, 14}


def test_we_ourselves_are_never_a_member() -> None:
    own = os.getpid()
    table = ProcessTable(starts={own: 1}, parents={own: 0}, machines={own: "vm-a"})

    assert members(table, "vm-a", NOWHERE, None) == {}


@given(
    st.dictionaries(
        st.integers(min_value=2, max_value=40), st.integers(min_value=1, max_value=40)
    ),
    st.sets(st.integers(min_value=1, max_value=40), max_size=3),
)
def test_descendants_are_closed_and_have_a_root_above_them(
    parents: dict[int, int], roots: set[int]
) -> None:
    below = descendants(roots, parents)

    assert below.isdisjoint(roots)
    assert all(parents[pid] in below | roots for pid in below)
    assert not {pid for pid, parent in parents.items() if parent in below} - below - roots


def test_the_real_table_has_ourselves() -> None:
    table = read_table()

    assert table.parents[os.getpid()] == os.getppid()


def test_threads_that_look_at_the_same_time_all_get_a_table() -> None:
    looks = SharedLooks()

    with ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(lambda _: looks.fresh(), range(40)))

    assert all(os.getpid() in table.starts for table in tables)


def test_threads_share_looks_that_began_after_they_had_asked_and_only_one_looks() -> None:
    begun: list[int] = []
    looking: list[int] = []

    def look() -> ProcessTable:
        begun.append(len(begun))
        looking.append(len(begun))
        at_once = len(looking)
        table = read_table()
        looking.pop()
        return ProcessTable(starts={len(begun): at_once}, parents=table.parents)

    looks = SharedLooks(look)

    def ask(_: int) -> tuple[int, int, int]:
        before = len(begun)
        ((number, at_once),) = looks.fresh().starts.items()
        return before, number, at_once

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(200)))

    assert all(number > before for before, number, _ in answers)
    assert all(at_once == 1 for _, _, at_once in answers)
    assert len(begun) < len(answers)


def test_a_look_that_failed_is_nobodys_answer() -> None:
    failing = [True]

    def look() -> ProcessTable:
        if failing.pop():
            failing.append(False)
            raise PermissionError("no /proc")
        failing.append(False)
        return TABLE

    looks = SharedLooks(look)
    with pytest.raises(PermissionError):
        looks.fresh()

    assert looks.fresh() is TABLE


def test_a_machine_of_an_earlier_boot_has_no_processes() -> None:
    mark = ProcessMark(pid=os.getpid(), started=0, boot_id="an earlier one")

    assert boot_id() != mark.boot_id
    assert kill_machine(SharedLooks(), "vm-nobody", NOWHERE, mark) == ()
