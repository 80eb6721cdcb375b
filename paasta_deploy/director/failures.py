"""What an operator is told of steps that failed, in one sentence for the whole task."""

from collections.abc import Sequence

from paasta_deploy.execution.outcome import StepFailure
from paasta_deploy.model.errors import PaastaError


def told(failures: Sequence[StepFailure]) -> PaastaError:
    """Return the first failure as an operator needs it: with the name of what failed."""
    first = failures[0]
    label = first.change.label.removesuffix(" (canary)")
    text = str(first.error)
    if label not in text:
        text = f"{label}: {text}"
    others = {failure.change.label: None for failure in failures[1:]}
    others.pop(first.change.label, None)
    if others:
        text = f"{text} ({len(others)} more failed beside it: {', '.join(others)})"
    return PaastaError(text, code=first.error.code, hint=first.error.hint)


def name_of(failure: StepFailure) -> str:
    """Return the instance that a failure is about, as people say it."""
    return failure.change.label.removesuffix(" (canary)")
