"""The minimal deployment in any size, for drills and benchmarks."""

import os
import subprocess
import sys
from pathlib import Path

from paasta import ROOT, Drill

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
  networks: [{{name: default}}]
  jobs:
  - name: hello
    release: minimal
    properties: {{text: {text}}}
"""

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

    def __init__(self, drill: Drill, *, subnet: str | None = None) -> None:
        """``subnet`` is the start of a /16, ``10.243`` or ``127.78``; None: what this host can."""
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
            MANIFEST.format(instances=instances, text=text, canaries=canaries, in_flight=in_flight)
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
