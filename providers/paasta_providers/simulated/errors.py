"""From this cloud's error codes to ours. The table is the whole knowledge."""

from collections.abc import Mapping

from paasta_providers.simulated.client import ApiError, Trouble

from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudError,
    CloudThrottledError,
    CloudUnavailableError,
    DiskInUseError,
    DiskNotFoundError,
    QuotaExceededError,
    StemcellNotFoundError,
    VmCreationError,
    VmCreationRetryableError,
    VmNotFoundError,
)

PROVIDER = "simulated"

RETRY_AFTER_S = 0.05
"""What the simulated API asks of a throttled caller: short, since simulated time is precious."""

ERRORS: Mapping[Trouble, type[CloudError]] = {
    Trouble.UNAVAILABLE: CloudUnavailableError,
    Trouble.THROTTLED: CloudThrottledError,
    Trouble.VM_FAILED: VmCreationRetryableError,
    Trouble.QUOTA: QuotaExceededError,
    Trouble.IMAGE_UNKNOWN: StemcellNotFoundError,
    Trouble.MACHINE_UNKNOWN: VmNotFoundError,
    Trouble.VOLUME_UNKNOWN: DiskNotFoundError,
    Trouble.VOLUME_IN_USE: DiskInUseError,
    Trouble.ADDRESS_IN_USE: VmCreationError,
    Trouble.SHRINKING: CloudConfigError,
}

HINTS: Mapping[Trouble, str] = {
    Trouble.QUOTA: "Raise `quota` in the simulated CPI's properties, or ask for less.",
    Trouble.IMAGE_UNKNOWN: "Upload the stemcell again.",
    Trouble.ADDRESS_IN_USE: "Delete the VM that has it, or take another address.",
}


def cloud_error(error: ApiError, *, method: str, cid: str) -> CloudError:
    """Return our error for ``error``; raise it from that."""
    kind = ERRORS[error.trouble]
    message = f"The simulated cloud failed {method} for '{cid}': {error}."
    if kind is CloudThrottledError:
        return CloudThrottledError(message, retry_after_s=RETRY_AFTER_S, provider=PROVIDER)
    return kind(
        message, provider=PROVIDER, method=method, cid=cid, hint=HINTS.get(error.trouble, "")
    )
