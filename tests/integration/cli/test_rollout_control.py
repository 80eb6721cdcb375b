"""Deploys that go back by themselves, and that are paused over `kill -9`: with real processes."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.manifests import cloud_config
from tests.integration.cli.operator import Operator, until

SPEC = """\
---
name: gate
templates: {pre-start.j2: bin/pre-start}
packages: []
properties: {folder: {description: where it looks}, needs: {description: the file that lets it go}}
"""
# Waits for a file to let it go; a file of another name makes it fail.
PRE_START = """\
#!/bin/sh
touch {{ p("folder") }}/{{ p("needs") }}.begun
while ! test -e {{ p("folder") }}/{{ p("needs") }}; do
  test -e {{ p("folder") }}/{{ p("needs") }}.fails && { echo "it cannot be" >&2; exit 1; }
  sleep 0.1
done
"""
MANIFEST = """\
name: minimal
releases: [{{name: gate, version: latest}}]
stemcells: [{{alias: default, os: paasta-local, version: latest}}]
update:
  canaries: 0
  max_in_flight: 1
  canary_watch_time: 10-30000
  update_watch_time: 10-30000
  on_failure: rollback
instance_groups:
- name: gate
  instances: 2
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]
  jobs: [{{name: gate, release: gate, properties: {{folder: {folder}, needs: {needs}}}}}]
"""


@pytest.fixture
def operator(bytecode: Path, tmp_path: Path) -> Iterator[Operator]:
    """An operator whose deployment runs, and waits for files when it is updated."""
    made = Operator(bytecode=bytecode)
    job = tmp_path / "release" / "jobs" / "gate"
    (job / "templates").mkdir(parents=True)
    (job / "spec").write_text(SPEC)
    (job / "monit").write_text("")
    (job / "templates" / "pre-start.j2").write_text(PRE_START)
    (tmp_path / "release" / "config").mkdir()
    (tmp_path / "release" / "config" / "final.yml").write_text("name: gate\n")
    try:
        made.do("director", "start")
        made.do(
            "create-release", f"--dir={tmp_path}/release", f"--tarball={tmp_path}/gate.tgz",
            "--version=1",
        )  # fmt: skip
        made.do("upload-release", f"{tmp_path}/gate.tgz")
        made.do("-n", "update-cloud-config", made.write("cloud.yml", cloud_config(made.subnet)))
        made.write("first", "")
        made.do("-n", "deploy", wanting(made, "first"))
        yield made
    finally:
        made.close()  # deletes the deployment `minimal`


def wanting(operator: Operator, needs: str) -> str:
    return operator.write("gate.yml", MANIFEST.format(folder=operator.home, needs=needs))


@pytest.mark.slow
def test_a_deploy_that_fails_goes_back_by_itself(operator: Operator) -> None:
    before = {row["vm_cid"] for row in operator.rows("instances", "--details")}
    operator.write("second.fails", "")
    ended = operator.run("-n", "deploy", wanting(operator, "second"))

    assert ended.returncode == 1
    assert "Rolled back: everything is as it was deployed before." in ended.stderr
    assert "needs: first" in operator.do("-d", "minimal", "manifest")
    rows = operator.rows("instances", "--details")
    assert {row["process_state"] for row in rows} == {"running"}
    assert {row["vm_cid"] for row in rows} == before


@pytest.mark.slow
def test_a_pause_outlives_the_director_and_finishes_what_had_begun(operator: Operator) -> None:
    with operator.start("-n", "deploy", wanting(operator, "second")) as deploying:
        begun = operator.home / "second.begun"
        until(begun.exists, within_s=120, what="the first instance is updated")
        operator.do("pause")
        operator.kill_director()
        deploying.send_signal(signal.SIGINT)
        deploying.communicate(timeout=120)
    operator.do("director", "start")
    assert [row["state"] for row in operator.rows("tasks")] == ["pausing"]
    operator.write("second", "")
    until(lambda: state_of(operator) == "paused", within_s=120, what="what had begun is finished")
    assert {row["process_state"] for row in operator.rows("instances")} == {"running"}

    operator.do("resume")
    assert operator.rows("tasks") == []
    assert "needs: second" in operator.do("-d", "minimal", "manifest")


def state_of(operator: Operator) -> str:
    (row,) = operator.rows("tasks")
    return row["state"]
