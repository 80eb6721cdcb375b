"""Builds `agent.pyz`: the agent and all it needs besides Python itself, in one file.

In it are the modules that the agent's command line reaches by imports, and the whole NATS client.
Equal sources make equal bytes: names are sorted, times are fixed, nothing is compressed. The file
is named by the digest of its content, so it is built once and found again.

``python3 agent.pyz --settings FILE --root DIR``, with any Python from 3.11 on. Not a part of the
agent itself: this runs where stemcells are made.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from paasta_deploy.model.errors import PaastaError

_ENTRY = "paasta_deploy.agent.commandline"
_OURS = "paasta_deploy"
_CLIENT = "nats"
_CLIENT_DISTRIBUTION = "nats-py"
_MAIN = f"from {_ENTRY} import enter\n\nenter()\n"
_INTERPRETER = b"#!/usr/bin/env python3\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can tell."""

_FILE_MODE = 0o100644
_DIGEST_LENGTH = 16
"""Hexadecimal digits in the file's name: enough to tell builds apart."""


class ZipappError(PaastaError):
    """The installed sources are not complete."""


def build_zipapp(folder: Path) -> Path:
    """Return the path of `agent-<digest>.pyz` in ``folder``; it is written unless it is there.

    Raises ZipappError, OSError. Safe to call from several processes at once.
    """
    contents = zipapp_contents()
    path = folder / f"agent-{contents_digest(contents)}.pyz"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as stream:
        stream.write(_INTERPRETER)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, content in sorted(contents.items()):
                member = zipfile.ZipInfo(name, _EPOCH)
                member.create_system = 3  # Unix, wherever it is built
                member.external_attr = _FILE_MODE << 16
                archive.writestr(member, content)
    beside.chmod(0o755)
    beside.replace(path)
    return path


def zipapp_contents() -> Mapping[str, bytes]:
    """Return every file of the zipapp by its name in it. Raises ZipappError, OSError."""
    contents = {"__main__.py": _MAIN.encode()}
    for module in _reachable(_ENTRY):
        path = _source_of(module)
        folder = module.replace(".", "/")
        name = f"{folder}/__init__.py" if path.name == "__init__.py" else f"{folder}.py"
        contents[name] = path.read_bytes()
    client = _source_of(_CLIENT).parent
    for path in client.rglob("*.py"):
        contents[f"{_CLIENT}/{path.relative_to(client).as_posix()}"] = path.read_bytes()
    contents[f"LICENSE-{_CLIENT_DISTRIBUTION}"] = _client_license()
    return contents


def contents_digest(contents: Mapping[str, bytes]) -> str:
    """Return what tells this zipapp from others: a digest of names and contents."""
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _reachable(entry: str) -> list[str]:
    """Return our modules that are imported from ``entry`` on, with the packages around them."""
    waiting, found = [entry], set[str]()
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        parent = module.rpartition(".")[0]
        waiting += [parent] if parent else []
        tree = ast.parse(_source_of(module).read_bytes())
        waiting += [name for name in _imports(tree) if name.split(".")[0] == _OURS]
    return sorted(found)


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that a module imports, all of ours at its top."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _source_of(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise ZipappError(
            f"the source of {module} is not installed, and the agent cannot be made without it",
            hint="install paasta-deploy and nats-py from files, not from an archive",
        )
    return Path(spec.origin)


def _client_license() -> bytes:
    """Return the licence under which the NATS client is passed on."""
    distribution = importlib.metadata.distribution(_CLIENT_DISTRIBUTION)
    for file in distribution.files or ():
        if file.name == "LICENSE":
            return Path(str(file.locate())).read_bytes()
    name = distribution.metadata["License-Expression"] or "Apache-2.0"
    return f"{_CLIENT_DISTRIBUTION} is licensed under {name}\n".encode()
