"""Durable journal entries per second, by how many tasks write at the same time.

Each entry is what a step writes: one line and one changed VM record, or a whole instance with its
spec. Durable means synced to the disk on which the temporary folder lies. Also: how long a store
with many instances takes to read after a start (nothing decoded yet) and afterwards; and how long
until a task with many entries has read all that it goes on from, when its director was killed.

    journal.py [--entries N] [--instances N] [--task-entries N]
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.model.ids import (
    AgentId,
    AzName,
    BlobId,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    JobName,
    NetworkName,
    PackageName,
    ReleaseName,
    ReleaseVersion,
    StemcellName,
    StemcellVersion,
    TaskId,
)
from paasta_deploy.model.lifecycle import TaskState, VmState
from paasta_deploy.model.recorded import (
    AddressReservation,
    DeploymentRecord,
    InstanceRecord,
    Put,
    RecordChange,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.spec import (
    BlobRef,
    InstanceSpec,
    IpAddress,
    JobInSpec,
    NetworkSpec,
    PackageInSpec,
    RenderedTemplates,
    StemcellKey,
    VmSpec,
    WatchTime,
)
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.store import JournalEntry, Phase

DEPLOYMENT = DeploymentName("bench")
GROUP = InstanceGroupName("web")
STEMCELL = StemcellKey(
    name=StemcellName("debian"), version=StemcellVersion("1.0"), os="debian-bookworm"
)
WATCH = WatchTime(min_ms=1000, max_ms=30_000)
BLOB = BlobRef(blob_id=BlobId("b" * 64), digest="sha256:" + "d" * 64, size=1_000_000)
PROPERTIES: JsonObject = {
    f"job{place}": {"port": 80 + place, "hosts": ["a", "b"], "tls": {"enabled": True}}
    for place in range(3)
}


def vm(number: int) -> VmRecord:
    """Return a made-up VM."""
    return VmRecord(
        agent_id=AgentId(f"agent-{number:08}"),
        deployment=DEPLOYMENT,
        instance_id=InstanceId(f"instance-{number:08}"),
        state=VmState.RUNNING,
        stemcell=STEMCELL,
        cloud_properties={"cpu": 1},
        env_digest="sha256:0",
        created_at=SystemClock().now(),
    )


def recipe(number: int, ip: IpAddress) -> InstanceSpec:
    """Return a made-up recipe with three jobs and five packages."""
    network = NetworkSpec(
        name=NetworkName("default"),
        kind="manual",
        ip=ip,
        netmask="255.0.0.0",
        gateway=ip_address("10.0.0.0"),
    )
    return InstanceSpec(
        deployment=DEPLOYMENT,
        group=GROUP,
        index=number,
        instance_id=InstanceId(f"instance-{number:08}"),
        az=AzName("z1"),
        bootstrap=number == 0,
        vm=VmSpec(stemcell=STEMCELL, cloud_properties={"cpu": 1}, env={}, networks=(network,)),
        disk=None,
        jobs=tuple(
            JobInSpec(
                name=JobName(f"job{place}"),
                release=ReleaseName("bench"),
                release_version=ReleaseVersion("1"),
                fingerprint="f" * 64,
            )
            for place in range(3)
        ),
        packages=tuple(
            PackageInSpec(
                name=PackageName(f"package{place}"), version="1", fingerprint="e" * 64, blob=BLOB
            )
            for place in range(5)
        ),
        templates=RenderedTemplates(
            configuration_hash="c" * 64,
            template_hashes={f"job{place}": "h" * 64 for place in range(3)},
            context_digest="x" * 64,
            blob=BLOB,
        ),
        canary_watch_time=WATCH,
        update_watch_time=WATCH,
        properties=PROPERTIES,
    )


def instance(number: int) -> InstanceRecord:
    """Return a made-up instance with an address of its own."""
    ip = ip_address("10.0.0.1") + number
    spec = recipe(number, ip)
    return InstanceRecord(
        instance_id=spec.instance_id,
        deployment=DEPLOYMENT,
        group=GROUP,
        index=number,
        az=spec.az,
        bootstrap=spec.bootstrap,
        addresses=(AddressReservation(network=NetworkName("default"), ip=ip, static=False),),
        spec=spec,
    )


def entry(*changes: RecordChange) -> JournalEntry:
    """Return what a step writes before it acts."""
    return JournalEntry(
        task_id=TaskId(1), phase=Phase.INTENT, step="vm/0/create_vm", changes=changes
    )


async def write_all(store: SqlStore, entries: list[JournalEntry], writers: int) -> float:
    """Let so many tasks write the entries; return seconds."""
    remaining = iter(entries)

    async def writer() -> None:
        for one in remaining:
            await store.journal.write(one)

    started = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(writers)))
    return time.perf_counter() - started


async def bench_writes(store: SqlStore, count: int) -> None:
    """Print a table of rates."""
    print(f"{'writers':>8} {'entry':>24} {'entries/s':>10} {'ms each':>8} {'CPU us each':>12}")
    kinds = {
        "line and VM": [entry(Put(record=vm(number))) for number in range(count)],
        "line and instance": [entry(Put(record=instance(number))) for number in range(count)],
    }
    for writers in (1, 10, 100, 1000):
        some = max(200, min(count, writers * 50))
        for kind, entries in kinds.items():
            cpu = time.process_time()
            wall = await write_all(store, entries[:some], writers)
            cpu = time.process_time() - cpu
            print(
                f"{writers:>8} {kind:>24} {some / wall:>10.0f} "
                f"{wall / some * min(writers, some) * 1e3:>8.2f} {cpu / some * 1e6:>12.0f}"
            )


def timed_read(store: SqlStore, what: str) -> None:
    """Print how long one deployment takes to read."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = store.recorded_deployment(DEPLOYMENT)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = len(found.instances) if found else 0
    print(f"read {count} instances {what}: {wall * 1e3:.0f} ms, {cpu * 1e3:.0f} ms of CPU")


