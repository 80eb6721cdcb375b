"""The minimal deployment in any size, for drills and benchmarks."""

import os
import subprocess
import sys
import time
from pathlib import Path

from paasta import ROOT, Drill
from under_way import store_health

MANIFEST = """\
name: minimal
releases: [{{name: minimal, version: latest}}]
stemcells: [{{alias: default, os: paasta-local, version: latest}}]
update:
  canaries: {canaries}
  max_in_flight: {in_flight}
  canary_watch_time: 100-60000
  update_watch_time: 100-60000
  initial_deploy_az_update_strategy: parallel
instance_groups:
- name: hello
  instances: {instances}
  azs: [z1]
  vm_type: default
  stemcell: default
  networks: [{{name: default}}]{disk}
  jobs:
  - name: hello
    release: minimal
    properties: {{text: {text}}}
"""

DISK = "\n  persistent_disk: 64"
"""One line more for the group, for a small disk in MiB."""

CLOUD_CONFIG = """\
azs: [{{name: z1}}]
vm_types: [{{name: default}}]
disk_types: [{{name: default, disk_size: 1024}}]
networks:
- name: default
  type: manual
  subnets: [{{range: {range}, gateway: {gateway}, azs: [z1], reserved: [{reserved}], dns: []}}]
compilation: {{workers: 1, az: z1, vm_type: default, network: default}}
"""


class Minimal:
    """Deploys manifests/minimal."""

    def __init__(self, drill: Drill, *, subnet: str | None = None, disk: bool = False) -> None:
        """``subnet`` is the start of a /16, ``10.243`` or ``127.78``; None: what this host can.

        ``disk``: each instance has a persistent disk.
        """
        self._disk = DISK if disk else ""
        self.drill = drill
        self.manifest = drill.home / "manifest.yml"
        self.subnet = subnet or ("10.243" if has_namespaces() else "127.78")

    def prepare(self) -> None:
        """Start the director and give it the cloud config and the release."""
        cloud_config = self.drill.home / "cloud-config.yml"
        cloud_config.write_text(
            CLOUD_CONFIG.format(
                range=f"{self.subnet}.0.0/16",
                gateway=f"{self.subnet}.0.1",
                reserved=f"{self.subnet}.0.2-{self.subnet}.0.9",
            )
        )
        tarball = self.drill.home / "minimal.tgz"
        self.drill.run("director", "start")
        self.drill.run("-n", "update-cloud-config", str(cloud_config))
        self.drill.run(
            "create-release",
            f"--dir={ROOT / 'manifests' / 'minimal' / 'release'}",
            f"--tarball={tarball}",
            "--version=1",
        )
        self.drill.run("-n", "upload-release", str(tarball))

    def write(self, instances: int, text: str, *, canaries: int = 1, in_flight: int = 32) -> None:
        """Write the manifest."""
        self.manifest.write_text(
            MANIFEST.format(
                instances=instances,
                text=text,
                canaries=canaries,
                in_flight=in_flight,
                disk=self._disk,
            )
        )

    def deploy(self, instances: int, text: str, **policy: int) -> None:
        """Deploy and wait."""
        self.write(instances, text, **policy)
        self.drill.run("-n", "-d", "minimal", "deploy", str(self.manifest))

    def start_deploy(self, instances: int, text: str) -> "subprocess.Popen[str]":
        """Start a deploy and return the CLI's process."""
        self.write(instances, text)
        return self.drill.start("-n", "-d", "minimal", "deploy", str(self.manifest))

    def is_deployed(self, instances: int, text: str) -> bool:
        """Whether this very manifest is what the director recorded last."""
        manifest = self.drill.run("-d", "minimal", "manifest").stdout
        return f"instances: {instances}" in manifest and text in manifest

    def check(self, instances: int) -> None:
        """End the drill unless everything is as it should be."""
        rows = self.drill.table("-d", "minimal", "instances", "--details")
        states = {row["process_state"] for row in rows}
        addresses = {row["ips"] for row in rows}
        cids = {row["vm_cid"] for row in rows}
        if len(rows) != instances or states != {"running"}:
            sys.exit(f"{len(rows)} of {instances} instances, states {states}")
        if len(addresses) != instances:
            sys.exit(f"{instances} instances share {len(addresses)} addresses")
        if cids != self.drill.machine_cids():
            left = self.drill.machine_cids() ^ cids
            sys.exit(f"machines on this host differ from the VMs of the deployment: {left}")

    def check_disks(self, instances: int) -> set[str]:
        """Return the disks of the instances; end the drill unless they are those of this host."""
        rows = self.drill.table("-d", "minimal", "instances", "--details")
        mine = {cid for row in rows for cid in row["disk_cids"].split()}
        orphans = {row["disk_cid"] for row in self.drill.table("disks", "--orphaned")}
        found = self.drill.disk_cids()
        if len(mine) != instances:
            sys.exit(f"{instances} instances have {len(mine)} disks")
        if found != mine | orphans:
            sys.exit(
                f"disks on this host differ from the recorded ones: {found ^ (mine | orphans)}"
            )
        return mine

    def check_store(self) -> None:
        """End the drill unless the store is whole."""
        said = store_health(self.drill.home / "store.db")
        if said != "ok":
            sys.exit(f"the store is broken: {said}")

    def wait_until_running(self, instances: int, limit_s: float) -> None:
        """Wait until the health monitor has brought every instance back."""
        deadline_s = time.monotonic() + limit_s
        while time.monotonic() < deadline_s:
            rows = self.drill.table("-d", "minimal", "instances", "--details")
            running = [row for row in rows if row["process_state"] == "running"]
            if len(running) == instances and not self.drill.table("tasks"):
                return
            time.sleep(0.2)
        sys.exit(f"not all of {instances} instances came back within {limit_s} s")

    def delete(self) -> None:
        """Delete the deployment."""
        self.drill.run("-n", "-d", "minimal", "delete-deployment")


def has_namespaces() -> bool:
    """Whether this user can make isolated machines on this host."""
    if os.geteuid() != 0:
        return False
    probe = ["unshare", "--net", "--mount", "--pid", "--fork", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def bench_home(name: str) -> Path:
    """Return a fresh state folder."""
    home = Path(f"/tmp/paasta-{name}-{os.getpid()}")  # noqa: S108 - 0700, and short enough for a socket
    home.mkdir(mode=0o700)
    return home
