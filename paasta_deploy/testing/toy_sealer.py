"""Sealing without cryptography: the fake for tests.

It keeps its promise towards tests: a value is not to be found in a sealed text, and opens only
under its label and with its key.
"""

import base64
import json

from typing_extensions import override

from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonValue, canonical_json
from paasta_deploy.ports.sealing import Sealer


class ToySealer(Sealer):
    """Seals by turning bytes around. ``key`` stands for a key file."""

    def __init__(self, key: str = "key") -> None:
        self._key = key
        self._number = 0

    @override
    def seal(self, value: JsonValue, label: str) -> str:
        self._number += 1
        text = json.dumps([self._number, self._key, label, canonical_json(value)])
        return base64.b85encode(text[::-1].encode()).decode()

    @override
    def open(self, sealed: str, label: str) -> JsonValue:
        try:
            _, key, its_label, text = json.loads(base64.b85decode(sealed).decode()[::-1])
        except ValueError as error:
            raise VariableError("The sealed value was changed: it does not open.") from error
        if key != self._key:
            raise VariableError("The value was sealed with another key.")
        if its_label != label:
            raise VariableError("The sealed value was changed: it does not open.")
        value: JsonValue = json.loads(text)
        return value
