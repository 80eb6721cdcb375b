"""The CAs that the director wants all programs of its machines to trust (``trusted_certs``).

They are kept in a file for jobs to use and, on a machine of our own that has the tool for it, are
put among the system's. A machine with a read-only system keeps the file only, and says so.
"""

import logging
from pathlib import Path

from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.stored_files import write_whole
from paasta_deploy.agent.tools import Tools

log = logging.getLogger(__name__)

_SYSTEM_FOLDER = Path("/usr/local/share/ca-certificates")
_PREFIX = "bosh-trusted-cert-"
_END = "-----END CERTIFICATE-----"


def split_certificates(text: str) -> list[str]:
    """Return the PEM texts one by one. Pure."""
    return [f"{part.strip()}\n{_END}\n" for part in text.split(_END)[:-1]]


async def trust(text: str, layout: Layout, tools: Tools) -> None:
    """Trust exactly these certificates, besides those of the system. Raises OSError."""
    write_whole(layout.instance / "trusted_certs.pem", text.encode(), mode=0o644)
    if not layout.owns_machine or not tools.has("update-ca-certificates"):
        return
    try:
        for old in _SYSTEM_FOLDER.glob(f"{_PREFIX}*.crt"):
            old.unlink()
        for number, certificate in enumerate(split_certificates(text), start=1):
            (_SYSTEM_FOLDER / f"{_PREFIX}{number}.crt").write_text(certificate, encoding="ascii")
    except OSError as cause:
        log.warning("the system's trusted certificates stay as they are: %s", cause)
        return
    ran = await tools.run("update-ca-certificates", "-f")
    if ran.status != 0:
        log.warning("update-ca-certificates ended with %d: %s", ran.status, ran.text)
