"""Every ``deploy*.sh`` of K-PaaS runs with our CLI as its ``bosh``, dry; what it tells is golden.

The folders are copied, and the blanks in them are filled in (``filled_in``). A script that is for
one IaaS runs for that one, with its cloud config; the others run for all five. Beside each
script stands what was told: ``tests/acceptance/kpaas/<folder>.<script>.txt``, written anew by
``scripts/test --rewrite tests/acceptance/manifest``.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.acceptance.manifest.dry_bosh import CLIENT
from tests.acceptance.manifest.filled_in import copy_for
from tests.acceptance.manifest.kpaas import CLOUDS, ROOT, needs_kpaas
from tests.deadlines import COMMAND_DEADLINE_S, unmeasured

pytestmark = needs_kpaas
GOLDEN = Path(__file__).resolve().parents[1] / "kpaas"
_REPOSITORY = GOLDEN.parents[2]
SCRIPTS = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("deploy*.sh"))

Trees = Callable[[str], Path]


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    """Return what makes the copy of K-PaaS for a cloud, once."""
    return cache(lambda cloud: copy_for(cloud, tmp_path_factory.mktemp("kpaas")))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with our ``bosh``, and with others that do nothing, for ``PATH``."""
    folder = tmp_path_factory.mktemp("programs")
    texts = dict.fromkeys(("uaac", "wget", "unzip", "sudo", "gem", "cf"), "#!/bin/sh\nexit 0\n")
    texts["bosh"] = f"#!{sys.executable} -SE\n{CLIENT}"
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(stat.S_IRWXU)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.manifest.dry_bosh", str(folder / "socket")],
        stdout=subprocess.PIPE,
        cwd=_REPOSITORY,
        env=unmeasured(),
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    yield folder
    server.kill()
    server.communicate(timeout=COMMAND_DEADLINE_S)


def clouds_of(script: str) -> tuple[str, ...]:
    """Return the IaaS that a script is for, from its name, or all of them."""
    if "bosh-lite" in script:
        return ("bosh-lite",)
    if "vpn" in script or "portal-app" in script:
        return ("",)
    return tuple(cloud for cloud in CLOUDS if cloud in Path(script).name) or CLOUDS


def calls(script: str, cloud: str, tree: Path, programs: Path, folder: Path) -> list[str]:
    """Run a script and return, line by line, what it asked and what it was told."""
    path = tree / script
    folder.mkdir()
    config = tree / f"ap-deployment/cloud-config/{cloud}-cloud-config.yml"
    environment = {
        "HOME": str(tree.parent), "PATH": f"{programs}:/usr/bin:/bin", "LANG": "C.UTF-8",
        "DRY_BOSH_SOCKET": str(programs / "socket"), "DRY_BOSH_FOLDER": str(folder),
        "BOSH_ENVIRONMENT": "dry", "CURRENT_IAAS": cloud,
    }  # fmt: skip
    # One of them is meant to be read into the operator's shell: it leaves with `return`.
    command = f"source ./{path.name}" if "portal-app" in script else f"bash ./{path.name}"
    if "paasta-addon" in script:  # the manifest got another name, and this script did not see it
        command += f"; cp ap-deployment.yml paasta-deployment.yml; {command}"
    if config.is_file() and "create-env" not in path.read_text("utf-8"):
        shutil.copy(config, folder / "cloud-config.yml")
    subprocess.run(
        ["bash", "-c", command], cwd=path.parent, env=environment, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    lines = []
    for line in (folder / "calls.jsonl").read_text("utf-8").splitlines():
        call = json.loads(line)
        words = (call["command"], call["deployment"], *call["files"])
        lines.append(" ".join(word for word in words if word))
        lines += [
            f"  {item['severity']} {item['code']} {item['place'] or '-'} {item['summary']}"
            for item in call["told"]
        ]
        lines += [] if call["told"] else [f"  exit code {call['code']}"]
    return [line.replace(f"{folder}/", "").replace(f"{tree}/", "") for line in lines]


def sections(told: dict[str, list[str]]) -> Iterator[str]:
    """Yield what was told, with clouds that were told the same under one heading."""
    while told:
        first = next(iter(told.values()))
        same = [cloud for cloud, lines in told.items() if lines == first]
        yield f"[{', '.join(same)}]\n" if same != [""] else ""
        yield "".join(f"{line}\n" for line in first)
        told = {cloud: lines for cloud, lines in told.items() if cloud not in same}


def test_there_are_forty_two_scripts() -> None:
    assert len(SCRIPTS) == 42


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_told_what_is_wrong_and_nothing_else(
    script: str, trees: Trees, programs: Path, tmp_path: Path
) -> None:
    golden = GOLDEN / (script.removesuffix(".sh").replace("/", ".") + ".txt")
    told = {
        cloud: calls(script, cloud, trees(cloud), programs, tmp_path / (cloud or "none"))
        for cloud in clouds_of(script)
    }
    written = "".join(sections(told))
    if os.environ.get("PAASTA_REWRITE"):
        golden.write_text(written, encoding="utf-8")

    assert written == golden.read_text("utf-8")
