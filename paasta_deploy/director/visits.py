"""Tasks that go to agents without changing a deployment: collecting logs, setting up logins."""

import asyncio
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.director.cancelling import cut_short
from paasta_deploy.director.queries import active_vms, require_deployment
from paasta_deploy.director.requests import FetchLogsRequest, SshRequest, TaskRequest
from paasta_deploy.director.selecting import selected
from paasta_deploy.director.stages import StageReporter
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.counting import counted
from paasta_deploy.model.errors import AgentError, NotFoundError, PaastaError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.recorded import InstanceRecord, VmRecord
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.agents import AgentChannel
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import Store
from paasta_deploy.wire.agent_messages import AgentMethod
from paasta_deploy.wire.agent_work import LogsRequest, encode_logs_with_links

LOGS_DEADLINE_S = 600.0
"""Packing and sending some gigabytes of logs; a stuck agent must not hold the task for ever."""

LINK_VALID_S = 3600.0
SSH_DEADLINE_S = 45.0

AT_ONCE = 16
"""Log archives that are collected at the same time: bounds disk and network on the director."""

_VM_MISSING = 70004


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """One instance that is visited, and its VM."""

    instance: InstanceRecord
    vm: VmRecord

    @property
    def label(self) -> str:
        """The name by which people see it in events."""
        return f"{self.instance.group}/{self.instance.instance_id} ({self.instance.index})"


class Visits:
    """Handlers of ``fetch_logs`` and ``ssh``."""

    def __init__(self, *, store: Store, agents: AgentChannel, blobs: Blobs, clock: Clock) -> None:
        self._store = store
        self._agents = agents
        self._blobs = blobs
        self._clock = clock

    async def fetch_logs(self, context: TaskContext, request: TaskRequest) -> str:
        """Collect logs; the result is the id of one tar.gz.

        An instance that gives none is told and passed over: in an emergency, the logs of the
        others are wanted all the more. Raises NotFoundError, and the first failure when all fail.
        """
        assert isinstance(request, FetchLogsRequest)
        targets = self._targets(context, request.selector)
        stages = StageReporter(log=context.log, clock=self._clock, task_id=context.task_id)
        gate = asyncio.Semaphore(AT_ONCE)

        async def fetch(index: int, target: _Target) -> tuple[str, BlobId] | PaastaError:
            instance = target.instance
            async with gate:
                try:
                    with stages.task(
                        f"Fetching logs for {instance.group}",
                        target.label,
                        index=index,
                        total=len(targets),
                    ):
                        blob = await self._fetch_one(target.vm, request)
                except PaastaError as error:
                    return error
            return f"{instance.group}.{instance.instance_id}", blob

        with cut_short(context.cancel, "the collection of logs"):
            answers = await asyncio.gather(
                *(fetch(index, target) for index, target in enumerate(targets, start=1))
            )
        failures = [answer for answer in answers if isinstance(answer, PaastaError)]
        fetched = [answer for answer in answers if not isinstance(answer, PaastaError)]
        if not fetched:
            raise failures[0]
        if failures:
            stages.warn(
                f"The logs of {len(failures)} of {counted(len(targets), 'instance')} are missing."
            )
        if len(fetched) == 1:
            return fetched[0][1]
        return await asyncio.to_thread(self._bundle, fetched)

    async def ssh(self, context: TaskContext, request: TaskRequest) -> None:
        """Set up or clean up a login; the result output is BOSH's JSON list.

        Raises the first failure of an agent when all have answered.
        """
        assert isinstance(request, SshRequest)
        gate = asyncio.Semaphore(AT_ONCE)

        async def visit(target: _Target) -> JsonObject | PaastaError:
            async with gate:
                try:
                    answer = await self._agents.call(
                        target.vm.agent_id,
                        AgentMethod.SSH.value,
                        (request.command, request.params),
                        deadline_s=SSH_DEADLINE_S,
                    )
                except AgentError as error:
                    return PaastaError(
                        f"{target.label}: {error}", code=error.code, hint=error.hint
                    )
            return _login(target, answer)

        targets = self._targets(context, request.selector)
        with cut_short(context.cancel, "the set-up of logins"):
            answers = await asyncio.gather(*(visit(target) for target in targets))
        logins: list[JsonValue] = [item for item in answers if not isinstance(item, PaastaError)]
        text = json.dumps(logins, separators=(",", ":")) + "\n"
        context.log.append_text(context.task_id, TaskOutput.RESULT, text)
        for answer in answers:
            if isinstance(answer, PaastaError):
                raise answer

    def _targets(self, context: TaskContext, slug: str) -> Sequence[_Target]:
        assert context.task.deployment is not None
        recorded = require_deployment(self._store, context.task.deployment)
        vms = active_vms(recorded)
        targets = [
            _Target(instance=instance, vm=vms[instance.instance_id])
            for instance in selected(recorded, slug)
            if instance.instance_id in vms
        ]
        if not targets:
            raise NotFoundError(
                f"'{slug}' has no VM now.",
                code=_VM_MISSING,
                hint="`paasta-deploy instances` shows the state of each instance",
            )
        return targets

    async def _fetch_one(self, vm: VmRecord, request: FetchLogsRequest) -> BlobId:
        blob_id = self._blobs.fresh_id()
        arguments = encode_logs_with_links(
            LogsRequest(
                kind=request.kind,
                filters=request.filters,
                upload_url=self._blobs.upload_url(blob_id, valid_s=LINK_VALID_S),
            )
        )
        await self._agents.call(
            vm.agent_id,
            AgentMethod.FETCH_LOGS_WITH_SIGNED_URL.value,
            (arguments,),
            deadline_s=LOGS_DEADLINE_S,
        )
        if not self._blobs.has(blob_id):
            raise AgentError(f"Agent {vm.agent_id} said that its logs were sent; none came.")
        return blob_id

    def _bundle(self, fetched: Sequence[tuple[str, BlobId]]) -> str:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as bundle:
            for name, blob_id in fetched:
                bundle.add(self._blobs.path(blob_id), arcname=f"{name}.tgz")
        for _, blob_id in fetched:
            self._blobs.delete(blob_id)
        return self._blobs.put_bytes(packed.getvalue()).blob_id


def _login(target: _Target, answer: JsonValue) -> JsonObject:
    told: Mapping[str, JsonValue] = answer if isinstance(answer, Mapping) else {}
    return {
        **told,
        "job": target.instance.group,
        "id": target.instance.instance_id,
        "index": target.instance.index,
        "agent_id": target.vm.agent_id,
        "gateway_host": None,
        "gateway_user": None,
    }
