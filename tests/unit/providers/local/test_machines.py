"""The folder of a machine: one holder at a time, one owner of each address."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from paasta_providers.local import processes
from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.machines import Machines
from paasta_providers.local.records import MachineRecord

from paasta_deploy.cpi.errors import VmCreationError
from paasta_deploy.model.ids import AgentId, StemcellCid, VmCid

A, B = VmCid("vm-a"), VmCid("vm-b")
RECORD = MachineRecord(
    cid=A,
    agent_id=AgentId("a"),
    stemcell=StemcellCid("stemcell-1"),
    isolation=Isolation.PROCESSES,
    hostname="a",
    addresses=("127.77.0.2",),
    subnets=("127.77.0.0/24",),
    gateway="",
    dns=(),
    veth="",
    limits=Limits(),
)


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    return Machines(tmp_path / "state")


def make(machines: Machines, record: MachineRecord) -> None:
    with machines.hold(record.cid, create=True):
        machines.write(record)
        machines.claim(record)


def test_before_the_first_machine_there_is_nothing(machines: Machines, tmp_path: Path) -> None:
    assert machines.cids() == []
    with machines.hold(A) as held:
        assert held is None
    assert list(tmp_path.iterdir()) == []


def test_a_machine_is_new_once(machines: Machines) -> None:
    with machines.hold(A, create=True) as first:
        assert first is not None
        assert first.is_new
    with machines.hold(A, create=True) as second:
        assert second is not None
        assert not second.is_new
    assert machines.cids() == [A]


def test_a_machine_is_held_by_one_at_a_time(machines: Machines) -> None:
    inside: list[int] = []
    most: list[int] = []

    def hold(number: int) -> None:
        with machines.hold(A, create=True):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, range(40)))

    assert max(most) == 1
    assert len(most) == 40


def test_a_machine_is_held_until_the_last_holder_of_the_open_file_lets_go(
    machines: Machines,
) -> None:
    """The child that becomes the machine shares the lock, also when the director is killed."""
    with machines.hold(A, create=True) as held:
        assert held is not None
        childs = os.dup(held.lock_fd)
    seen: list[str] = []

    def let_go() -> None:
        seen.append("waited")
        os.close(childs)

    with machines.hold(A, if_busy=let_go) as again:
        assert again is not None
    assert seen == ["waited"]


def test_who_waited_for_a_machine_that_was_removed_finds_none(machines: Machines) -> None:
    with machines.hold(A, create=True) as held:
        assert held is not None
        childs = os.dup(held.lock_fd)
        machines.discard(held)
    os.close(childs)

    with machines.hold(A) as again:
        assert again is None
    with machines.hold(A, create=True) as new:
        assert new is not None
        assert new.is_new


def test_a_strange_name_is_no_machine(machines: Machines, tmp_path: Path) -> None:
    (tmp_path / "state/machines").mkdir(parents=True)
    strange = VmCid("vm-a/../../../x")

    with machines.hold(strange) as held:
        assert held is None
    assert not machines.exists(strange)
    assert machines.read(strange) is None
    assert machines.process(strange) is None


def test_a_record_is_read_as_it_was_written(machines: Machines) -> None:
    make(machines, RECORD)

    assert machines.read(A) == RECORD
    assert machines.read(B) is None


def test_a_broken_record_is_none(machines: Machines) -> None:
    make(machines, RECORD)
    (machines.folder(A) / "machine.json").write_text("{")
    (machines.folder(A) / "process.json").write_text("{")

    assert machines.read(A) is None
    assert machines.process(A) is None
    assert not machines.is_alive(A)


def test_a_machine_lives_while_its_process_does(machines: Machines) -> None:
    make(machines, RECORD)
    own = processes.own_mark()
    text = f'{{"pid": {own.pid}, "started": %d, "boot_id": "{own.boot_id}"}}'
    file = machines.folder(A) / "process.json"

    file.write_text(text % own.started)
    assert machines.is_alive(A)
    file.write_text(text % (own.started - 1))
    assert not machines.is_alive(A)


def test_an_address_has_one_owner_until_that_is_deleted(machines: Machines) -> None:
    make(machines, RECORD)
    other = replace(RECORD, cid=B)
    with machines.hold(B, create=True):
        with pytest.raises(VmCreationError, match="belongs to vm-a, which is dead, not deleted"):
            machines.claim(other)
        machines.claim(replace(other, addresses=("127.77.0.3",)))
    with machines.hold(A) as held:
        assert held is not None
        machines.release(A)
        machines.discard(held)

    machines.claim(other)


def test_an_address_of_a_machine_without_a_folder_is_free(machines: Machines) -> None:
    """Somebody removed the folder by hand."""
    make(machines, RECORD)
    with machines.hold(A) as held:
        assert held is not None
        machines.discard(held)
    with machines.hold(B, create=True):
        machines.claim(replace(RECORD, cid=B))


def test_addresses_are_released_even_when_the_record_is_broken(machines: Machines) -> None:
    make(machines, RECORD)
    (machines.folder(A) / "machine.json").write_text("{")

    machines.release(A)

    assert list((machines.folder(A).parent.parent / "addresses").iterdir()) == []


def test_clearing_leaves_the_lock_alone(machines: Machines) -> None:
    make(machines, RECORD)
    (machines.folder(A) / "vcap/data").mkdir(parents=True)

    with machines.hold(A) as held:
        assert held is not None
        machines.clear(held)

    assert [entry.name for entry in machines.folder(A).iterdir()] == ["lock"]
