"""State machines: no dead ends, no way back from the end, idempotent intents.

Properties: from every state of a disk there is a way to every stable state that it heads for.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import pytest

from paasta_deploy.model.lifecycle import (
    DISK_TRANSITIONS,
    TASK_TRANSITIONS,
    VM_TRANSITIONS,
    DiskEvent,
    DiskState,
    TaskEvent,
    TaskState,
    VmEvent,
    VmState,
    advance,
)

_State = TypeVar("_State", bound=Enum)
_Event = TypeVar("_Event", bound=Enum)


def reachable(table: Mapping[tuple[_State, _Event], _State], start: _State) -> set[_State]:
    found = {start}
    while True:
        more = {after for (state, _), after in table.items() if state in found}
        if more <= found:
            return found
        found |= more


def test_a_created_vm_runs() -> None:
    assert advance(VM_TRANSITIONS, VmState.CREATING, VmEvent.CREATED) is VmState.RUNNING


def test_every_vm_can_be_deleted_from_every_state() -> None:
    for state in VmState:
        assert advance(VM_TRANSITIONS, state, VmEvent.DELETE_INTENDED) is VmState.DELETING


def test_a_disk_that_is_not_orphaned_cannot_be_deleted_once_it_was_made() -> None:
    for state in (
        DiskState.DETACHED,
        DiskState.ATTACHED,
        DiskState.ATTACHING,
        DiskState.DETACHING,
    ):
        with pytest.raises(AssertionError):
            advance(DISK_TRANSITIONS, state, DiskEvent.DELETE_INTENDED)


def test_an_attached_disk_cannot_be_orphaned_before_it_is_detached() -> None:
    with pytest.raises(AssertionError):
        advance(DISK_TRANSITIONS, DiskState.ATTACHED, DiskEvent.ORPHANED)


def test_an_orphan_can_serve_again() -> None:
    assert DiskState.ATTACHED in reachable(DISK_TRANSITIONS, DiskState.ORPHANED)


@pytest.mark.parametrize(
    "state", [state for state in DiskState if state is not DiskState.DELETING]
)
def test_every_living_disk_can_become_detached(state: DiskState) -> None:
    assert DiskState.DETACHED in reachable(DISK_TRANSITIONS, state)


@pytest.mark.parametrize("state", TaskState)
def test_a_task_moves_exactly_until_it_has_ended(state: TaskState) -> None:
    moves = [event for (before, event) in TASK_TRANSITIONS if before is state]
    assert bool(moves) is not (state.is_final)


def test_starting_a_running_task_again_is_resuming() -> None:
    after = advance(TASK_TRANSITIONS, TaskState.PROCESSING, TaskEvent.STARTED)
    assert after is TaskState.PROCESSING


def test_a_move_that_the_table_lacks_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="does not take"):
        advance(TASK_TRANSITIONS, TaskState.DONE, TaskEvent.STARTED)
