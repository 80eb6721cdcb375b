"""On a machine of its own the agent is root: users, mounts, /etc. In namespaces of this host.

The machine sees a /var and an /etc of its own, so nothing of the host is changed.
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from paasta_deploy.model.values import JsonObject
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import ActionError, AgentProcess, Director
from tests.integration.agent.releases import bpm_job, spec
from tests.integration.agent.test_jobs import SERVE, apply_and_start

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root for namespaces: run `sudo scripts/test`"
)

BOOT = """
set -e
mount -t tmpfs tmpfs /var
mkdir -p /var/vcap /var/tmp /var/copies/ca /var/log
cp -a /etc /var/copies/etc
mount --bind /var/copies/etc /etc
mount --bind /var/copies/ca /usr/local/share/ca-certificates
getent passwd vcap > /dev/null || useradd --no-create-home vcap
mkdir -p /etc/ssh
echo ssh-ed25519 HOSTKEY > /etc/ssh/ssh_host_ed25519_key.pub
exec "$@"
"""


class Machine:
    """An agent that owns its machine, and a look into it from the host."""

    def __init__(self, agent: AgentProcess) -> None:
        self.agent = agent
        assert agent.process is not None
        outer = agent.process.pid
        self.pid = int(Path(f"/proc/{outer}/task/{outer}/children").read_text())

    def path(self, path: str) -> Path:
        """Return the host's way to a path of the machine; absolute links lead astray there."""
        return Path(f"/proc/{self.pid}/root{path}")

    def mounts(self) -> str:
        """Return what is mounted in the machine."""
        return Path(f"/proc/{self.pid}/mountinfo").read_text()


@pytest.fixture
async def machine(director: Director, make_agent: MakeAgent) -> Machine:
    agent = make_agent()
    agent.root = Path("/var/vcap")
    words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    agent.program = [*words, "bash", "-c", BOOT, "boot", *agent.program]
    await director.up(agent)
    return Machine(agent)


async def test_jobs_run_as_vcap_and_their_files_are_not_for_everybody(
    director: Director, machine: Machine, blobs: BlobServer
) -> None:
    job = bpm_job(f"id -un\n{SERVE}") | {"config/secret": "s"}
    await apply_and_start(director, machine.agent, spec(blobs, {"web": job}))

    log = machine.path("/var/vcap/data/sys/log/web/web.stdout.log").read_text()
    assert log.startswith("vcap\n")
    secret = machine.path("/var/vcap/jobs/web/config/secret").stat()
    assert stat.S_IMODE(secret.st_mode) == 0o640
    assert secret.st_uid == 0
    script = machine.path("/var/vcap/jobs/web/bin/serve").stat()
    assert stat.S_IMODE(script.st_mode) == 0o750
    data = machine.path("/var/vcap/data/web").stat()
    assert data.st_uid == secret.st_gid != 0


