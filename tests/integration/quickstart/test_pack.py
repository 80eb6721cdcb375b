"""Packing the quickstart, and the smallest deployment, with the programs that people run."""

import json
import os
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.release_archive import read_release_archive
from paasta_deploy.adapters.archives.release_builder import build_release
from paasta_deploy.adapters.archives.stemcell_archive import read_stemcell_archive
from tests.integration.quickstart.machines import (
    QUICKSTART,
    ROOT,
    SUBNET,
    Machine,
    compile_packages,
    render,
)


def pack(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(QUICKSTART / "pack"), str(folder), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_packing_twice_makes_the_same_bytes_and_the_same_version(tmp_path: Path) -> None:
    (tmp_path / "agent.pyz").write_bytes(b"an agent")
    archives = []
    for _ in range(2):
        outcome = pack(tmp_path / "out", "--agent", str(tmp_path / "agent.pyz"))
        assert outcome.returncode == 0, outcome.stderr
        archives.append(
            [(tmp_path / "out" / name).read_bytes() for name in ("quickstart.tgz", "stemcell.tgz")]
        )
    assert archives[0] == archives[1]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "quickstart.tgz",
        "stemcell.tgz",
        "versions.json",
    ]


def test_another_content_gets_the_next_version(tmp_path: Path) -> None:
    (tmp_path / "agent.pyz").write_bytes(b"an agent")
    pack(tmp_path / "out", "--agent", str(tmp_path / "agent.pyz"))
    versions = tmp_path / "out" / "versions.json"
    known = json.loads(versions.read_text())
    known["release"] = {"sha256:other": 1}
    versions.write_text(json.dumps(known))
    (tmp_path / "agent.pyz").write_bytes(b"another agent")
    outcome = pack(tmp_path / "out", "--agent", str(tmp_path / "agent.pyz"))
    assert "quickstart/0+dev.2" in outcome.stdout
    (tmp_path / "work").mkdir()
    stemcell = read_stemcell_archive(tmp_path / "out" / "stemcell.tgz", tmp_path / "work")
    assert stemcell.manifest.version == "0.2"


def test_a_missing_agent_is_told_in_one_line(tmp_path: Path) -> None:
    outcome = pack(tmp_path / "out", "--agent", str(tmp_path / "gone"))
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("pack: ")
    assert outcome.stderr.count("\n") == 1


def test_the_smallest_deployment_says_hello(tmp_path: Path) -> None:
    source = ROOT / "manifests" / "minimal" / "release"
    built = build_release(source, tmp_path / "minimal.tgz", version="1")
    (tmp_path / "work").mkdir()
    release = read_release_archive(built.path, tmp_path / "work")
    machine = Machine(tmp_path / "machine", "hello", 0, f"{SUBNET}.201")
    machine.install(
        render([machine], release)[machine.instance_id], compile_packages(release, tmp_path)
    )
    machine.start()
    try:
        text = _get(f"http://{machine.address}:8080/")
    finally:
        machine.kill()
    assert text == "Hello.\nThis is hello/0 (hello-id-0) of quickstart.\n"


def _get(url: str) -> str:
    pause = threading.Event()
    for _ in range(6_000):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own machine
                text: str = answer.read().decode()
                return text
        except OSError:
            pause.wait(0.01)  # a page tells nobody when it comes
    pytest.fail(f"{url} does not answer")
