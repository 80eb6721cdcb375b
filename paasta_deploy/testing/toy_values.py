"""Values of variables without cryptography, which tell what they are: the fake for tests.

A certificate is a text that looks like PEM and holds who it is, who signed it and until when; its
name is that of its key, so that trust can be checked as a client would: somebody who signed the
certificate must be in the bundle. Every value has a number, so no two are equal.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from typing_extensions import override

from paasta_deploy.manifest.variables.options import type_of
from paasta_deploy.manifest.variables.types import PARTS
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.model.variable_records import CertificateFacts
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.sealing import CertificateReader
from paasta_deploy.ports.variables import StandIns, ValueGenerator, WantedValue

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_ONE = re.compile(f"{BEGIN}\n(.*)\n{END}\n")
DEFAULT_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyCertificate:
    """One certificate, read."""

    key: str
    signed_by: str
    name: str
    names: tuple[str, ...]
    is_authority: bool
    not_before: datetime
    not_after: datetime


class ToyValues(ValueGenerator, CertificateReader):
    """Makes values that are numbered through. ``made`` lists the names of what was made.

    The value called ``broken`` cannot be made; ``when_made`` is called after each one.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self.made: list[str] = []
        self.broken = ""
        self.when_made: Callable[[], object] = lambda: None

    @override
    def generate(self, wanted: WantedValue) -> JsonValue:
        definition = wanted.definition
        if definition.name == self.broken:
            raise VariableError(f"{definition.name} cannot be made.")
        with self._lock:
            self.made.append(definition.name)
            number = len(self.made)
        self.when_made()
        key = f"{definition.name}#{number}"
        match definition.variable_type:
            case "password":
                return f"password {key}"
            case "rsa":
                return {"private_key": f"private {key}", "public_key": f"public {key}"}
            case "ssh":
                return {
                    "private_key": f"private {key}",
                    "public_key": f"public {key}",
                    "public_key_fingerprint": f"fingerprint {key}",
                }
            case "user":
                return {
                    "username": "admin",
                    "password": f"password {key}",
                    "password_hash": f"hash {key}",
                }
            case "certificate":
                return self._certificate(key, wanted)
            case kind:
                raise VariableError(f"A variable of type {kind} cannot be made.")

    @override
    def facts(self, pem: str) -> CertificateFacts:
        first = next(read_certificates(pem), None)
        if first is None:
            raise VariableError("A certificate cannot be read.")
        return CertificateFacts(
            subject=f"CN={first.name}",
            not_before=first.not_before,
            not_after=first.not_after,
            is_authority=first.is_authority,
        )

    def _certificate(self, key: str, wanted: WantedValue) -> JsonObject:
        options, now = wanted.definition.options, self._clock.now()
        days = options.get("duration", DEFAULT_DAYS)
        assert isinstance(days, int)
        authority = wanted.authority
        signer = key if authority is None else str(authority["private_key"])
        content = {
            "key": key,
            "signed_by": signer.removeprefix("private "),
            "name": options.get("common_name", ""),
            "names": [*_texts(options.get("alternative_names")), *wanted.alternative_names],
            "is_authority": options.get("is_ca") is True,
            "not_before": now.isoformat(),
            "not_after": (now + timedelta(days=days)).isoformat(),
        }
        pem = f"{BEGIN}\n{json.dumps(content)}\n{END}\n"
        ca = pem if authority is None else str(authority["certificate"])
        return {"ca": ca, "certificate": pem, "private_key": f"private {key}"}


class ToyStandIns(StandIns):
    """Stand-ins that are the names of what they stand for."""

    @override
    def stand_in(self, wanted: WantedValue) -> JsonValue:
        definition = wanted.definition
        kind = type_of(definition)
        parts = () if kind is None else PARTS[kind]
        if not parts:
            return f"standin {definition.name}"
        return {part: f"standin {definition.name}.{part}" for part in parts}


def read_certificates(pem: str) -> Iterator[ToyCertificate]:
    """Yield the certificates of a bundle in order."""
    for text in _ONE.findall(pem):
        content = json.loads(text)
        yield ToyCertificate(
            key=content["key"],
            signed_by=content["signed_by"],
            name=content["name"],
            names=tuple(content["names"]),
            is_authority=content["is_authority"],
            not_before=datetime.fromisoformat(content["not_before"]),
            not_after=datetime.fromisoformat(content["not_after"]),
        )


def trusts(bundle: str, certificate: str) -> bool:
    """Return whether who trusts ``bundle`` trusts the first certificate of ``certificate``."""
    presented = next(read_certificates(certificate), None)
    assert presented is not None, "nothing was presented"
    return any(one.key == presented.signed_by for one in read_certificates(bundle))


def _texts(value: JsonValue) -> list[str]:
    if value is None or isinstance(value, str | int | float | Mapping):
        return []
    return [str(item) for item in value]
