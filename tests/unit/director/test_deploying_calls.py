"""No call to the cloud and no request to an agent beyond those of BOSH (bosh.md 4.11).

The whole engine runs, from the task to the cloud, and what it asks of each instance is compared
with BOSH's table: never more often than there, and exactly what stands here. Source: bosh.md 4.11,
where `ping` may repeat and `get_state`, `info` and `get_task` are not listed.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

import pytest

from tests.unit.director.director_world import World, manifest

Flow = Callable[[World], Awaitable[object]]

CREATE_VM = ("cpi create_vm", "cpi set_vm_metadata", "ping")
SETTINGS = ("update_settings", "apply")
STOP = ("run_script", "drain", "stop", "run_script")
ATTACH = (
    "cpi attach_disk",
    "add_persistent_disk",
    "cpi set_disk_metadata",
    "mount_disk",
)
DETACH = ("unmount_disk", "remove_persistent_disk", "cpi detach_disk")
START = ("run_script", "start", "run_script", "run_script")  # the last one: post-deploy
SNAPSHOT = ("cpi snapshot_disk", "list_disk")

BOSH: dict[str, Sequence[str]] = {
    "fresh deploy": (
        *CREATE_VM, *SETTINGS, "prepare", *STOP, "cpi create_disk", *ATTACH, *SETTINGS, *START,
    ),
    "update": ("prepare", *STOP, *SNAPSHOT, *SETTINGS, *START),
    "recreate": (
        *STOP, *SNAPSHOT, *DETACH, "cpi delete_vm", *CREATE_VM, *ATTACH, *SETTINGS,
        "list_disk", "apply", *START,
    ),
    "delete": (*STOP, *SNAPSHOT, *DETACH, "cpi delete_vm"),
    "nothing": (),
}  # fmt: skip
OURS: dict[str, Sequence[str]] = {
    "fresh deploy": (
        *CREATE_VM, "cpi create_disk", *ATTACH, *SETTINGS, "run_script", "start", "run_script",
    ),
    "update": ("prepare", *STOP, *SETTINGS, "run_script", "start", "run_script"),
    "recreate": (
        *STOP, *DETACH, "cpi delete_vm", *CREATE_VM, *ATTACH, *SETTINGS,
        "run_script", "start", "run_script",
    ),
    "delete": (*STOP, *DETACH, "cpi delete_vm"),
    "nothing": (),
}  # fmt: skip
FLOWS: dict[str, Flow] = {
    "fresh deploy": lambda world: world.deploy_well(manifest(dbs=5, webs=0)),
    "update": lambda world: world.deploy_well(manifest(dbs=4, webs=0, port=1)),
    "recreate": lambda world: world.deploy_well(manifest(dbs=4, webs=0), recreate=True),
    "delete": lambda world: world.delete(),
    "nothing": lambda world: world.deploy_well(manifest(dbs=4, webs=0)),
}
WATCHED = "wait_for_job_state"
"""One `get_state`, and then the agent tells: see the tests of the channel."""


def asked(world: World) -> Counter[str]:
    """Return what was asked since last time, over all instances."""
    agents = (question.partition(" ")[0] for question in world.questions)
    found = Counter([*(f"cpi {call}" for call in world.calls), *agents])
    world.calls.clear()
    world.questions.clear()
    return found


@pytest.mark.parametrize("name", list(FLOWS))
async def test_each_instance_costs_what_is_listed_and_no_more_than_in_bosh(
    world: World, name: str
) -> None:
    # The package is compiled and one instance is there, so that only the four others are counted.
    fresh = name == "fresh deploy"
    await world.deploy_well(manifest(dbs=1 if fresh else 4, webs=0))
    asked(world)
    await FLOWS[name](world)
    found = asked(world)
    watched = found.pop(WATCHED, 0)

    assert found == Counter({call: 4 * count for call, count in Counter(OURS[name]).items()})
    assert watched == (0 if name in ("delete", "nothing") else 4)
    assert Counter(OURS[name]) <= Counter(BOSH[name])


async def test_a_compilation_vm_costs_no_more_than_in_bosh(world: World) -> None:
    await world.deploy_well(manifest(dbs=1, webs=0))
    found = asked(world)
    compiling = found - Counter(OURS["fresh deploy"])
    compiling.pop(WATCHED)
    ours = Counter(
        ("cpi create_vm", "cpi set_vm_metadata", "ping", "update_settings", "cpi delete_vm",
         "compile_package_with_signed_url")
    )  # fmt: skip

    vms = compiling["cpi delete_vm"]
    assert vms == compiling["compile_package_with_signed_url"]
    assert compiling == Counter({call: vms * count for call, count in ours.items()})
