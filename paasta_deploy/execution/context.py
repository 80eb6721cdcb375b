"""What a step's handler is given to work with: the world, and where it stands in the run.

Handlers reach clouds, agents, records and the journal only through here, so that every provider
call is bounded, every wait for nothing ends when the run is cancelled, and a note in the middle of
a step is as durable as its intent and its result.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.execution.agent_calls import ENDED_EARLY, AgentCalls
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.clouds import Caller, CloudCall, Clouds
from paasta_deploy.execution.records import Records
from paasta_deploy.execution.retry import CREATE_VM_RETRIES, RetryPolicy
from paasta_deploy.model.errors import AgentError, TaskCancelledError
from paasta_deploy.model.ids import (
    AgentId,
    CpiName,
    DeploymentName,
    DirectorUuid,
    DiskCid,
    TaskId,
    VariableId,
)
from paasta_deploy.model.recorded import RecordChange
from paasta_deploy.model.spec import BlobRef, InstanceSpec
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.actions import Action
from paasta_deploy.planning.plan import Change, ChangeId, Step, StepId
from paasta_deploy.ports.agents import AgentSettingsSource
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Journal, JournalEntry, Phase
from paasta_deploy.wire.agent_messages import AgentMethod

log = logging.getLogger(__name__)

_Value = TypeVar("_Value")

NAMES_VALID_S = 600.0
"""How long the link to the document of names is valid: the agent fetches it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorIdentity:
    """Who we are, as metadata on VMs and disks says it."""

    name: str
    uuid: DirectorUuid


FillEnv = Callable[[DeploymentName, JsonObject, Mapping[str, VariableId]], JsonObject]
"""Puts the values of these versions of variables into an environment or into cloud properties.

Blocks; raises PaastaError.
"""


def with_nothing_filled(
    deployment: DeploymentName, env: JsonObject, versions: Mapping[str, VariableId]
) -> JsonObject:
    """Return the environment as it is, for a director without variables."""
    assert not versions, f"{deployment} uses variables, and nobody has their values"
    return env


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesDocument:
    """The DNS names of all instances, as agents get them; a higher ``version`` is newer."""

    blob: BlobRef
    version: int

    def request(self, blobs: Blobs, *, valid_s: float) -> JsonObject:
        """Return the argument of the agent's ``sync_dns_with_signed_url``."""
        return {
            "signed_url": blobs.download_url(self.blob.blob_id, valid_s=valid_s),
            "multi_digest": self.blob.digest,
            "version": self.version,
        }


NamesSource = Callable[[], NamesDocument | None]
"""Gives the newest document of names; None: names are not served."""


def no_names() -> NamesDocument | None:
    """Return nothing, for a director that serves no names."""
    return None


PublishNames = Callable[[], Awaitable[None]]
"""Tells all agents the names as they are recorded now. Best effort; raises nothing."""


