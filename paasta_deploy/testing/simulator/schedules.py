"""Random schedules of faults and operations from a seed, and what must come of every one of them.

Each seed gives a small deployment, a handful of faults of every kind at random moments, often bad
weather in the cloud, and an operator who changes their mind. Whatever happens, no promise is
broken on the way; and deploying again when it is over makes everything run, with nothing left
behind. Used by the tests (some hundreds of seeds) and by ``scripts/drill schedules`` (as many as
one has time for). :mod:`shrinking` finds out what a broken promise needs of its schedule.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from random import Random

from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.plan import Stage
from paasta_deploy.testing.simulator.faults import (
    AzOutage,
    Crash,
    DirectorKill,
    Fault,
    Faults,
    Partition,
    Throttle,
)
from paasta_deploy.testing.simulator.operations import Ask, Cancel, Operation, Pause
from paasta_deploy.testing.simulator.operator import GOES_ON
from paasta_deploy.testing.simulator.shop import SHOP, STOCK, Shop
from paasta_deploy.testing.simulator.simulation import SimulationInput, simulate
from paasta_deploy.testing.simulator.world import DIRECTOR_STARTS, MakeCloud
from paasta_deploy.wire.simulation_report import ChangeSpan, SimulationReport

LATEST_S = 900.0
"""Small deployments are up after some minutes; what comes later meets a running deployment."""

FAULTS_MAX = 6

NAMED_DISKS = ("wal", "log")

CANARY = "(canary)"
"""The end of a canary's label."""

REPAIRS = 12
"""In bad weather each deploy may fail by chance, and five in a row did once in three thousand
schedules; a dozen would be a bug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The operator deploys another version of the shop."""

    at_s: float
    shop: Shop
    recreate: bool = False
    only: str = ""
    deadline_s: int | None = None
    on_failure: OnFailure = OnFailure.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The operator asks for something that needs no manifest."""

    at_s: float
    label: str
    request: TaskRequest


Doing = Change | Command | Cancel | Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One random simulation. ``doings`` are in the order of time."""

    seed: int
    shop: Shop
    faults: Faults
    doings: tuple[Doing, ...] = ()

    @property
    def given(self) -> SimulationInput:
        """What is simulated."""
        return SimulationInput(
            deployment=SHOP,
            manifest=self.shop.manifest(),
            stock=STOCK,
            faults=self.faults,
            operations=tuple(map(_operation, self.doings)),
            seed=self.seed,
            repairs=REPAIRS,
        )


def random_schedule(seed: int) -> Schedule:
    """Return the schedule of one seed."""
    dice = Random(seed)  # noqa: S311 - reproducible on purpose, guards nothing
    shop = Shop(
        max_in_flight=dice.randint(1, 3),
        canaries=dice.randint(0, 2),
        dbs=dice.randint(1, 2),
        webs=dice.randint(1, 4),
        serial=dice.random() < 0.7,
        swaps=dice.random() < 0.3,
        named_disks=NAMED_DISKS if dice.random() < 0.3 else (),
    )
    faults, doings = _faults(dice), _doings(dice, shop)
    faults = replace(faults, throttle=_throttle(seed))
    return Schedule(seed=seed, shop=shop, faults=faults, doings=_with_answers(seed, doings))


def run_schedule(schedule: Schedule, make_cloud: MakeCloud) -> tuple[SimulationReport, list[str]]:
    """Run it; return the report and every promise that was broken.

    Raises AssertionError when the simulation itself came to no end: NobodyWakesError in a
    deadlock, and whatever our own code asserts outside of tasks.
    """
    report = simulate(schedule.given, make_cloud)
    broken = list(report.breaches)
    allowed = schedule.shop.max_in_flight
    for group, at_once in report.peak_updates.items():
        if at_once > allowed:
            broken.append(
                f"{at_once} instances of {group} were updated at once, max_in_flight is {allowed}"
            )
    broken += _broken_canaries(report, schedule.shop.canaries)
    if report.instances_running < report.instances:
        broken.append(
            f"only {report.instances_running} of {report.instances} instances run, also after"
            " deploying again"
        )
    return report, broken


