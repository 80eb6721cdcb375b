"""Which instances exist and where.

Laws: placing what was placed changes nothing; growing keeps every instance where it is; indexes
are unique in a group; exactly one instance of a group is its bootstrap; AZs differ by at most one
instance in a fresh group.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import AzName, DeploymentName
from paasta_deploy.model.recorded import DeploymentRecord, RecordedDeployment
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.fold import Fold
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest
from tests.unit.planning.shop import deployed_shop

CLOUD = """
azs: [{name: z1}, {name: z2}, {name: z3}]
vm_types: [{name: small}]
disk_types: [{name: disk, disk_size: 1000}]
networks:
- name: default
  subnets:
  - range: 10.0.0.0/20
    gateway: 10.0.0.1
    azs: [z1, z2, z3]
    static: [10.0.0.200 - 10.0.0.220]
compilation: {workers: 1, network: default, az: z1, vm_type: small}
"""


def group(name: str, instances: int, azs: Sequence[str], extra: str = "") -> str:
    return f"""
- name: {name}
  instances: {instances}
  azs: [{", ".join(azs)}]
  vm_type: small
  stemcell: default
  networks: [{{name: default}}]
  jobs: []
{extra}"""


def manifest(*groups: str) -> str:
    return """
name: shop
releases: []
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
instance_groups:
""" + "".join(groups)


def nothing() -> RecordedDeployment:
    return RecordedDeployment(deployment=DeploymentRecord(name=DeploymentName("shop")))


def placed(text: str, recorded: RecordedDeployment | None = None, seed: int = 0) -> Placement:
    return place(
        parsed_manifest(text), parsed_cloud_config(CLOUD), recorded or nothing(), FakeIds(seed)
    )


def after(placement: Placement, recorded: RecordedDeployment | None = None) -> RecordedDeployment:
    fold = Fold(recorded or nothing())
    fold.write(placement.changes)
    return fold.recorded


def where(placement: Placement) -> list[tuple[str, int, str | None]]:
    return [(item.record.group, item.record.index, item.record.az) for item in placement.instances]


AZS = st.lists(st.sampled_from(["z1", "z2", "z3"]), min_size=1, max_size=3, unique=True)


@given(count=st.integers(0, 12), azs=AZS)
def test_a_fresh_group_is_spread_evenly_from_index_zero_with_one_bootstrap(
    count: int, azs: list[str]
) -> None:
    placement = placed(manifest(group("web", count, azs)))

    population = Counter(item.record.az for item in placement.instances)
    assert [item.record.index for item in placement.instances] == list(range(count))
    assert (
        max(population.values(), default=0) - min(population[AzName(az)] for az in azs) <= 1
        or not count
    )
    assert [item.record.index for item in placement.instances if item.record.bootstrap] == [0][
        :count
    ]


@given(
    counts=st.lists(st.integers(0, 8), min_size=1, max_size=4),
    azs=st.lists(AZS, min_size=4, max_size=4),
)
def test_placing_what_was_placed_changes_nothing(counts: list[int], azs: list[list[str]]) -> None:
    recorded = nothing()
    for seed, (count, names) in enumerate(zip(counts, azs, strict=False)):
        text = manifest(group("web", count, names))
        first = placed(text, recorded, seed=seed)
        recorded = after(first, recorded)
        obsolete = {record.instance_id for record in first.obsolete}
        recorded = replace(
            recorded,
            instances=tuple(r for r in recorded.instances if r.instance_id not in obsolete),
        )

        again = placed(text, recorded, seed=99)

        assert again.changes == ()
        assert again.obsolete == ()
        indexes = [item.record.index for item in again.instances]
        assert len(set(indexes)) == count
        assert sum(item.record.bootstrap for item in again.instances) == min(1, count)


@given(few=st.integers(1, 6), more=st.integers(0, 6), azs=AZS)
def test_growth_moves_nothing(few: int, more: int, azs: list[str]) -> None:
    first = placed(manifest(group("web", few, azs)))

    grown = placed(manifest(group("web", few + more, azs)), after(first), seed=1)

    kept = {item.record.instance_id: item.record for item in grown.instances}
    for item in first.instances:
        assert kept[item.record.instance_id] == item.record
    assert len(grown.instances) == few + more


def test_a_group_inserted_before_another_does_not_disturb_it() -> None:
    first = placed(manifest(group("web", 3, ["z1", "z2"])))

    both = placed(
        manifest(group("new", 2, ["z1"]), group("web", 3, ["z1", "z2"])), after(first), seed=1
    )

    assert both.groups[first.instances[0].record.group] == tuple(
        replace(item, is_new=False) for item in first.instances
    )
    assert [str(ip) for item in both.groups["new"] for ip in item.addresses.values()] == [  # type: ignore[index] # a plain text is a group's name here
        "10.0.0.5",
        "10.0.0.6",
    ]


def test_instances_with_disks_stay_in_their_az_and_others_make_room() -> None:
    world = deployed_shop()
    text = world.manifest.replace("azs: [z1]\n  vm_type", "azs: [z1, z2]\n  vm_type")
    world.manifest = text

    placement = world.think().placement

    assert where(placement) == [
        ("db", 0, "z1"),
        ("db", 1, "z2"),
        ("db", 2, "z1"),
        ("web", 0, "z1"),
        ("web", 2, "z2"),
    ]
    assert [(record.group, record.index) for record in placement.obsolete] == [("web", 1)]


def test_shrinking_takes_the_highest_indexes() -> None:
    first = placed(manifest(group("web", 5, ["z1", "z2"])))

    fewer = placed(manifest(group("web", 2, ["z1", "z2"])), after(first))

    assert [item.record.index for item in fewer.instances] == [0, 1]
    assert sorted(record.index for record in fewer.obsolete) == [2, 3, 4]


def test_the_index_of_an_obsolete_instance_is_not_given_out_while_it_exists() -> None:
    first = placed(manifest(group("web", 1, ["z1"])))

    moved = placed(manifest(group("web", 1, ["z2"])), after(first), seed=1)

    assert where(moved) == [("web", 1, "z2")]
    assert [record.index for record in moved.obsolete] == [0]


def test_the_bootstrap_role_passes_on_when_its_instance_goes() -> None:
    first = placed(manifest(group("web", 3, ["z1", "z2"])))

    moved = placed(manifest(group("web", 2, ["z2"])), after(first), seed=1)

    assert [(item.record.index, item.record.bootstrap) for item in moved.instances] == [
        (1, True),
        (3, False),
    ]


def test_migrated_instances_keep_id_index_and_addresses() -> None:
    first = placed(manifest(group("old", 2, ["z1"])))
    renamed = group("new", 2, ["z1"], "  migrated_from: [{name: old}]\n")

    taken_over = placed(manifest(renamed), after(first), seed=1)

    assert [
        (item.record.instance_id, item.record.index, item.record.addresses)
        for item in taken_over.instances
    ] == [
        (item.record.instance_id, item.record.index, item.record.addresses)
        for item in first.instances
    ]
    assert {item.record.group for item in taken_over.instances} == {"new"}
    assert taken_over.obsolete == ()


def test_two_groups_merged_into_one_have_unique_indexes_and_one_bootstrap() -> None:
    first = placed(manifest(group("a", 2, ["z1"]), group("b", 2, ["z2"])))
    merged = group(
        "both", 4, ["z1", "z2"], "  migrated_from: [{name: a, az: z1}, {name: b, az: z2}]\n"
    )

    taken_over = placed(manifest(merged), after(first), seed=1)

    assert [item.record.index for item in taken_over.instances] == [0, 1, 2, 3]
    assert sum(item.record.bootstrap for item in taken_over.instances) == 1
    assert not any(item.is_new for item in taken_over.instances)


def test_migrating_from_another_az_than_recorded_is_refused() -> None:
    first = placed(manifest(group("old", 1, ["z1"])))
    renamed = group("new", 1, ["z1", "z2"], "  migrated_from: [{name: old, az: z2}]\n")

    placement = placed(manifest(renamed), after(first), seed=1)

    (said,) = (item for item in placement.diagnostics if item.is_error)
    assert said.bosh_code == 190018
    assert "az: z1" in said.hint


def test_an_instance_without_az_is_taken_over_only_where_its_az_is_said() -> None:
    recorded = after(placed(manifest(group("old", 1, ["z1"]))))
    nowhere = replace(
        recorded, instances=tuple(replace(item, az=None) for item in recorded.instances)
    )
    unsaid = group("new", 1, ["z1"], "  migrated_from: [{name: old}]\n")
    said = group("new", 1, ["z1"], "  migrated_from: [{name: old, az: z1}]\n")

    (problem,) = (p for p in placed(manifest(unsaid), nowhere).diagnostics if p.is_error)
    assert problem.bosh_code == 190018
    assert "az: z1" in problem.hint
    assert not any(p.is_error for p in placed(manifest(said), nowhere).diagnostics)


def test_a_new_group_with_the_jobs_of_one_that_is_gone_looks_like_a_rename() -> None:
    world = deployed_shop()
    world.manifest = world.manifest.replace("- name: db\n  instances", "- name: data\n  instances")

    (said,) = world.think().placement.diagnostics

    assert not said.is_error
    assert "migrated_from:\n- {name: db}" in said.hint


def with_ignored(recorded: RecordedDeployment, *indexes: int) -> RecordedDeployment:
    return replace(
        recorded,
        instances=tuple(
            replace(record, ignored=record.index in indexes) for record in recorded.instances
        ),
    )


def test_ignored_instances_are_kept_before_others() -> None:
    recorded = with_ignored(after(placed(manifest(group("web", 3, ["z1"])))), 2)

    fewer = placed(manifest(group("web", 1, ["z1"])), recorded)

    assert where(fewer) == [("web", 2, "z1")]
    assert fewer.diagnostics == ()


def test_a_manifest_that_would_touch_ignored_instances_is_refused() -> None:
    recorded = with_ignored(after(placed(manifest(group("web", 3, ["z1"])))), 1, 2)

    for text in (
        manifest(group("web", 1, ["z1"])),
        manifest(group("web", 3, ["z2"])),
        manifest(group("other", 3, ["z1"])),
    ):
        said = placed(text, recorded).diagnostics
        assert 190020 in {item.bosh_code for item in said if item.is_error}


PLATFORM = (
    "haproxy 1 z7, nats 2 z1 z2, database 1 z1, diego-api 2 z1 z2, uaa 2 z1 z2,"
    " singleton-blobstore 1 z1, api 2 z1 z2, cc-worker 2 z1 z2, scheduler 2 z1 z2,"
    " router 2 z1 z2, tcp-router 2 z1 z2, log-cache 1 z1, doppler 3 z1 z2, diego-cell 3 z1 z2,"
    " log-api 2 z1 z2, credhub 2 z1 z2"
)
"""The service groups of K-PaaS' application platform: name, instances, AZs."""

