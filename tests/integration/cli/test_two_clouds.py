"""One director, two accounts of the provider ``local``: each AZ's machines are its own CPI's.

With real processes, because what two CPIs of one type share on one host (folders, launchers,
addresses) is nothing that a fake has.
"""

from pathlib import Path

from tests.integration.cli.manifests import cloud_config, manifest
from tests.integration.cli.operator import Operator, page, until
from tests.integration.cli.test_end_to_end import HEAL_DEADLINE_S, instances

CPIS = """\
cpis:
- name: NAME
  type: local
  properties: {isolation: processes, overcommit_disks: ((overcommit))}
FORMER
"""
RUNTIME = """\
releases: [{name: minimal, version: 1}]
addons:
- name: second
  include: {azs: [z2], jobs: [{name: nothing, release: minimal}]}
  jobs: [{name: hello, release: minimal}]
tags: {owner: ops}
"""


def machines(operator: Operator, cpi: str) -> set[str]:
    """Return the machines that a CPI keeps."""
    folder: Path = operator.home / "cpis" / cpi / "machines"
    return {entry.name for entry in folder.iterdir()} if folder.exists() else set()


def save_cpis(operator: Operator, name: str, former: str = "") -> None:
    """Save the CPI config, with its value in a variable."""
    text = CPIS.replace("NAME", name).replace("FORMER", former)
    file = operator.write("cpis.yml", text)
    said = operator.do("-n", "update-cpi-config", file, "-v", "overcommit=true")
    assert "<redacted>" in said


def save_cloud(operator: Operator, cpi: str) -> None:
    """Let z2 be of a CPI."""
    text = (
        cloud_config(operator.subnet)
        .replace("azs: [{name: z1}]", f"azs: [{{name: z1}}, {{name: z2, cpi: {cpi}}}]")
        .replace("    azs: [z1]", "    azs: [z1, z2]")
    )
    operator.do("-n", "update-cloud-config", operator.write("cloud.yml", text))


def test_each_az_lives_on_its_own_cpi_through_kills_and_a_rename(operator: Operator) -> None:
    save_cpis(operator, "second")
    save_cloud(operator, "second")
    operator.do("-n", "update-runtime-config", operator.write("runtime.yml", RUNTIME))
    text = manifest().replace("azs: [z1]", "azs: [z1, z2]", 1)
    file = operator.write("minimal.yml", text)
    operator.do("-n", "deploy", file)

    rows = instances(operator)
    by_az = {
        az: {row["vm_cid"] for row in rows.values() if row["az"] == az} for az in ("z1", "z2")
    }
    assert machines(operator, "local") == by_az["z1"]
    assert machines(operator, "second") == by_az["z2"]
    slug, row = next((slug, row) for slug, row in rows.items() if row["az"] == "z2")
    assert page(row["ips"]).startswith("one")
    assert {line["cpi"] for line in operator.rows("stemcells")} == {"-", "second"}

    # What was configured is there again after a kill, and heals what dies.
    operator.kill_director()
    operator.do("director", "start")
    operator.do("-n", "-d", "minimal", "recreate", slug)
    after = instances(operator)[slug]
    assert after["vm_cid"] != row["vm_cid"]
    assert machines(operator, "second") == {after["vm_cid"]}

    # A new name changes nothing for what is there.
    save_cpis(operator, "third", "  migrated_from: [{name: second}]")
    save_cloud(operator, "third")
    planned = operator.run("plan", "--detailed-exitcode", file)
    assert planned.returncode == 0, planned.stdout
    operator.do("-n", "-d", "minimal", "stop", slug)
    operator.do("-n", "-d", "minimal", "start", slug)
    assert machines(operator, "second") == {after["vm_cid"]}
    assert page(after["ips"]).startswith("one")


def test_a_resurrection_config_is_seen_in_the_listing(operator: Operator) -> None:
    operator.do("-n", "deploy", operator.write("minimal.yml", manifest()))
    rule = "rules: [{enabled: false, include: {instance_groups: [quiet]}}]\n"
    arguments = ("--type=resurrection", "--name=quiet", operator.write("rules.yml", rule))
    operator.do("-n", "update-config", *arguments)

    def paused() -> set[str]:
        rows = instances(operator).items()
        return {slug for slug, row in rows if row["resurrection_paused"] == "true"}

    told = until(paused, within_s=HEAL_DEADLINE_S, what="the rule holds")
    assert told == {"quiet/0"}
    operator.do("-n", "delete-config", "--type=resurrection", "--name=quiet")
