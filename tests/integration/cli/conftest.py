"""A director of our own for each module, with the minimal release and a cloud config."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.manifests import cloud_config
from tests.integration.cli.operator import ROOT, Operator


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes that tests start keep their byte code: compiling it takes seconds."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(scope="session")
def minimal_release(tmp_path_factory: pytest.TempPathFactory, bytecode: Path) -> Path:
    """The minimal release as a tarball."""
    builder = Operator(bytecode=bytecode)
    tarball = tmp_path_factory.mktemp("release") / "minimal.tgz"
    folder = ROOT / "manifests" / "minimal" / "release"
    builder.do("create-release", f"--dir={folder}", f"--tarball={tarball}", "--version=1")
    (builder.home / "director.yml").unlink()
    builder.home.rmdir()
    return tarball


@pytest.fixture(scope="module")
def operator(bytecode: Path, minimal_release: Path) -> Iterator[Operator]:
    """An operator whose director is ready for a deploy."""
    made = Operator(bytecode=bytecode)
    try:
        made.do("director", "start")
        config = made.write("cloud-config.yml", cloud_config(made.subnet))
        made.do("-n", "update-cloud-config", config)
        made.do("upload-release", str(minimal_release))
        yield made
    finally:
        made.close()
