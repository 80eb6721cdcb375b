"""`start`, `stop`, `restart` and `recreate`."""

import sys

import pytest

from paasta_deploy.model.lifecycle import RunState
from tests.unit.cli.conftest import Keyboard
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(served: ServedWorld) -> ServedWorld:
    """The shop, deployed."""
    served.do(served.world.deploy_well)
    return served


def run_states(shop: ServedWorld) -> list[RunState]:
    return [shop.world.instance(slug).run_state for slug in ("db/0", "web/0", "web/1")]


STARTED, STOPPED, DETACHED = RunState.STARTED, RunState.STOPPED, RunState.DETACHED


def test_instances_are_stopped_and_started_by_slug(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("-n", "stop", "web/0") == 0
    assert capsys.readouterr().out == "Succeeded\n"
    assert run_states(shop) == [STARTED, STOPPED, STARTED]
    assert shop.cli("-n", "stop", "--hard", "web") == 0
    assert run_states(shop) == [STARTED, DETACHED, DETACHED]
    assert shop.cli("-n", "start") == 0
    assert run_states(shop) == [STARTED] * 3
    assert len(shop.world.machines()) == 3


def test_machines_are_kept_by_restart_and_made_anew_by_recreate(shop: ServedWorld) -> None:
    before = shop.world.machines()
    assert shop.cli("-n", "restart", "web", "--max-in-flight=2", "--canaries=0") == 0
    assert shop.world.machines() == before
    identity = str(shop.world.instance("web/1").instance_id)
    assert shop.cli("-n", "recreate", f"web/{identity}", "--skip-drain", "--fix") == 0
    assert len(before - shop.world.machines()) == 1
    assert "drain" not in [question.split()[0] for question in shop.world.questions[-8:]]


@pytest.mark.parametrize(
    ("arguments", "question"),
    [
        (["stop"], "Stop all instances of 'shop'?"),
        (["stop", "--hard", "web"], "Stop and delete the VMs of web of 'shop'?"),
        (["start", "web/0"], "Start web/0 of 'shop'?"),
        (["restart"], "Restart all instances of 'shop'?"),
        (["recreate"], "Make new VMs for all instances of 'shop'?"),
    ],
)
def test_the_question_says_what_will_happen(
    shop: ServedWorld,
    arguments: list[str],
    question: str,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("n\n"))
    assert shop.cli(*arguments) == 1
    err = capsys.readouterr().err
    assert f"\n{question} [yN]: " in err
    assert "Stopped: nothing was changed." in err
    assert run_states(shop) == [STARTED] * 3


def test_what_names_nothing_lists_what_there_is(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("-n", "stop", "wbe") == 1
    err = capsys.readouterr().err
    assert "'wbe' names no instance of deployment 'shop'." in err
    assert "help: there are: db/0, web/0, web/1" in err


def test_hard_and_soft_at_once_make_no_sense(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("-n", "stop", "--hard", "--soft") == 1
    assert "--hard and --soft exclude each other." in capsys.readouterr().err


def test_a_number_that_is_none_is_refused(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("-n", "restart", "--max-in-flight=some") == 1
    assert "'max_in_flight' is 'some'" in capsys.readouterr().err
