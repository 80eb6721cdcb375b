"""`deployments`, `manifest` and `delete-deployment`."""

import pytest

from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import SHOP, manifest

Capture = pytest.CaptureFixture[str]


def test_deployments_are_listed_with_what_they_use(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("deployments") == 0
    assert capsys.readouterr().out == ""
    served.do(served.world.deploy_well)
    served.cli("deployments")
    assert capsys.readouterr().out == "shop\tshop/1\tmade-up/1.1\tlatest\tfalse\t\n"


def test_the_manifest_is_printed_as_it_was_sent(served: ServedWorld, capsys: Capture) -> None:
    served.do(served.world.deploy_well, "# mine\n" + manifest())
    assert served.cli("manifest") == 0
    assert capsys.readouterr().out == "# mine\n" + manifest()


def test_a_deployment_is_deleted_and_its_disks_are_named(
    served: ServedWorld, capsys: Capture
) -> None:
    served.do(served.world.deploy_well)
    assert served.cli("delete-deployment") == 1
    err = capsys.readouterr().err
    assert "Delete deployment 'shop'? Its disks are kept as orphans." in err
    assert served.world.store.recorded_deployment(SHOP) is not None

    assert served.cli("-n", "delete-deployment") == 0
    out = capsys.readouterr().out
    assert out.startswith("1 disk is kept: `paasta-deploy disks --orphaned` lists them")
    assert out.endswith("Succeeded\n")
    assert served.world.machines() == frozenset()


def test_deleting_goes_on_over_silent_agents_when_forced(
    served: ServedWorld, capsys: Capture
) -> None:
    served.do(served.world.deploy_well, manifest(dbs=0))
    served.world.deafen("stop", "drain")
    assert served.cli("-n", "delete-deployment") == 1
    assert "Expected task '3' to succeed" in capsys.readouterr().err
    assert served.cli("-n", "delete-deployment", "--force") == 0
    assert served.world.machines() == frozenset()
