"""Every module here works in a network namespace of its own: the host's network stays as it is.

A network namespace belongs to a thread, and threads that a test starts inherit it. Without root
there is none; then the tests without namespaces run on the host's 127/8 addresses.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from paasta_providers.local import kernel, rtnetlink
from paasta_providers.local.links import RouteSocket

from tests.integration.providers.local.machines import Host, open_host

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(
    not IS_ROOT, reason="needs root for namespaces: run `sudo scripts/test`"
)
ISOLATIONS = [pytest.param("namespaces", marks=[needs_root, pytest.mark.root]), "processes"]


@pytest.fixture(autouse=True, scope="module")
def own_network() -> Iterator[None]:
    """Give this thread, and those that it starts, a network with nothing but ``lo``."""
    if not IS_ROOT:
        yield
        return
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    kernel.unshare(kernel.CLONE_NEWNET)
    with RouteSocket() as host:
        loopback = host.link("lo")
        assert loopback is not None
        host.do([rtnetlink.link_up(loopback.index)])
    yield
    kernel.enter_namespace(before, kernel.CLONE_NEWNET)
    os.close(before)


@pytest.fixture(params=ISOLATIONS)
def isolation(request: pytest.FixtureRequest) -> str:
    """Both ways to make machines, or one."""
    return str(request.param)


@pytest.fixture
def host(tmp_path: Path, isolation: str) -> Iterator[Host]:
    """A provider with its own state folder; afterwards nothing of it may be left on the host."""
    opened = open_host(tmp_path / "state", isolation)
    yield opened
    assert opened.end() == ()
