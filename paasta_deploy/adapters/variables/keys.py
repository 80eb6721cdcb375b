"""RSA keys, which are the price of a deployment's variables: seconds of arithmetic for each dozen.

OpenSSL makes them without holding Python's lock, so threads use all cores. Keys do not depend on
what they are for; :class:`KeysAhead` therefore starts with all of them at once, whatever signs
what, and no core waits for the end of a chain of CAs.
"""

import os
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric import rsa

_PUBLIC_EXPONENT = 65537
"""The one that everybody uses and that standards ask for."""


class KeySource(Protocol):
    """Where fresh RSA keys come from. Safe from any thread."""

    def rsa_key(self, bits: int) -> rsa.RSAPrivateKey:
        """Return a key that nobody else gets. Blocks, for up to seconds."""
        ...


class FreshKeys:
    """Makes each key when it is asked for, in the caller's thread."""

    def rsa_key(self, bits: int) -> rsa.RSAPrivateKey:
        """Return a key; 3,072 bits take about 0.15 s of one core."""
        return rsa.generate_private_key(public_exponent=_PUBLIC_EXPONENT, key_size=bits)


class KeysAhead:
    """Makes a known number of keys ahead, on all cores. Use as a context; left early, it stops.

    ``counts`` maps a length in bits to how many are needed. Who asks for more gets them, too.
    """

    def __init__(self, counts: Mapping[int, int], *, threads: int | None = None) -> None:
        self._fresh = FreshKeys()
        self._lock = Lock()
        self._started: dict[int, deque[Future[rsa.RSAPrivateKey]]] = {}
        self._pool = ThreadPoolExecutor(threads or cores(), thread_name_prefix="keys")
        self._counts = Counter(counts)

    def __enter__(self) -> Self:
        try:
            # The long ones first: none of them is left over for one core at the end.
            for bits, count in sorted(self._counts.items(), reverse=True):
                self._started[bits] = deque(
                    self._pool.submit(self._fresh.rsa_key, bits) for _ in range(count)
                )
        except BaseException:  # Ctrl-C here must not leave all of them to be made at exit
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        # Not waited for: Ctrl-C must not hang for the keys that are being made.
        self._pool.shutdown(wait=False, cancel_futures=True)

    def rsa_key(self, bits: int) -> rsa.RSAPrivateKey:
        """Return the next key of this length; waits until it is made."""
        with self._lock:
            started = self._started.get(bits)
            future = started.popleft() if started else None
        return self._fresh.rsa_key(bits) if future is None else future.result()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
