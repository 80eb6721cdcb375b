"""Limits of machines, by the control groups that the host has."""

import pytest
from paasta_providers.local.cgroups import ControlGroups, trees_of_this_host

from tests.integration.providers.local.machines import Host

CONTROLLERS = ControlGroups(trees_of_this_host(), "paasta-test").controllers


@pytest.mark.skipif("memory" not in CONTROLLERS, reason="this host cannot limit memory for us")
def test_a_machine_that_takes_too_much_memory_loses_the_process(host: Host) -> None:
    host.create(0, ram_mib=64)
    host.create(1)

    assert host.ask(0, "eat", 200) == -9
    assert host.ask(1, "eat", 200) == 0


@pytest.mark.skipif("pids" not in CONTROLLERS, reason="this host cannot limit processes for us")
def test_a_machine_cannot_start_more_processes_than_it_may(host: Host) -> None:
    host.create(0, pids_max=16)

    said = str(host.ask(0, "sh", "for i in $(seq 40); do sleep 0.5 & done; wait"))

    assert "fork" in said


@pytest.mark.skipif("cpu" not in CONTROLLERS, reason="this host cannot limit CPUs for us")
def test_all_limits_go_with_the_machine(host: Host) -> None:
    """Afterwards the fixture sees that no control group is left."""
    cid = host.create(0, ram_mib=64, pids_max=64, cpus=0.5)

    host.provider.reboot_vm(cid)

    assert host.ask(0, "sh", "echo here") == "here\n"
