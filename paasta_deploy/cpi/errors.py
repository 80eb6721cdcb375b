"""How a provider fails. Every SDK error ends as one of these, in ``providers/*/errors.py``.

``retryable`` decides: True means that the same call may succeed later without anybody changing
anything (throttling, a timeout, a service that restarts). ``type_name`` is BOSH's error type, used
when the provider is offered as an external CPI executable (spec: bosh.md 5.2).
"""

from paasta_deploy.model.errors import PaastaError


class CloudError(PaastaError):
    """A provider could not do what was asked."""

    type_name = "Bosh::Clouds::CloudError"
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        method: str = "",
        cid: str = "",
        request_id: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.provider = provider
        self.method = method
        self.cid = cid
        self.request_id = request_id


class CloudUnavailableError(CloudError):
    """The IaaS does not answer, or answers 5xx. Retryable."""

    retryable = True


class CloudDeadlineError(CloudError):
    """A call did not return in time and was left behind. Not retryable: it may still be at work.

    Raised by the core, never by a provider. The next plan looks what the call has done.
    """


class CloudThrottledError(CloudError):
    """Too many requests. Retryable, not before ``retry_after_s`` seconds."""

    retryable = True

    def __init__(self, message: str, *, retry_after_s: float = 1.0, provider: str = "") -> None:
        super().__init__(message, provider=provider)
        self.retry_after_s = retry_after_s


class CloudCredentialsError(CloudError):
    """The credentials are wrong or lack a right."""


class CloudConfigError(CloudError):
    """``cloud_properties`` or the provider's own properties do not fit."""


class QuotaExceededError(CloudError):
    """The account's quota or the host's capacity is used up."""


class VmCreationError(CloudError):
    """The VM could not be made; nothing of it is left behind."""

    type_name = "Bosh::Clouds::VMCreationFailed"


class VmCreationRetryableError(VmCreationError):
    """The VM could not be made this time; trying again may help."""

    retryable = True


class VmNotFoundError(CloudError):
    """There is no such VM."""

    type_name = "Bosh::Clouds::VMNotFound"


class DiskNotFoundError(CloudError):
    """There is no such disk."""

    type_name = "Bosh::Clouds::DiskNotFound"


class DiskNotAttachedError(CloudError):
    """The disk is not attached to that VM."""

    type_name = "Bosh::Clouds::DiskNotAttached"


class DiskInUseError(CloudError):
    """The disk is attached to another VM, which must be fenced first."""


class NoDiskSpaceError(CloudError):
    """The disk is larger than what is left."""

    type_name = "Bosh::Clouds::NoDiskSpace"


class StemcellNotFoundError(CloudError):
    """There is no such stemcell."""


class NotSupportedError(CloudError):
    """The provider lacks this method; planning should have asked its capabilities."""

    type_name = "Bosh::Clouds::NotSupported"
