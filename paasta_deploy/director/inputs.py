"""What a deploy was begun with, so that it goes on with the same: after a pause, a kill, a round.

A manifest names configs, releases and stemcells loosely: the newest ones. Between two halves of
one deploy, which a pause may hold apart for a night, newer ones may have come. What a deploy means
is settled when it begins to change something, and is noted in the journal then.
"""

from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.director.plan_runs import PlanRuns
from paasta_deploy.director.preparing import Prepared
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.plan import Plan
from paasta_deploy.ports.store import Journal, Phase

SETTLED = "inputs settled"
"""The journal's note of what a deploy was begun with."""


class Inputs:
    """Settles the inputs of deploys."""

    def __init__(self, *, journal: Journal, runs: PlanRuns) -> None:
        self._journal = journal
        self._runs = runs

    def settled(self, task_id: TaskId, request: DeployRequest) -> DeployRequest:
        """Return the request with what the task was begun with, if it has begun before."""
        for entry in self._journal.entries(task_id, phase=Phase.NOTE):
            if entry.step == SETTLED:
                return _with(request, entry.data)
        return request

    async def settle(
        self, context: TaskContext, request: DeployRequest, prepared: Prepared, plan: Plan
    ) -> DeployRequest:
        """Note what a deploy is begun with, and return the request with that."""
        if request.as_deployed or request.settled_releases or plan.is_empty:
            return request
        desired = prepared.desired
        releases: list[JsonValue] = [
            f"{name}/{record.version}" for name, record in desired.releases.items()
        ]
        stemcells: list[JsonValue] = [
            f"{key.name}/{key.version}" for key in sorted(set(desired.stemcells.values()), key=str)
        ]
        data: JsonObject = {
            "cloud_configs": list(prepared.cloud_config_ids),
            "runtime_configs": list(prepared.runtime_config_ids),
            "releases": releases,
            "stemcells": stemcells,
        }
        await self._runs.note(context, SETTLED, data=data)
        return _with(request, data)


def _with(request: DeployRequest, data: JsonObject) -> DeployRequest:
    return replace(
        request,
        cloud_config_ids=_numbers(data["cloud_configs"]),
        runtime_config_ids=_numbers(data["runtime_configs"]),
        settled_releases=_texts(data["releases"]),
        settled_stemcells=_texts(data["stemcells"]),
    )


def _numbers(value: JsonValue) -> tuple[int, ...]:
    assert isinstance(value, Sequence), "this module wrote it"
    return tuple(int(str(item)) for item in value)


def _texts(value: JsonValue) -> tuple[str, ...]:
    assert isinstance(value, Sequence), "this module wrote it"
    return tuple(str(item) for item in value)
