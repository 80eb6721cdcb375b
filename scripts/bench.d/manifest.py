"""Manifests: K-PaaS' platform through the command line, beside `bosh`, and ever larger manifests.

    manifest.py [--runs N] [--groups 100,300,1000]

CPU seconds are user and system time of the whole process, its start included; wall is the best of
the runs, since other work on the machine can only add to it. K-PaaS' files are found through
PAASTA_ACCEPTANCE (default: ../shared/acceptance), the real CLI through PAASTA_TEST_BOSH. The
larger manifests have ten instances in each group: they are validated against a cloud config, and
planned when nothing has changed, each size in a process of its own.
"""

import argparse
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from paasta_deploy.manifest import DeploymentSources, Strictness, load_deployment
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld

sys.path.insert(0, str(Path(__file__).resolve().parent))

import planning

ROOT = Path(__file__).resolve().parents[2]
KPAAS = Path(os.environ.get("PAASTA_ACCEPTANCE", ROOT.parent / "shared/acceptance")) / "kpaas"
PAASTA = str(Path(sys.executable).with_name("paasta-deploy"))
BOSH = os.environ.get("PAASTA_TEST_BOSH", "")
INSTANCES_OF_A_GROUP = 10


def timed(runs: int, *command: str) -> tuple[float, float, int]:
    """Return the least CPU seconds and wall seconds of some runs, and the exit code."""
    spent: list[float] = []
    walls: list[float] = []
    folder = KPAAS / "ap-deployment/ap"
    code = 0
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        code = subprocess.run(
            command,
            cwd=folder if folder.is_dir() else ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        walls.append(time.monotonic() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent), min(walls), code


def inputs() -> list[str]:
    """Return the arguments of the platform's script that has the most operations."""
    script = (KPAAS / "ap-deployment/ap/deploy-openstack.sh").read_text("utf-8")
    words = [word for pair in re.findall(r"(-[ol]) (\S+)", script) for word in pair]
    return ["ap-deployment.yml", *words]


def commands(runs: int) -> None:
    """Print a row for each command."""
    print("command                        CPU s  wall s  limit   exit")
    rows = [("--help", [PAASTA, "--help"], "0.2")]
    if KPAAS.is_dir():
        config = "../cloud-config/openstack-cloud-config.yml"
        rows += [
            ("interpolate ap, 75 ops", [PAASTA, "int", *inputs()], "0.25"),
            ("validate ap", [PAASTA, "validate", *inputs(), "--cloud-config", config], "0.5"),
        ]
        if BOSH:
            rows.append(("bosh int ap", [BOSH, "int", *inputs()], ""))
    else:
        print(f"({KPAAS} is not there, so K-PaaS' platform is left out)")
    for name, command, limit in rows:
        spent, wall, code = timed(runs, *command)
        print(f"{name:28}  {spent:6.3f}  {wall:6.3f}  {limit:>5}  {code:5}", flush=True)


def manifest(groups: int) -> str:
    """Return a manifest of so many groups of ten."""
    made = [
        planning.GROUP.format(number=number, size=INSTANCES_OF_A_GROUP, port=number)
        for number in range(groups)
    ]
    return planning.HEAD + "".join(made)


def measure(groups: int) -> None:
    """Validate and plan one size and print a row."""
    text = manifest(groups)
    world = PlanningWorld(text, planning.CLOUD, [made_release(planning.RELEASE)])
    world.finish_deploy(world.plan_deploy())
    started = time.process_time()
    loaded = load_deployment(
        DeploymentSources(manifest=("m.yml", text), cloud_configs=(("c.yml", planning.CLOUD),)),
        Strictness(resolvable=frozenset()),
    )
    if loaded.manifest is None:
        sys.exit(f"the made-up manifest is wrong: {loaded.diagnostics[0].summary}")
    validated = time.process_time() - started
    plan = world.plan_deploy()
    planned = time.process_time() - started - validated
    if not plan.is_empty:
        sys.exit("the plan of an unchanged manifest is not empty")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    both = validated + planned
    print(
        f"{groups:6}  {groups * INSTANCES_OF_A_GROUP:9}  {len(text.splitlines()):6}  "
        f"{validated:14.2f}  {planned:10.2f}  {both:10.2f}  {1000 * both / groups:12.2f}  "
        f"{peak:8.0f}",
        flush=True,
    )


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--groups", default="100,300,1000")
    arguments = parser.parse_args()
    commands(arguments.runs)
    print()
    print(
        "groups  instances   lines  validate CPU s  plan CPU s  both CPU s  ms per group  peak MiB"
    )
    for groups in arguments.groups.split(","):
        process = multiprocessing.Process(target=measure, args=(int(groups),))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
