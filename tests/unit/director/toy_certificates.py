"""The director's own certificates, as facts without files."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from typing_extensions import override

from paasta_deploy.model.lifecycle import RotationPhase
from paasta_deploy.model.variable_records import CertificateFacts
from paasta_deploy.ports.own_certificates import OwnAuthority, OwnCertificate, OwnCertificates
from paasta_deploy.testing.clock import FakeClock


class ToyCertificates(OwnCertificates):
    """A CA for ten years, and a server's certificate that is renewed in its last 60 days."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.shown = 0
        self.was_shown = asyncio.Event()
        self._server = self._made("nats.pem", 397)
        self._authority = self._made("ca.pem", 3650)

    def show(self) -> None:
        """Count how often servers were told."""
        self.shown += 1
        self.was_shown.set()

    @override
    def listed(self) -> Sequence[OwnCertificate]:
        return [self._authority, self._server]

    @override
    def renew(self) -> Sequence[str]:
        if self._server.facts.not_after - self._clock.now() > timedelta(days=60):
            return ()
        self._server = self._made("nats.pem", 397)
        return ("nats",)

    def end_soon(self) -> None:
        """Let the CA end in three days."""
        now = self._clock.now()
        born, ends = now - timedelta(days=3000), now + timedelta(days=3)
        facts = replace(self._authority.facts, not_before=born, not_after=ends)
        self._authority = replace(self._authority, facts=facts)

    def _made(self, path: str, days: int) -> OwnCertificate:
        now = self._clock.now()
        return OwnCertificate(
            path=path,
            use=f"use of {path}",
            renewal="by a test",
            facts=CertificateFacts(
                subject=f"CN={path}", not_before=now, not_after=now + timedelta(days=days)
            ),
        )


class ToyAuthority(OwnAuthority):
    """A CA whose exchange is a note. ``entered`` are the phases in order."""

    def __init__(self) -> None:
        self.entered: list[RotationPhase] = []
        self._phase: RotationPhase | None = None

    @override
    def phase(self) -> RotationPhase | None:
        return self._phase

    @override
    def enter(self, phase: RotationPhase) -> None:
        self.entered.append(phase)
        self._phase = phase

    @override
    def finish(self) -> None:
        self._phase = None
