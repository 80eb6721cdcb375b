"""What a machine sees of its host and may do there."""

import stat

import pytest

from tests.integration.providers.local.conftest import needs_root
from tests.integration.providers.local.machines import PORT, Host, as_object

with_namespaces = [needs_root, pytest.mark.root]
only_namespaces = pytest.mark.parametrize(
    "isolation", [pytest.param("namespaces", marks=with_namespaces)], indirect=True
)
only_processes = pytest.mark.parametrize("isolation", ["processes"], indirect=True)


def test_the_agent_finds_its_settings(host: Host) -> None:
    cid = host.create(0)

    settings = as_object(as_object(host.ask(0, "who"))["settings"])

    assert settings["agent_id"] == "agent-0"
    assert settings["mbus"] == "secret"
    assert settings["vm"] == {"name": cid, "id": cid}
    assert as_object(as_object(settings["networks"])["default"])["type"] == "manual"
    file = host.folder(cid) / "vcap/bosh/settings.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_machine_knows_that_it_is_one(host: Host) -> None:
    cid = host.create(0)

    assert as_object(host.ask(0, "who"))["mark"] == cid


def test_the_agent_id_is_found_on_disk_by_operators(host: Host) -> None:
    cid = host.create(0)

    assert (host.folder(cid) / "machine.json").stat().st_mode & 0o077 == 0
    assert '"agent_id": "agent-0"' in (host.folder(cid) / "machine.json").read_text()


def test_machines_reach_each_other(host: Host) -> None:
    for number in (0, 1):
        host.create(number)
    other = host.request(1).networks[0].ip
    host.ask(1, "who")

    assert host.ask(0, "connect", str(other), PORT) not in {"ECONNREFUSED", "EHOSTUNREACH"}


@only_namespaces
def test_the_agent_is_the_first_process_of_its_own_system(host: Host) -> None:
    host.create(0)
    who = as_object(host.ask(0, "who"))

    assert who["pid"] == 1
    assert who["hostname"] == "agent-0"
    assert who["root"] == "/var/vcap"
    assert str(host.ask(0, "sh", "ls -d /proc/[0-9]* | wc -l")).split()[0] in {"3", "4", "5"}


@only_namespaces
def test_secrets_of_the_host_are_not_there(host: Host) -> None:
    host.create(0)

    seen = str(host.ask(0, "sh", f"cat /etc/shadow; ls -A /home /root; ls -A {host.state}"))

    assert "$" not in seen, "a password hash"
    assert not {".bashrc", ".profile", ".ssh", ".cache"} & set(seen.split())
    assert "machines" not in seen.split()
    assert "disks" not in seen.split()


@only_namespaces
def test_programs_and_python_are_there(host: Host) -> None:
    host.create(0)

    said = host.ask(0, "sh", "python3 -c 'import ssl; print(6 * 7)'; su vcap -c 'id -un'")

    assert str(said).split() == ["42", "vcap"]


@only_namespaces
@pytest.mark.parametrize(
    "command",
    [
        "touch /usr/by-the-test",
        "echo x > /proc/sys/kernel/core_pattern",
        "mknod /tmp/disk b 254 0",
        "echo 0 > /proc/sysrq-trigger",
        "hostname other && mount -t tmpfs none /mnt",
        "echo 1 > /sys/kernel/mm/ksm/run",
    ],
)
def test_root_inside_cannot_change_the_host(host: Host, command: str) -> None:
    host.create(0)

    assert "worked" not in str(host.ask(0, "sh", f"({command}) && echo worked"))


@only_namespaces
def test_root_inside_cannot_mount_unless_privileged(host: Host) -> None:
    host.create(0)
    host.create(1, privileged=True)

    assert host.ask(0, "mount") == "EPERM"
    assert host.ask(1, "mount") == "done"


@only_namespaces
def test_settings_of_its_own_network_belong_to_the_machine(host: Host) -> None:
    host.create(0)
    setting = "/proc/sys/net/ipv4/tcp_fin_timeout"

    assert str(host.ask(0, "sh", f"echo 7 > {setting}; cat {setting}")).strip() == "7"
    with open(setting, encoding="ascii") as own:  # noqa: PTH123 - one line of /proc
        assert own.read().strip() != "7"


@only_processes
def test_without_namespaces_the_folder_stands_for_the_machine(host: Host) -> None:
    cid = host.create(0)
    who = as_object(host.ask(0, "who"))

    assert who["pid"] == host.pid(cid)
    assert who["root"] == str(host.folder(cid) / "vcap")


@only_processes
def test_without_namespaces_the_operator_is_told(host: Host) -> None:
    summaries = [item.summary for item in host.provider.check()]

    assert any("plain processes" in summary for summary in summaries)
