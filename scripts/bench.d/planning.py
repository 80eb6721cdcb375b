"""Planning by size, pure: from the manifest's text to the plan, fresh and with nothing to change.

    planning.py [--sizes 100,1000,10000]

CPU seconds and the process' peak memory. Groups of one hundred instances over three AZs, one job
with a property. Nothing is executed: records are kept by a fold, templates are
rendered by a stand-in, so this is the cost of reading, placing, linking, comparing and planning.
"""

import argparse
import multiprocessing
import resource
import time

from paasta_deploy.cli.plan_text import described
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld

GROUP_SIZE = 100
HEAD = """\
name: bench
releases: [{name: shop, version: latest}]
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update:
  {canaries: 1, max_in_flight: 10, canary_watch_time: 100-30000, update_watch_time: 100-30000}
instance_groups:
"""
GROUP = """\
- name: group{number}
  instances: {size}
  azs: [z1, z2, z3]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]
  jobs:
  - name: web
    release: shop
    properties: {{port: {port}}}
"""
CLOUD = """\
azs: [{name: z1}, {name: z2}, {name: z3}]
vm_types: [{name: default, cloud_properties: {ram_mib: 64}}]
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/14, gateway: 10.0.0.1, azs: [z1, z2, z3], dns: []}]
compilation: {workers: 2, az: z1, vm_type: default, network: default}
"""
RELEASE: JsonObject = {
    "name": "shop",
    "version": "1",
    "jobs": {"web": {"properties": {"port": 80}, "packages": ["web"]}},
    "packages": {"web": []},
}


def manifest(size: int) -> str:
    """Return a manifest of ``size`` instances in groups of one hundred."""
    groups = [
        GROUP.format(number=number, size=min(GROUP_SIZE, size - number * GROUP_SIZE), port=number)
        for number in range(-(-size // GROUP_SIZE))
    ]
    return HEAD + "".join(groups)


def measure(size: int) -> None:
    """Plan one size in a process of its own and print two rows."""
    world = PlanningWorld(manifest(size), CLOUD, [made_release(RELEASE)])
    for name in ("fresh", "no change"):
        started = time.process_time()
        plan = world.plan_deploy()
        planned = time.process_time() - started
        text = described(report_of(plan))
        told = time.process_time() - started - planned
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:9}  {name:9}  {planned:9.2f}  {told:11.2f}  {1e6 * planned / size:15.0f}  "
            f"{len(plan.steps):7}  {peak:8.0f}  {text.splitlines()[0][:60]}",
            flush=True,
        )
        if name == "fresh":
            world.finish_deploy(plan)


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000,10000")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    print("instances  plan       plan CPU s  told CPU s  us per instance    steps  peak MiB")
    for size in sizes:
        process = multiprocessing.Process(target=measure, args=(size,))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
