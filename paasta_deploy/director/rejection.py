"""A request that was understood and cannot be done, with all the reasons at once."""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.model.errors import PaastaError

_UNKNOWN = 440001
"""BOSH's BadManifest, where a diagnostic has no numeric code of BOSH."""


class RejectedError(PaastaError):
    """The operator's input has mistakes; nothing was changed. ``diagnostics`` has all of them."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [item for item in diagnostics if item.is_error]
        assert errors, "a rejection needs a reason"
        text = "\n".join(_one(item) for item in errors)
        super().__init__(text, code=errors[0].bosh_code or _UNKNOWN, hint=errors[0].hint)
        self.diagnostics = tuple(diagnostics)


def refuse(diagnostics: Sequence[Diagnostic]) -> None:
    """Raise RejectedError when one of ``diagnostics`` is an error."""
    if has_errors(diagnostics):
        raise RejectedError(diagnostics)


def _one(item: Diagnostic) -> str:
    place = f"{item.span}: " if item.span is not None else ""
    detail = f" ({item.detail.splitlines()[0]})" if item.detail else ""
    return f"{place}{item.summary}{detail} [{item.code}]"
