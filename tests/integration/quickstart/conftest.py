"""Three servers and a page, for each test a fresh lot; the release is packed once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from paasta_deploy.adapters.archives.release_archive import UnpackedRelease
from tests.integration.quickstart.machines import (
    SUBNET,
    Machine,
    compile_packages,
    pack_release,
    render,
)

DEADLINE_S = 120.0
"""Three elections of 4 to 9 s, ten times over: it only ends what will never succeed."""


@dataclass(frozen=True)
class Built:
    """The packed release and its compiled packages."""

    release: UnpackedRelease
    packages: dict[str, Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Pack and compile the release once."""
    folder = tmp_path_factory.mktemp("quickstart")
    release = pack_release(folder)
    return Built(release=release, packages=compile_packages(release, folder))


class Cluster:
    """The machines of one deployment, and what a visitor sees of them."""

    def __init__(self, folder: Path, built: Built, client: httpx.AsyncClient) -> None:
        self.folder = folder
        self.built = built
        self.client = client
        self.machines: dict[str, Machine] = {}
        self.visits = 0

    def add(self, group: str, index: int) -> Machine:
        """Make a machine; it is installed by :meth:`configure`."""
        last = 11 + index if group == "nats" else 21 + index
        name = f"{group}-{index}"
        self.machines[name] = Machine(self.folder / name, group, index, f"{SUBNET}.{last}")
        return self.machines[name]

    def configure(self) -> dict[str, str]:
        """Render and install everything; return the configuration hash of each instance."""
        rendered = render(list(self.machines.values()), self.built.release)
        for machine in self.machines.values():
            machine.install(rendered[machine.instance_id], self.built.packages)
        return {key: instance.configuration_hash for key, instance in rendered.items()}

    def bring_up(self, *names: str) -> None:
        """Run pre-start, start, and post-start on each machine, as a deploy does."""
        for name in names:
            outcome = self.machines[name].run("pre-start")
            assert outcome.returncode == 0, outcome.stderr
            self.machines[name].start()
        for name in names:
            outcome = self.machines[name].run("post-start")
            assert outcome.returncode == 0, outcome.stderr + self.machines[name].log()

    @property
    def page(self) -> str:
        """The page's URL."""
        return f"http://{self.machines['web-0'].address}:8080"

    async def visit(self) -> None:
        """Visit the page once; only an answered visit counts."""
        answer = await self.client.get(f"{self.page}/")
        assert answer.status_code == 200
        self.visits += 1

    async def status(self) -> dict[str, object]:
        """Return what /count says."""
        answer = await self.client.get(f"{self.page}/count")
        status: dict[str, object] = answer.json()
        return status

    def server_of(self, place: object) -> Machine:
        """Return the machine that the page calls ``place`` (group/id)."""
        return next(
            m for m in self.machines.values() if f"{m.group}/{m.instance_id}" == str(place)
        )


async def until(check: Callable[[], Awaitable[bool]], *, what: str) -> float:
    """Repeat ``check`` until it is true; return how long that took. Connections may fail."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    while loop.time() - begin < DEADLINE_S:
        try:
            if await check():
                return loop.time() - begin
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.005)
    pytest.fail(f"not within {DEADLINE_S:g} s: {what}")


@pytest.fixture
async def cluster(tmp_path: Path, built: Built) -> AsyncIterator[Cluster]:
    """Yield three servers and a page, all up."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(DEADLINE_S), limits=limits, trust_env=False
    ) as client:
        cluster = Cluster(tmp_path, built, client)
        for index in range(3):
            cluster.add("nats", index)
        cluster.add("web", 0)
        cluster.configure()
        with _ended(cluster):
            cluster.bring_up("nats-0", "nats-1", "nats-2")
            cluster.bring_up("web-0")
            yield cluster


class _ended:  # noqa: N801 (reads as a phrase where it is used)
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def __enter__(self) -> None:
        return

    def __exit__(self, *_: object) -> None:
        for machine in self._cluster.machines.values():
            machine.kill()
