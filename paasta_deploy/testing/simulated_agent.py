"""One simulated agent: what a machine's agent knows and how it answers, without any machine.

Pure: a request changes the state and returns a value, or raises AgentActionError with what a real
agent would say. It is strict where BOSH's protocol has an order (a disk is made known before it is
mounted, a spec is applied before jobs start, and only while they do not run), so that a director
which gets the order wrong is found out here.
Source: bosh.md 6.2 to 6.7.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from paasta_deploy.model.errors import AgentActionError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.agent_messages import AgentMethod
from paasta_deploy.wire.agent_settings import decode_update_settings
from paasta_deploy.wire.agent_work import (
    CompileResult,
    decode_compile_with_links,
    decode_logs_with_links,
    encode_compile_result,
)

Upload = Callable[[str, bytes], str]
"""Puts bytes through an upload link and returns their digest."""

_Answer = Callable[["SimulatedAgent", Sequence[JsonValue]], JsonValue]


class SimulatedAgent:
    """The state of one agent. ``job_state_after_start`` is what its jobs come to."""

    def __init__(
        self,
        agent_id: AgentId,
        *,
        upload: Upload,
        job_state_after_start: JobState = JobState.RUNNING,
    ) -> None:
        self.agent_id = agent_id
        self.job_state = JobState.UNKNOWN
        self.job_state_after_start = job_state_after_start
        self.spec: JsonObject = {}
        self.hints: dict[str, JsonValue] = {}
        self.mounted: list[str] = []
        self.named: dict[str, str] = {}
        self.scripts: list[str] = []
        self.names: JsonObject = {}
        self._upload = upload

    def answer(self, method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        """Do what one request asks for. Raises AgentActionError."""
        act = self._ANSWERS.get(method)
        if act is None:
            raise AgentActionError(f"unknown message {method}")
        return act(self, arguments)

    def _refuse(self, why: str) -> AgentActionError:
        return AgentActionError(f"Action Failed: {why} (agent {self.agent_id})")

    def _ping(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        return "pong"

    def _info(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        return {"api_version": 1, "push_tasks": True}

    def _get_state(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        jobs = self.spec.get("job")
        templates = jobs.get("templates", ()) if isinstance(jobs, Mapping) else ()
        assert isinstance(templates, Sequence)
        names = [item["name"] for item in templates if isinstance(item, Mapping)]
        return {
            **self.spec,
            "agent_id": self.agent_id,
            "job_state": self.job_state.value,
            "processes": [{"name": name, "state": self.job_state.value} for name in names],
        }

    def _update_settings(self, arguments: Sequence[JsonValue]) -> JsonValue:
        if not isinstance(arguments[0], Mapping):
            raise self._refuse("settings are a mapping")
        disks = decode_update_settings(arguments[0]).disk_names
        for name, cid in (disks or {}).items():
            if cid not in self.hints:
                raise self._refuse(f"disk {cid} is named {name} before it is known")
        if disks is not None:
            self.named = dict(disks)
        return "updated"

    def _sync_dns(self, arguments: Sequence[JsonValue]) -> JsonValue:
        request = arguments[0]
        if not isinstance(request, Mapping):
            raise self._refuse("a request for names is a mapping")
        self.names = request
        return "synced"

    def _prepare(self, arguments: Sequence[JsonValue]) -> JsonValue:
        if not isinstance(arguments[0], Mapping):
            raise self._refuse("an apply spec is a mapping")
        return "prepared"

    def _apply(self, arguments: Sequence[JsonValue]) -> JsonValue:
        if self.job_state in (JobState.RUNNING, JobState.STARTING):
            raise self._refuse("jobs run while another spec is applied")
        spec = arguments[0]
        if not isinstance(spec, Mapping):
            raise self._refuse("an apply spec is a mapping")
        self.spec = spec
        self.job_state = JobState.STOPPED
        return "applied"

    def _start(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        if not self.spec:
            raise self._refuse("nothing is applied yet")
        self.job_state = JobState.STARTING
        return "started"

    def _stop(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        if self.spec:
            self.job_state = JobState.STOPPED
        return "stopped"

    def _drain(self, arguments: Sequence[JsonValue]) -> JsonValue:
        if arguments[0] == "update" and len(arguments) < 2:
            raise self._refuse("Drain update requires new spec")
        return 0

    def _run_script(self, arguments: Sequence[JsonValue]) -> JsonValue:
        self.scripts.append(str(arguments[0]))
        return {}

    def _add_persistent_disk(self, arguments: Sequence[JsonValue]) -> JsonValue:
        self.hints[str(arguments[0])] = arguments[1]
        return "added"

    def _remove_persistent_disk(self, arguments: Sequence[JsonValue]) -> JsonValue:
        cid = str(arguments[0])
        if cid in self.mounted:
            raise self._refuse(f"disk {cid} is removed while it is mounted")
        self.hints.pop(cid, None)
        self.named = {name: other for name, other in self.named.items() if other != cid}
        return "removed"

    def _mount_disk(self, arguments: Sequence[JsonValue]) -> JsonValue:
        cid = str(arguments[0])
        if cid not in self.hints:
            raise self._refuse(f"disk {cid} is mounted before it is known")
        if cid not in self.mounted:
            self.mounted.append(cid)
        return {}

    def _unmount_disk(self, arguments: Sequence[JsonValue]) -> JsonValue:
        cid = str(arguments[0])
        if self.job_state in (JobState.RUNNING, JobState.STARTING):
            raise self._refuse(f"disk {cid} is unmounted under running jobs")
        if cid in self.mounted:
            self.mounted.remove(cid)
        return {"message": f"Unmounted partition of {cid}"}

    def _list_disk(self, _arguments: Sequence[JsonValue]) -> JsonValue:
        return list(self.mounted)

    def _migrate_disk(self, arguments: Sequence[JsonValue]) -> JsonValue:
        old, new = str(arguments[0]), str(arguments[1])
        if old not in self.mounted or new not in self.mounted:
            raise self._refuse(f"{old} and {new} are not both mounted")
        self.mounted.remove(old)
        return {}

    def _compile_package(self, arguments: Sequence[JsonValue]) -> JsonValue:
        request = decode_compile_with_links(arguments[0])
        content = f"{request.package.name}/{request.package.version} compiled".encode()
        digest = self._upload(request.upload_url, content)
        return encode_compile_result(CompileResult(digest=digest))

    def _fetch_logs(self, arguments: Sequence[JsonValue]) -> JsonValue:
        request = decode_logs_with_links(arguments[0])
        content = f"{request.kind} logs of {self.agent_id}".encode()
        return {"sha1": self._upload(request.upload_url, content)}

    def _ssh(self, arguments: Sequence[JsonValue]) -> JsonValue:
        command = str(arguments[0])
        if command == "setup":
            return {
                "command": command,
                "status": "success",
                "ip": "127.0.0.1",
                "host_public_key": "ssh-ed25519 simulated",
            }
        return {"command": command, "status": "success"}

    _ANSWERS: ClassVar[Mapping[str, _Answer]] = {
        AgentMethod.PING.value: _ping,
        AgentMethod.INFO.value: _info,
        AgentMethod.GET_STATE.value: _get_state,
        AgentMethod.UPDATE_SETTINGS.value: _update_settings,
        AgentMethod.SYNC_DNS_WITH_SIGNED_URL.value: _sync_dns,
        AgentMethod.PREPARE.value: _prepare,
        AgentMethod.APPLY.value: _apply,
        AgentMethod.START.value: _start,
        AgentMethod.STOP.value: _stop,
        AgentMethod.DRAIN.value: _drain,
        AgentMethod.RUN_SCRIPT.value: _run_script,
        AgentMethod.ADD_PERSISTENT_DISK.value: _add_persistent_disk,
        AgentMethod.REMOVE_PERSISTENT_DISK.value: _remove_persistent_disk,
        AgentMethod.MOUNT_DISK.value: _mount_disk,
        AgentMethod.UNMOUNT_DISK.value: _unmount_disk,
        AgentMethod.LIST_DISK.value: _list_disk,
        AgentMethod.MIGRATE_DISK.value: _migrate_disk,
        AgentMethod.COMPILE_PACKAGE_WITH_SIGNED_URL.value: _compile_package,
        AgentMethod.FETCH_LOGS_WITH_SIGNED_URL.value: _fetch_logs,
        AgentMethod.SSH.value: _ssh,
    }
