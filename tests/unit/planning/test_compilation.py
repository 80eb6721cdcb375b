"""Which packages are compiled, on how many VMs, in which order.

Laws of the schedule: every package once; in a lane nothing stands before what it waits for; the
lanes can be worked off without waiting in a ring.
"""

from dataclasses import replace
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import (
    BlobId,
    DeploymentName,
    InstanceId,
    PackageName,
    StemcellName,
    StemcellVersion,
)
from paasta_deploy.model.spec import BlobRef, StemcellKey
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.compilation import (
    PackagePlan,
    PackageToCompile,
    plan_packages,
    schedule,
)
from paasta_deploy.planning.release_packages import PackageKey
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld, RefusedError
from tests.unit.planning.shop import CLOUD, MANIFEST, shop, shop_release

STEMCELL = StemcellKey(name=StemcellName("s"), version=StemcellVersion("1"), os="ubuntu")


def key(number: int) -> PackageKey:
    return PackageKey(
        fingerprint=f"p{number}", dependency_key="[]", stemcell_os="ubuntu", stemcell_version="1"
    )


def package(number: int, waits_for: list[int], size: int = 1) -> PackageToCompile:
    return PackageToCompile(
        key=key(number),
        name=PackageName(f"p{number}"),
        version="1",
        source=BlobRef(blob_id=BlobId(f"b{number}"), digest="sha256:00", size=size),
        stemcell=STEMCELL,
        dependencies=(),
        waits_for=tuple(key(item) for item in waits_for),
    )


