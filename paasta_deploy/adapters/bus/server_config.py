"""The text of nats-server's configuration. Pure: equal settings give equal texts.

Three accounts that hear nothing of each other: agents and director, the system's events, and the
answers to who may connect. Our own users prove themselves by keys, everybody else is asked for.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.adapters.bus.authorisation import AGENTS_ACCOUNT
from paasta_deploy.adapters.bus.keys import BusKeys
from paasta_deploy.adapters.certificates import CertificateFiles
from paasta_deploy.model.values import JsonValue

# Requests carry whole specs with their links; an instance with a thousand peers needs a few MB.
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
# A handshake takes milliseconds; a thousand agents that come at once wait for each other.
HANDSHAKE_DEADLINE_S = 10
# So long does a connection wait for the director's word. While the director is being started
# again, agents that connect are turned away after this, and try again.
CALLOUT_DEADLINE_S = 5
# A client that takes nothing for so long is cut off, so that it holds up no other.
WRITE_DEADLINE_S = 10
# A connection that died without a word (cable, power) is noticed after two of these.
PING_INTERVAL_S = 10
PINGS_MISSED_MAX = 2
# The server's log is for us; two files of this size hold days.
LOG_BYTES_MAX = 8 * 1024 * 1024
_SYSTEM_ACCOUNT = "SYSTEM"
_CALLOUT_ACCOUNT = "CALLOUT"
_DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsServerSettings:
    """Where our nats-server listens and keeps its files."""

    folder: Path
    host: str
    port: int
    certificates: CertificateFiles
    keys: BusKeys


def render_config(settings: NatsServerSettings) -> str:
    """Return the configuration. It holds no secret, yet its paths tell where some are."""
    keys, files, folder = settings.keys, settings.certificates, settings.folder
    config: Mapping[str, JsonValue] = {
        "server_name": "paasta-director",
        "host": settings.host,
        "port": settings.port,
        "pid_file": str(folder / "nats.pid"),
        "ports_file_dir": str(folder),
        "log_file": str(folder / "nats.log"),
        "logfile_size_limit": LOG_BYTES_MAX,
        "logfile_max_num": 2,
        "max_payload": MAX_PAYLOAD_BYTES,
        "write_deadline": f"{WRITE_DEADLINE_S}s",
        "ping_interval": f"{PING_INTERVAL_S}s",
        "ping_max": PINGS_MISSED_MAX,
        "tls": {
            "cert_file": str(files.certificate),
            "key_file": str(files.private_key),
            "ca_file": str(files.ca),
            "verify": True,
            "timeout": HANDSHAKE_DEADLINE_S,
        },
        "accounts": {
            AGENTS_ACCOUNT: {"users": [{"nkey": keys.director.public}]},
            _SYSTEM_ACCOUNT: {"users": [{"nkey": keys.system.public}]},
            _CALLOUT_ACCOUNT: {"users": [{"nkey": keys.callout.public}]},
        },
        "system_account": _SYSTEM_ACCOUNT,
        "authorization": {
            "timeout": CALLOUT_DEADLINE_S,
            "auth_callout": {
                "issuer": keys.issuer.public,
                "account": _CALLOUT_ACCOUNT,
                "auth_users": [one.public for one in (keys.director, keys.system, keys.callout)],
            },
        },
    }
    return f"# Written by the director at every start; changes here are lost.\n{_block(config, 0)}"


def config_name(text: str) -> str:
    """Return the file's name, which holds the digest: a running server tells what it runs with."""
    return f"nats-{hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARACTERS]}.conf"


def _block(values: Mapping[str, JsonValue], depth: int) -> str:
    indent = "  " * depth
    return "".join(f"{indent}{key}: {_value(value, depth)}\n" for key, value in values.items())


def _value(value: JsonValue, depth: int) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case Mapping():
            return f"{{\n{_block(value, depth + 1)}{'  ' * depth}}}"
        case list():
            return f"[{', '.join(_value(item, depth) for item in value)}]"
        case _:
            raise AssertionError(f"{value!r} has no place in the configuration")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
