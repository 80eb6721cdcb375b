"""Hashes of passwords as ``/etc/shadow`` has them: SHA-512 crypt, ``$6$salt$hash``.

CredHub gives such a hash with each value of type ``user``, and BOSH puts it into a stemcell's
``/etc/shadow``. Python lost its own ``crypt`` with version 3.13. The steps are those of Ulrich
Drepper's public specification "Unix crypt using SHA-256 and SHA-512", with 5,000 rounds.
"""

import hashlib

_ROUNDS = 5000
"""The specification's default, with which the number of rounds is not written into the hash."""

_SALT_CHARACTERS_MAX = 16
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGEST_BYTES = 64
_GROUPS = 21


def sha512_crypt(password: str, salt: str) -> str:
    """Return the hash of a password. Takes some ten milliseconds, which is the point of it."""
    assert 0 < len(salt) <= _SALT_CHARACTERS_MAX, "a salt has 1 to 16 characters"
    assert set(salt) <= set(_ALPHABET), "a salt has letters, digits, `.` and `/`"
    key, salt_bytes = password.encode(), salt.encode()
    digest = _first(key, salt_bytes)
    key_part = _stretched(hashlib.sha512(key * len(key)).digest(), len(key))
    salt_part = _stretched(hashlib.sha512(salt_bytes * (16 + digest[0])).digest(), len(salt_bytes))
    for turn in range(_ROUNDS):
        mixed = key_part if turn % 2 else digest
        if turn % 3:
            mixed += salt_part
        if turn % 7:
            mixed += key_part
        mixed += digest if turn % 2 else key_part
        digest = hashlib.sha512(mixed).digest()
    return f"$6${salt}${_encoded(digest)}"


def _first(key: bytes, salt: bytes) -> bytes:
    other = hashlib.sha512(key + salt + key).digest()
    mixed = key + salt + _stretched(other, len(key))
    length = len(key)
    while length:
        mixed += other if length & 1 else key
        length >>= 1
    return hashlib.sha512(mixed).digest()


def _stretched(digest: bytes, length: int) -> bytes:
    """Repeat a digest up to a length."""
    return (digest * (length // len(digest) + 1))[:length]


def _encoded(digest: bytes) -> str:
    """Write 24 bits as 4 characters, the bytes taken in the order that the specification asks."""
    text = ""
    a, b, c = 0, _GROUPS, 2 * _GROUPS
    for _ in range(_GROUPS):
        text += _characters(digest[a] << 16 | digest[b] << 8 | digest[c], 4)
        a, b, c = b + 1, c + 1, a + 1
    return text + _characters(digest[_DIGEST_BYTES - 1], 2)


def _characters(number: int, count: int) -> str:
    return "".join(_ALPHABET[number >> 6 * place & 0x3F] for place in range(count))