def _broken_canaries(report: SimulationReport, canaries: int) -> list[str]:
    """Return what is wrong with the order of updates: canaries come first, and alone.

    Whoever takes a task up again, after a death or a pause, chooses canaries among what is left,
    and so does a task that goes on with those whose VM died in it.
    """
    broken = []
    for spans in _rollouts(report):
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


def _rollouts(report: SimulationReport) -> Iterable[Sequence[ChangeSpan]]:
    """Return the updates of each group, in each round of each task, in each director's life."""
    starts = [
        item.at_s
        for item in report.remarks
        if item.text == DIRECTOR_STARTS or item.text.endswith(GOES_ON)
    ]
    found: dict[tuple[object, ...], list[ChangeSpan]] = {}
    rounds: Counter[tuple[object, ...]] = Counter()
    for span in report.spans:
        if span.stage == Stage.UPDATE.value:
            rollout = (span.task, bisect_right(starts, span.began_s), *span.tags)
            instance = span.label.removesuffix(CANARY).rstrip()
            # Who is updated once more in the same task belongs to its next round.
            rounds[rollout, instance] += 1
            found.setdefault((*rollout, rounds[rollout, instance]), []).append(span)
    return found.values()


def _faults(dice: Random) -> Faults:
    weather: dict[str, JsonValue] = {}
    if dice.random() < 0.5:
        weather = {
            "refused": dice.choice((0.0, 0.05)),
            "throttled": dice.choice((0.0, 0.05)),
            "answer_lost": dice.choice((0.0, 0.05)),
            "vm_failure": dice.choice((0.0, 0.05)),
        }
    if dice.random() < 0.5:
        weather["lacks"] = ["resize_disk"]
    timeline = sorted(
        (_fault(dice) for _ in range(dice.randint(0, FAULTS_MAX))), key=lambda fault: fault.at_s
    )
    return Faults(
        cloud=weather,
        hung=dice.choice((0.0, 0.0, 0.01)),
        silence=dice.choice((0.0, 0.0, 0.02)),
        timeline=tuple(apart(timeline)),
    )


def _throttle(seed: int) -> Throttle:
    """Return what the API takes: in a third of the schedules less than the director would ask for.

    Its dice are its own, so that nothing else of a seed depends on it.
    """
    dice = Random(f"throttle {seed}")  # noqa: S311 - reproducible on purpose, guards nothing
    if dice.random() < 2 / 3:
        return Throttle()
    return Throttle(
        calls_per_second=dice.choice((None, 0.3, 2.0)),
        burst=dice.choice((1.0, 10.0)),
        in_flight=dice.choice((None, 1, 3)),
        retry_after_s=dice.choice((0.1, 1.0, 10.0)),
    )


def _fault(dice: Random) -> Fault:
    at_s = dice.uniform(0.0, LATEST_S)
    slug = dice.choice(("db/0", "db", "web/0", "web/1", "web", "*"))
    makers: tuple[Callable[[], Fault], ...] = (
        lambda: Crash(at_s=at_s, instances=slug),
        lambda: Partition(at_s=at_s, instances=slug, for_s=dice.uniform(0.1, 60.0)),
        lambda: AzOutage(at_s=at_s, az=dice.choice(("z1", "z2")), for_s=dice.uniform(1, 120)),
        lambda: DirectorKill(at_s=at_s, for_s=dice.uniform(0.1, 30.0)),
    )
    return dice.choice(makers)()


def apart(timeline: list[Fault]) -> list[Fault]:
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