@st.composite
def packages(draw: st.DrawFn) -> list[PackageToCompile]:
    count = draw(st.integers(1, 12))
    return [
        package(
            number,
            sorted(draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else [],
            draw(st.integers(0, 100)),
        )
        for number in range(count)
    ]


@given(wanted=packages(), lanes=st.integers(1, 5))
def test_lanes_hold_everything_once_and_never_wait_in_a_ring(
    wanted: list[PackageToCompile], lanes: int
) -> None:
    rows = [list(row) for row in schedule(wanted, lanes)]

    assert sorted(item.name for row in rows for item in row) == sorted(p.name for p in wanted)
    done: set[PackageKey] = set()
    while any(rows):
        startable = [row for row in rows if row and all(k in done for k in row[0].waits_for)]
        assert startable, "every lane waits for another"
        for row in startable:
            done.add(row.pop(0).key)


def test_a_long_chain_goes_first_and_others_fill_the_other_lane() -> None:
    chain = [package(0, [], 50), package(1, [0], 50), package(2, [1], 50)]
    others = [package(number, [], 40) for number in (3, 4, 5)]

    rows = schedule([*others, *chain], 2)

    assert sorted([item.name for item in row] for row in rows) == [
        ["p0", "p1", "p2"],
        ["p3", "p4", "p5"],
    ]


def packages_of(world: PlanningWorld) -> PackagePlan:
    return world.think().packages


def names(plan: PackagePlan) -> list[list[str]]:
    return [[package.name for package in lane.packages] for lane in plan.lanes]


def test_what_jobs_need_is_compiled_with_what_that_needs() -> None:
    plan = packages_of(shop())

    assert names(plan) == [["runtime", "server"], ["store"]]
    (server,) = (p for lane in plan.lanes for p in lane.packages if p.name == "server")
    assert [item[0] for item in server.dependencies] == ["runtime"]


def test_nothing_is_compiled_twice() -> None:
    world = shop()
    world.deploy()

    plan = packages_of(world)

    assert plan.lanes == ()
    assert len(plan.ready) == 2  # what jobs name; dependencies are for compiling only


def test_a_compiled_release_needs_no_compilation_at_all() -> None:
    words: JsonObject = {
        "name": "shop",
        "version": "1",
        "jobs": {"db": {"packages": ["store"], "provides": {"db": {"type": "sql"}}}},
        "packages": {"store": []},
        "compiled_for": "ubuntu-jammy/1.0",
    }
    world = shop(MANIFEST[: MANIFEST.index("- name: web")], CLOUD, made_release(words))

    plan = packages_of(world)

    assert plan.lanes == ()
    assert [blob.blob_id.startswith("blob-store") for blob in plan.ready.values()] == [True]


def refusal(world: PlanningWorld) -> RefusedError:
    try:
        world.think()
    except RefusedError as refused:
        return refused
    raise AssertionError("it was not refused")


def test_a_release_compiled_for_another_stemcell_without_source_is_refused() -> None:
    words: JsonObject = {
        "name": "shop",
        "version": "1",
        "jobs": {"db": {"packages": ["store"], "provides": {"db": {"type": "sql"}}}},
        "packages": {"store": []},
        "compiled_for": "ubuntu-xenial/456",
    }
    world = shop(MANIFEST[: MANIFEST.index("- name: web")], CLOUD, made_release(words))

    (said,) = refusal(world).diagnostics

    assert said.bosh_code == 60001
    assert "store/store-" in said.detail


def test_two_packages_of_one_name_cannot_share_an_instance() -> None:
    other = made_release(
        {
            "name": "other",
            "version": "1",
            "jobs": {"extra": {"packages": ["store"]}},
            "packages": {"store": []},
            "content": {"store": "different"},
        }
    )
    text = MANIFEST.replace(
        "- {name: shop, version: latest}",
        "- {name: shop, version: latest}\n- {name: other, version: latest}",
    ).replace("  - name: db\n", "  - {name: extra, release: other}\n  - name: db\n")

    (said,) = refusal(shop(text, CLOUD, shop_release(), other)).diagnostics

    assert said.bosh_code == 80011
    assert "`store`" in said.summary


def test_compiling_needs_a_compilation_block() -> None:
    world = shop()
    thought = world.think()
    without = replace(thought.desired.cloud_config, compilation=None)
    plan = plan_packages(
        replace(thought.desired, cloud_config=without),
        thought.placement,
        recorded=world.recorded,
        compiled=(),
        ids=FakeIds(),
    )

    assert [item.bosh_code for item in plan.diagnostics] == [120001]


def test_compilation_vms_have_addresses_of_their_own() -> None:
    plan = packages_of(shop())

    ips = [str(network.ip) for lane in plan.lanes for network in lane.vm.networks]
    assert ips == ["10.0.0.7", "10.0.0.8"]


def test_with_fewer_addresses_there_are_fewer_lanes_and_with_none_it_is_said() -> None:
    world = shop(
        MANIFEST,
        CLOUD.replace("10.0.0.0/24", "10.0.0.0/28").replace(
            "    static: [10.0.0.200 - 10.0.0.220]\n", ""
        ),
    )

    def take(*numbers: int) -> None:
        world.taken = [
            (ip_address(f"10.0.0.{number}"), DeploymentName("o"), InstanceId("o"))
            for number in numbers
        ]

    take(*range(8, 15))
    assert len(packages_of(world).lanes) == 1
    take(*range(7, 15))
    (said,) = refusal(world).diagnostics
    assert said.bosh_code == 130011
    assert "compilation VM" in said.summary


def test_reused_vms_are_one_for_each_lane() -> None:
    world = shop(MANIFEST, CLOUD.replace("workers: 2", "workers: 2, reuse_compilation_vms: true"))

    lanes = packages_of(world).lanes

    assert [len(lane.agent_ids) for lane in lanes] == [1, 1]
    assert [len(lane.agent_ids) for lane in packages_of(shop()).lanes] == [2, 1]


def test_workers_are_divided_among_stemcells() -> None:
    text = MANIFEST.replace(
        "- {alias: default, os: ubuntu-jammy, version: latest}",
        "- {alias: default, os: ubuntu-jammy, version: '1.1'}\n"
        "- {alias: new, os: ubuntu-jammy, version: '1.2'}",
    )
    head, tail = text.split("- name: web")
    world = PlanningWorld(
        head + "- name: web" + tail.replace("stemcell: default", "stemcell: new"),
        CLOUD,
        (shop_release(),),
        stemcell_versions=("1.1", "1.2"),
    )

    lanes = packages_of(world).lanes

    assert [lane.vm.stemcell.version for lane in lanes] == ["1.1", "1.2"]


def test_an_errand_without_vm_compiles_nothing() -> None:
    text = MANIFEST.replace("- name: web\n", "- name: web\n  lifecycle: errand\n")

    assert names(packages_of(shop(text))) == [["store"]]


def test_a_compilation_vm_in_a_dynamic_network_gets_its_address_from_the_cloud() -> None:
    cloud = CLOUD.replace(
        "compilation: {workers: 2, network: default, az: z1",
        "- {name: wild, type: dynamic}\ncompilation: {workers: 2, network: wild",
    )

    lanes = packages_of(shop(MANIFEST, cloud)).lanes

    assert {network.ip for lane in lanes for network in lane.vm.networks} == {None}