async def bench_resume(path: Path, count: int) -> None:
    """Write a task of ``count`` entries about the instances of the store; then open and read it.

    What is read is what a director reads before it plans again: the task, its notes among all of
    its entries (which of its runs were cut off, what it has begun), and the records of its
    deployment. Planning comes on top: see the benchmark of planning, no change.
    """
    store = open_store(path, clock=SystemClock())
    running = TaskRecord(
        task_id=TaskId(1),
        kind="deploy",
        description="a deploy that is cut off",
        request={},
        user="bench",
        state=TaskState.PROCESSING,
        created_at=SystemClock().now(),
        deployment=DEPLOYMENT,
    )
    note = replace(entry(Put(record=running)), phase=Phase.NOTE, step="task")
    await store.journal.write(note)
    recorded = store.recorded_deployment(DEPLOYMENT)
    instances = len(recorded.instances) if recorded else 0
    # Two entries a step, as steps write them: the VM of an instance before the act and after it.
    entries = [entry(Put(record=vm(number % instances))) for number in range(count)]
    wall = await write_all(store, entries, 1000)
    print(f"{count} more entries of one task: {wall:.1f} s, {count / wall:.0f} entries/s")
    store.close()
    wall, cpu = time.perf_counter(), time.process_time()
    store = open_store(path, clock=SystemClock())
    unfinished = store.tasks(states=frozenset({TaskState.PROCESSING}))
    notes = [store.journal.entries(task.task_id, phase=Phase.NOTE) for task in unfinished]
    recorded = store.recorded_deployment(DEPLOYMENT)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    vms = len(recorded.vms) if recorded else 0
    print(
        f"resume a task of {count} entries ({len(notes[0])} note) over {instances} instances and "
        f"{vms} VMs, until it plans: {wall:.2f} s, {cpu:.2f} s of CPU"
    )
    wall, cpu = time.perf_counter(), time.process_time()
    found = store.journal.entries(running.task_id)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"read all {len(found)} entries of it: {wall:.2f} s, {cpu:.2f} s of CPU")
    store.close()


async def main() -> None:
    """Run all of it in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--instances", type=int, default=10_000)
    parser.add_argument("--task-entries", type=int, default=150_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = open_store(path, clock=SystemClock())
        await bench_writes(store, options.entries)
        store.close()
        path = Path(folder) / "large.db"
        store = open_store(path, clock=SystemClock())
        puts = [Put(record=replace(instance(n), converged=True)) for n in range(options.instances)]
        wall, cpu = time.perf_counter(), time.process_time()
        await store.journal.write(entry(Put(record=DeploymentRecord(name=DEPLOYMENT)), *puts))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"one entry with {len(puts)} instances: {wall:.2f} s, {cpu:.2f} s of CPU")
        store.close()
        started = time.perf_counter()
        store = open_store(path, clock=SystemClock())
        print(f"open: {(time.perf_counter() - started) * 1e3:.0f} ms")
        timed_read(store, "after a start")
        timed_read(store, "again")
        store.close()
        await bench_resume(path, options.task_entries)


if __name__ == "__main__":
    asyncio.run(main())
