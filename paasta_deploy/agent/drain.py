"""BOSH's drain protocol: what a drain script is told, and what its answer means.

A drain script prints one integer: n >= 0 "I need n more seconds, then I am done", n < 0 "ask me
again in -n seconds" (with ``job_check_status``). Unlike BOSH, a non-zero exit status is an error
even with an integer printed: a script that failed has not drained.

Source: bosh.md 6.5. Pure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.apply_spec import ApplySpec

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


class DrainError(PaastaError):
    """A drain script failed or did not keep to the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainCall:
    """How a drain script is called: its arguments, and what is added to its environment."""

    arguments: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainAnswer:
    """What a drain script wants: wait, and then be called again or be done with it."""

    wait_s: int
    is_done: bool


def shutdown_call(current: ApplySpec, following: ApplySpec | None) -> DrainCall:
    """Return the first call of a drain before the jobs are stopped."""
    return DrainCall(
        arguments=("job_shutdown", "hash_unchanged"), env=_environment(current, following)
    )


def update_call(current: ApplySpec, following: ApplySpec) -> DrainCall:
    """Return the first call of a drain before another spec is applied."""
    job_change = "job_changed" if current.jobs else "job_new"
    if not current.configuration_hash:
        hash_change = "hash_new"
    elif current.configuration_hash == following.configuration_hash:
        hash_change = "hash_unchanged"
    else:
        hash_change = "hash_changed"
    packages = sorted(
        name
        for name, package in following.packages.items()
        if name not in current.packages
        or current.packages[name].source.digest != package.source.digest
    )
    return DrainCall(
        arguments=(job_change, hash_change, *packages), env=_environment(current, following)
    )


def status_call(current: ApplySpec) -> DrainCall:
    """Return the call that asks again."""
    return DrainCall(
        arguments=("job_check_status", "hash_unchanged"), env=_environment(current, None)
    )


def read_answer(job: str, stdout: str, exit_status: int) -> DrainAnswer:
    """Return what a drain script wants. Raises DrainError."""
    if exit_status != 0:
        raise DrainError(f"Running drain script of job {job}: it ended with {exit_status}")
    text = stdout.strip()
    if not _INTEGER.fullmatch(text):
        raise DrainError(f"Script did not return a signed integer: job {job} printed {text!r}")
    number = int(text)
    return DrainAnswer(wait_s=abs(number), is_done=number >= 0)


def _environment(current: ApplySpec, following: ApplySpec | None) -> Mapping[str, str]:
    env = {"BOSH_JOB_STATE": _state(current)}
    if following is not None:
        env["BOSH_JOB_NEXT_STATE"] = _state(following)
    return env


def _state(spec: ApplySpec) -> str:
    return json.dumps({"persistent_disk": spec.persistent_disk}, separators=(",", ":"))
