"""An agent as the bus sees one: a certificate, a connection, answers that a test scripts."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from paasta_deploy.adapters.bus.client import Connection
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.model.ids import AgentId

Answer = Callable[[list[Any]], Any]
HOUR = timedelta(hours=1)
# A thousand times what anything here takes: a test fails instead of hanging.
DEADLINE_S = 90.0


def client_context(
    certificates: DirectorCertificates, agent_id: AgentId, folder: Path
) -> ssl.SSLContext:
    """Return what an agent with a fresh bootstrap certificate shows and trusts."""
    issued = certificates.issue_bootstrap(agent_id, valid=HOUR)
    file = folder / f"{agent_id}.pem"
    file.write_text(issued.certificate + issued.private_key)
    context = ssl.create_default_context(cadata=issued.ca)
    context.load_cert_chain(file)
    return context


class BusAgent:
    """Answers requests by the handlers in ``answers``; ``heard`` are all methods it was asked."""

    def __init__(self, url: str, agent_id: AgentId, context: ssl.SSLContext) -> None:
        self.agent_id = agent_id
        self.answers: dict[str, Answer] = {
            "ping": lambda _arguments: "pong",
            "info": lambda _arguments: {"api_version": 1, "push_tasks": True},
        }
        self.silent_for: set[str] = set()
        self.heard: list[str] = []
        self.last_reply_to = ""
        self.refusals: list[str] = []
        self._news = asyncio.Event()
        self._put_off = asyncio.Event()
        self._url = url.replace("nats://", "tls://")
        self._context = context
        self._client = Connection()

    async def connect(self) -> "BusAgent":
        """Connect and listen, as often as a test likes."""
        self._client = Connection()
        await self._client.connect(
            self._url,
            tls=self._context,
            error_cb=self._on_error,
            disconnected_cb=self._on_disconnected,
            reconnect_time_wait=0.3,  # type: ignore[arg-type] # any number will do
            max_reconnect_attempts=-1,
        )
        await self._client.subscribe(f"agent.{self.agent_id}", cb=self._on_request)
        await self._client.flush()
        return self

    async def is_refused(self) -> bool:
        """Try to connect once."""
        client = Connection()
        try:
            await client.connect(
                self._url, tls=self._context, allow_reconnect=False, error_cb=self._on_error
            )
        except (NatsError, OSError):
            return True
        await client.close()
        return False

    async def was_put_off(self) -> None:
        """Return when the server closed the connection."""
        async with asyncio.timeout(DEADLINE_S):
            await self._put_off.wait()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._client.is_connected or self._client.is_reconnecting:
            await self._client.close()

    async def say(self, topic: str, content: object) -> None:
        """Publish one message about itself."""
        await self.publish(f"hm.agent.{topic}", json.dumps(content).encode())

    async def beat(self, job_state: str) -> None:
        """Publish a heartbeat."""
        await self.say(f"heartbeat.{self.agent_id}", {"job_state": job_state, "vitals": {"a": 1}})

    async def finish(self, task_id: str, answer: object) -> None:
        """Tell the end of a task."""
        await self.say(f"task.{self.agent_id}.{task_id}", answer)

    async def publish(self, subject: str, content: bytes) -> None:
        """Publish anything and return when the server took or refused it."""
        await self._client.publish(subject, content)
        await self._client.flush()

    async def subscribe(self, subject: str) -> None:
        """Listen to anything and return when the server took or refused it."""
        await self._client.subscribe(subject, cb=self._ignore)
        await self._client.flush()

    async def asked(self, method: str, times: int = 1) -> None:
        """Return when the method was asked so many times."""
        async with asyncio.timeout(DEADLINE_S):
            while self.heard.count(method) < times:
                await self._news.wait()
                self._news.clear()

    async def _on_request(self, message: Msg) -> None:
        request = json.loads(message.data)
        method = request["method"]
        self.heard.append(method)
        self.last_reply_to = request["reply_to"]
        self._news.set()
        if method in self.silent_for:
            return
        handler = self.answers.get(method)
        if handler is None:
            answer: object = {"exception": {"message": f"unknown message {method}"}}
        else:
            value = handler(request["arguments"])
            answer = {"value": await value if isinstance(value, Awaitable) else value}
        await self._client.publish(request["reply_to"], json.dumps(answer).encode())

    async def refusal(self) -> str:
        """Return what the server said first against what was tried."""
        async with asyncio.timeout(DEADLINE_S):
            while not self.refusals:
                await self._news.wait()
                self._news.clear()
        return self.refusals[0]

    async def _on_error(self, error: Exception) -> None:
        self.refusals.append(str(error).lower())
        self._news.set()

    async def _on_disconnected(self) -> None:
        self._put_off.set()

    async def _ignore(self, message: Msg) -> None:
        self.heard.append(message.subject)
