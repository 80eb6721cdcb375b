"""Cancelling a deploy that hangs in a script of a release: with real processes, all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.manifests import cloud_config
from tests.integration.cli.operator import Operator, until

SPEC = """\
---
name: slow
templates: {pre-start.j2: bin/pre-start}
packages: []
properties: {folder: {description: where it says that it runs}}
"""
# Tells its pid and hangs, unless it was told to go on.
PRE_START = """\
#!/bin/sh
test -e {{ p("folder") }}/go && exit 0
echo $$ > {{ p("folder") }}/begun.new
mv {{ p("folder") }}/begun.new {{ p("folder") }}/begun
exec sleep 100000
"""
MANIFEST = """\
name: minimal
releases: [{{name: slow, version: latest}}]
stemcells: [{{alias: default, os: paasta-local, version: latest}}]
update: {{canaries: 1, max_in_flight: 1, canary_watch_time: 10-30000, update_watch_time: 10-30000}}
instance_groups:
- name: slow
  instances: 2
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]
  jobs: [{{name: slow, release: slow, properties: {{folder: {folder}}}}}]
"""


@pytest.fixture
def operator(bytecode: Path, tmp_path: Path) -> Iterator[Operator]:
    """An operator with the release whose script hangs."""
    made = Operator(bytecode=bytecode)
    job = tmp_path / "release" / "jobs" / "slow"
    (job / "templates").mkdir(parents=True)
    (job / "spec").write_text(SPEC)
    (job / "monit").write_text("")
    (job / "templates" / "pre-start.j2").write_text(PRE_START)
    (tmp_path / "release" / "config").mkdir()
    (tmp_path / "release" / "config" / "final.yml").write_text("name: slow\n")

    try:
        made.do("director", "start")
        made.do(
            "create-release", f"--dir={tmp_path}/release", f"--tarball={tmp_path}/slow.tgz",
            "--version=1",
        )  # fmt: skip
        made.do("upload-release", f"{tmp_path}/slow.tgz")
        made.do("-n", "update-cloud-config", made.write("cloud.yml", cloud_config(made.subnet)))
        yield made
    finally:
        made.close()  # deletes the deployment `minimal`


@pytest.mark.slow
def test_a_deploy_that_hangs_in_a_script_is_cancelled_and_the_next_one_goes_on(
    operator: Operator,
) -> None:
    file = operator.write("slow.yml", MANIFEST.format(folder=operator.home))
    begun = operator.home / "begun"
    with operator.start("-n", "deploy", file) as deploying:
        until(begun.exists, within_s=120, what="pre-start runs")
        (task,) = operator.rows("tasks")
        operator.do("cancel-task", task["id"])
        _, told = deploying.communicate(timeout=120)
    pid = int(begun.read_text())
    assert deploying.returncode == 1
    assert "cancelled by an operator: 2 of 4 changes were done; not done: slow/" in told
    assert "goes on from there" in told
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    cids = {row["vm_cid"] for row in operator.rows("instances", "--details")}

    operator.write("go", "")
    operator.do("-n", "deploy", file)
    rows = operator.rows("instances", "--details")
    assert {row["process_state"] for row in rows} == {"running"}
    assert {row["vm_cid"] for row in rows} == cids
