"""Names of the deployment's instances: the records file for jobs, and `/etc/hosts`.

Source: bosh.md 6.2 (``sync_dns``). The blob holds ``{"records": [[ip, name], ...], "version": N}``
and more that local DNS servers read, so it is kept to the letter. What such a server would answer
is written into `/etc/hosts` as well, as far as that can be (see ``query_names``).
"""

import logging
from collections.abc import Sequence
from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.query_names import query_names
from paasta_deploy.agent.stored_files import write_whole
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.reading import Fields, WireError, decode_object

log = logging.getLogger(__name__)

_HOSTS = Path("/etc/hosts")
_OWN_LINES = """127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
"""


class DnsRecordsError(PaastaError):
    """The records are not those that were announced."""


def hosts_text(records: Sequence[tuple[str, str]], hostname: str) -> str:
    """Return `/etc/hosts` with these records behind its own lines. Pure."""
    lines = "".join(f"{ip} {name}\n" for ip, name in records)
    return f"{_OWN_LINES}127.0.0.1 {hostname}\n\n{lines}"


def read_records(content: bytes, version: int) -> tuple[tuple[str, str], ...]:
    """Return address and name of every record. Raises WireError, DnsRecordsError. Pure."""
    fields = decode_object(content, "DNS records")
    # The real agent reads the key without regard to case; directors wrote both.
    found = fields.integer("Version", fields.integer("version", -1))
    if found != version:
        raise DnsRecordsError(
            f"version {found} from the DNS blob does not match version {version} of the director"
        )
    return tuple(_record(fields, place) for place in range(len(fields.items("records"))))


def known_version(layout: Layout) -> int:
    """Return the version that was written last, -1 when there is none."""
    try:
        fields = decode_object(_records_file(layout).read_bytes(), "DNS records")
        return fields.integer("Version", fields.integer("version", -1))
    except (OSError, WireError):
        return -1


def write_records(content: bytes, version: int, layout: Layout, hostname: str) -> None:
    """Write records and, on a machine of our own, hosts. Raises WireError, OSError."""
    records = read_records(content, version)
    queries = query_names(decode_object(content, "DNS records"))
    path = _records_file(layout)
    path.parent.mkdir(mode=0o755, exist_ok=True)
    if layout.owns_machine:
        try:
            # Not renamed into place: /etc/hosts may be a mount of its own.
            _HOSTS.write_text(hosts_text((*records, *queries), hostname), encoding="utf-8")
        except OSError as cause:
            log.warning("%s stays as it is: %s", _HOSTS, cause)
    write_whole(path, content, mode=0o640)


def _records_file(layout: Layout) -> Path:
    return layout.instance / "dns" / "records.json"


def _record(fields: Fields, place: int) -> tuple[str, str]:
    record = fields.items("records")[place]
    match record:
        case [str(ip), str(name)] if not set(f"{ip}{name}") & set(" \t\n#"):
            return ip, name
        case _:
            raise WireError(f"DNS records: record {place} is no pair of address and name")
