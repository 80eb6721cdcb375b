"""`orphaned-vms` and `delete-vm`."""

from dataclasses import replace

import pytest

from paasta_deploy.model.ids import AgentId, VmCid
from paasta_deploy.model.recorded import Put
from paasta_deploy.ports.store import JournalEntry, Phase
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]
OLD = VmCid("vm-old")


@pytest.fixture
def orphan(served: ServedWorld) -> ServedWorld:
    """A shop in which a replaced VM of `db/0` was left behind."""
    served.do(served.world.deploy_well)
    world = served.world
    instance = world.instance("db/0")
    (vm,) = (vm for vm in world.recorded.vms if vm.instance_id == instance.instance_id)
    old = replace(
        vm,
        agent_id=AgentId("old"),
        cid=OLD,
        active=False,
        orphaned_at=world.clock.now(),
        networks=tuple(replace(one, ip=one.ip + 100) for one in vm.networks if one.ip),
    )
    held = tuple(
        replace(item, ip=one.ip)
        for item, one in zip(instance.addresses, old.networks, strict=True)
        if one.ip is not None
    )
    kept = replace(instance, addresses=(*instance.addresses, *held))
    entry = JournalEntry(
        task_id=None, phase=Phase.NOTE, step="t", changes=(Put(record=old), Put(record=kept))
    )
    served.do(lambda: world.store.write(entry))
    return served


def test_a_replaced_vm_is_listed_with_its_own_addresses(
    orphan: ServedWorld, capsys: Capture
) -> None:
    instance = orphan.world.instance("db/0")
    assert orphan.cli("orphaned-vms") == 0
    row = capsys.readouterr().out.rstrip("\n").split("\t")
    assert row[:4] == [OLD, "shop", f"db/{instance.instance_id}", "z1"]
    assert row[4] == str(instance.addresses[-1].ip)


def test_vms_shows_it_as_one_that_does_not_serve_and_instances_does_not(
    orphan: ServedWorld, capsys: Capture
) -> None:
    assert orphan.cli("-d", "shop", "vms") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    (old,) = (row for row in rows if OLD in row)
    assert "false" in old
    assert orphan.cli("-d", "shop", "instances") == 0
    assert OLD not in capsys.readouterr().out


def test_it_is_deleted_after_a_yes_and_its_address_is_free(
    orphan: ServedWorld, capsys: Capture
) -> None:
    assert orphan.cli("delete-vm", OLD) == 1
    assert f"Delete VM {OLD}?" in capsys.readouterr().err
    assert orphan.cli("-n", "delete-vm", OLD) == 0
    assert all(vm.active for vm in orphan.world.recorded.vms)
    assert len(orphan.world.instance("db/0").addresses) == 1
    assert orphan.cli("-n", "delete-vm", OLD) == 1
    assert f"There is no VM '{OLD}' that serves no instance." in capsys.readouterr().err


def test_a_vm_that_serves_is_never_deleted_so(orphan: ServedWorld, capsys: Capture) -> None:
    serving = next(str(vm.cid) for vm in orphan.world.recorded.vms if vm.active)
    assert orphan.cli("-n", "delete-vm", serving) == 1
    assert "a VM that serves goes with its instance" in capsys.readouterr().err


def test_the_next_deploy_deletes_it(orphan: ServedWorld) -> None:
    orphan.do(orphan.world.deploy_well)
    assert all(vm.active for vm in orphan.world.recorded.vms)
    assert len(orphan.world.instance("db/0").addresses) == 1
