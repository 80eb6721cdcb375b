"""Links to blobs that carry their own permission: one method, one blob, until a time.

A link is signed with a key of the director (HMAC-SHA256), so nothing needs to be remembered and
nobody can make one. Who has the link may use it: it is a secret while it is valid.
"""

import hashlib
import hmac
import math
import os
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlencode

from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.ports.clock import Clock

PATH_PREFIX = "/blobs/"
_KEY_BYTES = 32


class LinkError(BlobError):
    """A link is not valid; the message is for whoever used it."""

    http_status = 403


class BlobLinks:
    """Signs and checks links. Safe from any thread."""

    def __init__(self, base_url: str, key: bytes, *, clock: Clock) -> None:
        assert len(key) >= _KEY_BYTES, "a shorter key could be guessed"
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._clock = clock

    @classmethod
    def open(cls, base_url: str, key_file: Path, *, clock: Clock) -> Self:
        """Read the key, or make it once. ``base_url`` is what agents reach: https://host:port.

        Raises BlobError.
        """
        try:
            if not key_file.exists():
                write_private(key_file, os.urandom(_KEY_BYTES))
            key = key_file.read_bytes()
        except OSError as error:
            raise BlobError(
                f"The key of the blob links {key_file} cannot be used: {error.strerror}.",
                hint="The state folder must belong to the user who runs the director.",
            ) from error
        if len(key) < _KEY_BYTES:
            raise BlobError(
                f"The key of the blob links {key_file} is damaged.",
                hint="Remove the file and start the director again; links given out become void.",
            )
        return cls(base_url, key, clock=clock)

    def sign(self, method: str, blob_id: BlobId, valid_s: float) -> str:
        """Return a link that allows ``method`` (GET or PUT) on the blob for so long."""
        expires = math.ceil(self._clock.now().timestamp() + valid_s)
        query = urlencode(
            {"expires": expires, "signature": self._signature(method, blob_id, expires)}
        )
        return f"{self._base_url}{PATH_PREFIX}{quote(blob_id, safe='')}?{query}"

    def check(self, method: str, blob_id: BlobId, query: str) -> None:
        """Return when a link's query allows the method now. Raises LinkError."""
        fields = parse_qs(query)
        try:
            expires = int(fields["expires"][0])
            signature = fields["signature"][0]
        except (KeyError, ValueError) as error:
            raise LinkError("The link has no signature.") from error
        # Signature first: who cannot sign learns nothing about times.
        if not hmac.compare_digest(
            signature.encode(), self._signature(method, blob_id, expires).encode()
        ):
            raise LinkError("The link's signature is wrong, or it is for something else.")
        if expires < self._clock.now().timestamp():
            raise LinkError("The link has expired.")

    def _signature(self, method: str, blob_id: BlobId, expires: int) -> str:
        text = f"{method}\n{blob_id}\n{expires}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
