"""Real local machines: fresh deploy, the same again, listing, healing, delete, by size.

    local.py [--sizes 1,10,100,300] [--once]

Wall seconds of the whole command (start of the CLI included), CPU seconds of the director per
instance, resident memory of the director. Agents, launcher and nats-server are other processes;
the CPU of the whole host is given beside. Kill to serving: kill -9 of one machine until its page
answers.
"""

import argparse
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "drills"))

from minimal import Minimal, bench_home
from paasta import Drill, process_cpu_s, process_rss_mib

HEADER = (
    "instances",
    "step",
    "wall s",
    "director CPU s",
    "per instance ms",
    "host CPU s",
    "RSS MiB",
)


def host_cpu_s() -> float:
    """Return the CPU seconds that this host has used, over all processes."""
    fields = [int(part) for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / 100


def measure(drill: Drill, size: int, step: str, work: Callable[[], object]) -> None:
    """Run ``work`` and print a row."""
    pid = drill.director_pid()
    cpu, host, started = process_cpu_s(pid), host_cpu_s(), time.perf_counter()
    work()
    wall = time.perf_counter() - started
    used = process_cpu_s(pid) - cpu
    row = (
        size,
        step,
        f"{wall:.2f}",
        f"{used:.2f}",
        f"{1000 * used / size:.1f}",
        f"{host_cpu_s() - host:.1f}",
        f"{process_rss_mib(pid):.0f}",
    )
    print("  ".join(str(cell).rjust(len(title)) for cell, title in zip(row, HEADER, strict=True)))


def kill_to_serving(drill: Drill) -> float:
    """Kill one machine and return the seconds until its page answers again."""
    row = drill.table("-d", "minimal", "instances", "--details")[0]
    url = f"http://{row['ips']}:8080/"
    killed = time.perf_counter()
    drill.kill_machine(row["vm_cid"])
    gone = False
    while True:
        try:
            with urllib.request.urlopen(url, timeout=0.5) as answer:
                answer.read()
            if gone:
                return time.perf_counter() - killed
        except OSError:
            gone = True
        if time.perf_counter() - killed > 60:
            sys.exit("the page did not come back within 60 s")


def bench(size: int) -> None:
    """Run all steps for one size in a state folder of its own."""
    home = bench_home(f"bench-{size}")
    drill = Drill(home)
    minimal = Minimal(drill)
    minimal.prepare()
    try:
        rss = process_rss_mib(drill.director_pid())
        print(f"{size:9}  director before its first deployment: {rss:.0f} MiB")
        # The package is compiled once, outside the measured deploys, as BOSH's figures are.
        minimal.deploy(1, "warm")
        minimal.delete()
        measure(drill, size, "fresh", lambda: minimal.deploy(size, "one", in_flight=100))
        minimal.check(size)
        measure(drill, size, "again", lambda: minimal.deploy(size, "one", in_flight=100))
        measure(drill, size, "instances", lambda: drill.run("-d", "minimal", "instances"))
        print(f"{size:9}  kill to serving: {kill_to_serving(drill):.3f} s")
        while drill.table("tasks"):
            time.sleep(0.05)
        measure(drill, size, "delete", minimal.delete)
    finally:
        drill.run("-n", "-d", "minimal", "delete-deployment", "--force", check=False)
        drill.run("director", "stop", check=False)
        shutil.rmtree(home)


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="1,10,100,300")
    arguments = parser.parse_args()
    print("  ".join(HEADER))
    for size in arguments.sizes.split(","):
        bench(int(size))


if __name__ == "__main__":
    main()
