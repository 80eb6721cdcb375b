"""When certificates end, and who must be told.

Days are whole days that are left: 0 means less than one, below that it has ended.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.variable_records import CertificateFacts, VariableRecord
from paasta_deploy.planning.variable_choice import Choice

WARNED_DAYS = 30
"""From here on people are warned: time for a planned rollout, and not so long that it is noise."""


def days_left(facts: CertificateFacts, now: datetime) -> int:
    """Return the whole days until a certificate ends; negative: it has ended."""
    return (facts.not_after - now) // timedelta(days=1)


def expires_soon(record: VariableRecord, now: datetime) -> bool:
    """Return whether people must be told of a version."""
    facts = record.certificate
    return facts is not None and days_left(facts, now) < WARNED_DAYS


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
