"""The keys of our own users of the bus, and of the account that signs what agents may do.

NATS users prove themselves by ed25519 keys ("nkeys"), so that the server's configuration holds
public keys only. The seeds stand in one private file, because nats-server outlives the director:
the next director must be the same users.
"""

import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

import nkeys  # type: ignore[import-untyped] # it ships no annotations

from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.private_files import write_private

_SEED_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BusKey:
    """One key pair. ``seed`` is the secret half, as NATS writes it (``S...``)."""

    seed: str = field(repr=False)

    @property
    def public(self) -> str:
        """The public half, as NATS writes it."""
        return str(self._pair().public_key.decode())

    def sign(self, content: bytes) -> bytes:
        """Return the raw signature of ``content``."""
        return bytes(self._pair().sign(content))

    def _pair(self) -> nkeys.KeyPair:
        # A copy, because nkeys wipes what it is given.
        return nkeys.from_seed(bytearray(self.seed.encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class BusKeys:
    """All keys of one director.

    ``issuer`` signs permissions. ``director`` talks to agents, ``callout`` answers who may
    connect, ``system`` hears of connections; each is a user in an account of its own.
    """

    issuer: BusKey
    director: BusKey
    callout: BusKey
    system: BusKey

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the keys, or make them once. Raises BusError."""
        try:
            if not path.exists():
                keys = _fresh_keys(cls)
                text = json.dumps({name: key.seed for name, key in keys.items()}, indent=2)
                write_private(path, text.encode())
            seeds = json.loads(path.read_text("utf-8"))
            return cls(**{one.name: _checked(seeds[one.name]) for one in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError, nkeys.NkeysError) as error:
            raise BusError(
                f"The keys of the message bus in {path} cannot be used: {error!r}.",
                hint="Move the file away and start the director again: it makes new keys and a new"
                " nats-server, to which all agents connect again by themselves.",
            ) from error


def _fresh_keys(kind: type[BusKeys]) -> dict[str, BusKey]:
    return {
        one.name: _fresh_key(
            nkeys.PREFIX_BYTE_ACCOUNT if one.name == "issuer" else nkeys.PREFIX_BYTE_USER
        )
        for one in fields(kind)
    }


def _fresh_key(prefix: int) -> BusKey:
    return BusKey(seed=nkeys.encode_seed(os.urandom(_SEED_BYTES), prefix).decode())


def _checked(seed: str) -> BusKey:
    key = BusKey(seed=seed)
    assert key.public
    return key