async def publish_nothing() -> None:
    """Tell nobody, for a director that serves no names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What all steps of one run share.

    ``specs_to_come`` has the spec that a change will apply, for drain scripts that want to know
    what is coming. ``settings_sent`` are the agents that got their settings in this run, with the
    names of disks that they were told. ``carry_out`` does one step with its journal entries.
    """

    task_id: TaskId
    director: DirectorIdentity
    clock: Clock
    journal: Journal
    records: Records
    clouds: Clouds
    agents: AgentCalls
    credentials: AgentSettingsSource
    blobs: Blobs
    cancellation: Cancellation
    specs_to_come: Mapping[ChangeId, InstanceSpec]
    report: Callable[[Change, str], None]
    fill_env: FillEnv
    began_at: datetime
    carry_out: Callable[["StepContext"], Awaitable[None]]
    caller: Caller
    names: NamesSource = no_names
    publish_names: PublishNames = publish_nothing
    vm_creation: RetryPolicy = CREATE_VM_RETRIES
    settings_sent: dict[AgentId, Mapping[str, DiskCid]] = field(default_factory=dict)
    names_sent: dict[AgentId, int] = field(default_factory=dict)

    async def write(
        self, step: Step, phase: Phase, changes: tuple[RecordChange, ...], data: JsonObject
    ) -> None:
        """Write one durable entry, then take its changes in. Raises StoreError."""
        entry = JournalEntry(
            task_id=self.task_id, phase=phase, step=step.step_id, changes=changes, data=data
        )
        await self.journal.write(entry)
        self.records.take_in(changes)

    async def pause(self, delay_s: float) -> None:
        """Wait, unless the run is cancelled: then raise TaskCancelledError."""
        with self.cancellation.interruptible():
            await self.clock.wait(delay_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """What the handler of one step works with."""

    run: RunContext
    step: Step
    change: Change

    @property
    def records(self) -> Records:
        """The records as of now."""
        return self.run.records

    def status(self, text: str) -> None:
        """Tell people what is being done now, in BOSH's words (bosh.md 4.5)."""
        self.run.report(self.change, text)

    async def note(self, changes: Iterable[RecordChange], data: JsonObject | None = None) -> None:
        """Record something in the middle of the step, durably. Raises StoreError."""
        await self.run.write(self.step, Phase.NOTE, tuple(changes), data or {})

    async def cloud(
        self, cpi: CpiName, call: CloudCall, act: Callable[[Provider], _Value]
    ) -> _Value:
        """Call a provider in a bounded thread, with deadline and retries. Raises CloudError."""
        calls = self.run.clouds.calls(cpi)
        provider = calls.provider
        return await calls.run(call, lambda: act(provider), caller=self.run.caller)

    async def agent(
        self, agent_id: AgentId, method: AgentMethod, *arguments: JsonValue
    ) -> JsonValue:
        """Ask an agent. Raises AgentUnreachableError, AgentActionError.

        Raises TaskCancelledError for what a cancelled run does not wait for: it is not begun, or
        was ended by the agent before its time.
        """
        if method not in ENDED_EARLY:
            return await self.run.agents.call(agent_id, method, *arguments)
        cancellation = self.run.cancellation
        cancellation.check()
        interrupt = asyncio.Event()
        with cancellation.listening(interrupt.set):
            try:
                return await self.run.agents.call(
                    agent_id, method, *arguments, interrupt=interrupt
                )
            except AgentError as error:
                if interrupt.is_set():
                    raise TaskCancelledError(f"The task was cancelled: {error}") from error
                raise

    async def also(self, name: str, action: Action) -> None:
        """Do one more step of this change, with its own intent and result. Raises PaastaError."""
        step_id = StepId(f"{self.step.step_id}/{name}")
        await self.run.carry_out(
            replace(self, step=replace(self.step, step_id=step_id, action=action))
        )

    async def send_settings(
        self, agent_id: AgentId, disk_names: Mapping[str, DiskCid] | None = None
    ) -> None:
        """Give the agent its long-lived settings, once in a run. Raises AgentError.

        ``disk_names`` are the disks that have names, by name; None: whichever it was told. An
        agent that was told other ones gets the settings again, but no second certificate: a real
        bosh-agent would restart for it.
        """
        told = self.run.settings_sent.get(agent_id)
        names = (told or {}) if disk_names is None else disk_names
        if told is not None and told == names:
            return
        settings = dict(self.run.credentials.update_settings_for(agent_id))
        if told is not None:
            settings = {"trusted_certs": settings.get("trusted_certs", "")}
        settings["disk_associations"] = [{"name": name, "cid": cid} for name, cid in names.items()]
        await self.agent(agent_id, AgentMethod.UPDATE_SETTINGS, settings)
        self.run.settings_sent[agent_id] = names

    async def send_names(self, agent_id: AgentId) -> None:
        """Tell the agent all DNS names, unless it was told. Best effort: jobs may need none."""
        document = self.run.names()
        if document is None or self.run.names_sent.get(agent_id) == document.version:
            return
        request = document.request(self.run.blobs, valid_s=NAMES_VALID_S)
        try:
            await self.agent(agent_id, AgentMethod.SYNC_DNS_WITH_SIGNED_URL, request)
        except AgentError as error:
            log.warning("names not sent", extra={"agent_id": agent_id, "error": str(error)})
        else:
            self.run.names_sent[agent_id] = document.version
