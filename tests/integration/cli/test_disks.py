"""Disks of real machines: by name, grown, copied; their data survives whatever happens to VMs.

The tests tell one story and run in their order, each beginning where the one before ended.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.manifests import cloud_config
from tests.integration.cli.operator import Operator, until

HEAL_DEADLINE_S = 120.0
"""A machine is back in a second on an idle host; this only ends a test that will not succeed."""

RELEASE = {
    "config/final.yml": "---\nname: keeper\n",
    "config/blobs.yml": "--- {}\n",
    "jobs/keeper/spec": """\
---
name: keeper
templates:
  bpm.yml.j2: config/bpm.yml
  disk.j2: config/disk
packages: []
consumes:
- {name: journal, type: disk, optional: true}
properties: {}
""",
    "jobs/keeper/monit": "",
    "jobs/keeper/templates/bpm.yml.j2": """\
processes:
- name: keeper
  executable: /usr/bin/env
  args: [sleep, infinity]
""",
    "jobs/keeper/templates/disk.j2": """\
{% if if_link("journal") %}/var/vcap/instance/disks/{{ link("journal").p("name") }}{% endif %}
""",
}

MANIFEST = """\
name: minimal
releases: [{{name: keeper, version: latest}}]
stemcells: [{{alias: default, os: paasta-local, version: latest}}]
update:
  canaries: 1
  max_in_flight: 2
  canary_watch_time: 100-30000
  update_watch_time: 100-30000
instance_groups:
- name: named
  instances: 1
  azs: [z1]
  vm_type: default
  stemcell: default
  persistent_disks: [{{name: files, type: data}}, {{name: {second}, type: data}}]
  networks: [{{name: default}}]
  jobs: [{{name: keeper, release: keeper, consumes: {{journal: {{from: {second}}}}}}}]
- name: mounted
  instances: 1
  azs: [z1]
  vm_type: default
  stemcell: default
  persistent_disk_type: data
  networks: [{{name: default}}]
  jobs: [{{name: keeper, release: keeper}}]
"""


@pytest.fixture(scope="module")
def keeper(bytecode: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with the release of this module uploaded."""
    folder = tmp_path_factory.mktemp("keeper")
    for name, text in RELEASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    made = Operator(bytecode=bytecode)
    try:
        made.do("director", "start")
        config = made.write("cloud-config.yml", cloud_config(made.subnet))
        made.do("-n", "update-cloud-config", config)
        tarball = made.home / "keeper.tgz"
        made.do("create-release", f"--dir={folder}", f"--tarball={tarball}", "--version=1")
        made.do("upload-release", str(tarball))
        yield made
    finally:
        made.close()


def deploy(operator: Operator, second: str = "wal") -> str:
    """Deploy and return the plan that was told before."""
    file = operator.write("disks.yml", MANIFEST.format(second=second))
    planned = operator.do("plan", file)
    operator.do("-n", "deploy", file)
    return planned


def size_disks(operator: Operator, size_mib: int) -> None:
    text = cloud_config(operator.subnet).replace("disk_size: 16", f"disk_size: {size_mib}")
    operator.do("-n", "update-cloud-config", operator.write("cloud-config.yml", text))


def instance(operator: Operator, group: str) -> dict[str, str]:
    rows = operator.rows("-d", "minimal", "instances", "--details")
    (row,) = (row for row in rows if row["instance"].startswith(f"{group}/"))
    return row


def root(operator: Operator, group: str) -> Path:
    """Return the folder that is `/var/vcap` for a machine."""
    return operator.provider_state / "machines" / instance(operator, group)["vm_cid"] / "vcap"


def kept(operator: Operator, second: str = "wal") -> dict[str, str]:
    disks = root(operator, "named") / "instance/disks"
    return {
        **{name: (disks / name / "kept").read_text() for name in ("files", second)},
        "mounted": (root(operator, "mounted") / "store/kept").read_text(),
    }


KEPT = {"files": "of files", "wal": "of wal", "mounted": "of mounted"}


@pytest.fixture(scope="module", autouse=True)
def written(keeper: Operator) -> None:
    """Deploy, and write something on each disk."""
    deploy(keeper)
    for name in ("files", "wal"):
        path = root(keeper, "named") / "instance/disks" / name / "kept"
        path.write_text(KEPT[name])
    (root(keeper, "mounted") / "store/kept").write_text(KEPT["mounted"])


def test_a_job_learns_the_path_of_its_disk_by_a_link(keeper: Operator) -> None:
    place = root(keeper, "named")

    told = (place / "jobs/keeper/config/disk").read_text().strip()

    assert told == f"{place}/instance/disks/wal"
    assert (Path(told) / "kept").read_text() == "of wal"


def test_a_killed_machine_comes_back_with_all_its_disks(keeper: Operator) -> None:
    before = instance(keeper, "named")
    keeper.kill_machine(before["vm_cid"])

    def healed() -> bool:
        row = instance(keeper, "named")
        is_new = row["vm_cid"] not in (before["vm_cid"], "-")
        return is_new and row["process_state"] == "running"

    until(healed, within_s=HEAL_DEADLINE_S, what="the machine is replaced")
    assert kept(keeper) == KEPT
    assert instance(keeper, "named")["disk_cids"] == before["disk_cids"]


def test_recreated_machines_have_all_their_disks(keeper: Operator) -> None:
    before = instance(keeper, "named")

    keeper.do("-n", "-d", "minimal", "recreate")

    assert instance(keeper, "named")["vm_cid"] != before["vm_cid"]
    assert kept(keeper) == KEPT


def test_larger_disks_are_the_same_disks_grown(keeper: Operator) -> None:
    before = {group: instance(keeper, group)["disk_cids"] for group in ("named", "mounted")}
    size_disks(keeper, 32)

    planned = deploy(keeper)

    assert planned.count("disk grown by its CPI, data kept in place") == 3
    assert {group: instance(keeper, group)["disk_cids"] for group in before} == before
    assert kept(keeper) == KEPT


def test_a_smaller_mounted_disk_is_a_copy_and_the_old_one_an_orphan(keeper: Operator) -> None:
    old = instance(keeper, "mounted")["disk_cids"]
    size_disks(keeper, 24)

    planned = deploy(keeper)

    assert "disk copied to a smaller one" in planned
    assert "named disks of `named` are replaced by empty ones" in " ".join(planned.split())
    new = instance(keeper, "mounted")["disk_cids"]
    assert new != old
    assert (root(keeper, "mounted") / "store/kept").read_text() == KEPT["mounted"]
    orphans = {row["disk_cid"] for row in keeper.rows("disks", "--orphaned")}
    assert old in orphans
    data = {path.read_text() for path in keeper.provider_state.glob("disks/*/data/kept")}
    assert data == set(KEPT.values()), "what was on any disk is still there"


def test_a_disk_of_another_name_is_another_disk(keeper: Operator) -> None:
    (root(keeper, "named") / "instance/disks/files/kept").write_text("still here")
    before = len(keeper.rows("disks", "--orphaned"))

    deploy(keeper, second="log")

    links = root(keeper, "named") / "instance/disks"
    assert sorted(link.name for link in links.iterdir()) == ["files", "log"]
    assert (links / "files/kept").read_text() == "still here"
    assert list((links / "log").iterdir()) == []
    assert len(keeper.rows("disks", "--orphaned")) == before + 1
