"""Carries out one step between its two journal entries: intent before, result after.

A step that finds out on the way that more has to be done (a disk that its CPI refuses to grow)
does that by further steps of its own, each journalled like a planned one: after a kill in between,
planning again finds the records of whatever was done.
"""

from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.handlers.dispatch import WITHOUT_INTENT, act, completed
from paasta_deploy.planning.effects import at_intent, at_result
from paasta_deploy.ports.store import Phase


async def carry_out(context: StepContext) -> None:
    """Do the step of ``context``. Raises PaastaError; then only the intent is in the journal."""
    run, step = context.run, context.step
    records, task_id = run.records, run.task_id
    action = completed(step.action, records)
    if not isinstance(action, WITHOUT_INTENT):
        intended = at_intent(action, records, now=run.clock.now(), task_id=task_id)
        await run.write(step, Phase.INTENT, intended, {"action": type(action).__name__})
    began_s = run.clock.monotonic_s()
    made = await act(action, context)
    took_ms = round((run.clock.monotonic_s() - began_s) * 1000)
    done = at_result(action, records, now=run.clock.now(), task_id=task_id, made=made)
    await run.write(step, Phase.RESULT, done, {"took_ms": took_ms})
