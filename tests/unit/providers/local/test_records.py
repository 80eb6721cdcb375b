"""Properties: records come back as they were written; what is no record is told, never guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.records import (
    BrokenRecordError,
    DiskRecord,
    MachineRecord,
    SnapshotRecord,
    disk_record,
    disk_text,
    machine_record,
    machine_text,
    process_mark,
    snapshot_text,
)

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, SnapshotCid, StemcellCid, VmCid

texts = st.text(max_size=20)
tuples = st.lists(texts, max_size=3).map(tuple)
metadata = st.dictionaries(texts, texts, max_size=3)
machines = st.builds(
    MachineRecord,
    cid=texts.map(VmCid),
    agent_id=texts.map(AgentId),
    stemcell=texts.map(StemcellCid),
    isolation=st.sampled_from(Isolation),
    hostname=texts,
    addresses=tuples,
    subnets=tuples,
    gateway=texts,
    dns=tuples,
    veth=texts,
    limits=st.builds(
        Limits,
        ram_mib=st.none() | st.integers(min_value=1),
        cpus=st.none() | st.floats(min_value=0.01, max_value=1000),
        pids_max=st.none() | st.integers(min_value=1),
    ),
    privileged=st.booleans(),
    metadata=metadata,
    disks=st.lists(texts.map(DiskCid), max_size=3).map(tuple),
)
disks = st.builds(
    DiskRecord,
    cid=texts.map(DiskCid),
    disk_id=texts.map(DiskId),
    size_mib=st.integers(min_value=0),
    metadata=metadata,
)
A_MACHINE = MachineRecord(
    cid=VmCid("vm-a"),
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


@given(machines)
def test_a_machine_comes_back_as_it_was_written(record: MachineRecord) -> None:
    assert machine_record(machine_text(record)) == record


@given(disks)
def test_a_disk_comes_back_as_it_was_written(record: DiskRecord) -> None:
    assert disk_record(disk_text(record)) == record


@given(st.integers(min_value=0, max_value=len(machine_text(A_MACHINE)) - 3))
def test_half_a_record_is_broken(length: int) -> None:
    """What a crash of the host can leave of a file that was not synced."""
    with pytest.raises(BrokenRecordError):
        machine_record(machine_text(A_MACHINE)[:length])


@pytest.mark.parametrize("field", ["cid", "addresses", "ram_mib", "metadata", "isolation"])
def test_a_field_of_another_type_is_named(field: str) -> None:
    fields = json.loads(machine_text(A_MACHINE))
    fields[field] = True

    with pytest.raises(BrokenRecordError, match=field):
        machine_record(json.dumps(fields))


def test_a_field_that_a_later_version_added_is_passed_over() -> None:
    fields = {**json.loads(machine_text(A_MACHINE)), "colour": "red"}

    assert machine_record(json.dumps(fields)) == A_MACHINE


def test_the_mark_of_a_process_is_read() -> None:
    mark = process_mark('{"pid": 7, "started": 42, "boot_id": "b"}')

    assert (mark.pid, mark.started, mark.boot_id) == (7, 42, "b")


def test_a_snapshot_tells_what_it_was_taken_from() -> None:
    record = SnapshotRecord(cid=SnapshotCid("s"), disk=DiskCid("disk-a"), size_mib=8)

    assert json.loads(snapshot_text(record))["disk"] == "disk-a"