def _doings(dice: Random, shop: Shop) -> tuple[Doing, ...]:
    """Return what the operator does; each change starts from the version before it."""
    moments = sorted(dice.uniform(0.0, LATEST_S) for _ in range(dice.choice((0, 1, 1, 2, 3))))
    found: list[Doing] = []
    for at_s in moments:
        kind = dice.choice(("change", "change", "change", "command", "cancel", "pause"))
        match kind:
            case "change":
                shop = _changed(dice, shop)
                found.append(
                    Change(
                        at_s=at_s,
                        shop=shop,
                        recreate=dice.random() < 0.2,
                        only=dice.choice(("", "", "", "", "db", "web/0")),
                        deadline_s=dice.choice((None, None, None, 120)),
                    )
                )
            case "command":
                found.append(_command(dice, at_s))
            case "cancel":
                found.append(Cancel(at_s=at_s))
            case _:
                found.append(Pause(at_s=at_s, for_s=dice.uniform(1.0, 120.0)))
    return tuple(found)


def _with_answers(seed: int, doings: Iterable[Doing]) -> tuple[Doing, ...]:
    """Let changes have answers to failures, by dice of their own: seeds stay what they are."""
    dice = Random(f"on failure {seed}")  # noqa: S311 - reproducible on purpose, guards nothing
    return tuple(
        replace(doing, on_failure=dice.choice(tuple(OnFailure)))
        if isinstance(doing, Change)
        else doing
        for doing in doings
    )


def _changed(dice: Random, shop: Shop) -> Shop:
    """Return a version that differs in one thing, or in two."""
    knobs: Mapping[str, Callable[[], Shop]] = {
        "port": lambda: replace(shop, port=shop.port + 1),
        "era": lambda: replace(shop, era=shop.era + 1),
        "disk": lambda: replace(shop, disk_mib=3072 - shop.disk_mib),
        "webs": lambda: replace(shop, webs=dice.randint(1, 4)),
        "dbs": lambda: replace(shop, dbs=dice.randint(1, 2)),
        "name": lambda: replace(shop, renamed=not shop.renamed),
        "strategy": lambda: replace(shop, swaps=not shop.swaps, era=shop.era + 1),
        "disks": lambda: replace(shop, named_disks=() if shop.named_disks else NAMED_DISKS),
    }
    for _ in range(dice.randint(1, 2)):
        shop = knobs[dice.choice(tuple(knobs))]()
    return shop


def _command(dice: Random, at_s: float) -> Command:
    if dice.random() < 0.1:
        return Command(at_s=at_s, label="delete", request=DeleteDeploymentRequest())
    state = dice.choice(("stopped", "detached", "started", "restart", "recreate"))
    slug = dice.choice(("db", "db/0", "web", "web/0", "*"))
    request = StatesRequest(state=state, selector=slug)
    return Command(at_s=at_s, label=f"{state} {slug}", request=request)


def _operation(doing: Doing) -> Operation:
    match doing:
        case Change():
            request = DeployRequest(
                manifest=doing.shop.manifest(),
                recreate=doing.recreate,
                only=(doing.only,) if doing.only else (),
                deadline_s=doing.deadline_s,
                on_failure=doing.on_failure.value,
            )
            return Ask(at_s=doing.at_s, label=_label(doing), request=request)
        case Command():
            return Ask(at_s=doing.at_s, label=doing.label, request=doing.request)
        case _:
            return doing


def _label(change: Change) -> str:
    shop, usual = change.shop, Shop()
    names = ("dbs", "webs", "port", "era", "disk_mib", "named_disks", "swaps", "renamed", "serial")
    told = [
        f"{name}={getattr(shop, name)}"
        for name in names
        if getattr(shop, name) != getattr(usual, name)
    ]
    extra = ["recreate"] if change.recreate else []
    extra += [f"only {change.only}"] if change.only else []
    extra += [f"deadline {change.deadline_s} s"] if change.deadline_s else []
    if change.on_failure is not OnFailure.STOP:
        extra.append(f"on failure {change.on_failure.value}")
    return " ".join(["deploy", *told, *extra])
