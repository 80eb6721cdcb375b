"""What a task is to do, as values that go into the store and come out again after a kill.

Every request is plain JSON through :func:`encode` and :func:`decode`; a new kind of task adds one
class and one row in :data:`REQUESTS`. The manifest text of a deploy may hold secrets: it is stored
with the task (file mode 0600), never logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRequest:
    """``POST /deployments`` (bosh.md 8.5). Selectors are BOSH slugs; ``*`` is everything.

    ``runtime_config_ids`` None: the newest ones.
    ``plan_basis``: only if the plan is still the one that this was the basis of; empty: whatever
    the plan is. ``force_latest_variables``: also those that wait for another stemcell.
    ``rotated``: the variables (whole names) whose rotation this deploy belongs to.
    ``max_destroy``: of how many instances (``3``, ``20%``) it may take away the VM or the disk.
    ``only``, ``exclude``: selectors of what is changed; nothing in ``only`` is everything.
    ``on_failure``: instead of what the manifest says (``stop``, ``rollback``, ``continue``).
    ``settled_...``: `name/version` that a deploy was begun with; only while it runs.
    ``as_deployed``: a rollback; also releases, stemcells and variables in the versions of then.
    ``deadline_s``: so long after it was asked for, the deploy begins no further change.
    """

    manifest: str
    manifest_name: str = "manifest.yml"
    cloud_config_ids: tuple[int, ...] = ()
    runtime_config_ids: tuple[int, ...] | None = None
    recreate: bool = False
    fix: bool = False
    dry_run: bool = False
    skip_drain: tuple[str, ...] = ()
    canaries: str | None = None
    max_in_flight: str | None = None
    plan_basis: JsonObject = field(default_factory=dict)
    force_latest_variables: bool = False
    rotated: tuple[str, ...] = ()
    max_destroy: str | None = None
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    deadline_s: int | None = None
    on_failure: str | None = None
    as_deployed: bool = False
    settled_releases: tuple[str, ...] = ()
    settled_stemcells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesRequest:
    """``PUT /deployments/:d/jobs/...?state=``: start, stop, detach, restart, recreate."""

    state: str
    selector: str = "*"
    fix: bool = False
    dry_run: bool = False
    skip_drain: tuple[str, ...] = ()
    canaries: str | None = None
    max_in_flight: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDeploymentRequest:
    """``DELETE /deployments/:d``. ``force`` goes on when scripts of an instance fail."""

    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HealRequest:
    """``PUT /deployments/:d/scan_and_fix``: instance ids that may be dead."""

    instance_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReleaseRequest:
    """A release archive that lies in ``source`` (a path on the director's machine, or a URL)."""

    source: str
    sha1: str = ""
    fix: bool = False
    remove_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadStemcellRequest:
    """A stemcell archive, like :class:`UploadReleaseRequest`."""

    source: str
    sha1: str = ""
    fix: bool = False
    remove_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVmsRequest:
    """``GET /deployments/:d/vms|instances?format=full``: one result line per instance or VM."""

    instances: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLogsRequest:
    """``GET /deployments/:d/jobs/:j/:i/logs``: the task's result is the id of a blob."""

    selector: str = "*"
    kind: str = "job"
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SshRequest:
    """``POST /deployments/:d/ssh``: ``command`` is setup or cleanup."""

    command: str
    selector: str
    params: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDisksRequest:
    """Delete orphaned disks with their data, by cid. Only operators ask for it."""

    disk_cids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteVmsRequest:
    """Delete VMs that serve no instance, by cid. Only operators ask for it."""

    vm_cids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateRequest:
    """Rotate variables, by whole names: new values, brought to every instance that uses them.

    ``deployment`` is for whom an operator asked.
    """

    names: tuple[str, ...]
    deployment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateAuthorityRequest:
    """Exchange the director's own CA, without losing an agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteArtifactRequest:
    """Delete one release version or one stemcell: ``kind`` is ``release`` or ``stemcell``."""

    kind: str
    name: str
    version: str
    force: bool = False


TaskRequest = (
    DeployRequest
    | StatesRequest
    | DeleteDeploymentRequest
    | HealRequest
    | UploadReleaseRequest
    | UploadStemcellRequest
    | ListVmsRequest
    | FetchLogsRequest
    | SshRequest
    | DeleteDisksRequest
    | DeleteVmsRequest
    | DeleteArtifactRequest
    | RotateRequest
    | RotateAuthorityRequest
)

REQUESTS: Mapping[str, type[TaskRequest]] = {
    "update_deployment": DeployRequest,
    "update_instance": StatesRequest,
    "delete_deployment": DeleteDeploymentRequest,
    "cck_scan_and_fix": HealRequest,
    "update_release": UploadReleaseRequest,
    "update_stemcell": UploadStemcellRequest,
    "vms": ListVmsRequest,
    "fetch_logs": FetchLogsRequest,
    "ssh": SshRequest,
    "delete_orphan_disks": DeleteDisksRequest,
    "delete_vm": DeleteVmsRequest,
    "delete_artifacts": DeleteArtifactRequest,
    "rotate_variables": RotateRequest,
    "rotate_director_ca": RotateAuthorityRequest,
}
"""Task kind -> request. The kinds are BOSH's task types (bosh.md Appendix B)."""


def kind_of(request: TaskRequest) -> str:
    """Return the task kind of a request."""
    for kind, request_type in REQUESTS.items():
        if type(request) is request_type:
            return kind
    raise AssertionError(f"{type(request).__name__} is missing in REQUESTS")


def encode(request: TaskRequest) -> JsonObject:
    """Return the request as JSON; tuples become lists."""
    out: dict[str, JsonValue] = {}
    for name in (entry.name for entry in fields(request)):
        value = getattr(request, name)
        out[name] = list(value) if isinstance(value, tuple) else value
    return out


def decode(kind: str, data: JsonObject) -> TaskRequest:
    """Return the request of a task of ``kind``; missing fields have their defaults."""
    request_type = REQUESTS[kind]
    known = {entry.name for entry in fields(request_type)}
    arguments = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data.items()
        if name in known
    }
    return request_type(**arguments)  # type: ignore[arg-type]  # encode() made it from this class