async def test_a_disk_is_bind_mounted_and_unmounted(
    director: Director, machine: Machine, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    hint = {"path": str(disk), "kind": "bind"}
    agent = machine.agent
    await director.call(agent.id, "add_persistent_disk", "d1", hint)
    await director.call(agent.id, "mount_disk", "d1")

    store = machine.path("/var/vcap/store")
    (store / "file").write_text("data")
    assert (disk / "file").read_text() == "data"
    assert not store.is_symlink()
    assert "/var/vcap/store" in machine.mounts()

    await director.call(agent.id, "unmount_disk", "d1")
    assert "/var/vcap/store" not in machine.mounts()
    assert (disk / "file").read_text() == "data"


async def test_names_of_the_deployment_are_in_etc_hosts(
    director: Director, machine: Machine, blobs: BlobServer
) -> None:
    link, digest = blobs.put(b'{"Version":1,"records":[["10.0.0.7","db.shop.bosh"]]}')
    request: JsonObject = {"signed_url": link, "multi_digest": digest, "version": 1}
    assert await director.call(machine.agent.id, "sync_dns_with_signed_url", request) == "synced"
    assert "10.0.0.7 db.shop.bosh\n" in machine.path("/etc/hosts").read_text()


async def test_a_session_has_a_user_until_it_is_cleaned_up(
    director: Director, machine: Machine
) -> None:
    agent = machine.agent
    parameters = {"user": "bosh_abc123", "public_key": "ssh-ed25519 USERKEY"}
    for _ in range(2):
        assert await director.call(agent.id, "ssh", "setup", parameters) == {
            "command": "setup",
            "status": "success",
            "ip": "127.9.9.9",
            "host_public_key": "ssh-ed25519 HOSTKEY",
            "user": "bosh_abc123",
            "port": 22,
        }
    keys = machine.path("/var/vcap/bosh_ssh/bosh_abc123/.ssh/authorized_keys")
    assert keys.read_text() == "ssh-ed25519 USERKEY\n"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert "bosh_abc123:" in machine.path("/etc/passwd").read_text()

    await director.call(agent.id, "ssh", "cleanup", {"user_regex": "^bosh_abc"})
    assert "bosh_abc123:" not in machine.path("/etc/passwd").read_text()
    assert not keys.exists()


async def test_a_user_that_is_not_a_sessions_is_never_touched(
    director: Director, machine: Machine
) -> None:
    await director.call(machine.agent.id, "ssh", "cleanup", {"user_regex": ".*"})
    assert "\nvcap:" in machine.path("/etc/passwd").read_text()


async def test_trusted_certificates_are_put_among_the_systems(
    director: Director, machine: Machine
) -> None:
    pem = director.certificates.ca_pem
    update = {"trusted_certs": pem + pem, "disk_associations": []}
    assert await director.call(machine.agent.id, "update_settings", update) == "ok"
    folder = machine.path("/usr/local/share/ca-certificates")
    assert {path.name for path in folder.iterdir()} == {
        "bosh-trusted-cert-1.crt",
        "bosh-trusted-cert-2.crt",
    }
    assert pem.strip() in machine.path("/etc/ssl/certs/ca-certificates.crt").read_text()


async def test_neighbours_can_be_forgotten(director: Director, machine: Machine) -> None:
    addresses = {"ips": ["127.0.0.9", "nonsense"]}
    assert await director.call(machine.agent.id, "delete_arp_entries", addresses) == {}


@pytest.fixture
def device(tmp_path: Path) -> Iterator[str]:
    """Return a block device with an empty ext4 file system."""
    image = tmp_path / "disk.img"
    with image.open("wb") as stream:
        stream.truncate(16 * 2**20)
    subprocess.run(["/usr/sbin/mkfs.ext4", "-q", "-F", str(image)], check=True)
    found = subprocess.run(
        ["/usr/sbin/losetup", "--find", "--show", str(image)],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        pytest.skip(f"this host lends no loop device: {found.stderr}")
    yield found.stdout.strip()
    subprocess.run(["/usr/sbin/losetup", "--detach", found.stdout.strip()], check=True)


async def test_a_block_device_is_mounted_and_who_uses_it_is_named(
    director: Director, machine: Machine, blobs: BlobServer, device: str
) -> None:
    agent = machine.agent
    await director.call(agent.id, "add_persistent_disk", "d1", device)
    await director.call(agent.id, "mount_disk", "d1")
    await director.call(agent.id, "mount_disk", "d1")
    assert f"/var/vcap/store rw,relatime - ext4 {device}" in machine.mounts()

    user = bpm_job("exec 3> /var/vcap/store/file\n" + SERVE)
    user["config/bpm.yml"] += "  unsafe: {privileged: true}\n"
    await apply_and_start(director, agent, spec(blobs, {"web": user}))
    with pytest.raises(ActionError, match=r"it is used by serve \(pid \d+\)"):
        await director.call(agent.id, "unmount_disk", "d1")
    await director.call(agent.id, "stop")
    await director.call(agent.id, "unmount_disk", "d1")
    assert device not in machine.mounts()


@pytest.fixture
def grown_device(device: str, tmp_path: Path) -> str:
    """Return the block device, larger than its file system."""
    with (tmp_path / "disk.img").open("r+b") as stream:
        stream.truncate(_GROWN_BYTES)
    subprocess.run(["/usr/sbin/losetup", "--set-capacity", device], check=True)
    return device


_GROWN_BYTES = 64 * 2**20


async def test_the_file_system_of_a_grown_device_has_all_of_it_if_the_kernel_lets_it(
    director: Director, machine: Machine, grown_device: str
) -> None:
    """A container may mount and still not grow what is mounted; the disk is usable all the same.

    A fresh ext4 of this size keeps less than a tenth for itself.
    """
    agent = machine.agent
    await director.call(agent.id, "add_persistent_disk", "d1", grown_device)

    await director.call(agent.id, "mount_disk", "d1")

    found = os.statvfs(machine.path("/var/vcap/store"))
    log = machine.path("/var/vcap/bosh/log/current").read_text()
    stays = f"the file system on {grown_device} stays as large as it is" in log
    assert (found.f_blocks * found.f_frsize > 0.9 * _GROWN_BYTES) is not stays
    await director.call(agent.id, "unmount_disk", "d1")


async def test_a_device_that_is_not_there_is_named(director: Director, machine: Machine) -> None:
    agent = machine.agent
    await director.call(agent.id, "add_persistent_disk", "d1", {"id": "0123456789abcdef"})
    with pytest.raises(ActionError, match="there is no /dev/disk/by-id/virtio-0123456789abcdef"):
        await director.call(agent.id, "mount_disk", "d1")
