"""Properties: one bad process is enough to fail; order does not matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.job_states import job_state
from paasta_deploy.model.lifecycle import JobState

WORDS = st.lists(st.sampled_from(["running", "starting", "failing", "stopped", "stopping"]))


@pytest.mark.parametrize(
    ("words", "is_wanted", "state"),
    [
        ([], True, JobState.RUNNING),
        (["running", "running"], True, JobState.RUNNING),
        (["running", "starting"], True, JobState.STARTING),
        (["running", "failing"], True, JobState.FAILING),
        (["starting", "failing"], True, JobState.FAILING),
        (["running", "stopped"], True, JobState.FAILING),
        (["running"], False, JobState.STOPPED),
        ([], False, JobState.STOPPED),
    ],
)
def test_the_job_state_is_that_of_the_worst_process(
    words: list[str], is_wanted: bool, state: JobState
) -> None:
    assert job_state(words, is_wanted=is_wanted, has_jobs=True) is state


def test_a_machine_without_jobs_is_running() -> None:
    assert job_state([], is_wanted=False, has_jobs=False) is JobState.RUNNING


@given(words=WORDS, random=st.randoms(use_true_random=False))
def test_order_does_not_matter(words: list[str], random: st.DataObject) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # st.randoms() draws a random.Random
    assert job_state(words, is_wanted=True, has_jobs=True) is job_state(
        shuffled, is_wanted=True, has_jobs=True
    )
