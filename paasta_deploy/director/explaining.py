"""Telling what a deploy would do, without doing it: the plan, the line diff, the name."""

import asyncio
import difflib
from collections.abc import Mapping, Sequence

from paasta_deploy.diagnostics import as_json
from paasta_deploy.director.deploying import DeploymentTasks
from paasta_deploy.director.link_book import LinkBook
from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.queries import require_deployment
from paasta_deploy.director.rendering import Rendering
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.selecting import selected
from paasta_deploy.manifest import emit, from_value, read_document, to_value
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.planning.variable_report import variables_json
from paasta_deploy.ports.store import Store
from paasta_deploy.wire.plan_json import report_json

_SECRET_BEARING = frozenset({"properties", "env"})
"""Below these keys BOSH hides every value of a diff."""


class DeploymentPlanner:
    """Answers "what would happen" for the API."""

    def __init__(
        self,
        *,
        store: Store,
        preparation: Preparation,
        rendering: Rendering,
        deployments: DeploymentTasks,
    ) -> None:
        self._store = store
        self._preparation = preparation
        self._rendering = rendering
        self._deployments = deployments
        self.links = LinkBook(
            store=store, recall=preparation.recall, neighbours=preparation.neighbours
        )

    async def check(self, request: DeployRequest, *, expected_name: str = "") -> DeploymentName:
        """Return the deployment's name. Raises RejectedError with all mistakes of the manifest.

        So a manifest that cannot be deployed is refused before there is a task.
        """
        name = await asyncio.to_thread(self._preparation.check, request)
        if expected_name and expected_name != name:
            raise PaastaError(
                f"Expected manifest to specify deployment name '{expected_name}' but was"
                f" '{name}'.",
                hint=f"use -d {name}, or change `name` in the manifest",
            )
        return name

    def require_selected(self, name: DeploymentName, slug: str) -> Sequence[InstanceRecord]:
        """Return the instances that ``slug`` names. Raises NotFoundError when there is none."""
        return selected(require_deployment(self._store, name), slug)

    async def describe(self, request: DeployRequest) -> JsonObject:
        """Return the plan as JSON, with warnings and its basis. Raises RejectedError.

        Also raises TemplateError: what a deploy would refuse is refused here.
        """
        account = await self._deployments.accounts.account(request)
        recorded = account.prepared.recorded
        report = await asyncio.to_thread(
            report_of, account.plan, recorded=recorded, timing=account.timing
        )
        variables = variables_json(account.prepared.survey.choices)
        shown: JsonObject = {
            **report_json(report),
            "is_empty": account.plan.is_empty and not variables,
            "variables": variables,
            "warnings": [as_json(item) for item in account.warnings],
        }
        return {**shown, "basis": self._deployments.accounts.sealed_basis(account, shown)}

    async def check_basis(self, request: DeployRequest) -> None:
        """Refuse at once, before there is a task, what the task would refuse for its plan.

        The task looks again while it holds the deployment. Raises RejectedError.
        """
        await self._deployments.accounts.insist(request)

    async def graph(self, request: DeployRequest) -> JsonObject:
        """Return what is needed to draw a manifest: its links as resolved, times of its groups."""
        return (await self._deployments.accounts.graph(request)).as_json()

    def diff(self, name: DeploymentName, manifest: str, *, redact: bool) -> list[JsonValue]:
        """Return BOSH's line diff against the recorded manifest, with lines around changes."""
        recorded = self._store.recorded_deployment(name)
        before = (recorded.deployment.manifest if recorded else None) or "{}"
        marks = {"+": "added", "-": "removed", " ": None}
        return [
            [line[1:], marks[line[0]]]
            for line in difflib.unified_diff(
                _comparable(before, redact=redact),
                _comparable(manifest, redact=redact),
                lineterm="",
                n=3,
            )
            if line[:3] not in ("---", "+++") and line[0] in marks
        ]


def _comparable(text: str, *, redact: bool) -> list[str]:
    """Return the lines of a manifest with sorted keys; values below secret-bearing keys hidden."""
    node = read_document("manifest.yml", text).node
    if node is None:
        return text.splitlines() if not redact else []
    value = to_value(node)
    return emit(from_value(_hidden(value) if redact else value, "manifest.yml")).splitlines()


def _hidden(value: JsonValue, *, below: bool = False) -> JsonValue:
    if isinstance(value, Mapping):
        return {
            key: _hidden(item, below=below or key in _SECRET_BEARING)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_hidden(item, below=below) for item in value]
    return "<redacted>" if below else value
