"""The director's own log: one line per fact, with its fields, to stderr (``director.log``)."""

import json
import logging
import sys
from datetime import UTC, datetime

from typing_extensions import override

_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime"}
"""What every record has; everything else was given as ``extra``."""


class LineFormatter(logging.Formatter):
    """``time level logger: message key=value ...``; exceptions follow on their own lines."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds")
        fields = "".join(
            f" {key}={json.dumps(value, default=str)}"
            for key, value in vars(record).items()
            if key not in _STANDARD
        )
        text = f"{at} {record.levelname.lower()} {record.name}: {record.getMessage()}{fields}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


def set_up_logging(level: str) -> None:
    """Log from ``level`` on. Libraries are only heard when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("paasta_deploy", "paasta_providers"):
        logging.getLogger(name).setLevel(level.upper())
    # nats-py answers the end of a TLS connection in a way that asyncio remarks on; nobody can act
    # on that, and it comes with every agent that goes.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
