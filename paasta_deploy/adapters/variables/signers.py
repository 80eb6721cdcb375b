"""CAs that sign more than one certificate, read once.

OpenSSL tests the primes of a key that it reads as thoroughly as those of one that it makes, which
takes as long again as making the next key. So who signs is remembered, by the hash of its value.
"""

import hashlib
from collections import OrderedDict
from threading import Lock

from paasta_deploy.adapters.variables.certificates import Signer, read_signer
from paasta_deploy.model.values import JsonObject, canonical_json

SIGNERS_MAX = 64
"""A platform has a dozen CAs; beyond this the one that was not used for longest is forgotten."""


class Signers:
    """Remembers CAs. Safe from any thread; two that read one CA at once both do the work."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, Signer] = OrderedDict()

    def read(self, value: JsonObject) -> Signer:
        """Return who signs with this value. Raises ValueError, see :func:`read_signer`."""
        key = _key(value)
        with self._lock:
            signer = self._known.get(key)
            if signer is not None:
                self._known.move_to_end(key)
                return signer
        signer = read_signer(value)
        self.keep(value, signer)
        return signer

    def keep(self, value: JsonObject, signer: Signer) -> None:
        """Remember a signer that was just made."""
        with self._lock:
            self._known[_key(value)] = signer
            if len(self._known) > SIGNERS_MAX:
                self._known.popitem(last=False)


def _key(value: JsonObject) -> str:
    parts = {name: value.get(name) for name in ("certificate", "private_key")}
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()
