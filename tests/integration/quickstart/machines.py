"""Machines without agents: the quickstart's own release, rendered, compiled, and run by hand.

Each machine is a folder in place of /var/vcap and a loopback address. What a machine's agent does
is done here in the plainest way: unpack, link packages, run scripts, start what bpm.yml says.
"""

import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from paasta_deploy.adapters.archives.job_archive import read_job_archive
from paasta_deploy.adapters.archives.release_archive import UnpackedRelease, read_release_archive
from paasta_deploy.adapters.templates.batch import BatchRenderer
from paasta_deploy.adapters.templates.erb import ErbTemplates
from paasta_deploy.adapters.templates.jinja import JinjaTemplates
from paasta_deploy.agent.relocation import relocate
from paasta_deploy.model.ids import InstanceGroupName, InstanceId, JobName
from paasta_deploy.model.job_properties import bind_properties
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.templates import (
    InstanceToRender,
    JobToRender,
    RenderBatch,
    RenderedInstance,
    failure_tree,
)
from tests.claims import own_network

ROOT = Path(__file__).resolve().parents[3]
QUICKSTART = ROOT / "manifests" / "quickstart"
SCRIPT_DEADLINE_S = 90.0

# 127.77.0 is for people.
SUBNET = own_network("127.77")


def pack_release(folder: Path) -> UnpackedRelease:
    """Pack the quickstart's release with its own program, and read it back."""
    command = [sys.executable, str(QUICKSTART / "pack"), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    (folder / "unpacked").mkdir()
    return read_release_archive(folder / "quickstart.tgz", folder / "unpacked")


def compile_packages(release: UnpackedRelease, folder: Path) -> dict[str, Path]:
    """Run each packaging script as an agent does; return where each package lies."""
    packages: dict[str, Path] = {}
    for package in release.manifest.packages:
        source, target = folder / "source" / package.name, folder / "packages" / package.name
        source.mkdir(parents=True)
        target.mkdir(parents=True)
        with tarfile.open(release.files[f"package/{package.name}"]) as archive:
            archive.extractall(source, filter="data")
        subprocess.run(
            ["bash", "-e", "packaging"],
            check=True,
            cwd=source,
            env={
                "PATH": os.environ["PATH"],
                "BOSH_INSTALL_TARGET": str(target),
                "BOSH_COMPILE_TARGET": str(source),
            },
            stdout=subprocess.DEVNULL,
        )
        packages[package.name] = target
    return packages


class Machine:
    """One instance. ``address`` is its own; ``group`` is also the name of its only job."""

    def __init__(self, root: Path, group: str, index: int, address: str) -> None:
        self.root = root
        self.group = group
        self.index = index
        self.address = address
        self.instance_id = f"{group}-id-{index}"
        self.process: subprocess.Popen[bytes] | None = None

    def install(self, rendered: RenderedInstance, packages: Mapping[str, Path]) -> None:
        """Lay out jobs and packages as the agent would."""
        for folder in ("store", f"sys/log/{self.group}", f"data/{self.group}", "packages"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.root / "jobs", ignore_errors=True)
        for job in rendered.jobs:
            for file in job.files:
                path = self.root / "jobs" / job.name / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(relocate(file.content, self.root))
                path.chmod(file.mode)
        for name, path in packages.items():
            link = self.root / "packages" / name
            if not link.is_symlink():
                link.symlink_to(path)

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the job's scripts; return its outcome."""
        return subprocess.run(
            [str(self.root / "jobs" / self.group / "bin" / script)],
            check=False,
            capture_output=True,
            text=True,
            timeout=SCRIPT_DEADLINE_S,
            env={"PATH": os.environ["PATH"], **environment},
        )

    def start(self) -> None:
        """Start the job's process as bpm.yml describes it."""
        text = (self.root / "jobs" / self.group / "config" / "bpm.yml").read_text()
        (process,) = yaml.safe_load(text)["processes"]
        with (self.root / "sys" / "log" / self.group / "out.log").open("ab") as log:
            self.process = subprocess.Popen(
                [process["executable"], *process.get("args", [])],
                env={"PATH": os.environ["PATH"], **process.get("env", {})},
                stdout=log,
                stderr=log,
                cwd=self.root,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill -9, and wait until it is gone."""
        if self.process is not None:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def log(self) -> str:
        """Return what the process said."""
        return (self.root / "sys" / "log" / self.group / "out.log").read_text()


def render(machines: list[Machine], release: UnpackedRelease) -> dict[str, RenderedInstance]:
    """Render the jobs of ``machines`` as one deployment; return the outcomes by instance id."""
    peers: JsonValue = {
        "instances": [
            {
                "name": machine.group,
                "index": machine.index,
                "id": machine.instance_id,
                "az": f"z{machine.index % 3 + 1}",
                "address": machine.address,
            }
            for machine in machines
            if machine.group == "nats"
        ],
        "properties": {"port": 4222, "cluster_port": 6222},
    }
    batch = RenderBatch(instances=tuple(_to_render(item, release, peers) for item in machines))
    # No ruby on purpose: the quickstart has to do without.
    renderer = BatchRenderer(jinja=JinjaTemplates(), erb=ErbTemplates(ruby="no-ruby-needed"))
    outcome = renderer.render(batch)
    assert outcome.failures == (), failure_tree(outcome.failures)
    return {instance.instance_id: instance for instance in outcome.instances}


def _to_render(machine: Machine, release: UnpackedRelease, peers: JsonValue) -> InstanceToRender:
    job = release.manifest.job(JobName(machine.group))
    assert job is not None
    archive = release.files[f"job/{job.name}"].read_bytes()
    _, source = read_job_archive(job.name, job.fingerprint, archive)
    return InstanceToRender(
        instance_id=InstanceId(machine.instance_id),
        group=InstanceGroupName(machine.group),
        spec={
            "deployment": "quickstart",
            "name": machine.group,
            "index": machine.index,
            "id": machine.instance_id,
            "ip": machine.address,
            "address": machine.address,
            "az": f"z{machine.index % 3 + 1}",
        },
        jobs=(
            JobToRender(
                name=job.name,
                source=source,
                properties=bind_properties(job.spec.properties, {}).values,
                links={link.name: peers for link in job.spec.consumes},
            ),
        ),
    )
