"""The round trips of the crash sweep: every way in which an operator changes a deployment.

A new kind of step, of strategy or of task gets its round trip here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put
from paasta_deploy.testing.simulator.shop import SHOP, Shop
from paasta_deploy.testing.simulator.sweep import Act, RoundTrip
from paasta_deploy.testing.simulator.world import World

_Version = Callable[[int], Shop]


def _deploy(name: str, version: _Version, *, recreate: bool = False) -> Act:
    def request(number: int) -> TaskRequest:
        return DeployRequest(manifest=version(number).manifest(), recreate=recreate)

    return Act(name=name, request=request)


def _states(name: str, state: str, selector: str = "*") -> Act:
    return Act(name=name, request=lambda _: StatesRequest(state=state, selector=selector))


def _crash(*slugs: str) -> Callable[[World], Awaitable[None]]:
    async def happen(world: World) -> None:
        for slug in slugs:
            for instance in world.instances(SHOP, slug):
                vm = world.vm_of(instance.instance_id)
                assert vm is not None, "who dies lives"
                world.crash(vm)

    return happen


def _ignore(slug: str, *, ignored: bool) -> Callable[[World], Awaitable[None]]:
    async def happen(world: World) -> None:
        found = world.instances(SHOP, slug)
        await world.record(*(Put(record=replace(item, ignored=ignored)) for item in found))

    return happen


def _one_too_many(**knobs: int) -> Shop:
    """Return a shop that needs another disk, while its web servers are updated beside it."""
    return replace(Shop(serial=False, disk_mib=512), **knobs)  # type: ignore[arg-type]  # its fields


def _rolled_back(name: str, version: _Version) -> Act:
    def request(number: int) -> TaskRequest:
        answer = OnFailure.ROLLBACK.value
        return DeployRequest(manifest=version(number).manifest(), on_failure=answer)

    return Act(name=name, request=request, ends=TaskState.ERROR)


_FIRST = _deploy("deploy", lambda _: Shop())
_DELETE = Act(name="delete", request=lambda _: DeleteDeploymentRequest())


ROUND_TRIPS = (
    RoundTrip(name="fresh deploy", acts=[_FIRST], is_once=True),
    RoundTrip(
        name="delete and deploy",
        before=[_FIRST],
        acts=[_DELETE, _deploy("deploy what was compiled", lambda _: Shop())],
    ),
    RoundTrip(
        name="update",
        before=[_FIRST],
        acts=[_deploy("update in place", lambda number: Shop(port=81 + number))],
    ),
    RoundTrip(
        name="new VMs",
        before=[_FIRST],
        acts=[_deploy("another env", lambda number: Shop(era=2 + number))],
    ),
    RoundTrip(
        name="recreate",
        before=[_FIRST],
        acts=[_deploy("recreate", lambda _: Shop(), recreate=True)],
    ),
    RoundTrip(
        name="swap",
        before=[_deploy("deploy with swaps", lambda _: Shop(swaps=True))],
        acts=[
            _deploy("swap", lambda _: Shop(era=2, swaps=True)),
            _deploy("recreate with swaps", lambda _: Shop(swaps=True), recreate=True),
        ],
    ),
    RoundTrip(name="restart", before=[_FIRST], acts=[_states("restart", "restart")]),
    RoundTrip(
        name="stop and start",
        before=[_FIRST],
        acts=[_states("stop", "stopped"), _states("start", "started")],
    ),
    RoundTrip(
        name="stop hard and start",
        before=[_FIRST],
        acts=[_states("stop hard", "detached"), _states("start again", "started")],
    ),
    RoundTrip(
        name="another disk",
        before=[_FIRST],
        acts=[
            _deploy("larger disk", lambda _: Shop(disk_mib=2048)),
            _deploy("smaller disk", lambda _: Shop(disk_mib=1024)),
        ],
    ),
    RoundTrip(
        name="copied disk",
        before=[_FIRST],
        acts=[
            _deploy("larger disk, copied", lambda _: Shop(disk_mib=2048)),
            _deploy("smaller disk, copied", lambda _: Shop(disk_mib=1024)),
        ],
        cloud={"lacks": ["resize_disk"]},
    ),
    RoundTrip(
        name="another disk of a cloud that promises too much",
        cloud={"refuses": ["resize_disk"]},
        before=[_FIRST],
        acts=[
            _deploy("larger disk, copied after all", lambda _: Shop(disk_mib=2048)),
            _deploy("smaller disk again", lambda _: Shop(disk_mib=1024)),
        ],
    ),
    RoundTrip(
        name="named disks",
        before=[_deploy("deploy with named disks", lambda _: Shop(named_disks=("wal", "log")))],
        acts=[
            _deploy("grow them", lambda _: Shop(named_disks=("wal", "log"), disk_mib=2048)),
            _deploy("one less, one anew", lambda _: Shop(named_disks=("wal",))),
            _deploy("one more", lambda _: Shop(named_disks=("wal", "log"))),
            Act(name="resurrect one with two disks", happens=_crash("db/0")),
        ],
    ),
    RoundTrip(
        name="scale",
        before=[_FIRST],
        acts=[
            _deploy("scale up", lambda _: Shop(dbs=2, webs=4)),
            _deploy("scale down", lambda _: Shop()),
        ],
    ),
    RoundTrip(
        name="rename",
        before=[_FIRST],
        acts=[
            _deploy("rename", lambda _: Shop(renamed=True)),
            _deploy("rename back", lambda _: Shop()),
        ],
    ),
    RoundTrip(
        name="ignore",
        before=[_FIRST],
        acts=[
            replace(
                _deploy("update but one", lambda number: Shop(port=82 + 2 * number)),
                happens=_ignore("web/0", ignored=True),
            ),
            replace(
                _deploy("update that one", lambda number: Shop(port=82 + 2 * number)),
                happens=_ignore("web/0", ignored=False),
            ),
        ],
    ),
    RoundTrip(
        name="roll back",
        before=[_FIRST],
        acts=[
            _rolled_back("updates and fewer instances", lambda _: _one_too_many(port=81, webs=1)),
            _rolled_back("new VMs and more instances", lambda _: _one_too_many(era=2, webs=4)),
        ],
        cloud={"quota": {"disks": Shop().dbs}},
    ),
    RoundTrip(
        name="heal",
        before=[_FIRST],
        acts=[
            Act(name="resurrect one with a disk", happens=_crash("db/0")),
            Act(name="resurrect a group", happens=_crash("web")),
        ],
    ),
)