PLATFORM_ROWS = """
haproxy/0 z7
nats/0 z1
nats/1 z2
database/0 z1
diego-api/0 z1
diego-api/1 z2
uaa/0 z1
uaa/1 z2
singleton-blobstore/0 z1
api/0 z1
api/1 z2
cc-worker/0 z1
cc-worker/1 z2
scheduler/0 z1
scheduler/1 z2
router/0 z1
router/1 z2
tcp-router/0 z1
tcp-router/1 z2
log-cache/0 z1
doppler/0 z1
doppler/1 z2
doppler/2 z1
diego-cell/0 z1
diego-cell/1 z2
diego-cell/2 z1
log-api/0 z1
log-api/1 z2
credhub/0 z1
credhub/1 z2
"""


def test_the_thirty_machines_of_the_application_platform() -> None:
    groups = []
    for said in PLATFORM.split(","):
        name, count, *azs = said.split()
        groups.append(group(name, int(count), azs))
    cloud = CLOUD.replace("{name: z3}", "{name: z3}, {name: z7}").replace(
        "azs: [z1, z2, z3]", "azs: [z1, z2, z3, z7]"
    )

    placement = place(
        parsed_manifest(manifest(*groups)), parsed_cloud_config(cloud), nothing(), FakeIds()
    )

    rows = [f"{name}/{index} {az}" for name, index, az in where(placement)]
    assert rows == PLATFORM_ROWS.split("\n")[1:-1]
    assert len(rows) == 30
    assert sum(item.record.bootstrap for item in placement.instances) == 16
