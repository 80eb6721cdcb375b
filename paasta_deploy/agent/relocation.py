"""Rewrites `/var/vcap`, which rendered templates name everywhere, to a machine's other root.

Only text is touched: a file with a NUL byte is binary and stays as it is. Compiled packages are
not touched either, so a package that has `/var/vcap` compiled in needs a machine of its own.

Pure: bytes in, bytes out.
"""

import re
from pathlib import Path

from paasta_deploy.agent.layout import VCAP_ROOT

# Not the begin of a longer name: /var/vcapital is somebody else's.
_VCAP = re.compile(re.escape(str(VCAP_ROOT)).encode() + rb"(?![A-Za-z0-9_.-])")


def relocate(content: bytes, root: Path) -> bytes:
    """Return ``content`` with `/var/vcap` written as ``root``."""
    if root == VCAP_ROOT or b"\0" in content:
        return content
    target = str(root).encode()
    return _VCAP.sub(lambda _: target, content)
