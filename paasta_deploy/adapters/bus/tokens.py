"""The signed tokens of NATS (JWTs with ed25519 "nkeys"): written and read, nothing more.

Source: NATS JWT version 2 (docs.nats.io, "auth callout"); tried against nats-server 2.15.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.adapters.bus.keys import BusKey
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.reading import WireError, decode_object

_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
_PARTS = 3
_UNLIMITED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthRequest:
    """Who wants to connect. ``chain`` is the verified certificate chain, PEM, the client's first.

    ``user`` is a key that the server made for this connection; ``server`` is the server's own.
    """

    user: str
    server: str
    host: str
    chain: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """Subjects that a user may publish to and subscribe to; nothing else."""

    publish: Sequence[str]
    subscribe: Sequence[str]


def read_auth_request(token: bytes) -> AuthRequest:
    """Read what the server asks. The account is ours alone, so the signature proves nothing new.

    Raises WireError.
    """
    claims = decode_object(_payload(token), "auth request").object("nats")
    chains = claims.object("client_tls").items("verified_chains")
    first = chains[0] if chains else ()
    chain = first if isinstance(first, Sequence) and not isinstance(first, str) else ()
    return AuthRequest(
        user=claims.text("user_nkey"),
        server=claims.object("server_id").text("id"),
        host=claims.object("client_info").text("host", "?"),
        chain=[pem for pem in chain if isinstance(pem, str)],
    )


def allow(
    request: AuthRequest,
    *,
    name: str,
    account: str,
    permissions: Permissions,
    issuer: BusKey,
    issued_at: int,
) -> bytes:
    """Return the answer that lets the user in, under ``name``, with these permissions alone."""
    user: JsonObject = {
        "type": "user",
        "version": 2,
        "pub": {"allow": list(permissions.publish)},
        "sub": {"allow": list(permissions.subscribe)},
        "subs": _UNLIMITED,
        "data": _UNLIMITED,
        "payload": _UNLIMITED,
    }
    claims: JsonObject = {"aud": account, "name": name, "sub": request.user, "nats": user}
    token = _signed(claims, issuer, issued_at).decode()
    return _answer(request, {"jwt": token}, issuer, issued_at)


def refuse(request: AuthRequest, *, reason: str, issuer: BusKey, issued_at: int) -> bytes:
    """Return the answer that closes the connection; the reason goes to the server's log only."""
    return _answer(request, {"error": reason}, issuer, issued_at)


def _answer(
    request: AuthRequest, verdict: Mapping[str, str], issuer: BusKey, issued_at: int
) -> bytes:
    nats: JsonObject = {"type": "authorization_response", "version": 2, **verdict}
    claims: JsonObject = {"aud": request.server, "sub": request.user, "nats": nats}
    return _signed(claims, issuer, issued_at)


def _signed(claims: JsonObject, issuer: BusKey, issued_at: int) -> bytes:
    # "jti" names the token; nothing here ever revokes one, so the user's one-time key does.
    complete = {**claims, "iss": issuer.public, "iat": issued_at, "jti": claims["sub"]}
    content = b".".join(_base64(json.dumps(part).encode()) for part in (_HEADER, complete))
    return content + b"." + _base64(issuer.sign(content))


def _payload(token: bytes) -> bytes:
    parts = token.split(b".")
    if len(parts) != _PARTS:
        raise WireError("auth request: this is no token of three parts")
    padded = parts[1] + b"=" * (-len(parts[1]) % 4)
    try:
        return base64.urlsafe_b64decode(padded)
    except ValueError as error:
        raise WireError(f"auth request: {error}") from error


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
