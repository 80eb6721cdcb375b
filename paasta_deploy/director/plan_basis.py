"""What a plan was made from, sealed, so that exactly this plan can be asked for later.

Theory. A plan is decided by the manifest as sent, the configs, the uploaded releases and
stemcells, the records, and what was seen of the machines. The basis names each of them by a digest
or a version; a deploy that carries a basis is refused when one of them has moved, and the reason
names which. The comparison is made by the task itself, while it holds the deployment, so nothing
can move between the check and the act.

The basis that leaves the director is sealed, together with a digest of the plan that is shown with
it: whoever deploys a plan file gets what the file showed, or is told that somebody changed it.

Manifests hold secrets, and a plain digest of a secret that is short can be guessed. So digests are
keyed with a key that never leaves this director's store; a plan file tells nothing and is of use
with this director only.
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.director.preparing import Prepared
from paasta_deploy.model.ids import ConfigId, DeploymentName, TaskId
from paasta_deploy.model.observed import Observed, VmPresence
from paasta_deploy.model.recorded import RecordedDeployment, TaskRecord
from paasta_deploy.model.values import JsonObject, canonical_json, digest_of
from paasta_deploy.planning.plan import ChangeKind, Plan
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.ports.store import Store
from paasta_deploy.wire.plan_json import report_json

VERSION = 2
PLAN_KEY = "plan_key"
"""The setting with the key of all digests: made when the first plan is asked for."""

SHOWN, SEAL = "shown", "seal"
"""Beside a basis: the digest of the plan that was shown with it, and the seal over all of it."""

_TO_MAKE = "to be made"
"""The version of a variable that has no value yet."""

_MOVED = {
    "config": codes.PLAN_CONFIG_MOVED,
    "release": codes.PLAN_ARTIFACT_MOVED,
    "stemcell": codes.PLAN_ARTIFACT_MOVED,
    "variable": codes.PLAN_VARIABLE_MOVED,
}
_TASKS_TOLD_MAX = 5
_TASKS_SEEN_MAX = 50
"""Tasks that are looked through for those that changed something; the newest come first."""

_ONLY_LOOKING = frozenset({"vms", "fetch_logs", "ssh"})
"""Kinds of tasks that change nothing of a deployment."""

_AGAIN = "look at it with `plan`, and save it anew with `plan --out`"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBasis:
    """What one plan was made from. Digests are keyed; versions and names are plain."""

    deployment: str
    manifest: str
    state: str
    plan: str
    last_task: int
    configs: Mapping[str, int] = field(default_factory=dict)
    releases: Mapping[str, str] = field(default_factory=dict)
    stemcells: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    troubled: tuple[str, ...] = ()
    version: int = VERSION

    def as_json(self) -> JsonObject:
        """Return the basis as JSON; :func:`basis_from` reads it."""
        return {**asdict(self), "troubled": list(self.troubled)}


def basis_from(data: Mapping[str, Any]) -> PlanBasis:
    """Return the basis that ``data`` holds. Raises ValueError when it is none of this version."""
    try:
        if data["version"] != VERSION:
            text = f"a basis of version {data['version']}, this director reads {VERSION}"
            raise ValueError(text)
        return PlanBasis(
            deployment=str(data["deployment"]),
            manifest=str(data["manifest"]),
            state=str(data["state"]),
            plan=str(data["plan"]),
            last_task=int(data["last_task"]),
            configs={str(key): int(value) for key, value in data["configs"].items()},
            releases={str(key): str(value) for key, value in data["releases"].items()},
            stemcells={str(key): str(value) for key, value in data["stemcells"].items()},
            variables={str(key): str(value) for key, value in data["variables"].items()},
            troubled=tuple(map(str, data["troubled"])),
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"this is no basis of a plan: {problem!r}") from problem


class Notary:
    """Makes and compares bases. Reads the store; writes only its key, once."""

    def __init__(self, *, store: Store, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    def basis(
        self, manifest: str, prepared: Prepared, plan: Plan, observed: Observed
    ) -> PlanBasis:
        """Return what ``plan`` was made from."""
        key = self._key()
        newest = self._store.tasks(deployment=prepared.name, limit=1)
        return PlanBasis(
            deployment=prepared.name,
            manifest=_seal(key, manifest),
            state=_seal(key, _state_text(prepared.recorded)),
            plan=_seal(key, _plan_text(plan, prepared.recorded)),
            last_task=newest[0].task_id if newest else 0,
            configs=self._configs((*prepared.cloud_config_ids, *prepared.runtime_config_ids)),
            releases={
                str(name): record.version for name, record in prepared.desired.releases.items()
            },
            stemcells={
                alias: f"{key.name}/{key.version}"
                for alias, key in prepared.desired.stemcells.items()
            },
            variables={
                **dict.fromkeys((choice.whole for choice in prepared.survey.to_make), _TO_MAKE),
                **{name: str(version) for name, version in prepared.survey.versions.items()},
            },
            troubled=_troubled(prepared.recorded, observed),
        )

    def sealed(self, basis: PlanBasis, shown: JsonObject) -> JsonObject:
        """Return ``basis`` as it is given away with the plan that is ``shown``."""
        whole: JsonObject = {**basis.as_json(), SHOWN: digest_of(shown)}
        return {**whole, SEAL: _seal(self._key(), canonical_json(whole))}

    def forged(self, given: JsonObject) -> tuple[Diagnostic, ...]:
        """Return an error when a basis is not one that this director has sealed."""
        whole = {key: value for key, value in given.items() if key != SEAL}
        seal = _seal(self._key(), canonical_json(whole))
        if hmac.compare_digest(seal, str(given.get(SEAL, ""))):
            return ()
        return (
            error(
                codes.NO_PLAN_FILE,
                "the plan is not as this director gave it out",
                detail="somebody changed its file, or it is the plan of another director",
                hint=_AGAIN,
            ),
        )

    def moved(
        self, planned: PlanBasis, now: PlanBasis, *, task_id: TaskId | None
    ) -> tuple[Diagnostic, ...]:
        """Return what has moved since ``planned``; nothing: the plan would be the same.

        ``task_id`` is the task that asks: it is no change since then.
        """
        found = [*_inputs_moved(planned, now), *_versions_moved(planned, now)]
        if planned.state != now.state:
            found.append(self._state_moved(planned, task_id))
        if planned.troubled != now.troubled:
            found.append(_machines_moved(planned.troubled, now.troubled))
        if not found and planned.plan != now.plan:
            found.append(
                error(
                    codes.PLAN_DIFFERS,
                    "the plan comes out differently now, although nothing that it names has moved",
                    detail="a release of the same version was uploaded again, the options are "
                    "others, or paasta-deploy itself is another version",
                    hint=_AGAIN,
                )
            )
        return tuple(found)

    def _state_moved(self, planned: PlanBasis, task_id: TaskId | None) -> Diagnostic:
        since = [
            task
            for task in self._store.tasks(deployment=_name(planned), limit=_TASKS_SEEN_MAX)
            if task.task_id > planned.last_task
            and task.task_id != task_id
            and task.kind not in _ONLY_LOOKING
        ]
        newest = reversed(since[:_TASKS_TOLD_MAX])
        told = "; ".join(map(_task_text, newest)) or "no task of its own did that"
        return error(
            codes.PLAN_STATE_MOVED,
            f"deployment `{planned.deployment}` was changed since the plan was made",
            detail=told,
            hint=_AGAIN,
        )

    def _configs(self, config_ids: Iterable[int]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for config_id in config_ids:
            config = self._store.config(ConfigId(config_id))
            name = "?" if config is None else f"{config.kind}/{config.name}"
            found[name] = int(config_id)
        return found

    def _key(self) -> str:
        key = self._store.setting(PLAN_KEY)
        if not key:
            key = f"{self._ids.new_uuid()}{self._ids.new_uuid()}"
            self._store.put_setting(PLAN_KEY, key)
        return key


def _inputs_moved(planned: PlanBasis, now: PlanBasis) -> Iterable[Diagnostic]:
    if planned.deployment != now.deployment:
        yield error(
            codes.PLAN_INPUT_MOVED,
            f"the plan is of deployment `{planned.deployment}`, the manifest of "
            f"`{now.deployment}`",
            hint="give the manifest that the plan was made from",
        )
    elif not hmac.compare_digest(planned.manifest, now.manifest):
        yield error(
            codes.PLAN_INPUT_MOVED,
            "the manifest is not the one that the plan was made from",
            detail="with its ops files and variables put in, something in it is different",
            hint=_AGAIN,
        )


def _versions_moved(planned: PlanBasis, now: PlanBasis) -> Iterable[Diagnostic]:
    for what, before, after in (
        ("config", planned.configs, now.configs),
        ("release", planned.releases, now.releases),
        ("stemcell", planned.stemcells, now.stemcells),
        ("variable", planned.variables, now.variables),
    ):
        for name in sorted({*before, *after}):
            had, has = before.get(name), after.get(name)
            if had != has:
                summary, detail = _told(what, name, had, has)
                yield error(_MOVED[what], summary, detail=detail, hint=_AGAIN)


def _told(what: str, name: str, had: str | int | None, has: str | int | None) -> tuple[str, str]:
    """Return what is said about something that is now ``has`` and was ``had``."""
    if what == "variable" and had is not None and has is not None:
        # Their versions tell nobody anything.
        made = "was to be made then, and has a value now" if had == _TO_MAKE else "has a new value"
        return f"the variable `{name}` {made}", "every instance that uses it gets what is newest"
    summary = f"{what} `{name}` is {_version(has)}, and was {_version(had)} when the plan was made"
    if what == "config" and had is not None and has is not None:
        command = f"paasta-deploy diff-config --from-id {had} --to-id {has}"
        return summary, f"`{command}` shows what changed in it"
    if what == "release" and had is not None and has is not None:
        return summary, f"`latest` is the newest that is uploaded; `version: {had}` stays the same"
    return summary, ""


def _version(version: str | int | None) -> str:
    return "not there" if version is None else f"`{version}`"


def _machines_moved(before: Sequence[str], after: Sequence[str]) -> Diagnostic:
    worse = [f"{item} (it answered before)" for item in after if item not in before]
    better = [f"{item.rpartition(' ')[0]} answers again" for item in before if item not in after]
    return error(
        codes.PLAN_MACHINES_MOVED,
        "the machines are not as they were when the plan was made",
        detail="; ".join([*worse, *better]),
        hint=_AGAIN,
    )


def _task_text(task: TaskRecord) -> str:
    return f"task {task.task_id} by {task.user}: {task.description} ({task.state.value})"


def _name(basis: PlanBasis) -> DeploymentName:
    return DeploymentName(basis.deployment)


def _seal(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()


def _state_text(recorded: RecordedDeployment) -> str:
    """Return all that is recorded and decides a plan. A recipe changes only with ``by`` a task."""
    return json.dumps(
        [
            recorded.deployment.manifest,
            sorted(
                [
                    item.instance_id,
                    item.group,
                    item.index,
                    item.az,
                    item.bootstrap,
                    item.run_state.value,
                    item.converged,
                    item.converged_by,
                    item.ignored,
                    [[address.network, str(address.ip)] for address in item.addresses],
                ]
                for item in recorded.instances
            ),
            sorted([vm.agent_id, vm.cid or "", vm.state.value] for vm in recorded.vms),
            sorted(
                [
                    disk.disk_id,
                    disk.cid or "",
                    disk.state.value,
                    disk.size_mib,
                    disk.growing_to_mib or 0,
                    disk.growth_refused,
                ]
                for disk in recorded.disks
            ),
        ]
    )


def _plan_text(plan: Plan, recorded: RecordedDeployment) -> str:
    """Return what the plan does; ids that are chosen anew by every planning are left out."""
    told = dict(report_json(report_of(plan, recorded=recorded)))
    known = {instance.instance_id for instance in recorded.instances}
    groups: Any = told["groups"]
    held: Any = told.get("held_back", [])
    for row in (*(row for group in groups for row in group["instances"]), *held):
        if row["id"] not in known or row["kind"] == ChangeKind.CREATE.value:
            del row["id"]
        for reason in row["reasons"]:
            del reason["location"]
    return canonical_json(told)


_PRESENCES = {VmPresence.MISSING: "missing", VmPresence.SILENT: "silent"}


def _troubled(recorded: RecordedDeployment, observed: Observed) -> tuple[str, ...]:
    """Return which instances have a VM that does not answer, as ``db/0 silent``."""
    names = {item.instance_id: f"{item.group}/{item.index}" for item in recorded.instances}
    found = []
    for vm in recorded.vms:
        seen = observed.vms.get(vm.agent_id)
        if seen is not None and seen.presence in _PRESENCES and vm.instance_id is not None:
            found.append(f"{names.get(vm.instance_id, vm.agent_id)} {_PRESENCES[seen.presence]}")
    return tuple(sorted(found))
