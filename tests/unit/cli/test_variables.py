"""`variables`: a table, JSON, and certificates by when they end."""

import json

import pytest

from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.test_variables import CERTIFICATES, with_token

Capture = pytest.CaptureFixture[str]
SHORT = CERTIFICATES.replace("common_name: web}", "common_name: web, duration: 12}")
TEXT = with_token("((tls.private_key))", SHORT + "- {name: token, type: password}\n")


@pytest.fixture
def deployed(served: ServedWorld) -> ServedWorld:
    """A deployment with two certificates and a password."""
    served.do(served.world.deploy_well, TEXT)
    return served


def test_variables_are_listed_without_values(deployed: ServedWorld, capsys: Capture) -> None:
    assert deployed.cli("-d", "shop", "variables") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]

    assert [row[1:4] for row in rows] == [
        ["/paasta/shop/ca", "certificate", "1"],
        ["/paasta/shop/tls", "certificate", "1"],
        ["/paasta/shop/token", "password", "1"],
    ]
    assert [row[5] for row in rows] == ["2027-01-01 (365 days)", "2026-01-13 (12 days)", ""]


def test_the_json_has_boshs_columns_and_a_note(deployed: ServedWorld, capsys: Capture) -> None:
    deployed.world.clock.advance(9 * 24 * 3600)
    assert deployed.cli("-d", "shop", "--json", "vars") == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]

    assert table["Content"] == "variables"
    assert {"id", "name"} <= set(table["Rows"][0])
    assert table["Notes"][0].startswith("Soon to end: /paasta/shop/tls.")


def test_certificates_are_listed_by_when_they_end(deployed: ServedWorld, capsys: Capture) -> None:
    assert deployed.cli("-d", "shop", "variables", "--expiry") == 0
    rows = [line.split("\t")[:5] for line in capsys.readouterr().out.splitlines()]

    assert rows == [
        ["/paasta/shop/tls", "12", "2026-01-13T00:00:00Z", "", "/paasta/shop/ca"],
        ["/paasta/shop/ca", "365", "2027-01-01T00:00:00Z", "CA", "itself"],
    ]


def test_a_deployment_has_to_be_named(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("variables") == 1
    assert "-d" in capsys.readouterr().err


def test_a_rotation_is_shown_asked_for_and_followed(
    deployed: ServedWorld, capsys: Capture
) -> None:
    assert deployed.cli("-d", "shop", "rotate", "tls") == 1
    captured = capsys.readouterr()
    assert "/paasta/shop/tls (certificate): one rollout" in captured.out
    assert "Rotate?" in captured.err
    assert deployed.cli("-n", "-d", "shop", "rotate", "tls", "token") == 0
    captured = capsys.readouterr()
    assert "Rotating variables: shop" in captured.out + captured.err
    assert captured.out.endswith("Succeeded\n")
    assert deployed.cli("-d", "shop", "variables") == 0
    rows = [line.split("\t")[1:4] for line in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [
        ["/paasta/shop/tls", "certificate", "2"],
        ["/paasta/shop/token", "password", "2"],
    ]


def test_a_dry_run_of_a_rotation_only_tells(deployed: ServedWorld, capsys: Capture) -> None:
    assert deployed.cli("-d", "shop", "--json", "rotate", "--dry-run", "ca") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rotations"][0]["leaves"] == ["/paasta/shop/tls"]
    assert deployed.cli("-d", "shop", "rotate", "--dry-run", "ca") == 0
    assert "3 rollouts" in capsys.readouterr().out
    assert not deployed.world.store.rotations()


def test_a_value_that_waits_for_a_stemcell_can_be_forced(
    served: ServedWorld, capsys: Capture
) -> None:
    held = "variables:\n- name: token\n  type: password\n  update_mode: overwrite\n"
    held += "  update: {strategy: on-stemcell-change}\n"
    file = served.write("shop.yml", with_token(variables=held))
    assert served.cli("-n", "deploy", file) == 0
    assert served.cli("plan", "--detailed-exitcode", file) == 0
    assert served.cli("plan", "--detailed-exitcode", "--force-latest-variables", file) == 2
    assert "~ token (password): its update_mode is overwrite" in capsys.readouterr().out
    assert served.cli("-n", "deploy", "--force-latest-variables", file) == 0
    assert served.world.values.made == ["token", "token"]


def test_a_shared_variable_counts_as_known_when_files_are_put_together_here(
    served: ServedWorld, capsys: Capture
) -> None:
    shared = "variables:\n- {name: /shared/token, type: password}\n"
    defining = with_token("((/shared/token))((given))", shared)
    file = served.write("shop.yml", defining)
    assert served.cli("-n", "deploy", "-v", "given=1", file) == 0
    using = served.write("using.yml", defining.replace(shared, ""))
    assert served.cli("-n", "deploy", "-v", "given=1", using) == 0
    assert served.world.values.made == ["/shared/token"]
    wrong = served.write("wrong.yml", defining.replace(shared, "").replace("/shared", "/other"))
    capsys.readouterr()
    assert served.cli("-n", "deploy", "-v", "given=1", wrong) == 1
    assert "the variable `/other/token` has no value" in capsys.readouterr().err
