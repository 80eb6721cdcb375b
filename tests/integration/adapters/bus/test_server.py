"""The life of our nats-server over the lives of directors: real processes."""

import asyncio
import os
import signal
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.server import NatsServer
from paasta_deploy.adapters.bus.server_config import NatsServerSettings
from paasta_deploy.adapters.bus.server_process import NatsProcess
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock

DEADLINE_S = 90.0


def another(settings: NatsServerSettings) -> NatsServer:
    """Return what the next director makes."""
    return NatsServer(settings, clock=SystemClock())


def runs(pid: int | None) -> bool:
    """Return whether a process is there."""
    assert pid is not None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_started_server_listens_and_a_stopped_one_is_gone(
    server: NatsServer, settings: NatsServerSettings
) -> None:
    pid = server.pid
    _reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
    writer.close()
    await writer.wait_closed()
    await server.stop()
    await server.stop()

    assert not runs(pid)


async def test_the_next_director_adopts_the_server_that_was_left(
    server: NatsServer, settings: NatsServerSettings
) -> None:
    pid = server.pid
    await server.leave()
    assert runs(pid)
    adopting = another(settings)
    await adopting.start()
    assert adopting.pid == pid

    await adopting.stop()
    assert not runs(pid)


async def test_a_server_can_be_stopped_by_who_did_not_start_it(
    server: NatsServer, settings: NatsServerSettings
) -> None:
    pid = server.pid
    await server.leave()
    await another(settings).stop()

    assert not runs(pid)


async def test_a_server_with_another_configuration_is_replaced(
    server: NatsServer, settings: NatsServerSettings, tmp_path: Path
) -> None:
    old = server.pid
    await server.leave()
    moved = replace(settings, host="127.0.0.2")
    replacing = another(moved)
    await replacing.start()

    assert replacing.pid != old
    assert not runs(old)
    assert len(list((tmp_path / "nats").glob("nats-*.conf"))) == 1
    await replacing.stop()


async def test_a_killed_server_is_started_again(server: NatsServer) -> None:
    old = server.pid
    assert old is not None
    os.kill(old, signal.SIGKILL)
    async with asyncio.timeout(DEADLINE_S):
        while server.pid in (None, old):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)

    assert runs(server.pid)


async def test_a_new_certificate_is_shown_without_a_new_process(
    server: NatsServer, settings: NatsServerSettings, certificates: DirectorCertificates
) -> None:
    pid = server.pid
    await server.leave()
    settings.certificates.certificate.write_text("damaged")
    certificates.renew()
    adopting = another(settings)
    await adopting.start()
    wanted = ssl.PEM_cert_to_DER_cert(settings.certificates.certificate.read_text())
    async with asyncio.timeout(DEADLINE_S):
        while await shown_certificate(settings, certificates) != wanted:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0)

    assert adopting.pid == pid
    await adopting.stop()


async def shown_certificate(
    settings: NatsServerSettings, certificates: DirectorCertificates
) -> bytes | None:
    """Connect as the director and return the certificate that the server shows."""
    reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
    try:
        await reader.readline()
        await writer.start_tls(
            certificates.director_client.client_context(), server_hostname="127.0.0.1"
        )
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    except (ConnectionError, ssl.SSLError):
        return None
    finally:
        writer.transport.abort()
    assert shown is None or isinstance(shown, bytes)
    return shown


async def test_a_taken_port_is_told_with_the_servers_own_words(
    server: NatsServer, settings: NatsServerSettings, tmp_path: Path
) -> None:
    assert server.pid
    elsewhere = another(replace(settings, folder=tmp_path / "elsewhere"))

    with pytest.raises(BusError, match="address already in use") as refusal:
        await elsewhere.start()
    assert f"127.0.0.1:{settings.port}" in str(refusal.value)
    assert "nats.port" in refusal.value.hint


async def test_a_pid_that_another_program_has_now_is_not_our_server(tmp_path: Path) -> None:
    pid_file = tmp_path / "nats.pid"
    pid_file.write_text(str(os.getpid()))

    assert NatsProcess.find(pid_file) is None
    pid_file.write_text("half")
    assert NatsProcess.find(pid_file) is None
    assert NatsProcess.find(tmp_path / "absent") is None


async def test_only_the_owner_reads_configuration_and_keys(
    server: NatsServer, tmp_path: Path
) -> None:
    assert server.pid
    folder = tmp_path / "nats"

    assert folder.stat().st_mode & 0o777 == 0o700
    private = [*folder.glob("*.conf"), folder / "keys.json", folder / "nats.out"]
    assert {one.stat().st_mode & 0o777 for one in private} == {0o600}
