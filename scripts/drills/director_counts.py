"""Counting a director's SQL statements, agent requests and provider calls, from the inside.

`counting/sitecustomize.py` brings this into a director that was started as always.
"""

import contextlib
import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from paasta_deploy.adapters.bus.exchanges import Exchanges
from paasta_deploy.execution.clouds import CloudCalls

WRITE_EVERY_S = 0.1


def count(target: Path) -> None:
    """Count what goes through the director's own classes from now on."""
    counts: Counter[str] = Counter()

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 - any
        counts[f"sql {' '.join(statement.split()[:3])}"] += 1

    def on_commit(_connection: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        counts["sql COMMIT"] += 1

    event.listen(Engine, "before_cursor_execute", on_statement)
    event.listen(Engine, "commit", on_commit)
    ask, once = Exchanges.ask, CloudCalls._once  # noqa: SLF001 - counting changes nothing

    async def counted_ask(self: Any, link: Any, method: str, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - any
        counts[f"agent {method}"] += 1
        return await ask(self, link, method, *rest, **named)

    async def counted_once(self: Any, call: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - any
        counts[f"cpi {call.method}"] += 1
        return await once(self, call, *rest, **named)

    Exchanges.ask = counted_ask  # type: ignore[method-assign]  # it hands everything on
    CloudCalls._once = counted_once  # type: ignore[method-assign]  # noqa: SLF001 - as above

    def write_always() -> None:
        while True:
            with contextlib.suppress(OSError, RuntimeError):  # a key came while it was copied
                new = target.with_suffix(".new")
                new.write_text(json.dumps(dict(counts)))
                new.replace(target)
            time.sleep(WRITE_EVERY_S)

    threading.Thread(target=write_always, daemon=True).start()
