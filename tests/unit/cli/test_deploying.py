"""`deploy`."""

import json
import signal
import sys
import threading
from pathlib import Path

import pytest

from paasta_deploy.model.lifecycle import TaskState
from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import SHOP, manifest

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def file(served: ServedWorld) -> str:
    """The shop's manifest as a file."""
    return served.write("shop.yml", manifest())


def test_a_deploy_shows_its_task_and_succeeds(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    assert served.cli("-n", "deploy", file) == 0
    captured = capsys.readouterr()
    assert captured.out == "Succeeded\n"
    lines = captured.err.splitlines()
    assert lines[0].startswith("Task 2 | ")
    assert lines[0].endswith(" | Preparing deployment (00:00:00)")
    assert any("Updating instance web: web/" in line for line in lines)
    assert len(served.world.machines()) == 3


def test_a_deploy_in_json_is_one_object(served: ServedWorld, file: str, capsys: Capture) -> None:
    assert served.cli("--json", "-n", "deploy", file) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert captured.err == ""
    assert document["Lines"] == ["Succeeded"]
    assert document["Blocks"][0].startswith("Task 2 | ")
    assert document["Tables"] is None


def test_a_deadline_is_sent_in_seconds(served: ServedWorld, file: str, capsys: Capture) -> None:
    assert served.cli("-n", "deploy", file, "--deadline", "1h30m") == 0
    assert served.world.store.tasks(limit=1)[0].request["deadline_s"] == 5400
    capsys.readouterr()
    assert served.cli("-n", "deploy", file, "--deadline", "soon") != 0
    assert "write 90s, 55m or 1h30m" in capsys.readouterr().err


def test_the_plan_is_shown_before_the_question(
    served: ServedWorld, file: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("no\n"))
    assert served.cli("deploy", file) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("Plan for 'shop': + 3 to create; 0 unchanged.\n")
    assert "Deploy 'shop'? [yN]: error: Stopped: nothing was changed.\n" in captured.err
    assert served.world.store.recorded_deployment(SHOP) is None

    monkeypatch.setattr(sys, "stdin", Keyboard("yes\n"))
    assert served.cli("deploy", file) == 0
    assert len(served.world.machines()) == 3


def test_when_there_is_nothing_to_do_nobody_is_asked(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.cli("-n", "deploy", file)
    capsys.readouterr()
    assert served.cli("deploy", file) == 0
    assert capsys.readouterr().out == "Nothing to do for 'shop': 3 instances unchanged.\n"


def test_without_a_terminal_the_plan_is_shown_and_nothing_is_done(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    assert served.cli("deploy", file) == 1
    captured = capsys.readouterr()
    assert "3 to create" in captured.out
    assert "Nobody can be asked here" in captured.err
    assert served.world.calls == []


def test_a_failed_deploy_says_what_failed_once_and_what_to_do(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.world.deafen("start")
    assert served.cli("-n", "deploy", file) == 1
    err = capsys.readouterr().err
    database = served.world.instance("db/0").instance_id
    assert f" | Error: db/{database} (0): Timed out sending 'start' to agent" in err
    assert err.count("| Error: ") == 1
    assert err.endswith(
        "error: Expected task '2' to succeed but state is 'error'\n"
        "  help: `paasta-deploy task 2 --debug` tells every step\n\nExit code 1\n"
    )


def test_what_the_director_says_to_do_is_the_help_of_a_failed_task(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    served.do(served.world.configs.delete, "cloud", "default")
    assert served.cli("-n", "deploy", file) == 1
    err = capsys.readouterr().err
    assert "help: paasta-deploy update-cloud-config cloud-config.yml" in err


def test_a_typo_is_shown_with_line_and_caret(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("typo.yml", manifest().replace("vm_type", "vm_tpye", 1))
    assert served.cli("-n", "deploy", file) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error[PD0103]: unknown key `vm_tpye`\n  --> {file}:")
    assert "^^^^^^^ an instance group has no such key" in err
    assert "= help: did you mean `vm_type`?" in err
    assert err.endswith("\nExit code 1\n")
    assert served.world.store.tasks()[0].kind == "update_release", "no task was started"


def test_mistakes_in_json_are_diagnostics_for_programs(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("typo.yml", manifest().replace("vm_type", "vm_tpye", 1))
    assert served.cli("--json", "-n", "deploy", file) == 1
    document = json.loads(capsys.readouterr().out)
    (found,) = document["Diagnostics"]
    assert (found["code"], found["hint"]) == ("PD0103", "did you mean `vm_type`?")
    assert document["Lines"][-1] == "Exit code 1"
    assert not any("\x1b" in line for line in document["Lines"])


def test_a_mistake_made_by_an_ops_file_is_shown_in_the_ops_file(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    ops = served.write(
        "ops.yml",
        "- type: replace\n  path: /instance_groups/name=web/vm_tpye?\n  value: small\n",
    )
    assert served.cli("-n", "deploy", file, "-o", ops) == 1
    assert "vm_tpye" in capsys.readouterr().err


def test_ops_and_variables_are_put_in_before_the_manifest_is_sent(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("shop.yml", manifest(text="((text))"))
    ops = served.write(
        "ops.yml", "- type: replace\n  path: /instance_groups/name=web/instances\n  value: 1\n"
    )
    variables = served.write("vars.yml", "text: from a file\n")
    assert served.cli("-n", "deploy", file, "-o", ops, "-l", variables) == 0
    assert capsys.readouterr().out == "Succeeded\n"
    recorded = str(served.world.recorded.deployment.manifest)
    assert "from a file" in recorded
    assert len(served.world.machines()) == 2


def test_a_variable_without_a_value_is_named(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("shop.yml", manifest(text="((text))"))
    assert served.cli("-n", "deploy", file) == 1
    assert "text" in capsys.readouterr().err
    assert served.world.machines() == frozenset()


def test_a_manifest_of_another_name_than_wanted_is_refused(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    assert served.cli("-n", "-d", "other", "deploy", file) == 1
    err = capsys.readouterr().err
    assert "Expected manifest to specify deployment name 'other' but was 'shop'." in err
    assert "help: use -d shop" in err


def test_a_file_that_is_not_there_is_named_with_those_that_are(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    assert served.cli("-n", "deploy", str(served.home / "shpo.yml")) == 1
    err = capsys.readouterr().err
    assert f"error: There is no file {served.home}/shpo.yml." in err
    assert f"{served.home} has shop.yml" in err
    assert file
    assert served.cli("-n", "deploy", "/nosuch/folder/x.yml") == 1
    assert "there is no folder /nosuch/folder either" in capsys.readouterr().err
    assert served.cli("-n", "deploy", str(served.home)) == 1
    assert f"{served.home} is a folder." in capsys.readouterr().err
    (served.home / "bytes.yml").write_bytes(b"name: \xff\n")
    assert served.cli("-n", "deploy", str(served.home / "bytes.yml")) == 1
    assert "bytes.yml" in capsys.readouterr().err


def test_releases_with_a_url_are_uploaded_first(
    served: ServedWorld, shop_tarball: Path, capsys: Capture
) -> None:
    url = f"file://{shop_tarball}"
    named = manifest().replace(
        "{name: shop, version: latest}", f"{{name: shop, version: '1', url: '{url}'}}"
    )
    served.do(served.world.forget_releases)
    assert served.cli("-n", "deploy", served.write("shop.yml", named)) == 0
    assert "Release has been created: shop/1" in capsys.readouterr().err
    assert served.cli("-n", "deploy", served.write("shop.yml", named)) == 0
    assert "Release has been created" not in capsys.readouterr().err, "it is there already"


def test_rollout_options_arrive(served: ServedWorld, file: str) -> None:
    served.cli("-n", "deploy", file)
    arguments = ("--recreate", "--fix", "--canaries=0", "--max-in-flight=50%", "--skip-drain")
    assert served.cli("-n", "deploy", file, *arguments) == 0
    request = served.world.store.tasks(limit=1)[0].request
    assert (request["recreate"], request["fix"]) == (True, True)
    assert (request["canaries"], request["max_in_flight"]) == ("0", "50%")
    assert request["skip_drain"] == ["*"]


def test_a_dry_run_changes_nothing(served: ServedWorld, file: str, capsys: Capture) -> None:
    assert served.cli("-n", "deploy", "--dry-run", file) == 0
    assert capsys.readouterr().out == "Succeeded\n"
    assert served.world.machines() == frozenset()


def test_nobody_is_asked_for_a_dry_run(served: ServedWorld, file: str, capsys: Capture) -> None:
    assert served.cli("deploy", "--dry-run", file) == 0
    assert "3 to create" in capsys.readouterr().out
    assert served.world.machines() == frozenset()


def test_ctrl_c_detaches_and_the_deploy_goes_on(
    served: ServedWorld, file: str, capsys: Capture
) -> None:
    hold = served.world.hold("ping")

    def press_ctrl_c() -> None:
        served.do(hold.reached.wait)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    presser = threading.Thread(target=press_ctrl_c)
    presser.start()
    assert served.cli("-n", "deploy", file) == 130
    presser.join()
    err = capsys.readouterr().err
    assert "\nDetached. Task 2 goes on in the director.\n" in err
    assert "`paasta-deploy task 2` shows it again" in err
    assert "`paasta-deploy pause 2`" in err
    assert "`paasta-deploy abort 2` stops it" in err
    assert err.endswith("Exit code 130\n")
    assert "error" not in err

    served.loop.call_soon_threadsafe(hold.go.set)
    assert served.cli("task", "2") == 0
    assert served.world.store.tasks(limit=1)[0].state is TaskState.DONE
