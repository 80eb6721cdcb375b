"""Saved plans: exactly what was looked at is deployed, or nothing, and the reason says what moved.

A secret is planted in everything that is sent; nothing that is shown or saved may have it.
"""

import json
import stat
import sys
from pathlib import Path

import pytest
from typing_extensions import override

from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import digest_of
from paasta_deploy.ports.events import TaskOutput
from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import CLOUD_CONFIG, manifest

Capture = pytest.CaptureFixture[str]
SECRET = "correct-horse-battery-staple"


@pytest.fixture
def file(served: ServedWorld) -> str:
    """The shop's manifest as a file, with a variable."""
    return served.write("shop.yml", manifest(text="((text))"))


@pytest.fixture
def saved(served: ServedWorld, file: str, capsys: Capture) -> str:
    """A plan of the first deploy, with an ops file and a variables file."""
    ops = served.write(
        "ops.yml", "- type: replace\n  path: /instance_groups/name=web/instances\n  value: 1\n"
    )
    values = served.write("vars.yml", f"text: {SECRET}\n")
    out = str(served.home / "shop.plan")
    assert served.cli("plan", file, "-o", ops, "-l", values, "--out", out) == 0
    assert f"`paasta-deploy deploy --plan {out}` deploys exactly this" in capsys.readouterr().err
    return out


def test_a_saved_plan_is_deployed(served: ServedWorld, saved: str, capsys: Capture) -> None:
    assert served.cli("-n", "deploy", "--plan", saved) == 0
    assert capsys.readouterr().out == "Succeeded\n"
    assert len(served.world.machines()) == 2, "as the ops file says"


def test_a_saved_plan_is_shown_as_it_was_saved_before_the_question(
    served: ServedWorld, saved: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("no\n"))
    assert served.cli("deploy", "--plan", saved) == 1
    assert capsys.readouterr().out.startswith("Plan for 'shop': + 2 to create; 0 unchanged.\n")
    assert served.world.machines() == frozenset()


@pytest.mark.parametrize(
    ("out", "said"), [("no/shop.plan", "no/shop.plan: No such"), (".", "is a folder")]
)
def test_a_plan_that_cannot_be_saved_is_told_under_its_own_name(
    served: ServedWorld, file: str, capsys: Capture, out: str, said: str
) -> None:
    assert served.cli("plan", file, "-v", "text=x", "--out", str(served.home / out)) == 1
    assert said in capsys.readouterr().err


def test_the_file_is_for_its_owner_and_holds_no_secret(saved: str) -> None:
    path = Path(saved)
    document = json.loads(path.read_text())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SECRET not in path.read_text()
    assert (document["format"], document["version"]) == ("paasta-deploy plan file", 1)
    assert set(document) >= {"files", "inputs", "options", "basis", "plan"}


def test_options_are_those_of_the_plan(served: ServedWorld, file: str) -> None:
    out = str(served.home / "p")
    arguments = ("-v", "text=x", "--canaries", "0", "--max-in-flight", "50%")
    served.cli("plan", file, *arguments, "--out", out)
    assert served.cli("-n", "deploy", "--plan", out, "-v", "text=x") == 0
    request = served.world.store.tasks(limit=1)[0].request
    assert (request["canaries"], request["max_in_flight"]) == ("0", "50%")


def test_a_limit_can_be_put_on_a_saved_plan(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    out = str(served.home / "p")
    served.cli("-n", "deploy", file, "-v", "text=x")
    served.cli("plan", "--recreate", file, "-v", "text=x", "--out", out)
    again = ("-n", "deploy", "--plan", out, "-v", "text=x", "--max-destroy")

    assert served.cli(*again, "0") == 1
    assert "--max-destroy allows 0" in capsys.readouterr().err
    assert served.cli(*again, "100%") == 0


def test_a_changed_file_is_named_before_anything_is_sent(
    served: ServedWorld, saved: str, capsys: Capture
) -> None:
    served.write("ops.yml", "[]\n")
    assert served.cli("-n", "deploy", "--plan", saved) == 1
    err = capsys.readouterr().err
    assert f"error[PD0701]: {served.home}/ops.yml was changed since the plan was made" in err
    assert served.world.machines() == frozenset()


def test_a_changed_value_is_told_as_a_change_of_what_is_sent(
    served: ServedWorld, saved: str, capsys: Capture
) -> None:
    served.write("vars.yml", "text: another\n")
    assert served.cli("-n", "deploy", "--plan", saved) == 1
    err = capsys.readouterr().err
    assert "error[PD0701]: the manifest is not the one that the plan was made from" in err
    assert "with its ops files and variables put in" in err


def test_a_changed_config_and_a_changed_state_are_named_at_once(
    served: ServedWorld, saved: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", served.write("other.yml", manifest(webs=0)))
    cloud = served.write("cloud.yml", CLOUD_CONFIG.replace("{ram: 1}", "{ram: 2}"))
    served.cli("-n", "update-cloud-config", cloud)
    before = served.world.machines()
    tasks = len(served.world.store.tasks())
    capsys.readouterr()

    assert served.cli("-n", "deploy", "--plan", saved) == 1
    err = capsys.readouterr().err
    assert "error[PD0702]: config `cloud/default` is" in err
    assert "error[PD0704]: deployment `shop` was changed since the plan was made" in err
    assert "create deployment (done)" in err
    assert served.world.machines() == before
    assert len(served.world.store.tasks()) == tasks, "no task was started for that"


def test_values_of_the_command_line_have_to_be_given_again(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    out = str(served.home / "p")
    served.cli("plan", file, "-v", f"text={SECRET}", "--out", out)
    assert SECRET not in Path(out).read_text()

    assert served.cli("-n", "deploy", "--plan", out) == 1
    assert "give them again: -v text=..." in capsys.readouterr().err
    assert served.cli("-n", "deploy", "--plan", out, "-v", "text=wrong") == 1
    assert "PD0701" in capsys.readouterr().err
    assert served.cli("-n", "deploy", "--plan", out, "-v", f"text={SECRET}") == 0


def test_what_would_make_another_plan_is_refused_beside_one(
    served: ServedWorld, saved: str, file: str, capsys: Capture
) -> None:
    assert served.cli("-n", "deploy", "--plan", saved, "--recreate") == 1
    assert "--recreate and --plan contradict each other" in capsys.readouterr().err
    assert served.cli("-n", "deploy", "--plan", saved, file) == 1
    assert "A plan names its manifest" in capsys.readouterr().err
    assert served.cli("-n", "deploy") == 1
    assert "Missing argument 'MANIFEST', or --plan FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name: shop\n", "it is not what `plan --out` writes"),
        ("[]", "it is not what `plan --out` writes"),
        ('{"format": "paasta-deploy plan file", "version": 2}', "its format has version 2"),
        ('{"format": "paasta-deploy plan file", "version": 1}', "it is damaged"),
    ],
)
def test_what_is_no_plan_file_is_refused(
    served: ServedWorld, capsys: Capture, content: str, told: str
) -> None:
    assert served.cli("-n", "deploy", "--plan", served.write("p", content)) == 1
    err = capsys.readouterr().err
    assert "error[PD0707]" in err
    assert told in err


