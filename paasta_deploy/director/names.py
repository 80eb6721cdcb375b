"""Serving names: who has which DNS name, told to every agent (BOSH 4.7, `sync_dns`).

Names are served from the first deploy on that uses any, to all machines of all deployments; until
then nobody is troubled with them. A document is published before a plan is carried out, because
jobs look names up when they start, and after it, because VMs went and clouds gave addresses. A
document that says the same as the last one is not sent again. New machines get it with their jobs.

An agent that cannot be reached goes on with what it has; it gets the next document, or this one
when its machine is made again. Nothing here makes a deploy fail.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.director.configs import Configs
from paasta_deploy.execution.context import NamesDocument
from paasta_deploy.model.errors import AgentError, BlobError, NotFoundError, PaastaError
from paasta_deploy.model.ids import AgentId, BlobId, DeploymentName
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.model.values import JsonValue, digest_of
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_records import (
    NOTHING_COMING,
    Coming,
    NamedInstance,
    named_instances,
    records_of,
    wants_names,
)
from paasta_deploy.planning.link_providers import dns_name
from paasta_deploy.ports.agents import AgentChannel
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.store import Store, TaskReads
from paasta_deploy.wire.agent_messages import AgentMethod

log = logging.getLogger(__name__)

IN_USE = "names_in_use"
"""The setting that says since when names are served: ``true`` once a deploy used one."""

PUBLISHED = "names_published"
"""The setting with the last document: version, digest of its content, blob."""

DEADLINE_S = 10.0
"""How long all agents together are waited for, as in BOSH."""

AT_ONCE = 256
"""Bounds the burst on the message bus with ten thousand agents."""

LINK_VALID_S = 600.0
"""Agents fetch the document at once; a link that is older was overtaken."""


def are_served(store: TaskReads) -> bool:
    """Return whether this director serves names."""
    return store.setting(IN_USE) == "true"


def names_of(instance: InstanceRecord) -> list[JsonValue]:
    """Return the full names of one instance: by its id and by its index, in each network."""
    return [
        dns_name(host, instance.group, address.network, instance.deployment)
        for address in instance.addresses
        for host in (instance.instance_id, str(instance.index))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    version: int
    digest: str
    blob: BlobRef


class Names:
    """Publishes names. One for the director's life; calls may come from several tasks."""

    def __init__(
        self, *, store: Store, blobs: Blobs, agents: AgentChannel, configs: Configs
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._agents = agents
        self._configs = configs
        self._lock = asyncio.Lock()
        self._coming: dict[DeploymentName, Coming] = {}

    def current(self) -> NamesDocument | None:
        """Return the last document, for a machine that is new. None: names are not served."""
        published = self._published()
        if published is None or not self._blobs.has(published.blob.blob_id):
            return None
        return NamesDocument(blob=published.blob, version=published.version)

    def begin(self, desired: Desired) -> None:
        """Serve names from now on, if the deployment uses any and its machines can use them."""
        if desired.names_resolve and wants_names(desired) and not are_served(self._store):
            self._store.put_setting(IN_USE, "true")

    async def publish(
        self, deployment: DeploymentName | None = None, coming: Coming = NOTHING_COMING
    ) -> None:
        """Tell all agents what has changed.

        ``coming`` is what ``deployment`` is about to get, until something else is said of it; None
        says nothing of any.
        """
        if deployment is not None:
            self._coming[deployment] = coming
        if not are_served(self._store):
            return
        try:
            async with self._lock:
                published = await asyncio.to_thread(self._publish)
            if published is not None:
                await self._broadcast(
                    NamesDocument(blob=published.blob, version=published.version)
                )
        except PaastaError as error:
            log.warning("names were not published", extra={"error": str(error)})

    def _publish(self) -> _Published | None:
        """Return a new document, None when it would say the same."""
        last = self._published()
        instances = tuple(self._instances())
        numbers = self._az_numbers()
        digest = digest_of(records_of(instances, 0, numbers))
        if last is not None and last.digest == digest and self._blobs.has(last.blob.blob_id):
            return None
        version = 1 if last is None else last.version + 1
        content = json.dumps(records_of(instances, version, numbers), separators=(",", ":"))
        published = _Published(
            version=version, digest=digest, blob=self._blobs.put_bytes(content.encode())
        )
        self._store.put_setting(PUBLISHED, _encoded(published))
        if last is not None and last.blob.blob_id != published.blob.blob_id:
            try:
                self._blobs.delete(last.blob.blob_id)
            except BlobError as error:
                log.warning("an old document of names stays", extra={"error": str(error)})
        return published

    def _instances(self) -> Iterable[NamedInstance]:
        for record in self._store.deployments():
            recorded = self._store.recorded_deployment(record.name)
            if recorded is not None:
                coming = self._coming.get(record.name, NOTHING_COMING)
                yield from named_instances(recorded, coming)

    def _az_numbers(self) -> Mapping[str, int]:
        """Number the AZs as templates do (``planning.template_specs.az_numbers``)."""
        try:
            cloud_config, _ = self._configs.cloud_config(())
        except NotFoundError:
            return {}
        return {name: number for number, name in enumerate(cloud_config.azs, start=1)}

    def _published(self) -> _Published | None:
        text = self._store.setting(PUBLISHED)
        return None if text is None else _decoded(text)

    async def _broadcast(self, document: NamesDocument) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        request = document.request(self._blobs, valid_s=LINK_VALID_S)

        async def tell(agent_id: AgentId) -> None:
            async with gate:
                try:
                    await self._agents.call(
                        agent_id,
                        AgentMethod.SYNC_DNS_WITH_SIGNED_URL.value,
                        (request,),
                        deadline_s=DEADLINE_S,
                    )
                except AgentError as error:
                    log.info(
                        "an agent was not told the names",
                        extra={"agent_id": agent_id, "error": str(error)},
                    )

        running = [vm.agent_id for vm in self._store.vms() if vm.state is VmState.RUNNING]
        telling = [tell(one) for one in running if self._agents.is_connected(one)]
        await asyncio.gather(*telling)


def _encoded(published: _Published) -> str:
    blob = published.blob
    fields: dict[str, JsonValue] = {
        "version": published.version,
        "digest": published.digest,
        "blob_id": blob.blob_id,
        "blob_digest": blob.digest,
    }
    return json.dumps(fields)


def _decoded(text: str) -> _Published:
    fields = json.loads(text)
    return _Published(
        version=int(fields["version"]),
        digest=str(fields["digest"]),
        blob=BlobRef(blob_id=BlobId(fields["blob_id"]), digest=str(fields["blob_digest"])),
    )
