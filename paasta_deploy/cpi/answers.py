"""What a BOSH CPI executable answers on its stdout: a result, or one of our errors. Pure.

Source: CPI JSON contract v2 (spec: bosh.md 5.1, 5.2). The answer's shape is strict. BOSH's
director asks ``ok_to_retry`` of ``create_vm`` only; here it decides for every call, since a CPI
that says so means it. That an IaaS throttles has no type of its own in the contract, so it is read
from the message, and only where the CPI says that trying again is right: a message that merely
mentions 429 may come from the middle of an act.
"""

import json
import re
from collections.abc import Mapping

from paasta_deploy.cpi.errors import (
    CloudError,
    CloudThrottledError,
    CloudUnavailableError,
    DiskNotAttachedError,
    DiskNotFoundError,
    NoDiskSpaceError,
    NotSupportedError,
    VmCreationError,
    VmCreationRetryableError,
    VmNotFoundError,
)
from paasta_deploy.model.values import JsonValue

SHOWN_LENGTH_MAX = 500
"""Of an answer that is none: what an operator needs to recognise it."""

_PREFIX = "Bosh::Clouds::"

_KINDS: Mapping[str, type[CloudError]] = {
    kind.type_name.removeprefix(_PREFIX): kind
    for kind in (
        CloudError,
        VmNotFoundError,
        VmCreationError,
        NoDiskSpaceError,
        DiskNotAttachedError,
        DiskNotFoundError,
        NotSupportedError,
    )
} | {"NotImplemented": NotSupportedError}
"""By BOSH's type without its prefix."""

_NO_METHOD = re.compile(r"Invalid Method:|Method is not known")

_THROTTLED = re.compile(
    r"\b429\b|too many requests|request ?limit ?exceeded|throttl|rate ?(?:limit )?exceeded"
    r"|slow ?down",
    re.IGNORECASE,
)
"""What the APIs of AWS, Azure, Google and OpenStack write into such an error."""

_RETRY_AFTER = re.compile(r"retry[-_ ]?after[\"']?\s*[:=]?\s*[\"']?(\d+(?:\.\d+)?)", re.IGNORECASE)


def decode_answer(text: str, *, provider: str, method: str, cid: str = "") -> JsonValue:
    """Return the result. Raises the CloudError that the CPI means, or one about the answer."""
    try:
        answer = json.loads(text)
    except ValueError as cause:
        raise _no_answer(text, provider, method, cid) from cause
    if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        raise _no_answer(text, provider, method, cid)
    error = answer["error"]
    if error is None:
        result: JsonValue = answer["result"]
        return result
    if not _is_error(error):
        raise _no_answer(text, provider, method, cid)
    raise _meant(error, provider=provider, method=method, cid=cid)


def _is_error(error: object) -> bool:
    return (
        isinstance(error, dict)
        and isinstance(error.get("type"), str)
        and isinstance(error.get("message"), str)
        and isinstance(error.get("ok_to_retry"), bool)
    )


def _meant(error: Mapping[str, JsonValue], *, provider: str, method: str, cid: str) -> CloudError:
    message, may_retry = str(error["message"]), error["ok_to_retry"] is True
    name = str(error["type"])
    if may_retry and _THROTTLED.search(message):
        asked = _RETRY_AFTER.search(message)
        retry_after_s = float(asked.group(1)) if asked else 1.0
        return CloudThrottledError(message, retry_after_s=retry_after_s, provider=provider)
    kind = _KINDS.get(name.removeprefix(_PREFIX))
    if _NO_METHOD.search(message):
        kind = NotSupportedError
    if kind is None:
        kind = CloudError
        message = f"Unknown CPI error '{name}' with message '{message}' in '{method}' CPI method"
    if may_retry and not kind.retryable:
        kind = VmCreationRetryableError if kind is VmCreationError else CloudUnavailableError
    return kind(message, provider=provider, method=method, cid=cid)


def _no_answer(text: str, provider: str, method: str, cid: str) -> CloudError:
    shown = text.strip()[:SHOWN_LENGTH_MAX] or "nothing"
    return CloudError(
        f"Invalid CPI response - {provider} answered {method} for '{cid}' with: {shown}",
        provider=provider,
        method=method,
        cid=cid,
        hint="The CPI is broken or its program has ended early; its log is in the task's `cpi`"
        " output.",
    )
