"""Random schedules of faults from a seed, and what must come of every one of them.

Each seed gives a small deployment, a handful of faults of every kind at random moments, and often
bad weather in the cloud. Whatever happens, no promise is broken on the way; and deploying again
when it is over makes everything run, with nothing left behind. Used by the tests (some hundreds
of seeds) and by ``scripts/drills/schedules`` (as many as one has time for).
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from random import Random

from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.plan import Stage
from paasta_deploy.testing.planning_world import parsed_manifest
from paasta_deploy.testing.simulator.catalogue import made_up_releases, made_up_stemcells
from paasta_deploy.testing.simulator.faults import (
    AzOutage,
    Crash,
    DirectorKill,
    Fault,
    Faults,
    Partition,
)
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.world import DIRECTOR_STARTS, MakeCloud, Stock
from paasta_deploy.wire.simulation_report import ChangeSpan, SimulationReport

DEPLOYMENT = DeploymentName("shop")

LATEST_FAULT_S = 900.0
"""Small deployments are up after some minutes; later faults meet a running deployment."""

FAULTS_MAX = 6

CANARY = "(canary)"
"""The end of a canary's label."""

REPAIRS = 5
"""In bad weather a deploy may fail more than once; five times in a row would be a bug."""

CLOUD_CONFIG = """\
azs: [{name: z1}, {name: z2}]
vm_types: [{name: small, cloud_properties: {}}]
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1, z2], dns: []}]
compilation: {workers: 2, az: z1, vm_type: small, network: default}
"""

_MANIFEST = """\
name: shop
releases: [{{name: shop, version: "1"}}]
stemcells: [{{alias: default, os: ubuntu-jammy, version: "1.1"}}]
update:
  canaries: {canaries}
  max_in_flight: {max_in_flight}
  canary_watch_time: 1000-60000
  update_watch_time: 1000-60000
instance_groups:
- name: db
  instances: {dbs}
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  persistent_disk: 1024
  networks: [{{name: default}}]
  jobs: [{{name: database, release: shop}}]
- name: web
  instances: {webs}
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  networks: [{{name: default}}]
  jobs: [{{name: server, release: shop}}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One random simulation, and the limits that its manifest sets."""

    given: SimulationInput
    max_in_flight: int
    canaries: int


def random_schedule(seed: int) -> Schedule:
    """Return the schedule of one seed."""
    dice = Random(seed)  # noqa: S311 - reproducible on purpose, guards nothing
    max_in_flight = dice.randint(1, 3)
    canaries = dice.randint(0, 2)
    manifest = _MANIFEST.format(
        canaries=canaries,
        max_in_flight=max_in_flight,
        dbs=dice.randint(1, 2),
        webs=dice.randint(1, 4),
    )
    parsed = parsed_manifest(manifest)
    given = SimulationInput(
        deployment=DEPLOYMENT,
        manifest=manifest,
        stock=Stock(
            releases=made_up_releases(parsed),
            stemcells=made_up_stemcells(parsed),
            cloud_configs=[CLOUD_CONFIG],
        ),
        faults=_faults(dice),
        seed=seed,
        repairs=REPAIRS,
    )
    return Schedule(given=given, max_in_flight=max_in_flight, canaries=canaries)


def run_schedule(schedule: Schedule, make_cloud: MakeCloud) -> tuple[SimulationReport, list[str]]:
    """Run it; return the report and every promise that was broken."""
    report = simulate(schedule.given, make_cloud)
    broken = list(report.breaches)
    for group, at_once in report.peak_updates.items():
        if at_once > schedule.max_in_flight:
            broken.append(
                f"{at_once} instances of {group} were updated at once, max_in_flight is"
                f" {schedule.max_in_flight}"
            )
    broken += _broken_canaries(report, schedule.canaries)
    if report.instances_running < report.instances:
        broken.append(
            f"only {report.instances_running} of {report.instances} instances run, also after"
            " deploying again"
        )
    return report, broken


def _broken_canaries(report: SimulationReport, canaries: int) -> list[str]:
    """Return what is wrong with the order of updates: canaries come first, and alone.

    A director that takes a task up again chooses canaries among what is left.
    """
    starts = [item.at_s for item in report.remarks if item.text == DIRECTOR_STARTS]
    rollouts: dict[tuple[object, ...], list[ChangeSpan]] = {}
    for span in report.spans:
        if span.stage == Stage.UPDATE.value:
            life = bisect_right(starts, span.began_s)
            rollouts.setdefault((span.task, life, *span.tags), []).append(span)
    broken = []
    for spans in rollouts.values():
        chosen = [span for span in spans if span.label.endswith(CANARY)]
        others = [span for span in spans if not span.label.endswith(CANARY)]
        if len(chosen) > canaries:
            broken.append(f"{len(chosen)} canaries instead of {canaries}: {chosen[-1].label}")
        last_s = max((span.ended_s or inf for span in chosen), default=0.0)
        broken += [
            f"{span.label} was updated before the canaries had ended"
            for span in others
            if span.began_s < last_s
        ]
    return broken


def _faults(dice: Random) -> Faults:
    weather: dict[str, JsonValue] = {}
    if dice.random() < 0.5:
        weather = {
            "refused": dice.choice((0.0, 0.05)),
            "throttled": dice.choice((0.0, 0.05)),
            "answer_lost": dice.choice((0.0, 0.05)),
            "vm_failure": dice.choice((0.0, 0.05)),
        }
    timeline = sorted(
        (_fault(dice) for _ in range(dice.randint(0, FAULTS_MAX))), key=lambda fault: fault.at_s
    )
    return Faults(
        cloud=weather,
        hung=dice.choice((0.0, 0.0, 0.01)),
        silence=dice.choice((0.0, 0.0, 0.02)),
        timeline=tuple(_apart(timeline)),
    )


def _fault(dice: Random) -> Fault:
    at_s = dice.uniform(0.0, LATEST_FAULT_S)
    slug = dice.choice(("db/0", "db", "web/0", "web/1", "web", "*"))
    makers: tuple[Callable[[], Fault], ...] = (
        lambda: Crash(at_s=at_s, instances=slug),
        lambda: Partition(at_s=at_s, instances=slug, for_s=dice.uniform(0.1, 60.0)),
        lambda: AzOutage(at_s=at_s, az=dice.choice(("z1", "z2")), for_s=dice.uniform(1, 120)),
        lambda: DirectorKill(at_s=at_s, for_s=dice.uniform(0.1, 30.0)),
    )
    return dice.choice(makers)()


def _apart(timeline: list[Fault]) -> list[Fault]:
    """Leave out deaths of a director while it is already dead: there is one at a time."""
    kept: list[Fault] = []
    away_until_s = 0.0
    for fault in timeline:
        if isinstance(fault, DirectorKill):
            if fault.at_s <= away_until_s:
                continue
            away_until_s = fault.at_s + fault.for_s
        kept.append(fault)
    return kept
