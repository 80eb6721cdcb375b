"""Requests to agents and their answers, as BOSH's agents speak them.

A request names its method, its arguments by position and where the answer goes; the answer is
either ``{"value": ...}`` or ``{"exception": {"message": ...}}``. A method that takes long answers
``{"agent_task_id", "state": "running"}`` at once; its end is asked for with ``get_task``, or, from
agents whose ``info`` says ``"push_tasks": true``, arrives as one more answer on
``hm.agent.task.<agent_id>.<agent_task_id>``.

Source: bosh.md 6.1, 6.2 and wire/nats.jsonl.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NewType

from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.reading import WireError, decode_object, encode_json

AgentTaskId = NewType("AgentTaskId", str)
"""A UUID that an agent gave to a long action."""

PROTOCOL = 3
"""What BOSH's director sends today; agents answer ``stop`` asynchronously from 2 on."""

MESSAGE_SIZE_MAX = 1024 * 1024
"""Bytes of one message: NATS refuses more by default, and BOSH's agents do as well."""


class AgentMethod(Enum):
    """The methods that our agent answers. BOSH's agents know all but those marked."""

    PING = "ping"
    INFO = "info"
    GET_STATE = "get_state"
    GET_TASK = "get_task"
    CANCEL_TASK = "cancel_task"
    APPLY = "apply"
    PREPARE = "prepare"
    START = "start"
    STOP = "stop"
    DRAIN = "drain"
    RUN_SCRIPT = "run_script"
    RUN_ERRAND = "run_errand"
    ADD_PERSISTENT_DISK = "add_persistent_disk"
    REMOVE_PERSISTENT_DISK = "remove_persistent_disk"
    MOUNT_DISK = "mount_disk"
    UNMOUNT_DISK = "unmount_disk"
    LIST_DISK = "list_disk"
    MIGRATE_DISK = "migrate_disk"
    UPDATE_SETTINGS = "update_settings"
    COMPILE_PACKAGE = "compile_package"
    COMPILE_PACKAGE_WITH_SIGNED_URL = "compile_package_with_signed_url"
    FETCH_LOGS = "fetch_logs"
    FETCH_LOGS_WITH_SIGNED_URL = "fetch_logs_with_signed_url"
    BUNDLE_LOGS = "bundle_logs"
    REMOVE_FILE = "remove_file"
    SSH = "ssh"
    SYNC_DNS = "sync_dns"
    SYNC_DNS_WITH_SIGNED_URL = "sync_dns_with_signed_url"
    DELETE_ARP_ENTRIES = "delete_arp_entries"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRequest:
    """One request. ``method`` is a text, since the other side may know methods that we do not."""

    method: str
    arguments: tuple[JsonValue, ...] = ()
    reply_to: str
    protocol: int = PROTOCOL


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentValue:
    """The request succeeded."""

    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFailure:
    """The request failed. ``message`` is a sentence for the operator.

    ``backtrace`` and ``blobstore_id`` (of a log too long for a message) come from old agents.
    """

    message: str
    backtrace: str = ""
    blobstore_id: str = ""


AgentAnswer = AgentValue | AgentFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentInfo:
    """The answer to ``info``. ``push_tasks``: the agent pushes the end of its tasks."""

    api_version: int = 1
    push_tasks: bool = False


def encode_request(request: AgentRequest) -> bytes:
    """Return the bytes of a request."""
    return encode_json(
        {
            "protocol": request.protocol,
            "method": request.method,
            "arguments": list(request.arguments),
            "reply_to": request.reply_to,
        }
    )


def decode_request(data: bytes) -> AgentRequest:
    """Read a request. Raises WireError."""
    fields = decode_object(data, "agent request")
    return AgentRequest(
        method=fields.text("method"),
        arguments=tuple(fields.items("arguments")),
        reply_to=fields.text("reply_to"),
        protocol=fields.integer("protocol", 1),
    )


def encode_answer(answer: AgentAnswer) -> bytes:
    """Return the bytes of an answer."""
    match answer:
        case AgentValue(value=value):
            return encode_json({"value": value})
        case AgentFailure():
            exception = {"message": answer.message}
            if answer.backtrace:
                exception["backtrace"] = answer.backtrace
            if answer.blobstore_id:
                exception["blobstore_id"] = answer.blobstore_id
            return encode_json({"exception": exception})


def decode_answer(data: bytes) -> AgentAnswer:
    """Read an answer. Raises WireError."""
    fields = decode_object(data, "agent answer")
    if fields.has("exception"):
        exception = fields.object("exception")
        return AgentFailure(
            message=exception.text("message", "the agent gave no reason"),
            backtrace=exception.text("backtrace", ""),
            blobstore_id=exception.text("blobstore_id", ""),
        )
    if "value" not in fields.raw:
        raise WireError("agent answer: neither 'value' nor 'exception' is there")
    return AgentValue(value=fields.raw["value"])


def running_value(task_id: AgentTaskId) -> JsonObject:
    """Return the value that says: this takes long, ask for (or wait for) this task."""
    return {"agent_task_id": task_id, "state": "running"}


def running_task(value: JsonValue) -> AgentTaskId | None:
    """Return the task that a value tells to wait for, or None when the value is the final one."""
    if not isinstance(value, Mapping):
        return None
    task_id = value.get("agent_task_id")
    if isinstance(task_id, str) and value.get("state") == "running":
        return AgentTaskId(task_id)
    return None


def encode_info(info: AgentInfo) -> JsonObject:
    """Return the value that answers ``info``."""
    return {"api_version": info.api_version, "push_tasks": info.push_tasks}


def decode_info(value: JsonValue) -> AgentInfo:
    """Read the answer to ``info``. A real bosh-agent has no ``push_tasks``: poll it."""
    if not isinstance(value, Mapping):
        return AgentInfo()
    version = value.get("api_version")
    return AgentInfo(
        api_version=version if isinstance(version, int) else 1,
        push_tasks=value.get("push_tasks") is True,
    )
