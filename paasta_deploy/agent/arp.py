"""Forgets hardware addresses of neighbours, when their IP addresses moved to other machines.

Tries each address; what cannot be deleted was not known or is permanent, which is as good.
"""

import ipaddress
import logging
from collections.abc import Iterable
from pathlib import Path

from paasta_deploy.agent.tools import Tools

log = logging.getLogger(__name__)

_NEIGHBOURS = Path("/proc/net/arp")


def devices_of(ip: str, table: str) -> list[str]:
    """Return the interfaces that know ``ip``, from the text of ``/proc/net/arp``. Pure."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return [row[5] for row in rows if len(row) > 5 and row[0] == ip]


async def delete_arp_entries(ips: Iterable[str], tools: Tools) -> None:
    """Forget the neighbours at these addresses. What is no address is passed over."""
    for ip in ips:
        try:
            ipaddress.ip_address(ip)
            table = _NEIGHBOURS.read_text(encoding="ascii")
        except (ValueError, OSError):
            continue
        for device in devices_of(ip, table):
            ran = await tools.run("ip", "neigh", "del", ip, "dev", device)
            if ran.status != 0:
                log.info("neighbour %s stays: %s", ip, ran.text)
