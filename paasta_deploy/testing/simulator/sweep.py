"""The crash sweep: the director is killed at every point of a task, and the next one finishes it.

A *round trip* is a few acts that lead back to where they began (stop and start, delete and
deploy). It is gone through once undisturbed, which tells the points of each act and what comes of
it, and then again and again, each time with each act killed at its next point. So what one resumed
director leaves behind is what the next one starts from, and points do not need a world each.

A point is each write of the journal, before and after it, and each call to a cloud or an agent,
before it was made and after it was carried out. What comes of a resumed act must be what comes of
the undisturbed one; laws are watched all the time.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from paasta_deploy.director.requests import TaskRequest
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonValue
from paasta_deploy.testing.simulator.director import belong_outside
from paasta_deploy.testing.simulator.faults import Faults
from paasta_deploy.testing.simulator.operator import UNFINISHED
from paasta_deploy.testing.simulator.outcome import is_whole, outcome, unlike
from paasta_deploy.testing.simulator.shop import SHOP, STOCK
from paasta_deploy.testing.simulator.tempo import NO_TIME
from paasta_deploy.testing.simulator.virtual_time import VirtualClock, run_virtually
from paasta_deploy.testing.simulator.world import MakeCloud, World

STUCK_S = 7200.0
"""Virtual time after which an act counts as stuck; none takes more than some minutes."""

LOOK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that is done with the shop.

    ``happens`` changes the world beforehand, without the director: a machine dies. ``request`` is
    asked for then, by the number of the round, since the same again would be no change; without
    one the act ends when everything runs that should, as the health monitor sees to it. ``ends``
    is how its task ends: a deploy that is rolled back has failed.
    """

    name: str
    request: Callable[[int], TaskRequest] | None = None
    happens: Callable[[World], Awaitable[None]] | None = None
    ends: TaskState = TaskState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """Acts that lead back to where they began; ``before`` are done first, undisturbed.

    ``is_once``: it cannot be gone through twice in one world (packages are compiled once), so each
    point gets a world of its own. ``cloud`` are properties of the simulated CPI.
    """

    name: str
    acts: Sequence[Act]
    before: Sequence[Act] = ()
    is_once: bool = False
    max_in_flight: int = 2
    cloud: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Act number ``act`` dies at point ``first``; the director that resumes it at ``second``."""

    act: int
    first: int
    second: int | None = None


@dataclass(slots=True)
class SweepResult:
    """The points of each act of a round trip, the kills that were tried, and what was wrong.

    ``pairs``: how often the next director was to be killed, too.
    """

    points: dict[str, Sequence[str]] = field(default_factory=dict)
    kills: int = 0
    pairs: int = 0
    broken: list[str] = field(default_factory=list)


Outcome = Mapping[str, object]


def sweep(trip: RoundTrip, make_cloud: MakeCloud) -> SweepResult:
    """Kill at every point of every act, once."""
    run = _Sweep(trip, make_cloud)
    run.measure()
    sizes = [len(points) for points in run.result.points.values()]
    run.go(
        [Kill(act=act, first=number) for act, size in enumerate(sizes) if number < size]
        for number in range(max(sizes))
    )
    return run.result


def sweep_twice(trip: RoundTrip, make_cloud: MakeCloud, *, pairs: int, seed: int) -> SweepResult:
    """Kill at a point, then at a point of the resumption: ``pairs`` random ones for each act."""
    dice = Random(seed)  # noqa: S311 - reproducible on purpose, guards nothing
    run = _Sweep(trip, make_cloud)
    run.measure()
    sizes = [len(points) for points in run.result.points.values()]
    run.go(
        [
            Kill(act=act, first=dice.randrange(size), second=dice.randrange(size))
            for act, size in enumerate(sizes)
        ]
        for _ in range(pairs)
    )
    run.result.pairs = pairs
    return run.result


def kill_once(trip: RoundTrip, make_cloud: MakeCloud, kill: Kill) -> SweepResult:
    """Go through a round trip in a new world with one kill: to look at what a sweep found."""
    run = _Sweep(trip, make_cloud)
    run.measure()
    run.go([[kill]])
    return run.result


class _Sweep:
    """The worlds in which one round trip is gone through."""

    def __init__(self, trip: RoundTrip, make_cloud: MakeCloud) -> None:
        self.result = SweepResult()
        self._trip = trip
        self._make_cloud = make_cloud
        self._outcomes: list[Outcome] = []

    def measure(self) -> None:
        """Go through the acts undisturbed: note the points, and what came of each."""
        run_virtually(self._measure)

    def go(self, rounds: Iterable[Sequence[Kill]]) -> None:
        """Go through the acts once for each round, killing."""
        if not self._trip.is_once:
            run_virtually(partial(self._go, rounds))
            return
        for kills in rounds:
            run_virtually(partial(self._go, [kills]))

    async def _measure(self, clock: VirtualClock) -> None:
        traveller = await self._traveller(clock)
        for act in self._trip.acts:
            found, points = await traveller.measure(act)
            self._outcomes.append(found)
            self.result.points[act.name] = points

    async def _go(self, rounds: Iterable[Sequence[Kill]], clock: VirtualClock) -> None:
        traveller = await self._traveller(clock)
        for number, kills in enumerate(rounds):
            by_act = {kill.act: kill for kill in kills}
            for place, act in enumerate(self._trip.acts):
                await traveller.do(act, by_act.get(place), self._outcomes[place], number)

    async def _traveller(self, clock: VirtualClock) -> "_Traveller":
        traveller = _Traveller(self._trip, self._make_cloud, clock, self.result)
        await traveller.begin()
        return traveller


class _Traveller:
    """One world in which a round trip is gone through."""

    def __init__(
        self, trip: RoundTrip, make_cloud: MakeCloud, clock: VirtualClock, result: SweepResult
    ) -> None:
        self._trip = trip
        self._result = result
        faults = Faults(tempo=NO_TIME, cloud=trip.cloud)
        self._world = World(clock=clock, make_cloud=make_cloud, faults=faults, seed=0)

    async def begin(self) -> None:
        """Prepare the world and do what comes before."""
        belong_outside()
        await self._world.prepare(STOCK)
        for act in self._trip.before:
            await self._carry_out(act, 0)
            self._check(f"{act.name}, before")
            self._insist(act)

    async def measure(self, act: Act) -> tuple[Outcome, Sequence[str]]:
        """Do an act undisturbed; return what came of it, and its points."""
        reaper, orphans = self._world.reaper, self._orphans()
        reaper.arm()
        await self._carry_out(act, 0)
        reaper.rest()
        self._check(act.name)
        self._insist(act)
        return self._outcome(orphans), tuple(reaper.points)

    async def do(self, act: Act, kill: Kill | None, expected: Outcome, number: int) -> None:
        """Do an act, with or without a kill, and compare what came of it."""
        reaper, orphans = self._world.reaper, self._orphans()
        reaper.arm(kill.first if kill else None)
        before = await self._carry_out(act, number)
        reaper.rest()
        place = f"{act.name}, round {number}"
        if self._world.died.is_set() and kill is not None:
            self._result.kills += 1
            place += f", killed at point {kill.first} ({reaper.points[-1]})"
            place += await self._resume(act, number, before, kill.second)
        found = self._outcome(orphans)
        self._result.broken += [
            f"{place}: {name}: {found[name]} instead of {value}"
            for name, value in expected.items()
            if found[name] != value
        ]
        self._check(place)

    async def _resume(self, act: Act, number: int, before: TaskId, second: int | None) -> str:
        """Let the next director finish, and the one after it if that one dies, too."""
        reaper = self._world.reaper
        if second is not None:
            reaper.arm(second)
        await self._start(act, number, before)
        reaper.rest()
        if not self._world.died.is_set():
            return ""
        self._result.kills += 1
        await self._start(act, number, before)
        return f", then at point {second} ({reaper.points[-1]})"

    async def _start(self, act: Act, number: int, before: TaskId) -> None:
        """Start a director. What it did not take in before its death is asked for again."""
        await self._world.tell(self._world.start_director())
        if act.request is not None and self._newest() == before:
            await self._ask(act.request(number))
        await self._end(act, before)

    async def _carry_out(self, act: Act, number: int) -> TaskId:
        """Do an act to its end, or to the director's. Returns the newest task before it."""
        before = self._newest()
        if act.happens is not None:
            await act.happens(self._world)
        if act.request is not None:
            await self._ask(act.request(number))
        await self._end(act, before)
        return before

    async def _ask(self, request: TaskRequest) -> None:
        await self._world.tell(self._world.director.ask(request, SHOP))

    async def _end(self, act: Act, before: TaskId) -> None:
        """Wait until an act has come to its end, or the director to his."""
        world = self._world
        ends_s = world.clock.monotonic_s() + STUCK_S
        while not world.died.is_set() and not self._has_ended(act, before):
            if world.clock.monotonic_s() > ends_s:
                self._result.broken.append(f"{act.name} did not come to an end")
                return
            await world.clock.wait(LOOK_S)

    def _has_ended(self, act: Act, before: TaskId) -> bool:
        if self._world.store.tasks(states=UNFINISHED, limit=1):
            return False
        if act.request is None:
            return is_whole(self._world, SHOP)
        return self._newest() > before

    def _newest(self) -> TaskId:
        found = self._world.store.tasks(limit=1)
        return found[0].task_id if found else TaskId(0)

    def _orphans(self) -> int:
        return len(self._world.store.disks(orphaned=True))

    def _outcome(self, orphans_before: int) -> Outcome:
        return {
            **outcome(self._world, SHOP),
            "new orphaned disks": self._orphans() - orphans_before,
        }

    def _insist(self, act: Act) -> None:
        """What is not well without a kill is no measure for what is well after one."""
        found = self._world.store.tasks(limit=1)
        if act.request is not None and found[0].state is not act.ends:
            self._result.broken.append(f"{act.name}, undisturbed: {found[0].result}")

    def _check(self, place: str) -> None:
        """Note every law that was broken since the last time."""
        world = self._world
        found = [*world.breaches(SHOP), *unlike(world, SHOP)]
        found += [
            f"{at_once} instances of {group} were updated at once"
            for group, at_once in world.recording.peak_updates.items()
            if at_once > self._trip.max_in_flight
        ]
        world.watch.breaches.clear()
        world.recording.peak_updates.clear()
        self._result.broken += [f"{place}: {text}" for text in found]
