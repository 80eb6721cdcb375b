"""The director's side for tests of the agent: certificates, a real nats-server, blobs, requests.

Everything is real except the director: the server and the agent are processes, messages pass over
TLS, blobs over HTTPS. What a director does with answers is done here in the plainest way.
"""

import asyncio
import contextlib
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from nats.aio.msg import Msg

from paasta_deploy.adapters.bus.client import Connection
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.model.ids import AgentId, DirectorUuid
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.agent_messages import (
    AgentFailure,
    AgentRequest,
    AgentTaskId,
    AgentValue,
    decode_answer,
    encode_request,
    running_task,
)
from paasta_deploy.wire.agent_settings import (
    AgentSettings,
    BlobstoreSettings,
    encode_agent_settings,
    encode_certificate,
)
from paasta_deploy.wire.heartbeat import AgentAlert, Heartbeat, decode_alert, decode_heartbeat
from paasta_deploy.wire.subjects import (
    FROM_AGENTS,
    AgentTopic,
    agent_subject,
    parse_topic_subject,
    replies_to,
    reply_subject,
)

DEADLINE_S = 90.0
AGENT_PATH = "/opt/ours/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DIRECTOR = DirectorUuid("2a1ad5a6-0fd5-4e3f-9a35-8a3f6a4f3a11")


class ActionError(Exception):
    """The agent answered with an exception."""


class NatsProcess:
    """A nats-server that wants a client certificate of our CA."""

    def __init__(self, folder: Path, certificates: DirectorCertificates, port: int) -> None:
        self.port = port
        files = certificates.nats_server
        self._config = folder / "nats.conf"
        self._config.write_text(
            f"""
            listen: "127.0.0.1:{port}"
            ports_file_dir: "{folder}"
            tls {{
              cert_file: "{files.certificate}"
              key_file: "{files.private_key}"
              ca_file: "{files.ca}"
              verify: true
            }}
            """
        )
        self._log = folder / "nats.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert binary is not None
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [binary, "-c", str(self._config)], stdout=log, stderr=log
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Director:
    """Talks to agents and hears what they say."""

    def __init__(self, certificates: DirectorCertificates, port: int) -> None:
        self.certificates = certificates
        self.heartbeats: asyncio.Queue[Heartbeat] = asyncio.Queue()
        self.alerts: asyncio.Queue[AgentAlert] = asyncio.Queue()
        self.shutdowns: asyncio.Queue[AgentId] = asyncio.Queue()
        self._port = port
        self._client = Connection()
        self._replies: dict[str, asyncio.Future[bytes]] = {}
        self._tasks: dict[AgentTaskId, asyncio.Future[bytes]] = {}

    async def connect(self) -> None:
        context = self.certificates.director_client.client_context()
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    await self._client.connect(
                        f"nats://127.0.0.1:{self._port}",
                        tls=context,
                        tls_hostname="127.0.0.1",
                        allow_reconnect=False,
                        error_cb=self._raise,
                    )
                    break
                except OSError:
                    self._client = Connection()
                    await asyncio.sleep(0.01)
        await self._client.subscribe(FROM_AGENTS, cb=self._heard)
        await self._client.subscribe(replies_to(DIRECTOR), cb=self._replied)
        await self._client.flush()

    async def close(self) -> None:
        # What still arrives while TLS says goodbye is no concern of a test.
        with contextlib.suppress(OSError):
            await self._client.close()

    async def send(self, agent_id: AgentId, method: str, *arguments: JsonValue) -> JsonValue:
        """Send a request and return the first answer. Raises ActionError."""
        subject = reply_subject(DIRECTOR, agent_id, SystemIdSource().new_uuid())
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._replies[subject] = future
        request = AgentRequest(method=method, arguments=arguments, reply_to=subject)
        await self._client.publish(agent_subject(agent_id), encode_request(request))
        return _value(await asyncio.wait_for(future, DEADLINE_S))

    async def call(self, agent_id: AgentId, method: str, *arguments: JsonValue) -> Any:
        """Send a request and return the final value, waiting for its task if it is one."""
        value = await self.send(agent_id, method, *arguments)
        task_id = running_task(value)
        return value if task_id is None else await self.task(task_id)

    async def reach(self, agent_id: AgentId) -> None:
        """Return once the agent answers."""
        async with asyncio.timeout(DEADLINE_S):
            for pings in itertools.count(1):
                # What is sent before the agent listens is lost; a busy one answers slowly.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.1 * pings):
                        await self.send(agent_id, "ping")
                        return

    async def publish_raw(self, agent_id: AgentId, data: bytes) -> None:
        """Send something that is no request."""
        await self._client.publish(agent_subject(agent_id), data)

    async def task(self, task_id: AgentTaskId) -> JsonValue:
        """Return the pushed end of a task. Raises ActionError."""
        return _value(await asyncio.wait_for(self._task_future(task_id), DEADLINE_S))

    async def up(self, agent: "AgentProcess", state: JobState = JobState.RUNNING) -> None:
        """Start the agent and return when it has said since that it is in that state."""
        while not self.heartbeats.empty():
            self.heartbeats.get_nowait()
        agent.start()
        await self.heartbeat(lambda heartbeat: heartbeat.job_state is state)

    async def heartbeat(self, wanted: Callable[[Heartbeat], bool]) -> Heartbeat:
        """Return the first heartbeat that is as wanted."""
        async with asyncio.timeout(DEADLINE_S):
            while not wanted(heartbeat := await self.heartbeats.get()):
                pass
        return heartbeat

    def _task_future(self, task_id: AgentTaskId) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        return self._tasks.setdefault(task_id, loop.create_future())

    async def _heard(self, message: Msg) -> None:
        parsed = parse_topic_subject(message.subject)
        assert parsed is not None
        topic, agent_id, task_id = parsed
        match topic:
            case AgentTopic.HEARTBEAT:
                self.heartbeats.put_nowait(decode_heartbeat(message.data))
            case AgentTopic.ALERT:
                self.alerts.put_nowait(decode_alert(message.data))
            case AgentTopic.SHUTDOWN:
                self.shutdowns.put_nowait(agent_id)
            case AgentTopic.TASK:
                assert task_id is not None
                self._task_future(task_id).set_result(message.data)

    async def _replied(self, message: Msg) -> None:
        future = self._replies.pop(message.subject)
        if not future.done():  # nobody waits any more for the answer to an early ping
            future.set_result(message.data)

    async def _raise(self, cause: Exception) -> None:
        if not self._client.is_connected:
            raise cause


