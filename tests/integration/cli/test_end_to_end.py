"""The whole way of an operator, with real processes: CLI, director, NATS, machines, pages.

Every test begins with two instances of ``hello`` and one of ``quiet``; where they are there
already, bringing them there changes nothing.
"""

import signal
from pathlib import Path

import pytest

from tests.integration.cli.manifests import manifest
from tests.integration.cli.operator import Operator, page, until

HEAL_DEADLINE_S = 120.0
"""A machine is back in a second on an idle host; this only ends a test that will not succeed."""

Row = dict[str, str]


def deploy(operator: Operator, **version: object) -> str:
    file = operator.write("minimal.yml", manifest(**version))  # type: ignore[arg-type]  # as there
    ended = operator.run("-n", "deploy", file)
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def instances(operator: Operator) -> dict[str, Row]:
    """Return the instances as ``group/index``."""
    rows = operator.rows("instances", "--details")
    return {f"{row['instance'].split('/')[0]}/{row['index']}": row for row in rows}


def without_agents(operator: Operator, rows: dict[str, Row]) -> dict[str, object]:
    """Return each instance's processes but its agent, whose restarts are its own affair."""
    found = operator.processes()
    return {slug: found[row["vm_cid"]] for slug, row in rows.items()}


@pytest.fixture
def deployed(operator: Operator) -> Operator:
    """The operator, with everything as it was at first."""
    deploy(operator)
    return operator


def test_what_is_deployed_runs_and_answers(deployed: Operator) -> None:
    rows = instances(deployed)
    assert sorted(rows) == ["hello/0", "hello/1", "quiet/0"]
    assert {row["process_state"] for row in rows.values()} == {"running"}
    assert len({row["ips"] for row in rows.values()}) == 3
    said = {slug: page(row["ips"]).splitlines() for slug, row in rows.items()}
    assert [said[slug][0] for slug in sorted(said)] == ["one", "one", "quiet"]
    identity = rows["hello/1"]["instance"].split("/")[1]
    assert said["hello/1"][1] == f"This is hello/1 ({identity}) of minimal."


def test_a_deploy_without_a_change_touches_no_machine_and_no_process(deployed: Operator) -> None:
    rows, before = instances(deployed), deployed.processes()
    told = deploy(deployed)
    assert "Updating instance" not in told
    assert instances(deployed) == rows
    assert deployed.processes() == before


def test_a_changed_property_restarts_its_group_on_the_same_machines(deployed: Operator) -> None:
    rows, before = instances(deployed), without_agents(deployed, instances(deployed))
    file = deployed.write("two.yml", manifest(text="two"))
    planned = deployed.run("plan", "--detailed-exitcode", file)
    assert planned.returncode == 2
    assert "hello/0" in planned.stdout
    assert "quiet" not in planned.stdout
    deploy(deployed, text="two")

    after = instances(deployed)
    assert {slug: row["vm_cid"] for slug, row in after.items()} == {
        slug: row["vm_cid"] for slug, row in rows.items()
    }
    processes = without_agents(deployed, after)
    assert processes["quiet/0"] == before["quiet/0"]
    assert processes["hello/0"] != before["hello/0"]
    assert page(after["hello/0"]["ips"]).startswith("two\n")
    assert deployed.run("plan", "--detailed-exitcode", file).returncode == 0


def test_one_more_and_one_less_touch_no_other_instance(deployed: Operator) -> None:
    rows = instances(deployed)
    before = deployed.processes()
    deploy(deployed, hellos=3)
    more = instances(deployed)
    assert sorted(set(more) - set(rows)) == ["hello/2"]
    assert page(more["hello/2"]["ips"]).startswith("one\n")
    deploy(deployed, hellos=2)
    assert instances(deployed) == rows
    assert deployed.processes() == before
    gone = more["hello/2"]["vm_cid"]
    assert not (deployed.provider_state / "machines" / gone).exists()


def test_a_killed_machine_comes_back_with_identity_address_and_disk(deployed: Operator) -> None:
    rows = instances(deployed)
    victim = rows["quiet/0"]
    store = deployed.provider_state / "machines" / victim["vm_cid"] / "vcap" / "store"
    (store / "kept").write_text("data")
    deployed.kill_machine(victim["vm_cid"])

    def healed() -> Row | None:
        row = instances(deployed)["quiet/0"]
        is_new = row["vm_cid"] not in (victim["vm_cid"], "-")
        return row if is_new and row["process_state"] == "running" else None

    row = until(healed, within_s=HEAL_DEADLINE_S, what="the machine is replaced")
    assert row is not None
    for what in ("instance", "ips", "disk_cids", "index"):
        assert row[what] == victim[what]
    assert page(row["ips"]).startswith("quiet\n")
    machine = deployed.provider_state / "machines" / row["vm_cid"]
    assert (machine / "vcap" / "store" / "kept").read_text() == "data"
    newest = deployed.rows("tasks", "--recent=1")[0]
    assert (newest["user"], newest["state"]) == ("health-monitor", "done")


