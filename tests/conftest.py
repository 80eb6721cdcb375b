"""Guards for every test: no host beyond this machine is reached, and no test sleeps.

The first guard is an audit hook, so it sees what libraries do as well. A machine's own addresses,
as the local provider makes them, count as this machine; they stand in `MACHINE_NETWORKS`.
Processes that a test starts are not guarded; they get addresses of this machine only.

Also Hypothesis' profile: time limits are off, since a busy machine is no finding, and in CI the
examples are the same in each run, so that a failure there is a failure everywhere.
"""

import ipaddress
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
# Addresses which the local provider gives to machines in their own network namespaces, and the
# director's address beside them. All else is unreachable on purpose, see docs/operating.md.
MACHINE_NETWORKS = tuple(map(ipaddress.ip_network, ("10.244.0.0/16", "10.245.0.0/16")))
# Audit events, and which of their arguments is the address or name.
_ADDRESS_OF = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
_CONNECTING = frozenset({"socket.connect", "socket.sendto"})


class _Guard:
    """The switch of the audit hook, which Python cannot take out again."""

    def __init__(self) -> None:
        self.is_on = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on:
            return
        position = _ADDRESS_OF.get(event)
        if position is None:
            return
        address = arguments[position]
        if event in _CONNECTING and not isinstance(address, tuple):
            return  # a socket file
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, str) and not _is_near(host):
            message = f"a test tried to reach {host}, which is not this machine"
            raise AssertionError(message)


def _is_near(host: str) -> bool:
    """Whether the name or address is of this machine, or of a machine made on it."""
    if host in {"", "localhost"}:
        return True
    try:
        parsed = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (
        parsed.is_loopback
        or parsed.is_unspecified
        or any(parsed in network for network in MACHINE_NETWORKS)
    )


_guard = _Guard()
sys.addaudithook(_guard)


def _refuse_to_sleep(seconds: float) -> None:
    """Stand in for `time.sleep`: our own code may not call it, the standard library may."""
    caller = Path(sys._getframe(1).f_code.co_filename)  # noqa: SLF001 - who sleeps is the question
    if caller.is_relative_to(ROOT) and "site-packages" not in caller.parts:
        message = f"{caller} slept {seconds} s; wait for an event, or take a Clock"
        raise AssertionError(message)
    _really_sleep(seconds)


_really_sleep = time.sleep  # noqa: TID251 - the guard lets libraries through


@pytest.fixture(autouse=True)
def _stay_here_and_awake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(time, "sleep", _refuse_to_sleep)
    before, _guard.is_on = _guard.is_on, True
    yield
    _guard.is_on = before
