"""The tree of failures of the world. Users' mistakes are diagnostics, our bugs are asserts.

::

    PaastaError                     what the world can do to us; ``retryable``: try again?
    ├── CloudError                  raised by providers (branches: ``paasta_deploy.cpi.errors``)
    ├── AgentError                  what an agent did not do
    │   ├── AgentUnreachableError   no answer within the deadline (retryable)
    │   ├── AgentActionError        the agent answered with an exception
    │   └── AgentNotRunningError    jobs did not become healthy within their watch time
    ├── StoreError                  the store refused or is gone
    │   ├── NotFoundError           the named record does not exist
    │   ├── AddressTakenError       another instance holds that address
    │   └── DeposedError            another director has taken the store over
    ├── BlobError                   a blob is missing, or its bytes do not match its digest
    ├── ReleaseError                a release archive is broken
    ├── StemcellError               a stemcell archive is broken
    ├── TemplateError               templates do not render
    ├── VariableError               a value of ``variables:`` cannot be made or kept
    ├── LockedError                 another task holds the deployment
    ├── TaskCancelledError          the operator cancelled the task
    └── TaskPausedError             the operator paused the task: it has not ended

``code`` is BOSH's numeric code where BOSH has one (spec: Appendix A), so that its CLI and scripts
that look at codes keep working; 500000 stands for "unknown".
"""


class PaastaError(Exception):
    """A failure of the world around us. ``str()`` is a whole sentence for the operator."""

    code: int = 500000
    retryable: bool = False
    http_status: int = 400

    def __init__(self, message: str, *, code: int | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        if code is not None:
            self.code = code


class AgentError(PaastaError):
    """An agent did not do what was asked."""


class AgentUnreachableError(AgentError):
    """No answer within the deadline. Retryable: the machine may be booting or partitioned."""

    code = 450002
    retryable = True


class AgentActionError(AgentError):
    """The agent answered that the action failed; its message is passed on whole."""

    code = 450001


class AgentNotRunningError(AgentError):
    """The jobs were started but not healthy within the watch time."""

    code = 400007


class StoreError(PaastaError):
    """The store refused the request or cannot be reached."""


class NotFoundError(StoreError):
    """The named record does not exist."""

    code = 70000
    http_status = 404


class AddressTakenError(StoreError):
    """Another instance already holds the address."""

    code = 130008


class DeposedError(StoreError):
    """Another director has taken the store over; this one must not change anything any more."""


class BlobError(PaastaError):
    """A blob is missing or its bytes do not match its digest."""


class ReleaseError(PaastaError):
    """A release archive or folder is broken; ``code`` is BOSH's 300xx or 800xx."""

    code = 30002


class StemcellError(PaastaError):
    """A stemcell archive is broken; ``code`` is BOSH's 500xx."""

    code = 50000


class TemplateError(PaastaError):
    """Templates do not render; the message is the whole indented tree of causes."""

    code = 80006


class VariableError(PaastaError):
    """A value of ``variables:`` cannot be made or kept. Its text never holds a value."""

    code = 540005


class LockedError(PaastaError):
    """Another task holds the deployment."""

    code = 100001


class TaskCancelledError(PaastaError):
    """The operator cancelled the task."""

    code = 10001
    http_status = 200


class TaskPausedError(PaastaError):
    """The operator paused the task and what had begun is finished. It goes on when told to."""
