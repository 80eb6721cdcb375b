"""A director that is killed: makes machines from several threads and says each one that is there.

Run by ``test_killed_director.py``. Arguments: state folder, isolation, how many machines.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.integration.providers.local.machines import open_host


def main(state: Path, isolation: str, count: int) -> None:
    """Make machines until somebody ends this."""
    host = open_host(state, isolation)
    with ThreadPoolExecutor(8) as pool:
        for cid in pool.map(host.create, range(count)):
            print(cid, flush=True)  # noqa: T201 - the test reads it
    print("all", flush=True)  # noqa: T201 - as above
    sys.stdin.read()


main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
