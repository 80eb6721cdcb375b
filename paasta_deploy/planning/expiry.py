"""When certificates end, and who must be told.

Days are whole days that are left: 0 means less than one, below that it has ended. People are told
in the last third of a certificate's life, and not before its last 30 days: one that is made for a
week is no news on its first day, and one for ten years none for three of them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.variable_records import CertificateFacts, VariableRecord
from paasta_deploy.planning.variable_choice import Choice

WARNED_DAYS = 30
"""Nobody is warned before: time for a planned rollout, and not so long that it is noise."""

WARNED_PART = 3
"""Of a short life it is the last third in which people are warned; most renewers wait as long."""


def days_left(facts: CertificateFacts, now: datetime) -> int:
    """Return the whole days until a certificate ends; negative: it has ended."""
    return (facts.not_after - now) // timedelta(days=1)


def ends_soon(facts: CertificateFacts, now: datetime) -> bool:
    """Return whether people must be told of a certificate."""
    warned = min((facts.not_after - facts.not_before) / WARNED_PART, timedelta(days=WARNED_DAYS))
    return facts.not_after - now < warned


def expires_soon(record: VariableRecord, now: datetime) -> bool:
    """Return whether people must be told of a version."""
    return record.certificate is not None and ends_soon(record.certificate, now)


def expiry_text(name: str, facts: CertificateFacts, now: datetime) -> str:
    """Return the sentence about a certificate."""
    days = days_left(facts, now)
    if days < 0:
        return f"the certificate `{name}` has expired on {facts.not_after:%Y-%m-%d}"
    if days == 0:
        return f"the certificate `{name}` expires within a day"
    return f"the certificate `{name}` expires in {days} day{'s' if days > 1 else ''}"


def expiry_warnings(choices: Iterable[Choice], now: datetime) -> tuple[Diagnostic, ...]:
    """Return a warning for each certificate that a deploy goes on using and that ends soon."""
    found: list[Diagnostic] = []
    for choice in choices:
        version = choice.version
        if version is None or choice.reason or not expires_soon(version, now):
            continue
        assert version.certificate is not None, "what expires is a certificate"
        name = choice.definition.name if choice.definition else choice.whole
        source = choice.definition.source if choice.definition else None
        found.append(
            warning(
                codes.CERTIFICATE_EXPIRES,
                expiry_text(name, version.certificate, now),
                span=source.span("name") if source else None,
                detail=f"it is valid until {version.certificate.not_after:%Y-%m-%d %H:%M} UTC",
                hint=f"`paasta-deploy rotate {name}` replaces it without an outage",
            )
        )
    return tuple(found)
