"""The page "How to read a plan" says what the tool prints: its commands are run, in order.

A block of ``console`` begins with its commands (``$ paasta-deploy ...``); what they print on
either output follows. A block of ``yaml`` below a line with a file's name is that file.
``PAASTA_REWRITE=1`` writes the outputs anew; the difference is what is reviewed.
"""

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import manifest
from tests.unit.director.shop_release import build_shop

PAGE = Path(__file__).parents[2] / "docs" / "plans.md"
_FILE = re.compile(
    r"^`(?P<name>[\w.-]+)`:\n\n```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = "; echo $?"

DURATIONS = {
    "CreateVm": 48.0,
    "DeleteVm": 22.0,
    "StopInstance": 9.0,
    "ApplyInstance": 4.0,
    "StartInstance": 14.0,
    "StartInstance/db": 75.0,
    "AttachDisk": 8.0,
    "DetachDisk": 4.0,
    "CreateDisk": 3.0,
    "MigrateDisk": 95.0,
    "GrowDisk": 6.0,
    "ReplaceUngrown": 0.0,
    "OrphanDisk": 0.0,
    "RemoveInstance": 0.0,
    "PrepareInstance": 2.0,
    "UpdateMetadata": 1.0,
    "PostDeploy": 1.0,
}
"""What former tasks are made to have taken: the clock of the tests stands still."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedWorld]:
    """A director that runs the shop, in the folder where its files are."""
    made = ServedWorld(build_shop(tmp_path))
    monkeypatch.chdir(made.home)
    made.write("shop.yml", manifest(dbs=3, webs=4))
    made.do(made.world.deploy_well, manifest(dbs=3, webs=4))
    made.world.store.put_setting("durations/shop", json.dumps(DURATIONS))
    yield made
    made.close()


def test_the_page_says_what_the_tool_prints(
    served: ServedWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    told = PAGE.read_text(encoding="utf-8")
    for found in _FILE.finditer(told):
        served.write(found["name"], found["text"])

    today = _CONSOLE.sub(lambda found: _played(found["text"], served, capsys), told)

    if os.environ.get("PAASTA_REWRITE") == "1":
        PAGE.write_text(today, encoding="utf-8")
    else:
        assert today == told


def _played(block: str, served: ServedWorld, capsys: pytest.CaptureFixture[str]) -> str:
    lines = ["```console"]
    for command in (line for line in block.splitlines() if line.startswith("$ ")):
        shown = command.removesuffix(_EXIT_CODE)
        capsys.readouterr()
        code = run(["--home", str(served.home), *shlex.split(shown)[2:]])
        captured = capsys.readouterr()
        if "-n deploy" in command:
            # Hours and tasks are other ones every day; how it ended is the point.
            lines += [command, *_ending(captured.out, captured.err)]
        else:
            lines += [command, *(captured.err + captured.out).rstrip("\n").split("\n")]
        if shown != command:
            lines.append(str(code))
    return "\n".join([*lines, "```"])


def _ending(out: str, err: str) -> list[str]:
    told = (line for line in err.splitlines() if not line.startswith("Task "))
    return [*told, *out.splitlines()]
