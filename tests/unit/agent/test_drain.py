"""Properties: any integer that a script prints is taken at its word; nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.drain import (
    DrainError,
    read_answer,
    shutdown_call,
    status_call,
    update_call,
)
from paasta_deploy.wire.apply_spec import ApplySpec, BlobSource, JobTemplate, PackageSource


def spec(
    *, packages: dict[str, str] | None = None, hash_: str = "h", disk: int = 0, jobs: int = 1
) -> ApplySpec:
    return ApplySpec(
        jobs=tuple(JobTemplate(name=f"job{place}") for place in range(jobs)),
        configuration_hash=hash_,
        persistent_disk=disk,
        packages={
            name: PackageSource(name=name, version="1", source=BlobSource(digest=digest))
            for name, digest in (packages or {}).items()
        },
    )


@given(st.integers(-99_999, 99_999))
def test_the_sign_tells_whether_to_ask_again(number: int) -> None:
    answer = read_answer("web", f"  {number}\n", 0)
    assert answer.wait_s == abs(number)
    assert answer.is_done == (number >= 0)


@pytest.mark.parametrize("stdout", ["", "x", "1.5", "1 2", "0x10", "1\n2", "\u0661"])
def test_anything_but_an_integer_is_an_error(stdout: str) -> None:
    with pytest.raises(DrainError, match="Script did not return a signed integer: job web"):
        read_answer("web", stdout, 0)


def test_a_failed_script_is_an_error_whatever_it_printed() -> None:
    with pytest.raises(DrainError, match="job web: it ended with 1"):
        read_answer("web", "0", 1)


def test_a_shutdown_knows_the_disk_now_and_next() -> None:
    call = shutdown_call(spec(disk=100), spec(disk=0))
    assert call.arguments == ("job_shutdown", "hash_unchanged")
    assert call.env == {
        "BOSH_JOB_STATE": '{"persistent_disk":100}',
        "BOSH_JOB_NEXT_STATE": '{"persistent_disk":0}',
    }


def test_without_a_next_spec_there_is_no_next_state() -> None:
    assert "BOSH_JOB_NEXT_STATE" not in shutdown_call(spec(), None).env
    assert "BOSH_JOB_NEXT_STATE" not in status_call(spec()).env


def test_asking_again_says_so() -> None:
    assert status_call(spec()).arguments == ("job_check_status", "hash_unchanged")


@pytest.mark.parametrize(
    ("before", "after", "arguments"),
    [
        (spec(jobs=0, hash_=""), spec(), ("job_new", "hash_new")),
        (spec(), spec(), ("job_changed", "hash_unchanged")),
        (spec(), spec(hash_="i"), ("job_changed", "hash_changed")),
        (
            spec(packages={"a": "1", "b": "1"}),
            spec(packages={"c": "1", "b": "2", "a": "1"}),
            ("job_changed", "hash_unchanged", "b", "c"),
        ),
    ],
)
def test_an_update_tells_what_changes(
    before: ApplySpec, after: ApplySpec, arguments: tuple[str, ...]
) -> None:
    assert update_call(before, after).arguments == arguments
