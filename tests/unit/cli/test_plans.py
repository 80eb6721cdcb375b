"""`plan`: for people, for programs, and places that are in the operator's own files."""

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from paasta_deploy.cli.client import DirectorClient
from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import manifest

Capture = pytest.CaptureFixture[str]
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "plan.schema.json").read_text()
)


@pytest.fixture
def file(served: ServedWorld) -> str:
    """The shop's manifest as a file."""
    return served.write("shop.yml", manifest())


def plan_json(served: ServedWorld, capsys: Capture, *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert served.cli("--json", "plan", *arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def test_a_plan_changes_nothing_and_its_exit_code_tells_on_request(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    assert served.cli("plan", file) == 0
    assert capsys.readouterr().out.startswith("Plan for 'shop': + 3 to create")
    assert served.cli("plan", "--detailed-exitcode", file) == 2
    served.cli("-n", "deploy", file)
    assert served.cli("plan", "--detailed-exitcode", file) == 0
    broken = served.write("broken.yml", "name: [\n")
    assert served.cli("plan", "--detailed-exitcode", broken) == 1


def test_a_plan_for_programs_is_json_of_the_published_schema(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    first = plan_json(served, capsys, file)
    served.cli("-n", "deploy", file)
    nothing = plan_json(served, capsys, file)
    changed = served.write("other.yml", manifest(webs=1, dbs=0, text="Bye"))
    change = plan_json(served, capsys, changed)

    for told in (first, nothing, change):
        jsonschema.validate(told, SCHEMA)
    assert first["summary"] == {"create": 3}
    assert nothing["is_empty"] is True
    assert change["summary"] == {"update in place": 1, "delete": 2}
    assert "text" not in first
    assert "basis" not in first


def test_what_is_held_back_is_told_with_its_reasons_and_places(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    ops = served.write(
        "ops.yml",
        "- {type: replace, path: /instance_groups/name=web/instances, value: 4}\n"
        "- {type: replace, path: /instance_groups/name=db/jobs/0/properties/port, value: 1}\n",
    )
    capsys.readouterr()

    assert served.cli("plan", file, "-o", ops, "--only", "db", "--only", "web/2") == 0
    told = capsys.readouterr().out
    assert "Held back: 1 instance, left as recorded" in told
    assert f"web/3: create\n        the instance is new ({ops}:1)" in told
    document = plan_json(served, capsys, file, "-o", ops, "--exclude", "db")
    jsonschema.validate(document, SCHEMA)
    assert '"held_back": [{"instance": "db/0", ' in json.dumps(document)
    served.cli("-n", "deploy", file, "-o", ops, "--only", "web", "--only", "db")
    capsys.readouterr()
    served.cli("plan", file, "--only", "db", "-o", ops)
    assert "Nothing to do for 'shop'" in capsys.readouterr().out


def test_a_saved_plan_of_a_part_is_deployed_as_that_part(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    out = str(served.home / "p")
    served.cli("plan", file, "--only", "db", "--out", out)
    assert served.cli("-n", "deploy", "--plan", out) == 0
    assert len(served.world.machines()) == 1
    capsys.readouterr()
    served.cli("plan", file)
    assert "web (1 canary first" in capsys.readouterr().out


def test_former_tasks_say_how_long_it_takes(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("plan", file)
    assert (
        "a guess from what providers say: no task has done such a thing yet"
        in capsys.readouterr().out
    )
    served.cli("-n", "deploy", file)
    capsys.readouterr()
    served.cli("plan", "--recreate", file)
    told = capsys.readouterr().out
    assert "as former tasks took" in told
    assert "Critical path: db/0" in told


def test_reasons_point_into_the_ops_file_that_made_the_change(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    ops = served.write(
        "ops.yml",
        "# more of them\n"
        "- type: replace\n  path: /instance_groups/name=web/instances\n  value: 3\n",
    )
    capsys.readouterr()

    assert served.cli("plan", file, "-o", ops) == 0
    assert f"the instance is new ({ops}:4)" in capsys.readouterr().out
    told = plan_json(served, capsys, file, "-o", ops)
    assert ops in json.dumps(told)
    assert "after ops" not in json.dumps(told)


def test_reasons_of_what_ops_files_left_alone_point_into_the_manifest(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("shop.yml", manifest(text="((text))"))
    served.cli("-n", "deploy", file, "-v", "text=a")
    capsys.readouterr()

    assert served.cli("plan", file, "-v", "text=b") == 0
    line = next(
        number
        for number, text in enumerate(Path(file).read_text().splitlines(), start=1)
        if "((text))" in text
    )
    assert f"property `text` of job `web` ({file}:{line})" in capsys.readouterr().out


def test_what_the_director_refuses_points_into_the_ops_file(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    ops = served.write(
        "ops.yml",
        "- type: replace\n  path: /releases/name=shop/version\n  value: '99'\n",
    )
    assert served.cli("plan", file, "-o", ops) == 1
    err = capsys.readouterr().err
    assert f"--> {ops}:3:10" in err
    assert "value: '99'" in err


def test_colours_only_repeat_what_is_said(served: ServedWorld, file: str, capsys: Capture) -> None:
    served.cli("plan", file)
    plain = capsys.readouterr().out
    served.cli("--tty", "plan", file)
    coloured = capsys.readouterr().out
    served.cli("--tty", "--no-color", "plan", file)
    wrapped = capsys.readouterr().out

    assert "\x1b" not in plain
    assert "\x1b[32m" in coloured
    assert "\x1b" not in wrapped
    assert wrapped.split() == plain.split()
    assert max(map(len, wrapped.splitlines())) <= 80


def test_flags_of_a_deploy_config_count_for_the_plan_as_for_the_deploy(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    served.do(served.world.configs.save, "deploy", "default", "flags: [recreate]\n")
    capsys.readouterr()
    out = str(served.home / "p")

    assert served.cli("plan", file, "--out", out) == 0
    assert "-/+ 3 to recreate" in capsys.readouterr().out
    assert served.cli("-n", "deploy", "--plan", out) == 0


def test_a_group_that_looks_renamed_is_warned_of_with_the_line_and_what_to_write(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    renamed = served.write("renamed.yml", manifest().replace("- name: db\n", "- name: data\n"))
    capsys.readouterr()

    assert served.cli("plan", renamed) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("warning[PD0620")
    assert f"--> {renamed}:" in captured.err
    assert "migrated_from" in captured.err
    assert "! all of `db` is deleted, and it has persistent disks (db/0)" in captured.out
    told = plan_json(served, capsys, renamed)
    jsonschema.validate(told, SCHEMA)
    assert "PD0620" in json.dumps(told["warnings"])


def test_a_director_of_another_version_is_told_and_not_a_traceback(
    served: ServedWorld, file: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paasta_deploy.wire.plan_json.VERSION", 2)
    real = DirectorClient.post_text

    def older(client: DirectorClient, path: str, text: str, **query: object) -> object:
        return {**real(client, path, text, **query), "version": 1}

    monkeypatch.setattr(DirectorClient, "post_text", older)
    assert served.cli("plan", file) == 1
    assert "use the same version for both" in capsys.readouterr().err


def test_a_warning_does_not_share_its_line_with_what_is_waited_for(
    served: ServedWorld, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.cli("-n", "deploy", file)
    renamed = served.write("renamed.yml", manifest().replace("- name: db\n", "- name: data\n"))
    screen = Keyboard()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")

    assert served.cli("plan", renamed) == 0

    assert "Thinking the deploy through ...\r\x1b[2Kwarning[PD0620" in screen.getvalue()


def test_what_a_failure_means_is_shown_where_it_does_not_just_stop(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    changed = served.write("other.yml", manifest(text="Bye"))
    capsys.readouterr()
    served.cli("plan", changed)
    assert "failure" not in capsys.readouterr().out
    served.cli("plan", changed, "--on-failure", "rollback")
    assert "at a time, 2 AZs one after another; a failure rolls back)" in capsys.readouterr().out
    told = plan_json(served, capsys, changed, "--on-failure", "continue")
    jsonschema.validate(told, SCHEMA)
    groups = told["groups"]
    assert isinstance(groups, list)
    assert [group["on_failure"] for group in groups] == ["continue"]


def test_a_rollback_to_nothing_is_warned_of(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    asking = manifest(text="Bye").replace("update:\n", "update:\n  on_failure: rollback\n")
    wanted = served.write("asking.yml", asking)
    served.cli("plan", wanted)
    captured = capsys.readouterr()
    assert "PD1101" in captured.out + captured.err
    assert "asking.yml:5" in captured.out + captured.err
    served.cli("-n", "deploy", file)
    capsys.readouterr()
    served.cli("plan", wanted)
    captured = capsys.readouterr()
    assert "PD1101" not in captured.out + captured.err
    served.cli("plan", wanted, "--only", "web")
    captured = capsys.readouterr()
    assert "PD1101" in captured.out + captured.err
