"""`update-resurrection`."""

import pytest

from paasta_deploy.director.service import RESURRECTION_PAUSED
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


def test_resurrection_is_switched_off_and_on(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("update-resurrection", "off") == 0
    assert capsys.readouterr().out == "Resurrection is off.\n"
    assert served.world.store.setting(RESURRECTION_PAUSED) == "true"
    assert served.cli("update-resurrection", "on") == 0
    assert served.world.store.setting(RESURRECTION_PAUSED) == "false"


def test_anything_else_is_refused(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("update-resurrection", "maybe") == 1
    assert "'maybe' is not one of 'on', 'off'." in capsys.readouterr().err
