"""create-swap-delete on real machines: the data moves over, and nothing of the old VM is left."""

from pathlib import Path

from tests.integration.cli.manifests import manifest
from tests.integration.cli.operator import Operator, page

SWAP = "update:\n  vm_strategy: create-swap-delete"


def swapping(env: str = "") -> str:
    return manifest(env=env).replace("update:", SWAP, 1)


def vms(operator: Operator) -> dict[str, dict[str, str]]:
    """Return the VMs by the group of their instance."""
    return {row["vm_cid"]: row for row in operator.rows("-d", "minimal", "vms")}


def quiet(operator: Operator) -> dict[str, str]:
    (row,) = (row for row in vms(operator).values() if row["instance"].startswith("quiet/"))
    return row


def store_of(operator: Operator, cid: str) -> Path:
    """Return the folder that is `/var/vcap/store` for a machine."""
    return operator.provider_state / "machines" / cid / "vcap" / "store"


def test_a_vm_is_swapped_with_its_disk_and_the_old_one_goes(operator: Operator) -> None:
    operator.do("-n", "deploy", operator.write("one.yml", swapping()))
    before, old = vms(operator), quiet(operator)
    (store_of(operator, old["vm_cid"]) / "kept").write_text("of the first VM")
    file = operator.write("two.yml", swapping("era: two"))

    planned = operator.do("plan", file)
    operator.do("-n", "deploy", file)

    assert "VM swapped: the new one is made first; disk kept, moved to the new VM" in planned
    after, new = vms(operator), quiet(operator)
    assert new["instance"] == old["instance"]
    assert new["vm_cid"] not in before
    assert new["ips"] != old["ips"]
    assert {row["active"] for row in after.values()} == {"true"}
    assert after.keys() - {new["vm_cid"]} == before.keys() - {old["vm_cid"]}
    assert (store_of(operator, new["vm_cid"]) / "kept").read_text() == "of the first VM"
    assert page(new["ips"]).startswith("quiet")
    assert old["vm_cid"] not in operator.processes()
    assert operator.rows("orphaned-vms") == []
    assert "Nothing to do" in operator.do("plan", file)
