"""Persistent disks: over the death of machines, to one at a time, and never by surprise."""

from pathlib import Path

import pytest
from paasta_providers.local import processes

from paasta_deploy.cpi.errors import DiskInUseError, NoDiskSpaceError, NotSupportedError
from paasta_deploy.cpi.requests import CreateDisk
from paasta_deploy.model.ids import DiskCid, DiskId, VmCid
from tests.integration.providers.local.machines import Host, as_object


def attach(host: Host, vm: VmCid, disk: DiskCid) -> str:
    """Attach and return where the agent finds the disk."""
    hint = as_object(host.provider.attach_disk(vm, disk))
    assert hint["kind"] == "bind"
    return str(hint["path"])


def kill_like_a_power_cut(host: Host, cid: VmCid) -> None:
    pid = host.pid(cid)
    start = processes.started(pid)
    assert start is not None
    assert processes.kill(
        processes.ProcessMark(pid=pid, started=start, boot_id=processes.boot_id())
    )


def test_what_a_machine_writes_is_there_for_the_next_one_after_its_death(host: Host) -> None:
    disk, old = host.disk(), host.create(0)
    host.ask(0, "write", attach(host, old, disk) + "/count", "42")
    kill_like_a_power_cut(host, old)

    host.provider.detach_disk(old, disk)
    host.provider.delete_vm(old)
    new = host.create(1)

    assert host.ask(1, "read", attach(host, new, disk) + "/count") == "42"


def test_a_disk_goes_from_a_dead_machine_to_another_one_without_ado(host: Host) -> None:
    disk, old, new = host.disk(), host.create(0), host.create(1)
    host.ask(0, "write", attach(host, old, disk) + "/count", "42")
    kill_like_a_power_cut(host, old)

    assert host.ask(1, "read", attach(host, new, disk) + "/count") == "42"
    assert list(host.provider.get_disks(old)) == []


def test_a_disk_stays_with_a_living_machine(host: Host) -> None:
    disk, old, new = host.disk(), host.create(0), host.create(1)
    attach(host, old, disk)

    with pytest.raises(DiskInUseError, match=f"is attached to {old}"):
        host.provider.attach_disk(new, disk)


def test_a_detached_disk_is_out_of_the_machines_reach(host: Host) -> None:
    disk, cid = host.disk(), host.create(0)
    path = attach(host, cid, disk)
    host.ask(0, "write", path + "/count", "42")

    host.provider.detach_disk(cid, disk)

    if host.isolation == "namespaces":
        assert host.ask(0, "read", path + "/count") is None
    assert list(host.provider.get_disks(cid)) == []
    assert host.ask(0, "read", attach(host, cid, disk) + "/count") == "42"


def test_a_disk_with_an_open_file_is_not_detached(host: Host) -> None:
    disk, cid = host.disk(), host.create(0)
    host.ask(0, "hold", attach(host, cid, disk) + "/log")

    with pytest.raises(DiskInUseError, match="has files of it open") as caught:
        host.provider.detach_disk(cid, disk)

    assert "stop" in caught.value.hint
    assert list(host.provider.get_disks(cid)) == [disk]
    host.provider.delete_vm(cid)
    host.provider.delete_disk(disk)


def test_a_reboot_keeps_disks_and_tells_the_agent(host: Host) -> None:
    disk, cid = host.disk(), host.create(0)
    path = attach(host, cid, disk)
    host.ask(0, "write", path + "/count", "42")

    host.provider.reboot_vm(cid)

    assert host.ask(0, "read", path + "/count") == "42"
    settings = as_object(as_object(host.ask(0, "who"))["settings"])
    persistent = as_object(settings["disks"])["persistent"]
    assert persistent == {disk: {"path": path, "kind": "bind"}}


def test_deleting_a_machine_frees_its_disks(host: Host) -> None:
    disk, cid = host.disk(), host.create(0)
    attach(host, cid, disk)
    host.provider.delete_vm(cid)

    (listed,) = host.provider.list_disks()
    assert listed.attached_to is None
    assert host.create(0) == cid
    assert list(host.provider.get_disks(cid)) == [], "a new machine with the old one's cid"
    host.provider.delete_disk(disk)
    assert host.provider.list_disks() == []


def test_a_snapshot_keeps_what_was_there(host: Host) -> None:
    disk, cid = host.disk(), host.create(0)
    path = attach(host, cid, disk)
    host.ask(0, "write", path + "/count", "42")
    snapshot = host.provider.snapshot_disk(disk, {"why": "test"})
    host.ask(0, "write", path + "/count", "43")

    assert (host.state / "snapshots" / snapshot / "data/count").read_text() == "42"
    host.provider.delete_snapshot(snapshot)
    assert not (host.state / "snapshots" / snapshot).exists()


def test_a_disk_does_not_shrink(host: Host) -> None:
    disk = host.disk()

    with pytest.raises(NotSupportedError, match="cannot shrink to 4 MiB"):
        host.provider.resize_disk(disk, 4)


def test_a_disk_that_does_not_fit_is_refused(host: Host) -> None:
    request = CreateDisk(disk_id=DiskId("huge"), size_mib=1 << 40, cloud_properties={})

    with pytest.raises(NoDiskSpaceError, match="does not fit"):
        host.provider.create_disk(request)

    assert host.provider.list_disks() == []
    assert not Path(host.state, "disks/disk-huge").exists()
