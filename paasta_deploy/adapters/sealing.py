"""Sealing with AES-256-GCM, under a key that lies in a file of its own, beside no data.

A sealed text is ``1.<key id>.<nonce and ciphertext>``. The key id, a digest of the key, tells
which key is missing instead of "decryption failed". A key file holds one key a line, newest
first: the first one seals, all of them open, so an operator changes the key by putting a line on
top.

AES-GCM must never use a nonce twice under one key; 96 random bits are safe for 2^32 values.
"""

import base64
import binascii
import hashlib
import json
import os
import stat
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonValue, canonical_json
from paasta_deploy.ports.sealing import Sealer

_FORMAT = "1"
_KEY_PREFIX = "paasta-variables-key-1:"
_KEY_BITS = 256
_NONCE_BYTES = 12
_KEY_ID_LENGTH = 16
"""Hex digits; it tells keys apart and nothing about them."""


class FileKeySealer(Sealer):
    """Seals under the keys of one file, which is made (mode 0600) when first something is sealed.

    ``may_make`` False: the operator keeps the file, so it must be there.
    """

    def __init__(self, file: Path, *, may_make: bool = True) -> None:
        self._file = file
        self._may_make = may_make
        self._keys: dict[str, AESGCM] = {}
        self._lock = Lock()

    @override
    def seal(self, value: JsonValue, label: str) -> str:
        with self._lock:
            key_id, key = self._sealing_key()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = key.encrypt(nonce, canonical_json(value).encode(), label.encode())
        return f"{_FORMAT}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"

    @override
    def open(self, sealed: str, label: str) -> JsonValue:
        version, _, rest = sealed.partition(".")
        key_id, _, text = rest.partition(".")
        if version != _FORMAT:
            raise VariableError(
                f"The value of {_named(label)} is sealed in a form that this version cannot read.",
                hint="Was the store written by a newer paasta-deploy? Install that one again.",
            )
        key = self._opening_key(key_id, label)
        try:
            content = base64.b64decode(text, validate=True)
            plain = key.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], label.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise VariableError(
                f"The sealed value of {_named(label)} was changed: it does not open.",
                hint="Somebody changed the store by hand, or the disk did. Restore a backup.",
            ) from error
        value: JsonValue = json.loads(plain)
        return value

    def _sealing_key(self) -> tuple[str, AESGCM]:
        if not self._keys and not self._load():
            if not self._may_make:
                raise VariableError(
                    f"The key file for variables, {self._file}, is not there.",
                    hint="Put it back, or correct `variables.key_file` in director.yml.",
                )
            self._make()
        return next(iter(self._keys.items()))

    def _opening_key(self, key_id: str, label: str) -> AESGCM:
        with self._lock:
            if key_id not in self._keys:
                self._load()  # the operator may just have put it back
            found = self._keys.get(key_id)
        if found is None:
            raise VariableError(
                f"The value of {_named(label)} was sealed with key {key_id}, and {self._file}"
                " does not hold that key.",
                hint="Restore the key file from its backup; values cannot be had without it.",
            )
        return found

    def _load(self) -> bool:
        """Read the file. Returns whether it is there."""
        try:
            mode = self._file.stat().st_mode
            lines = self._file.read_text("ascii").splitlines()
        except FileNotFoundError:
            return False
        except (OSError, UnicodeDecodeError) as error:
            raise VariableError(
                f"The key file for variables, {self._file}, cannot be read: {error}.",
                hint="Give the user who runs the director permission to read it.",
            ) from error
        if mode & stat.S_IROTH:
            raise VariableError(
                f"Everybody on this machine can read the key file {self._file}.",
                hint=f"chmod 600 {self._file}; then think about a new key and new passwords",
            )
        entries = [line.strip() for line in lines]
        raw = [_key_of(line) for line in entries if line and not line.startswith("#")]
        if not raw or None in raw:
            raise VariableError(
                f"{self._file} is no key file for variables: each of its lines must be"
                f" `{_KEY_PREFIX}` and 32 bytes in base64.",
                hint="Restore it from its backup; values cannot be had without it.",
            )
        self._keys = {_id_of(key): AESGCM(key) for key in raw if key is not None}
        return True

    def _make(self) -> None:
        key = AESGCM.generate_key(_KEY_BITS)
        line = f"{_KEY_PREFIX}{base64.b64encode(key).decode()}\n"
        try:
            write_private(self._file, line.encode())
        except OSError as error:
            raise VariableError(
                f"The key file for variables, {self._file}, cannot be made: {error}.",
                hint="Free some space there and give the director's user write permission.",
            ) from error
        self._keys = {_id_of(key): AESGCM(key)}


def _key_of(line: str) -> bytes | None:
    try:
        key = base64.b64decode(line.removeprefix(_KEY_PREFIX), validate=True)
    except binascii.Error:
        return None
    return key if line.startswith(_KEY_PREFIX) and len(key) * 8 == _KEY_BITS else None


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"paasta-deploy key id" + key).hexdigest()[:_KEY_ID_LENGTH]


def _named(label: str) -> str:
    return f"variable {label.partition(' ')[0]}"
