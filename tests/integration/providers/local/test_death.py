"""Machines, launchers and directors that die at bad moments."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from paasta_providers.local import processes
from paasta_providers.local.leftovers import find_leftovers
from paasta_providers.local.process_table import read_table
from paasta_providers.local.waiting import wait_until

from paasta_deploy.cpi.errors import VmCreationError
from tests.integration.providers.local.machines import Host, open_provider

DEATH_S_MAX = 90.0


def kill_first_process(host: Host, number: int) -> None:
    cid = host.provider.find_vm(host.request(number).agent_id)
    assert cid is not None
    mark = processes.ProcessMark(
        pid=host.pid(cid),
        started=processes.started(host.pid(cid)) or 0,
        boot_id=processes.boot_id(),
    )
    assert processes.kill(mark)


def launcher_pids(host: Host) -> list[int]:
    return [
        pid
        for pid in read_table().starts
        if processes.command_line(pid).startswith(f"{processes.LAUNCHER_TITLE} {host.state}")
    ]


def runs(pid: int) -> bool:
    return processes.started(pid) is not None


def test_a_killed_machine_does_not_exist_but_is_found(host: Host) -> None:
    cid = host.create(0)
    kill_first_process(host, 0)

    assert not host.provider.has_vm(cid)
    assert host.provider.find_vm(host.request(0).agent_id) == cid
    assert [(vm.cid, vm.running) for vm in host.provider.list_vms()] == [(cid, False)]


def test_a_killed_machine_is_made_anew_under_the_same_agent_id(host: Host) -> None:
    cid = host.create(0)
    host.ask(0, "write", str(vcap(host, 0) + "/old"), "x")
    kill_first_process(host, 0)

    assert host.create(0) == cid
    assert host.ask(0, "read", vcap(host, 0) + "/old") is None, "it is not the old machine's"


def vcap(host: Host, number: int) -> str:
    who = host.ask(number, "who")
    assert isinstance(who, dict)
    return str(who["root"])


@pytest.mark.parametrize("environment", [{"PAASTA_MACHINE": "vm-agent-0"}], ids=["marked"])
def test_orphans_of_a_killed_machine_die_before_its_address_is_used_again(
    host: Host, environment: dict[str, str]
) -> None:
    cid = host.create(0)
    job = start_job(host, environment)
    kill_first_process(host, 0)

    host.provider.delete_vm(cid)

    assert not runs(job)


def test_has_vm_says_no_only_when_nothing_runs_any_more(host: Host) -> None:
    cid = host.create(0)
    job = start_job(host, {"PAASTA_MACHINE": cid})
    kill_first_process(host, 0)

    assert not host.provider.has_vm(cid)
    assert not runs(job)


def test_a_job_without_any_mark_dies_with_its_living_agent(host: Host) -> None:
    cid = host.create(0)
    job = start_job(host, {"PATH": "/bin"})

    host.provider.delete_vm(cid)

    assert not runs(job)


def start_job(host: Host, environment: dict[str, str]) -> int:
    """Let the first machine start a process and return its number on the host."""
    inside = host.ask(0, "spawn", environment)
    assert isinstance(inside, int)
    jobs: list[int] = []

    def is_seen() -> bool:
        # It may still be on its way from fork to exec.
        jobs.extend(pid for pid in read_table().starts if _is_sleeper(host, pid, inside))
        return bool(jobs)

    assert wait_until(is_seen, deadline_s=DEATH_S_MAX, poll_s=0.01), "the job is not to be seen"
    return jobs[0]


def _is_sleeper(host: Host, pid: int, inside: int) -> bool:
    """Return whether ``pid`` is the sleeping job; in a PID namespace it has another number."""
    if processes.command_line(pid) != "/bin/sleep 1000":
        return False
    if host.isolation == "processes":
        return pid == inside
    machine = {host.pid(vm.cid) for vm in host.provider.list_vms()}
    return read_table().parents.get(pid) in machine


def test_machines_outlive_their_launcher(host: Host) -> None:
    cid = host.create(0)
    (launcher,) = launcher_pids(host)
    os.kill(launcher, signal.SIGKILL)
    assert wait_until(lambda: not runs(launcher), deadline_s=DEATH_S_MAX, poll_s=0.01)

    assert host.provider.has_vm(cid)
    assert host.ask(0, "sh", "echo here") == "here\n"
    host.create(1)
    assert host.ask(1, "sh", "echo here") == "here\n"
    host.provider.delete_vm(cid)
    assert not host.provider.has_vm(cid)


def test_machines_outlive_their_director_and_the_next_one_finds_them(host: Host) -> None:
    cid = host.create(0)
    host.provider.close()
    assert wait_until(lambda: not launcher_pids(host), deadline_s=DEATH_S_MAX, poll_s=0.01)
    next_provider = open_provider(host.state, host.isolation)

    assert next_provider.has_vm(cid)
    assert next_provider.create_vm(host.request(0)).cid == cid
    assert host.ask(0, "sh", "echo here") == "here\n"
    next_provider.delete_vm(cid)
    assert not next_provider.has_vm(cid)


@pytest.mark.parametrize("what_is_left", ["nothing", "a record", "half a record"])
def test_a_half_made_machine_is_made_whole_or_deleted(host: Host, what_is_left: str) -> None:
    """A director was killed before the launcher had the order."""
    cid = host.create(0)
    record = (host.folder(cid) / "machine.json").read_text()
    host.provider.delete_vm(cid)
    host.folder(cid).mkdir()
    left = {"a record": record, "half a record": record[:40]}.get(what_is_left)
    if left is not None:
        (host.folder(cid) / "machine.json").write_text(left)

    assert not host.provider.has_vm(cid)
    assert host.provider.find_vm(host.request(0).agent_id) == cid
    assert host.create(0) == cid
    assert host.ask(0, "sh", "echo here") == "here\n"


def test_a_machine_with_a_broken_record_is_deleted_whole(host: Host) -> None:
    cid = host.create(0)
    pid = host.pid(cid)
    (host.folder(cid) / "machine.json").write_text("{")

    host.provider.delete_vm(cid)

    assert not runs(pid)
    assert not [item for item in find_leftovers(host.state) if cid in item.name]
    host.create(0)


def test_an_address_is_not_given_to_two_machines(host: Host) -> None:
    cid = host.create(0)
    twin = host.request(1)
    clash = type(twin)(
        agent_id=twin.agent_id,
        stemcell=twin.stemcell,
        cloud_properties={},
        networks=host.request(0).networks,
        agent_settings=twin.agent_settings,
    )

    with pytest.raises(VmCreationError, match=f"belongs to {cid}"):
        host.provider.create_vm(clash)

    assert host.provider.find_vm(twin.agent_id) is None
    assert host.provider.has_vm(cid)


def test_a_reboot_keeps_the_folder_and_ends_the_processes(host: Host) -> None:
    cid = host.create(0)
    before = host.pid(cid)
    place = vcap(host, 0) + "/kept"
    host.ask(0, "write", place, "x")

    host.provider.reboot_vm(cid)

    assert not runs(before)
    assert host.ask(0, "read", place) == "x"


def test_many_machines_are_made_and_unmade_at_once(host: Host) -> None:
    numbers = range(40)
    with ThreadPoolExecutor(16) as pool:
        cids = list(pool.map(host.create, numbers))
        said = list(pool.map(lambda number: host.ask(number, "sh", "echo here"), numbers))
        assert said == ["here\n"] * len(numbers)
        assert all(pool.map(host.provider.has_vm, cids))
        list(pool.map(host.provider.delete_vm, cids))

    assert host.provider.list_vms() == []


def test_an_agent_that_cannot_start_is_told_with_its_last_words(host: Host) -> None:
    """The machine is there, and then it is not: what it said is in its folder."""
    cid = host.create(0)
    console = host.folder(cid) / "console.log"
    (host.folder(cid) / "vcap/bosh/settings.json").write_text("{}")

    host.provider.reboot_vm(cid)

    assert wait_until(
        lambda: "KeyError: 'networks'" in console.read_text(),
        deadline_s=DEATH_S_MAX,
        poll_s=0.01,
    )