@pytest.mark.parametrize("part", ["plan", "basis"])
def test_a_plan_file_that_somebody_changed_is_refused(
    served: ServedWorld, saved: str, capsys: Capture, part: str
) -> None:
    document = json.loads(Path(saved).read_text())
    document[part]["deployment"] = "harmless"
    if part == "plan":
        document["basis"]["shown"] = digest_of(document["plan"])
    changed = served.write("changed", json.dumps(document))
    document["basis"]["shown"] = "sha256:00"
    clumsily = served.write("clumsily", json.dumps(document))
    before = served.world.machines()

    assert served.cli("-n", "deploy", "--plan", changed) == 1
    assert "error[PD0707]: the plan is not as this director gave it" in capsys.readouterr().err
    assert served.cli("-n", "deploy", "--plan", clumsily) == 1
    assert "the plan in it is not the one that was saved" in capsys.readouterr().err
    assert served.world.machines() == before


def test_what_was_confirmed_is_what_is_deployed(
    served: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = served.write("shop.yml", manifest())

    class Slow(Keyboard):
        """Somebody who thinks for so long that somebody else deploys meanwhile."""

        @override
        def isatty(self) -> bool:
            served.do(served.world.deploy_well, manifest(webs=0))
            return True

    monkeypatch.setattr(sys, "stdin", Slow("yes\n"))
    assert served.cli("deploy", file) == 1
    assert "error[PD0704]" in capsys.readouterr().err
    assert len(served.world.machines()) == 1, "only what the other one deployed"


def test_a_planted_secret_is_shown_and_saved_nowhere(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    out = served.home / "p"
    served.cli("-n", "deploy", file, "-v", f"text={SECRET}-1")
    served.world.deafen("start")
    shown = capsys.readouterr()
    new = f"text={SECRET}-2"
    cloud = CLOUD_CONFIG.replace("{ram: 1}", f"{{ram: 1, password: {SECRET}}}")
    served.cli("-n", "update-cloud-config", served.write("cloud.yml", cloud))
    capsys.readouterr()
    ops = served.write(
        "env.yml",
        f"- type: replace\n  path: /instance_groups/name=web/env?/password\n  value: {SECRET}\n",
    )
    for arguments in (
        ("plan", file, "-v", new, "-o", ops),
        ("plan", file, "-v", new, "--out", str(out)),
        ("--json", "plan", file, "-v", new),
        ("graph", file, "-v", new),
        ("graph", file, "-v", new, "--format", "json"),
        ("-n", "deploy", "--plan", str(out), "-v", new),
        ("-n", "deploy", "--plan", str(out), "-v", f"text={SECRET}-3"),
        ("--json", "-n", "deploy", file, "-v", new),
    ):
        served.cli(*arguments)
        told = capsys.readouterr()
        shown = type(shown)(shown.out + told.out, shown.err + told.err)

    assert "cloud properties: `password`" in shown.out
    assert "env: `password`" in shown.out
    assert SECRET not in shown.out
    assert SECRET not in shown.err
    assert SECRET not in out.read_text()
    tasks = served.world.store.tasks()
    assert {task.state for task in tasks} >= {TaskState.DONE, TaskState.ERROR}
    for task in tasks:
        assert SECRET not in (task.result or "")
        for output in (TaskOutput.EVENT, TaskOutput.DEBUG, TaskOutput.RESULT):
            assert SECRET not in served.world.output(task.task_id, output), (task.kind, output)


def test_a_plan_file_may_be_used_where_the_files_have_moved_to(
    served: ServedWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (here / "shop.yml").write_text(manifest())
    monkeypatch.chdir(here)
    assert served.cli("plan", "shop.yml", "--out", "p") == 0
    here.rename(there)
    monkeypatch.chdir(there)

    assert served.cli("-n", "deploy", "--plan", "p") == 0
