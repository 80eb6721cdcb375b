"""Properties: every script that failed is named, and no other is called failed."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.scripts import summarize


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(-3, 3)))
def test_failed_and_successful_jobs_are_told_apart(results: dict[str, int]) -> None:
    text = summarize("pre-start", results)
    failed = [job for job, status in results.items() if status]
    passed = [job for job, status in results.items() if not status]
    if not failed:
        assert text == ""
        return
    assert text.startswith(f"{len(failed)} of {len(results)} pre-start scripts failed. ")
    assert f"Failed Jobs: {', '.join(failed)}." in text
    assert (f"Successful Jobs: {', '.join(passed)}." in text) == bool(passed)


def test_a_script_that_was_killed_says_by_what() -> None:
    assert "a: ended by signal 9, see sys/log/a/x.stderr.log" in summarize("x", {"a": -9})
