"""What a killed director has left running besides the machines: its NATS server.

The next director adopts it; whoever wants none any more ends it here.
"""

import asyncio
from pathlib import Path

from paasta_deploy.adapters.bus.server import STOP_DEADLINE_S
from paasta_deploy.adapters.bus.server_process import NatsProcess
from paasta_deploy.wiring.places import Folders


def stop_left_nats(home: Path) -> bool:
    """End the NATS server of a state folder without a director. False when there is none."""
    return asyncio.run(_stop(Folders(home=home).nats / "nats.pid"))


async def _stop(pid_file: Path) -> bool:
    left = NatsProcess.find(pid_file)
    if left is None:
        return False
    await left.stop(deadline_s=STOP_DEADLINE_S)
    return True
