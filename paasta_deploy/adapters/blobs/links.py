"""Links to blobs that work for one method, one blob and a limited time.

The link itself is the permission, so agents need no credentials for the blobstore: whoever holds
it may do just that. It is signed with a key that never leaves the director's state folder.
Theory: HMAC-SHA256 over method, blob id and expiry; compared in constant time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.model.ids import BlobId
from paasta_deploy.ports.clock import Clock

PATH = "/blobs/"
GET = "GET"
PUT = "PUT"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkProblem:
    """Why a link does not work: an HTTP status and words for whoever reads the agent's log."""

    status: int
    text: str


class BlobLinks:
    """Signs links and checks them."""

    def __init__(self, base_url: str, *, key: bytes, clock: Clock) -> None:
        """``base_url`` is where agents reach the listener: ``https://host:port``."""
        assert len(key) >= _KEY_BYTES, "a short key can be guessed"
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._clock = clock

    def link(self, method: str, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link for ``method`` that works ``valid_s`` seconds."""
        expires = int(self._clock.now().timestamp() + valid_s)
        query = urlencode({"expires": expires, "signature": self._sign(method, blob_id, expires)})
        return f"{self._base_url}{PATH}{blob_id}?{query}"

    def check(self, method: str, target: str) -> BlobId | LinkProblem:
        """Return the blob that a request's target names, or why it may not be touched."""
        parts = urlsplit(target)
        if not parts.path.startswith(PATH):
            return LinkProblem(status=404, text="There is nothing here but blobs.")
        blob_id = BlobId(parts.path.removeprefix(PATH))
        query = parse_qs(parts.query)
        expires, signature = query.get("expires", [""])[0], query.get("signature", [""])[0]
        if not expires.isdecimal():
            return LinkProblem(status=403, text="The link is not signed.")
        wanted = self._sign(method, blob_id, int(expires))
        if not hmac.compare_digest(wanted.encode(), signature.encode()):
            return LinkProblem(status=403, text="The link's signature is wrong.")
        if self._clock.now().timestamp() > int(expires):
            return LinkProblem(status=410, text="The link has expired.")
        return blob_id

    def _sign(self, method: str, blob_id: BlobId, expires: int) -> str:
        text = f"{method}\n{blob_id}\n{expires}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


def open_links(key_file: Path, base_url: str, *, clock: Clock) -> BlobLinks:
    """Return links signed with the key in ``key_file``, which is made if it is absent."""
    try:
        key = key_file.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(_KEY_BYTES)
        write_private(key_file, key)
    return BlobLinks(base_url, key=key, clock=clock)
