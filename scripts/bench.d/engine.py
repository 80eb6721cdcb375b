"""A fresh deploy of simulated instances, and the same again with nothing to change, by size.

    engine.py [--sizes 1000,10000] [--groups 100] [--store memory,sqlite]
              [--terraform-sizes 1000] [--work-sizes 1000] [--work-s 0.05] [--in-flight 100]

The real planner, executor and journal over a cloud in memory with no latency: what is left is the
cost of the engine itself. The groups are rolled out one after another. `sqlite` has every intent
and result on disk before the next act, with group commit. CPU seconds are of the process, all of
its threads included; RSS is its peak.

Where `terraform` is on the PATH, the same shape beside it: as many groups of `terraform_data`,
each depending on the group before, applied and applied again. Terraform keeps its state in one
file, which it writes now and then, and does nothing for each resource.

Last, deploys whose every call to the cloud and every request to an agent takes ``--work-s`` real
seconds, in one group with ``--in-flight`` at once. Ideal is the time in which as many workers that
never rest do that work; what the wall clock shows above it is waiting, less our CPU time.
"""

import argparse
import asyncio
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from _terraform import Row, compare, measure_terraform
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.store import open_store
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.cpi.requests import CreateStemcell
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.context import DirectorIdentity
from paasta_deploy.execution.executor import Executor
from paasta_deploy.model.ids import DEFAULT_CPI, DeploymentName, DirectorUuid, TaskId
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    Put,
    RecordChange,
    RecordedDeployment,
    StemcellRecord,
)
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.group_steps import Limits
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.planner import plan_deploy
from paasta_deploy.planning.wants import Wants
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.fold import Fold
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.testing.planning_world import PlanningWorld
from paasta_deploy.testing.simulated_agents import SimulatedAgents, SimulatedSettings

BENCH = DeploymentName("bench")
HEAD = """\
name: bench
releases: [{{name: bench, version: latest}}]
stemcells: [{{alias: default, os: ubuntu-jammy, version: latest}}]
update:
  canaries: {canaries}
  max_in_flight: {in_flight}
  canary_watch_time: 100-30000
  update_watch_time: 100-30000
instance_groups:
"""
GROUP = """\
- name: group{number}
  instances: {size}
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]
  jobs: [{{name: web, release: bench, properties: {{port: {number}}}}}]
"""
CLOUD = """\
azs: [{name: z1}]
vm_types: [{name: default, cloud_properties: {}}]
networks:
- name: default
  type: manual
  subnets: [{range: 10.0.0.0/14, gateway: 10.0.0.1, azs: [z1], dns: []}]
compilation: {workers: 2, az: z1, vm_type: default, network: default}
"""
RELEASE: JsonObject = {
    "name": "bench",
    "version": "1",
    "jobs": {"web": {"properties": {"port": 80}, "packages": ["web"]}},
    "packages": {"web": []},
}


@dataclass(slots=True, kw_only=True)
class Work:
    """Real time that calls and requests take, ``in_flight`` of them at once."""

    each_s: float
    in_flight: int
    calls: list[None] = field(default_factory=list)  # as long as there were calls and requests

    @property
    def ideal_s(self) -> float:
        """How long workers that never rest need for what was done."""
        return len(self.calls) * self.each_s / self.in_flight

    def call(self, seconds: float) -> None:
        """Take the time of one call to the cloud."""
        self.calls.append(None)
        time.sleep(seconds)

    async def answer(self, *_request: object) -> None:
        """Take the time of one request to an agent."""
        self.calls.append(None)
        await asyncio.sleep(self.each_s)


def sizes_of_groups(size: int, groups: int) -> Sequence[int]:
    """Spread the instances over the groups, the larger groups first."""
    share, rest = divmod(size, groups)
    return [share + (number < rest) for number in range(groups) if share or number < rest]


