"""Keys for tests: made once for the whole run, since each takes a tenth of a second."""

import functools
from itertools import count

from cryptography.hazmat.primitives.asymmetric import rsa

KEYS = 4
"""Enough that neighbours in a chain have different ones."""


@functools.cache
def key(number: int) -> rsa.RSAPrivateKey:
    """Return one of a few keys."""
    assert number < KEYS, "there are only a few"
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FixedKeys:
    """Gives the same few keys in turn, and notes the lengths that were asked for."""

    def __init__(self) -> None:
        self._numbers = count()
        self.asked: list[int] = []

    def rsa_key(self, bits: int) -> rsa.RSAPrivateKey:
        """Return the next key; of 2,048 bits, whatever was asked."""
        self.asked.append(bits)
        return key(next(self._numbers) % KEYS)