def _value(data: bytes) -> JsonValue:
    match decode_answer(data):
        case AgentValue(value=value):
            return value
        case AgentFailure(message=message):
            raise ActionError(message)


class AgentProcess:
    """An agent as a process of its own, in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        certificates: DirectorCertificates,
        *,
        port: int,
        host: str = "127.0.0.1",
        blobstore: BlobstoreSettings | None = None,
        bosh: Mapping[str, JsonValue] | None = None,
    ) -> None:
        self.id = AgentId(SystemIdSource().new_uuid())
        self.program = [sys.executable, "-m", "paasta_deploy.agent"]
        self.root = folder / "vcap"
        self.settings_file = folder / "settings.json"
        certificate = certificates.issue_bootstrap(self.id, valid=timedelta(hours=1))
        env: JsonObject = {
            "bosh": {"mbus": {"cert": encode_certificate(certificate)}} | dict(bosh or {})
        }
        ca: JsonObject = {"tls": {"cert": {"ca": certificates.ca_pem}}}
        settings = AgentSettings(
            agent_id=self.id,
            vm_name="vm-test",
            networks={"default": {"ip": "127.9.9.9", "default": ["gateway"]}},
            mbus=f"nats://{host}:{port}",
            blobstore=blobstore or BlobstoreSettings(provider="dav", options=ca),
            env=env,
        )
        self.settings_file.write_text(json.dumps(encode_agent_settings(settings)))
        self.settings_file.chmod(0o600)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["--settings", str(self.settings_file), "--root", str(self.root)]
        env = {key: text for key, text in os.environ.items() if key.startswith("COVERAGE_")}
        env |= {"PATH": AGENT_PATH, "PAASTA_MACHINE": "vm-test"}
        self.process = subprocess.Popen([*self.program, *words], env=env)

    def kill(self) -> None:
        """End it as a power failure would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def end(self) -> None:
        """End it for good, in order if it can (and so tell what it covered), else by force."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._agent_pid(self.process.pid), signal.SIGTERM)
            try:
                self.process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def _agent_pid(self, pid: int) -> int:
        """Return the agent's process: `unshare` stands before it and does not hear SIGTERM."""
        if self.program[0] != "unshare":
            return pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except FileNotFoundError:
            return pid  # it has ended already
        return int(children[0]) if children else pid

    async def terminate(self) -> int:
        """Ask it to end and return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        descriptor = os.pidfd_open(self.process.pid)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, ended.set)
        try:
            await asyncio.wait_for(ended.wait(), DEADLINE_S)
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        status = self.process.wait()
        self.process = None
        return status

    @property
    def log(self) -> str:
        return (self.root / "bosh" / "log" / "current").read_text()


def has_ended(descriptor: int) -> bool:
    """Wait for the end of the process of a pidfd; close the descriptor; return whether it came."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    ended = bool(poll.poll(DEADLINE_S * 1000))
    os.close(descriptor)
    return ended


def open_certificates(folder: Path) -> DirectorCertificates:
    return DirectorCertificates.open(folder, clock=SystemClock(), hosts=())
