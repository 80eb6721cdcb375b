"""Small files that must be whole at any moment: written beside, then renamed into place."""

import os
from pathlib import Path

from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.reading import decode_json, encode_json


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace the file at once; a reader sees the old or the new content, never a part.

    Not flushed to the disk: what the agent writes is lost with the machine's power, as is the
    machine's state that it describes. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, mode)
        stream.write(content)
    beside.replace(path)


def write_json(path: Path, value: JsonValue, *, mode: int = 0o600) -> None:
    """Replace the file by the JSON text of ``value``. Raises OSError."""
    write_whole(path, encode_json(value), mode=mode)


def read_json(path: Path) -> JsonValue:
    """Return the value in the file, None when there is no file. Raises OSError, WireError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return decode_json(content, str(path))


def link_whole(link: Path, target: Path) -> None:
    """Make ``link`` lead to ``target`` (relatively, so that it holds outside a chroot too).

    An existing link is switched at once. Raises OSError.
    """
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(target, link.parent))
    beside.replace(link)
