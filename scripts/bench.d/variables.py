"""Values of variables made from nothing into a vars store, and the same command again.

    variables.py [--rounds N]

The document is the K-PaaS platform with its ops files, if its files are found (see
tests/acceptance/manifest/kpaas.py), and one with as many variables if not. Whole commands, process
start included; with PAASTA_TEST_BOSH the real `bosh int` runs in turn with ours, so that both see
the same load of the machine. Nearly all of the time is RSA keys of 3,072 bits, which differ from
one to the next by a factor of ten: look at several rounds.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ACCEPTANCE = Path(os.environ.get("PAASTA_ACCEPTANCE", REPOSITORY.parent / "shared/acceptance"))
PLATFORM = ACCEPTANCE / "kpaas/ap-deployment/ap"
OPS = (
    "openstack",
    "use-haproxy",
    "use-haproxy-public-network",
    "use-postgres",
    "cce",
    "rename-network-and-deployment",
)
OURS = (sys.executable, "-m", "paasta_deploy", "interpolate")
AUTHORITIES, LEAVES, PASSWORDS = 12, 74, 37


def platform() -> list[str]:
    """Return the arguments for the K-PaaS platform."""
    arguments = [str(PLATFORM / "ap-deployment.yml")]
    for name in OPS:
        arguments += ["-o", str(PLATFORM / f"operations/{name}.yml")]
    variables = (PLATFORM / "vars.yml", ACCEPTANCE / "kpaas/common/common_vars.yml")
    for path in variables:
        arguments += ["-l", str(path)]
    return arguments


def made_up(folder: Path) -> list[str]:
    """Return the arguments for a document with as many variables as the platform has."""
    lines = ["variables:"]
    for number in range(AUTHORITIES):
        options = f"{{is_ca: true, common_name: ca{number}}}"
        lines.append(f"- {{name: ca{number}, type: certificate, options: {options}}}")
    for number in range(LEAVES):
        options = f"{{ca: ca{number % AUTHORITIES}, common_name: leaf{number}}}"
        lines.append(f"- {{name: leaf{number}, type: certificate, options: {options}}}")
    lines += [f"- {{name: password{number}, type: password}}" for number in range(PASSWORDS)]
    path = folder / "made-up.yml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return [str(path)]


def run(command: tuple[str, ...], arguments: list[str], store: Path) -> tuple[float, float]:
    """Run one command and return its wall and CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [*command, *arguments, "--vars-store", str(store)],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=REPOSITORY,
    )
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall_s, cpu_s


def main() -> None:
    """Print a row for each round."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    programs: dict[str, tuple[str, ...]] = {"ours": OURS}
    if os.environ.get("PAASTA_TEST_BOSH"):
        programs["bosh"] = (os.environ["PAASTA_TEST_BOSH"], "int")
    print("program  from nothing: wall s   CPU s   again: wall s   CPU s   load")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = platform() if PLATFORM.is_dir() else made_up(folder)
        for number in range(rounds):
            for program, command in programs.items():
                store = folder / f"{program}-{number}.yml"
                wall_s, cpu_s = run(command, arguments, store)
                again_wall_s, again_cpu_s = run(command, arguments, store)
                print(
                    f"{program:8} {wall_s:20.2f} {cpu_s:7.2f} {again_wall_s:15.2f}"
                    f" {again_cpu_s:7.2f} {os.getloadavg()[0]:6.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
