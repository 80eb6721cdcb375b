"""The root of a machine, built and entered in a thread of the test's own."""

import os
import stat
import sys
from pathlib import Path

import pytest
from paasta_providers.local import kernel, rootfs
from paasta_providers.local.boot import BootOrder, DiskMount

from tests.integration.providers.local.conftest import needs_root
from tests.integration.providers.local.threads import in_own_thread

pytestmark = [needs_root, pytest.mark.root]

IMAGE = b"an agent"


@pytest.fixture
def order(tmp_path: Path) -> BootOrder:
    (tmp_path / "vm/vcap/bosh").mkdir(parents=True)
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/count").write_text("42")
    (tmp_path / "agent.pyz").write_bytes(IMAGE)
    return BootOrder(
        cid="vm-a",
        folder=str(tmp_path / "vm"),
        hostname="agent-a",
        addresses=("10.244.0.2",),
        dns=(),
        disks=(DiskMount(source=str(tmp_path / "disk"), cid="disk-a"),),
    )


def enter(tmp_path: Path, order: BootOrder) -> None:
    template = rootfs.build_template(
        tmp_path / "work", tmp_path / "agent.pyz", Path(sys.base_prefix)
    )
    rootfs.enter_root(template, order)


def test_a_machine_has_what_a_system_has_and_its_own_folder(
    tmp_path: Path, order: BootOrder
) -> None:
    def look() -> tuple[set[str], set[str], bytes, bool, str]:
        enter(tmp_path, order)
        return (
            set(os.listdir("/")),  # noqa: PTH208 - pathlib would import in the new root
            set(os.listdir("/var/vcap")),  # noqa: PTH208 - as above
            Path(f"{tmp_path}/agent.pyz").read_bytes(),
            os.access(f"{sys.base_prefix}/bin", os.X_OK),
            Path("/etc/hostname").read_text(encoding="ascii"),
        )

    root, vcap, image, has_python, hostname = in_own_thread(look)

    assert {"bin", "dev", "etc", "lib", "proc", "sys", "tmp", "usr", "var"} <= root
    assert {"boot", "work", "lost+found"}.isdisjoint(root)
    assert vcap == {"bosh", "disks"}
    assert image == IMAGE
    assert has_python
    assert hostname == "agent-a\n"


def test_the_host_cannot_be_written_and_the_machine_can(tmp_path: Path, order: BootOrder) -> None:
    def try_to_write() -> list[str]:
        enter(tmp_path, order)
        refused = []
        for path in ("/usr/x", "/etc/.host/x", "/proc/sys/kernel/domainname", "/etc/x", "/tmp/x"):
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            except OSError:
                refused.append(path)
            else:
                os.close(fd)
        return refused

    assert in_own_thread(try_to_write) == [
        "/usr/x",
        "/etc/.host/x",
        "/proc/sys/kernel/domainname",
    ]
    assert not Path("/usr/x").exists()


def test_devices_are_those_that_every_program_expects(tmp_path: Path, order: BootOrder) -> None:
    def look() -> dict[str, int]:
        enter(tmp_path, order)
        return {
            name: os.stat(f"/dev/{name}").st_mode  # noqa: PTH116 - as above
            for name in ("null", "zero", "urandom", "tty", "ptmx", "shm")
        }

    modes = in_own_thread(look)

    assert all(stat.S_ISCHR(mode) for name, mode in modes.items() if name != "shm")
    assert stat.S_IMODE(modes["null"]) == 0o666
    assert stat.S_IMODE(modes["shm"]) == 0o1777


def test_what_is_written_to_a_disk_is_on_the_disk(tmp_path: Path, order: BootOrder) -> None:
    def count() -> str:
        enter(tmp_path, order)
        file = Path("/var/vcap/disks/disk-a/count")
        before = file.read_text(encoding="ascii")
        file.write_text("43", encoding="ascii")
        return before

    assert in_own_thread(count) == "42"
    assert (tmp_path / "disk/count").read_text() == "43"


def test_a_privileged_machine_may_change_the_kernels_settings(
    tmp_path: Path, order: BootOrder
) -> None:
    def can_write() -> bool:
        privileged = BootOrder(
            cid=order.cid,
            folder=order.folder,
            hostname=order.hostname,
            addresses=(),
            dns=(),
            privileged=True,
        )
        enter(tmp_path, privileged)
        return os.statvfs("/proc/sys").f_flag & os.ST_RDONLY == 0

    assert in_own_thread(can_write)


def test_a_disk_is_put_into_a_mount_namespace_and_taken_out_again(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/count").write_text("42")
    (tmp_path / "place").mkdir()

    def put_and_take() -> tuple[bool, bool]:
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
        view = kernel.clone_mount(tmp_path / "disk")
        kernel.place_mount(view, tmp_path / "place")
        os.close(view)  # an open view keeps its mount busy
        there = (tmp_path / "place/count").exists()
        kernel.unmount(tmp_path / "place")
        return there, (tmp_path / "place/count").exists()

    assert in_own_thread(put_and_take) == (True, False)


def test_given_up_rights_are_gone() -> None:
    """Numbers of capability.h: changing owners stays, system administration goes."""

    def give_up() -> tuple[frozenset[int], int]:
        kernel.keep_capabilities({0, 21} - {21})
        try:
            kernel.mount("none", "/mnt", "tmpfs")
        except PermissionError as error:
            return kernel.effective_capabilities(), error.errno or 0
        return kernel.effective_capabilities(), 0

    kept, refused = in_own_thread(give_up)

    assert kept == {0}
    assert refused == 1
    assert 21 in kernel.effective_capabilities(), "the other threads have theirs"


def test_only_what_everybody_may_read_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "etc"
    (source / "closed").mkdir(parents=True, mode=0o700)
    (source / "closed/file").write_text("secret")
    (source / "open").write_text("open")
    (source / "open").chmod(0o640)
    (source / "public").write_text("public")
    (source / "public").chmod(0o644)
    (source / "link").symlink_to("public")

    rootfs.copy_public(source, tmp_path / "copy")
    rootfs.copy_public(tmp_path / "absent", tmp_path / "copy/absent")

    assert sorted(entry.name for entry in (tmp_path / "copy").iterdir()) == ["link", "public"]
    assert (tmp_path / "copy/link").readlink() == Path("public")
