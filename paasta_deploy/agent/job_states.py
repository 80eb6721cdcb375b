"""From the processes of a machine to the one word that the director waits for. Pure."""

from collections.abc import Iterable

from paasta_deploy.model.lifecycle import JobState


def job_state(words: Iterable[str], *, is_wanted: bool, has_jobs: bool) -> JobState:
    """Return the job state as BOSH's agent does: stopped, starting, failing or running.

    ``words`` are those of the processes; ``is_wanted`` whether the jobs were started and not
    stopped since. A machine without jobs (a compilation VM) is running, and so is one whose
    jobs have no processes. Source: bosh.md 6.6.
    """
    if has_jobs and not is_wanted:
        return JobState.STOPPED
    words = tuple(words)
    if "failing" in words or "stopped" in words:
        return JobState.FAILING
    if any(word != "running" for word in words):
        return JobState.STARTING
    return JobState.RUNNING