def test_ctrl_c_detaches_and_the_deploy_goes_on(deployed: Operator) -> None:
    file = deployed.write("minimal.yml", manifest(text="detached", hellos=3))
    with deployed.start("-n", "deploy", file) as deploying:
        assert deploying.stderr is not None
        line = deploying.stderr.readline()
        deploying.send_signal(signal.SIGINT)
        rest = deploying.stderr.read()
    assert deploying.returncode == 130
    task_id = line.split()[1]
    assert f"Detached. Task {task_id} goes on in the director." in rest
    assert deployed.run("task", task_id).returncode == 0
    assert len(instances(deployed)) == 4


def test_a_killed_director_goes_on_with_its_task_when_it_is_started_again(
    deployed: Operator,
) -> None:
    file = deployed.write("minimal.yml", manifest(text="resumed", hellos=4))
    task_id = ""
    with deployed.start("-n", "deploy", file) as deploying:
        assert deploying.stderr is not None
        for line in deploying.stderr:
            task_id = line.split()[1]
            if "Updating instance" in line:
                break
        deployed.kill_director()
        told = deploying.stderr.read()
    assert deploying.returncode == 1
    assert "does not answer" in told
    assert "unfinished tasks go on by themselves" in told

    deployed.do("director", "start")
    followed = deployed.run("task", task_id)
    assert followed.returncode == 0, followed.stderr
    rows = instances(deployed)
    assert len(rows) == 5
    assert {row["process_state"] for row in rows.values()} == {"running"}
    assert set(deployed.processes()) == {row["vm_cid"] for row in rows.values()}
    assert all(page(rows[f"hello/{n}"]["ips"]).startswith("resumed\n") for n in range(4))
    (task,) = [row for row in deployed.rows("tasks", "--recent=5") if row["id"] == task_id]
    assert (task["state"], task["description"]) == ("done", "create deployment")


def test_secrets_are_nowhere_but_in_the_store_the_blobs_and_the_machines(
    deployed: Operator,
) -> None:
    marker = "s3cret-marker-4711"
    env = f"password: {marker}"
    said = [deploy(deployed, text=marker, env=env)]
    changed = deployed.write("changed.yml", manifest(text=f"{marker}-2", env=f"{env}-2"))
    broken = deployed.write("broken.yml", manifest(text=marker, env=env) + "x: {y}\n")
    for arguments in (
        ["plan", changed],
        ["--json", "plan", changed],
        ["--json", "-n", "deploy", changed],
        ["-n", "deploy", broken],
        ["instances", "--details", "--ps", "--vitals"],
        ["vms", "--cloud-properties"],
        ["tasks", "--recent", "--all"],
        ["task", "--debug"],
        ["task", "--event"],
        ["director", "status"],
    ):
        ended = deployed.run(*arguments)
        said += [ended.stdout, ended.stderr]
    assert marker not in "".join(said)
    for path in deployed.home.rglob("*"):
        if path.is_file() and not _may_hold_secrets(deployed.home, path):
            assert marker.encode() not in path.read_bytes(), f"{path} holds a secret"
    for path in (deployed.home / "store.db", *(deployed.home / "tasks").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, f"{path} is open to others"


def _may_hold_secrets(home: Path, path: Path) -> bool:
    """Whether a file is one of those that must hold what the machines need."""
    inside = path.relative_to(home).parts
    return (
        inside[0].startswith("store.db")
        or inside[0] == "blobs"
        or "machines" in inside
        or path.suffix == ".yml"  # the test's own manifests
    )


def test_a_deleted_deployment_leaves_disks_and_nothing_else(deployed: Operator) -> None:
    disk = instances(deployed)["quiet/0"]["disk_cids"]
    told = deployed.do("-n", "delete-deployment")
    assert "1 disk is kept" in told
    assert deployed.do("deployments") == ""
    assert deployed.processes() == {}
    (orphan,) = deployed.rows("disks", "--orphaned")
    assert orphan["disk_cid"] == disk
    deployed.do("-n", "delete-disk", disk)
    assert deployed.do("disks") == ""
    assert not (deployed.provider_state / "disks" / disk).exists()
    deployed.do("director", "stop")
    assert deployed.leftovers() == ()
    assert (deployed.home / "store.db").exists()
