"""Rollouts against an IaaS account that takes only so many calls: fixed limits and adaptive ones.

    limits.py [--vms 200] [--seed 1] [--only WORD]

The very engine in virtual time, as `paasta-deploy simulate` runs it, once with limits that never
change (`calls.adaptive: false`) and once with those that learn (ADR 0045). `deploy s` is how long
the deploy takes, in virtual seconds; `calls` were taken by the API, `429` refused.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from paasta_deploy.execution.call_rules import CallRuleBook, CallRules
from paasta_deploy.manifest import emit, from_value
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.testing.planning_world import parsed_manifest
from paasta_deploy.testing.simulator.catalogue import (
    made_up_releases,
    made_up_stemcells,
)
from paasta_deploy.testing.simulator.faults import Faults, Throttle, ThrottleStorm
from paasta_deploy.testing.simulator.made_up_cloud import made_up_cloud_config
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.world import Stock
from paasta_deploy.wire.simulation_report import SimulationReport
from paasta_deploy.wiring.simulating import make_simulated_cloud

MANIFEST = """\
name: bench
releases: [{{name: bench, version: "1"}}]
stemcells: [{{alias: default, os: ubuntu-jammy, version: "1.1"}}]
update: {{canaries: 1, max_in_flight: 50%, canary_watch_time: 1000-600000,
         update_watch_time: 1000-600000, serial: false}}
instance_groups:
- {{name: web, instances: {half}, azs: [z1], vm_type: default, stemcell: default,
   networks: [{{name: default}}], jobs: [{{name: web, release: bench}}]}}
- {{name: db, instances: {half}, azs: [z1], vm_type: default, stemcell: default,
   persistent_disk_type: default, networks: [{{name: default}}],
   jobs: [{{name: db, release: bench}}]}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """One account, and what happens to it."""

    name: str
    faults: Faults


WEATHERS: Sequence[Weather] = (
    Weather(name="fair", faults=Faults()),
    Weather(
        name="2 calls/s",
        faults=Faults(throttle=Throttle(calls_per_second=2.0, retry_after_s=1.0)),
    ),
    Weather(
        name="1 call/s, Retry-After 5",
        faults=Faults(throttle=Throttle(calls_per_second=1.0, burst=10, retry_after_s=5.0)),
    ),
    Weather(
        name="8 in flight",
        faults=Faults(throttle=Throttle(in_flight=8, retry_after_s=1.0)),
    ),
    Weather(
        name="storm: 3 min of 429",
        faults=Faults(timeline=(ThrottleStorm(at_s=120, calls_per_second=0.0, for_s=180),)),
    ),
    Weather(
        name="storms: 0.5/s, 4 x 2 min",
        faults=Faults(
            timeline=tuple(
                ThrottleStorm(at_s=60 + 240 * number, calls_per_second=0.5, for_s=120)
                for number in range(4)
            )
        ),
    ),
    Weather(
        name="2 % of 5xx, 2 % of 429", faults=Faults(cloud={"refused": 0.02, "throttled": 0.02})
    ),
)


def roll_out(
    manifest: str, parsed: DeploymentManifest, faults: Faults, *, seed: int, adaptive: bool
) -> SimulationReport:
    """Deploy once."""
    return simulate(
        SimulationInput(
            deployment=DeploymentName("bench"),
            manifest=manifest,
            stock=Stock(
                releases=made_up_releases(parsed),
                stemcells=made_up_stemcells(parsed),
                cloud_configs=[emit(from_value(made_up_cloud_config(parsed), "cloud.yml"))],
            ),
            faults=faults,
            seed=seed,
            call_rules=CallRuleBook(usual=CallRules(adaptive=adaptive)),
        ),
        make_simulated_cloud,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--vms", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="weathers whose name has this in it")
    arguments = parser.parse_args()
    manifest = MANIFEST.format(half=arguments.vms // 2)
    parsed = parsed_manifest(manifest)
    print(f"{'account':26}  {'limits':8}  {'ends':4}  {'deploy s':>8}  {'calls':>6}  {'429':>6}")
    for weather in WEATHERS:
        if arguments.only not in weather.name:
            continue
        for adaptive in (False, True):
            report = roll_out(
                manifest, parsed, weather.faults, seed=arguments.seed, adaptive=adaptive
            )
            why = "" if report.succeeded else report.message[:60]
            print(
                f"{weather.name:26}  {'adaptive' if adaptive else 'fixed':8}  "
                f"{'done' if report.succeeded else 'FAIL'}  {report.deploy_s:8.0f}  "
                f"{report.calls:6}  {report.calls_refused:6}  {why}",
                flush=True,
            )


if __name__ == "__main__":
    main()
