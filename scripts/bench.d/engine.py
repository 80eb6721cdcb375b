"""A fresh deploy of simulated instances, and the same again with nothing to change, by size.

    engine.py [--sizes 100,1000] [--store memory,sqlite] [--group-size 10]

The real planner, executor and journal over a cloud in memory with no latency: what is left is the
cost of the engine itself. Groups of instances are rolled out one after another. `sqlite` has every
intent and result on disk before the next act, with group commit. CPU seconds are of the process,
all of its threads included; RSS is its peak.
"""

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider

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
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.planner import plan_deploy
from paasta_deploy.planning.wants import Wants
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
releases: [{name: bench, version: latest}]
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update:
  {canaries: 1, max_in_flight: 10, canary_watch_time: 100-30000, update_watch_time: 100-30000}
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


class Engine:
    """A director's engine over a simulated cloud, driven as the director drives it."""

    def __init__(self, *, size: int, group_size: int, folder: Path | None) -> None:
        groups = [
            GROUP.format(number=number, size=min(group_size, size - number * group_size))
            for number in range(-(-size // group_size))
        ]
        clock, ids = FakeClock(), FakeIds()
        self._store = (
            MemoryStore(clock=clock)
            if folder is None
            else open_store(folder / "s.db", clock=clock)
        )
        self._planning = PlanningWorld(HEAD + "".join(groups), CLOUD, [made_release(RELEASE)])
        self._ids = ids
        blobs = MemoryBlobs(ids)
        agents = SimulatedAgents(clock=clock, upload=blobs.upload)
        context = ProviderContext(
            name="sim", properties={"persist": False}, state_folder=Path("x"), director_uuid="d"
        )
        self._provider = SimulatedProvider(context, listener=agents)
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


async def deploy_twice(size: int, group_size: int, kind: str) -> None:
    """Measure one size with one store and print two rows."""
    with tempfile.TemporaryDirectory() as folder:
        place = None if kind == "memory" else Path(folder)
        engine = Engine(size=size, group_size=group_size, folder=place)
        await engine.prepare()
        for number, name in ((1, "fresh"), (2, "no change")):
            cpu, wall = time.process_time(), time.perf_counter()
            plan = await engine.deploy(TaskId(number))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{size:9}  {kind:7}  {name:9}  {cpu:7.2f}  {wall:7.2f}  "
                f"{1e3 * cpu / size:15.2f}  {len(plan.steps):7}  {peak:8.0f}",
                flush=True,
            )
        engine.close()


def measure(size: int, group_size: int, kind: str) -> None:
    """Run one measurement in a process of its own."""
    asyncio.run(deploy_twice(size, group_size, kind))


def main() -> None:
    """Measure every size with every store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--store", default="memory,sqlite")
    parser.add_argument("--group-size", type=int, default=10)
    options = parser.parse_args()
    print("instances  store    deploy      CPU s   wall s  ms per instance    steps  peak MiB")
    for size in (int(text) for text in options.sizes.split(",")):
        for kind in options.store.split(","):
            process = multiprocessing.Process(
                target=measure, args=(size, options.group_size, kind)
            )
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
