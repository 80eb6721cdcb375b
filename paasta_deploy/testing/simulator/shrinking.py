"""Makes a schedule that breaks a promise as small as it can be and still breaks it.

What can be left out or made smaller has a name, a *cut*: ``fault:2``, ``doing:0``, ``hung``,
``webs=1``. A schedule is told by its seed and its cuts, so one line runs it again. Leaving out is
tried in halves, quarters and so on (delta debugging), then one by one, until nothing more can go.
Since randomness comes by independent keys, what is left happens as before.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace

from paasta_deploy.testing.simulator.faults import Faults
from paasta_deploy.testing.simulator.schedules import Change, Doing, Schedule, run_schedule
from paasta_deploy.testing.simulator.shop import Shop
from paasta_deploy.testing.simulator.world import MakeCloud

Cut = str

RUNS_MAX = 300
"""Half a minute; a schedule has some twenty cuts, and most go in halves."""

_KNOBS: dict[str, object] = {
    "webs": 1,
    "dbs": 1,
    "canaries": 0,
    "max_in_flight": 1,
    "serial": True,
    "renamed": False,
    "swaps": False,
    "named_disks": (),
    "port": 80,
    "era": 1,
    "disk_mib": 1024,
}
"""The simplest value of each property of the shop."""

_NAMES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]+|\b(vm|disk)-[0-9a-f]+|\d+(\.\d+)?")


class UnknownCutError(ValueError):
    """A schedule has nothing of that name which could be left out."""


def cuts_of(schedule: Schedule) -> tuple[Cut, ...]:
    """Return everything that could be left out of a schedule or be simpler in it."""
    faults, shops = schedule.faults, _shops(schedule)
    return (
        *(f"doing:{number}" for number in range(len(schedule.doings))),
        *(f"fault:{number}" for number in range(len(faults.timeline))),
        *(f"weather:{name}" for name, share in faults.cloud.items() if share),
        *(name for name in ("hung", "silence") if getattr(faults, name)),
        *(
            f"{name}={value}"
            for name, value in _KNOBS.items()
            if any(getattr(shop, name) != value for shop in shops)
        ),
        *(f"plain:{number}" for number, doing in enumerate(schedule.doings) if _is_fancy(doing)),
    )


def without(schedule: Schedule, cuts: Iterable[Cut]) -> Schedule:
    """Return the schedule without what was cut. Raises UnknownCutError."""
    chosen, known = frozenset(cuts), cuts_of(schedule)
    for cut in chosen:
        if cut not in known:
            raise UnknownCutError(
                f"seed {schedule.seed} has no `{cut}`; it has {', '.join(known)}"
            )
    knobs = {name: value for name, value in _KNOBS.items() if f"{name}={value}" in chosen}
    return replace(
        schedule,
        shop=_simpler(schedule.shop, knobs),
        faults=_fewer(schedule.faults, chosen),
        doings=tuple(
            _plainer(doing, knobs, is_plain=f"plain:{number}" in chosen)
            for number, doing in enumerate(schedule.doings)
            if f"doing:{number}" not in chosen
        ),
    )


def shrink(
    schedule: Schedule, breaks: Callable[[Schedule], bool], *, runs_max: int = RUNS_MAX
) -> tuple[Cut, ...]:
    """Return cuts after which a schedule still ``breaks``, none of which could be added to.

    ``runs_max`` bounds how many schedules are tried; what was reached until then is returned.
    """
    kept: list[Cut] = []
    left = list(cuts_of(schedule))
    runs, size = 0, len(left)
    while size and left:
        is_smaller = False
        for start in range(0, len(left), size):
            chunk = left[start : start + size]
            if runs >= runs_max:
                return _in_order(schedule, kept)
            runs += 1
            if chunk and breaks(without(schedule, [*kept, *chunk])):
                kept += chunk
                is_smaller = True
        left = [cut for cut in left if cut not in kept]
        size = min(size, len(left)) if is_smaller and size == 1 else size // 2
    return _in_order(schedule, kept)


def same_breach(broken: Sequence[str], make_cloud: MakeCloud) -> Callable[[Schedule], bool]:
    """Return what tells whether a schedule breaks one of the promises in ``broken``, too."""
    wanted = {_kind(text) for text in broken}

    def breaks(schedule: Schedule) -> bool:
        return any(_kind(text) in wanted for text in broken_by(schedule, make_cloud))

    return breaks


def broken_by(schedule: Schedule, make_cloud: MakeCloud) -> Sequence[str]:
    """Return what a schedule breaks; that it does not come to an end is a promise, too."""
    try:
        return run_schedule(schedule, make_cloud)[1]
    except AssertionError as error:
        return [f"{type(error).__name__}: {error}"]


def _kind(text: str) -> str:
    """Return a breach without the names and numbers that are others in each run."""
    return _NAMES.sub("", text)


def _in_order(schedule: Schedule, kept: Sequence[Cut]) -> tuple[Cut, ...]:
    return tuple(cut for cut in cuts_of(schedule) if cut in kept)


def _shops(schedule: Schedule) -> tuple[Shop, ...]:
    changed = (doing.shop for doing in schedule.doings if isinstance(doing, Change))
    return (schedule.shop, *changed)


def _simpler(shop: Shop, knobs: dict[str, object]) -> Shop:
    values = {item.name: getattr(shop, item.name) for item in fields(shop)}
    return Shop(**{**values, **knobs})


def _is_fancy(doing: Doing) -> bool:
    return isinstance(doing, Change) and bool(doing.recreate or doing.only or doing.deadline_s)


def _plainer(doing: Doing, knobs: dict[str, object], *, is_plain: bool) -> Doing:
    if not isinstance(doing, Change):
        return doing
    shop = _simpler(doing.shop, knobs)
    if is_plain:
        return Change(at_s=doing.at_s, shop=shop)
    return replace(doing, shop=shop)


def _fewer(faults: Faults, chosen: frozenset[Cut]) -> Faults:
    return replace(
        faults,
        cloud={
            name: rate for name, rate in faults.cloud.items() if f"weather:{name}" not in chosen
        },
        hung=0.0 if "hung" in chosen else faults.hung,
        silence=0.0 if "silence" in chosen else faults.silence,
        timeline=tuple(
            fault
            for number, fault in enumerate(faults.timeline)
            if f"fault:{number}" not in chosen
        ),
    )