class Engine:
    """A director's engine over a simulated cloud, driven as the director drives it."""

    def __init__(
        self, *, groups: Sequence[int], folder: Path | None, work: Work | None = None
    ) -> None:
        in_flight = 10 if work is None else work.in_flight
        head = HEAD.format(canaries=int(work is None), in_flight=in_flight)
        texts = [GROUP.format(number=number, size=size) for number, size in enumerate(groups)]
        clock: Clock = FakeClock() if work is None else SystemClock()
        ids = FakeIds()
        self._store = (
            MemoryStore(clock=clock)
            if folder is None
            else open_store(folder / "s.db", clock=clock)
        )
        self._planning = PlanningWorld(head + "".join(texts), CLOUD, [made_release(RELEASE)])
        self._ids = ids
        blobs = MemoryBlobs(ids)
        agents = SimulatedAgents(clock=clock, upload=blobs.upload)
        properties: dict[str, JsonValue] = {"persist": False}
        if work is not None:
            agents.before_answer = work.answer
            properties["latency_s"] = {"default": [work.each_s, work.each_s]}
            properties["calls_in_flight_max"] = in_flight
        context = ProviderContext(
            name="sim", properties=properties, state_folder=Path("x"), director_uuid="d"
        )
        sleep = time.sleep if work is None else work.call
        self._limits = Limits() if work is None else Limits(threads_max=in_flight)
        self._provider = SimulatedProvider(context, sleep=sleep, listener=agents)
        self._executor = Executor(
            journal=self._store.journal,
            store=self._store,
            clock=clock,
            agents=agents,
            credentials=SimulatedSettings(),
            blobs=blobs,
            task_log=MemoryTaskLog(),
            clouds=Clouds({DEFAULT_CPI: self._provider}, clock=clock, ids=ids),
            director=DirectorIdentity(name="bench", uuid=DirectorUuid("d")),
        )

    async def prepare(self) -> None:
        """Upload the stemcell."""
        (stemcell,) = self._planning.stemcells
        request = CreateStemcell(
            name=stemcell.name, version=stemcell.version, image=Path("i"), cloud_properties={}
        )
        record = StemcellRecord(
            name=stemcell.name,
            version=stemcell.version,
            os=stemcell.os,
            cid=self._provider.create_stemcell(request),
        )
        await self._write(Put(record=record), Put(record=DeploymentRecord(name=BENCH)))

    async def deploy(self, task_id: TaskId) -> Plan:
        """Read the records, plan, place, and carry the plan out."""
        planning = self._planning
        planning.fold = Fold(self._recorded())
        (stemcell,) = planning.stemcells
        for record in self._store.compiled_packages(
            stemcell_os=stemcell.os, stemcell_version=stemcell.version
        ):
            key = (record.fingerprint, record.dependency_key, stemcell.os, stemcell.version)
            planning.fold.compiled[key] = record
        thought = planning.think()
        recorded = planning.fold.recorded
        if thought.placement.changes:
            await self._write(*thought.placement.changes)
            recorded = self._recorded()
        plan = plan_deploy(
            desired=thought.desired,
            placement=thought.placement,
            specs=thought.specs,
            packages=thought.packages,
            recorded=recorded,
            wants=Wants(task_id=task_id),
            ids=self._ids,
            limits=self._limits,
        )
        outcome = await self._executor.run(plan, task_id)
        if outcome.error is not None:
            raise outcome.error
        return plan

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def _recorded(self) -> RecordedDeployment:
        recorded = self._store.recorded_deployment(BENCH)
        return recorded or RecordedDeployment(deployment=DeploymentRecord(name=BENCH))

    async def _write(self, *changes: RecordChange) -> None:
        entry = JournalEntry(task_id=None, phase=Phase.NOTE, step="bench", changes=changes)
        await self._store.journal.write(entry)


async def deploy_twice(groups: Sequence[int], store: str) -> list[Row]:
    """Measure a fresh deploy with one store, and one that changes nothing."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(groups=groups, folder=None if store == "memory" else Path(folder))
        await engine.prepare()
        for number, name in ((1, "fresh"), (2, "no change")):
            cpu, wall = time.process_time(), time.perf_counter()
            plan = await engine.deploy(TaskId(number))
            rows.append(
                Row(
                    size=sum(groups),
                    by=store,
                    deploy=name,
                    cpu_s=time.process_time() - cpu,
                    wall_s=time.perf_counter() - wall,
                    peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                    steps=len(plan.steps),
                )
            )
        engine.close()
    return rows


def measure(groups: Sequence[int], store: str) -> list[Row]:
    """Run one measurement; called in a process of its own."""
    return asyncio.run(deploy_twice(groups, store))


async def work_through(size: int, work: Work) -> None:
    """Deploy one group whose every call and request takes its time, and print how well it went."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(groups=[size], folder=Path(folder), work=work)
        await engine.prepare()
        work.calls.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        await engine.deploy(TaskId(1))
        cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
        engine.close()
    over = (wall_s - cpu_s) / work.ideal_s
    print(
        f"{size:9}  {len(work.calls):14}  {work.ideal_s:7.2f}  {wall_s:7.2f}  {cpu_s:7.2f}  "
        f"{over:20.2f}",
        flush=True,
    )


def numbers(text: str) -> list[int]:
    """Read numbers between commas; none from an empty text."""
    return [int(part) for part in text.split(",") if part]


def main() -> None:
    """Measure every size with every store, and with Terraform."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=numbers, default=[1000, 10_000])
    parser.add_argument("--groups", type=int, default=100)
    parser.add_argument("--store", default="memory,sqlite")
    # 5,000 take Terraform many minutes, so only who asks waits for them.
    parser.add_argument("--terraform-sizes", type=numbers, default=[1000])
    parser.add_argument("--work-sizes", type=numbers, default=[1000])
    parser.add_argument("--work-s", type=float, default=0.05)
    parser.add_argument("--in-flight", type=int, default=100)
    options = parser.parse_args()
    terraform = shutil.which("terraform")
    if terraform is None:
        print("terraform is not on the PATH: nothing is measured beside ours")
    print("instances  by         deploy      CPU s   wall s  ms per instance    steps  peak MiB")
    for size in options.sizes:
        groups = sizes_of_groups(size, options.groups)
        rows: list[Row] = []
        for store in options.store.split(","):
            with ProcessPoolExecutor(max_workers=1) as process:
                rows = process.submit(measure, groups, store).result()
            for row in rows:
                row.show()
        if terraform is not None and size in options.terraform_sizes:
            theirs = measure_terraform(terraform, groups)
            for row in theirs:
                row.show()
            compare(rows, theirs)
    if options.work_sizes:
        print(f"each call and request takes {options.work_s} s, {options.in_flight} in flight")
        print("instances  calls/requests  ideal s   wall s    CPU s  (wall - CPU) : ideal")
    for size in options.work_sizes:
        work = Work(each_s=options.work_s, in_flight=options.in_flight)
        asyncio.run(work_through(size, work))


if __name__ == "__main__":
    main()
