"""`director status` and `providers`; starting and stopping is tried with real processes."""

import json
import os
from pathlib import Path

import pytest

from paasta_deploy.cli.main import run
from paasta_deploy.wiring.process import HELD_EXIT_CODE, PID_FILE, only_director, start_time
from tests.unit.adapters.store.old_stores import OLD_STORES, make_old_store
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def known(served: ServedWorld) -> ServedWorld:
    """A served director whose process is this one."""
    told = {"pid": os.getpid(), "start_time": start_time(os.getpid())}
    (served.home / PID_FILE).write_text(json.dumps(told))
    return served


def test_the_status_is_shown_line_by_line(known: ServedWorld, capsys: Capture) -> None:
    assert known.cli("director", "status") == 0
    assert capsys.readouterr().out == (f"home  {known.home}\npid   {os.getpid()}\nname  paasta\n")


def test_the_status_is_a_row_for_programs(known: ServedWorld, capsys: Capture) -> None:
    assert known.cli("--json", "director", "status") == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]
    assert table["Rows"] == [{"home": str(known.home), "pid": str(os.getpid()), "name": "paasta"}]


def test_without_a_director_the_exit_code_is_1_and_the_way_to_start_one_is_told(
    tmp_path: Path, capsys: Capture
) -> None:
    assert run(["--home", str(tmp_path), "director", "status"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"No director is running for {tmp_path}.\n")
    assert "`paasta-deploy director start` starts it." in out
    assert list(tmp_path.iterdir()) == [], "looking starts nothing"


def test_stopping_where_none_runs_is_success(tmp_path: Path, capsys: Capture) -> None:
    assert run(["--home", str(tmp_path), "director", "stop"]) == 0
    assert capsys.readouterr().out == f"No director is running for {tmp_path}.\n"


def test_providers_say_how_they_were_verified(tmp_path: Path, capsys: Capture) -> None:
    assert run(["--home", str(tmp_path), "--json", "providers"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]
    rows = {row["provider"]: row for row in table["Rows"]}
    assert {"local", "simulated"} <= set(rows)
    assert "kernel" in rows["local"]["verified_against"]


def test_a_wrong_setting_is_told_with_file_and_key(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "director.yml").write_text("nats: {prt: 1}\n")
    assert run(["--home", str(tmp_path), "director", "start"]) == 1
    err = capsys.readouterr().err
    assert f"{tmp_path}/director.yml" in err
    assert "Did you mean 'port'?" in err


def test_a_home_with_a_path_too_long_for_a_socket_is_refused(
    tmp_path: Path, capsys: Capture
) -> None:
    home = tmp_path / ("x" * 120)
    assert run(["--home", str(home), "director", "start"]) == 1
    err = capsys.readouterr().err
    assert "too long for Linux" in err
    assert "PAASTA_HOME or --home" in err


def old_home(home: Path) -> Path:
    """Return a state folder with the oldest store there is."""
    make_old_store(OLD_STORES[0], home / "store.db")
    return home


def test_an_upgrade_of_the_store_is_tried_and_told_before_it_is_done(
    tmp_path: Path, capsys: Capture
) -> None:
    home = old_home(tmp_path)
    assert run(["--home", str(home), "director", "upgrade-store", "--dry-run"]) == 0
    tried = capsys.readouterr().out
    assert run(["--home", str(home), "director", "upgrade-store"]) == 0
    done = capsys.readouterr().out
    assert run(["--home", str(home), "--json", "director", "upgrade-store", "--dry-run"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]

    assert tried.endswith("tried on a copy and went well. Nothing was changed.\n")
    assert f"kept as           {home}/store.db.revision-0001\n" in tried
    assert done == "The store is current.\n"
    assert (home / "store.db.revision-0001").exists()
    assert table["Rows"][0]["kept_as"] == "nothing to keep"


def test_a_store_that_a_director_has_open_is_not_upgraded_under_it(
    tmp_path: Path, capsys: Capture
) -> None:
    home = old_home(tmp_path)
    with only_director(home):
        assert run(["--home", str(home), "director", "upgrade-store"]) == HELD_EXIT_CODE
    assert "Another director is running" in capsys.readouterr().err


def test_the_directors_certificates_are_listed_with_how_they_are_renewed(
    served: ServedWorld, capsys: Capture
) -> None:
    served.world.own_certificates.end_soon()
    assert served.cli("--json", "director", "certificates") == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]

    first = table["Rows"][0]
    assert (first["for"], first["days_left"], first["file"]) == ("use of ca.pem", "3", "ca.pem")
    assert first["renewal"] == "renewed by a test"
    assert table["Notes"] == ["Soon to end: use of ca.pem."]


def test_the_directors_ca_is_rotated_when_it_was_asked_for(
    served: ServedWorld, capsys: Capture
) -> None:
    assert served.cli("director", "rotate-ca") == 1
    assert "Rotate the director's CA?" in capsys.readouterr().err
    assert served.world.own_authority.entered == []
    assert served.cli("-n", "director", "rotate-ca") == 0
    assert capsys.readouterr().out.endswith("Succeeded\n")
    assert len(served.world.own_authority.entered) == 3
