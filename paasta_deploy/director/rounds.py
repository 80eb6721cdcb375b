"""Tasks that go on when a machine dies in them: the rest first, then once more for the lost ones.

A dead machine says nothing about what the task is for. So its instance is left out, everything
else is done, and then the task plans again: what is dead is found missing, and is made anew or
taken away as the same wishes have it. Deploys have rounds of their own, because they prepare anew
in each.
"""

from collections.abc import Awaitable, Callable, Sequence

from paasta_deploy.director.failures import name_of, told
from paasta_deploy.director.plan_runs import PlanRuns
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.execution.run_events import LossLimits
from paasta_deploy.planning.plan import Plan
from paasta_deploy.ports.clock import Clock

RESURRECTION_ROUNDS = 2
"""How often one task heals what died in it. What dies three times in a row needs an operator."""

NO_LIMIT = LossLimits(count=1_000_000, canaries=True)
"""For tasks that take everything away: nobody misses what is gone already."""

MakePlan = Callable[[], Awaitable[Plan]]
"""Looks at the world as it is now and plans what is left to do."""


class Rounds:
    """Runs plans of one task after another until nothing was lost in the last one."""

    def __init__(self, *, runs: PlanRuns, clock: Clock) -> None:
        self._runs = runs
        self._clock = clock

    async def run(
        self, context: TaskContext, make_plan: MakePlan, *, losses: LossLimits, then: str
    ) -> Sequence[str]:
        """Return the names of the instances whose VM died meanwhile, and which are well now.

        ``then`` is what becomes of them, for the warning. Raises as :meth:`PlanRuns.run` does, and
        PaastaError when instances are lost in the last round, too.
        """
        names: dict[str, None] = {}
        for rounds_left in reversed(range(1 + RESURRECTION_ROUNDS)):
            lost = await self._runs.run(context, await make_plan(), losses=losses)
            if not lost:
                break
            if not rounds_left:
                raise told(lost)
            stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
            for failure in lost:
                names[name_of(failure)] = None
                stages.warn(f"{name_of(failure)}: its VM died; {then}.")
        return tuple(names)


def with_lost(result: str, names: Sequence[str], what: str) -> str:
    """Return a task's result that also tells of instances whose VM died, if there were any."""
    return f"{result} ({what}: {', '.join(names)})" if names else result
