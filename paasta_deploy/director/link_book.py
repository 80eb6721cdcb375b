"""Answers about links: who provides, who consumes, at which address (bosh.md 8.7).

Nothing is kept for it: a deployment is thought through as it was last deployed, so the answer is
what its templates were rendered with, or would be if nothing but others had changed.
"""

from collections.abc import Sequence

from paasta_deploy.director.neighbours import Neighbours, Recall
from paasta_deploy.director.queries import require_deployment
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import DeploymentRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_names import query_address
from paasta_deploy.planning.link_table import (
    ConsumerRow,
    LinkRow,
    ProviderRow,
    consumer_rows,
    link_rows,
    provider_rows,
)
from paasta_deploy.planning.links import ResolvedLinks, resolve_links
from paasta_deploy.planning.template_specs import az_numbers
from paasta_deploy.ports.store import Store

STATUSES = ("default", "healthy", "unhealthy", "all")


class LinkRequestError(PaastaError):
    """A request about links is wrong; its code says what."""


class LinkBook:
    """Reads links. Methods cost as much as planning a deployment: call them in a thread."""

    def __init__(self, *, store: Store, recall: Recall, neighbours: Neighbours) -> None:
        self._store = store
        self._recall = recall
        self._neighbours = neighbours

    def providers(self, name: str) -> list[JsonObject]:
        """Return ``GET /link_providers``. Raises NotFoundError."""
        desired = self._desired(name)
        return [] if desired is None else [_provider(row) for row in provider_rows(desired)]

    def consumers(self, name: str) -> list[JsonObject]:
        """Return ``GET /link_consumers``. Raises NotFoundError."""
        desired = self._desired(name)
        return [] if desired is None else [_consumer(row) for row in consumer_rows(desired)]

    def links(self, name: str) -> list[JsonObject]:
        """Return ``GET /links``. Raises NotFoundError."""
        resolved = self._resolved(self._record(name))
        return [] if resolved is None else [_link(row) for row in link_rows(*resolved)]

    def address(self, link_id: int, *, azs: Sequence[str], status: str) -> str:
        """Return the address of a link, as its consumer's templates get it.

        Raises NotFoundError when no deployment has the link, LinkRequestError.
        """
        if status not in STATUSES:
            raise LinkRequestError(
                f"Status '{status}' is unknown; known: {', '.join(STATUSES)}.", code=810007
            )
        for record in self._store.deployments():
            resolved = self._resolved(record)
            for row in () if resolved is None else link_rows(*resolved):
                if row.row_id == link_id and resolved is not None:
                    return _address(*resolved, row, azs=azs, status=status)
        raise NotFoundError(f"Could not find a link with id {link_id}", code=810000)

    def _record(self, name: str) -> DeploymentRecord:
        return require_deployment(self._store, DeploymentName(name)).deployment

    def _desired(self, name: str) -> Desired | None:
        record = self._record(name)
        return None if record.manifest is None else self._recall(record)[0]

    def _resolved(self, record: DeploymentRecord) -> tuple[Desired, ResolvedLinks] | None:
        """Return a deployment's links; None when it was never deployed."""
        if record.manifest is None:
            return None
        desired, placement = self._recall(record)
        shared = self._neighbours.shared_with(desired.manifest)
        return desired, resolve_links(desired, placement, shared=shared)


def _address(
    desired: Desired, links: ResolvedLinks, row: LinkRow, *, azs: Sequence[str], status: str
) -> str:
    content = links.of_job[row.group, row.job][row.name]
    assert isinstance(content, dict), "the content of a link is an object"
    try:
        return query_address(content, az_numbers(desired), azs=azs, status=status)
    except ValueError as error:
        raise LinkRequestError(f"{error}.", code=810008) from error


def _owner(row: ProviderRow | ConsumerRow) -> JsonObject:
    return {"type": "job", "name": row.job, "info": {"instance_group": row.group}}


def _provider(row: ProviderRow) -> JsonObject:
    return {
        "id": row.row_id,
        "name": row.alias,
        "shared": row.shared,
        "deployment": row.deployment,
        "link_provider_definition": {"type": row.link_type, "name": row.name},
        "owner_object": _owner(row),
    }


def _consumer(row: ConsumerRow) -> JsonObject:
    return {
        "id": row.row_id,
        "name": row.name,
        "optional": row.optional,
        "deployment": row.deployment,
        "owner_object": _owner(row),
        "link_consumer_definition": {"type": row.link_type, "name": row.name},
    }


def _link(row: LinkRow) -> JsonObject:
    return {
        "id": row.row_id,
        "name": row.name,
        "link_consumer_id": row.consumer_id,
        "link_provider_id": row.provider_id,
        "created_at": None,  # links follow from deployments here, so nobody creates them
    }
