"""`instances` and `vms`, for people and for programs."""

import json

import pytest

from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import manifest

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(served: ServedWorld) -> ServedWorld:
    """The shop, deployed."""
    served.do(served.world.deploy_well)
    return served


def label(served: ServedWorld, slug: str) -> str:
    instance = served.world.instance(slug)
    return f"{instance.group}/{instance.instance_id}"


def test_piped_rows_are_tab_separated_without_a_header(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("instances") == 0
    out = capsys.readouterr().out
    first = out.splitlines()[0]
    address = shop.world.instance("db/0").addresses[0].ip
    assert first == f"{label(shop, 'db/0')}\trunning\tz1\t{address}\tshop\t"
    assert len(out.splitlines()) == 3


def test_on_a_terminal_columns_are_aligned_under_a_header_and_counted(
    shop: ServedWorld, capsys: Capture
) -> None:
    assert shop.cli("--tty", "--no-color", "instances") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Instance", "Process", "State", "AZ", "IPs", "Deployment"]
    column = lines[0].index("Process")
    assert all(line[column:].startswith("running") for line in lines[1:4])
    assert lines[-2:] == ["", "3 instances"]
    assert all(line == line.rstrip() for line in lines)


def test_the_header_is_bold_unless_colours_are_not_wanted(
    shop: ServedWorld, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.cli("--tty", "instances")
    assert capsys.readouterr().out.startswith("\x1b[1mInstance")
    monkeypatch.setenv("NO_COLOR", "1")
    shop.cli("--tty", "instances")
    assert "\x1b" not in capsys.readouterr().out


def test_processes_are_rows_and_do_not_count_as_instances(
    shop: ServedWorld, capsys: Capture
) -> None:
    assert shop.cli("--tty", "instances", "--ps") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "3 instances"
    assert sum(line.startswith("~ ") for line in lines) == 3


def test_json_has_boshs_shape(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("--json", "instances", "--details") == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"Tables", "Blocks", "Lines"}
    (table,) = document["Tables"]
    assert set(table) == {"Content", "Header", "Rows", "Notes"}
    assert table["Content"] == "instances"
    assert table["Header"]["process_state"] == "Process State"
    row = table["Rows"][0]
    assert all(isinstance(value, str) for value in row.values())
    assert row["vm_cid"] == shop.world.vm("db/0").cid
    assert (row["index"], row["bootstrap"], row["ignore"]) == ("0", "true", "false")
    assert (document["Blocks"], document["Lines"]) == (None, [])


def test_only_the_failing_are_shown_when_asked(shop: ServedWorld, capsys: Capture) -> None:
    shop.world.crash("web/0")
    assert shop.cli("instances", "--failing") == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 1
    assert out[0].startswith(f"{label(shop, 'web/0')}\tunresponsive agent\t")


def test_vitals_are_dashes_where_the_agent_says_none(shop: ServedWorld, capsys: Capture) -> None:
    assert shop.cli("--json", "instances", "--vitals") == 0
    row = json.loads(capsys.readouterr().out)["Tables"][0]["Rows"][0]
    assert (row["uptime"], row["memory_usage"], row["persistent_disk"]) == ("-", "-", "-")


def test_vms_show_the_stemcell_and_on_request_what_the_cloud_was_given(
    shop: ServedWorld, capsys: Capture
) -> None:
    assert shop.cli("--json", "vms", "--cloud-properties") == 0
    (table,) = json.loads(capsys.readouterr().out)["Tables"]
    assert table["Content"] == "vms"
    row = table["Rows"][0]
    assert row["stemcell"] == "made-up/1.1"
    assert row["active"] == "true"
    assert "ram" in row["cloud_properties"]


def test_the_only_deployment_need_not_be_named(shop: ServedWorld, capsys: Capture) -> None:
    shop.do(lambda: shop.world.deploy(manifest().replace("name: shop\nrel", "name: two\nrel")))
    assert shop.cli("instances") == 1
    err = capsys.readouterr().err
    assert "Which deployment? There are: shop, two." in err
    assert "name it with -d NAME" in err
    assert shop.cli("-d", "shop", "instances") == 0
    assert shop.cli("instances", "-d", "shop") == 0


def test_without_a_deployment_it_is_said_so(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("instances") == 1
    assert "There is no deployment yet." in capsys.readouterr().err


def test_an_unknown_deployment_is_told_also_in_json(served: ServedWorld, capsys: Capture) -> None:
    assert served.cli("--json", "-d", "nosuch", "instances") == 1
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["Lines"] == [
        "error: Deployment 'nosuch' doesn't exist",
        "  help: `paasta-deploy deployments` lists them",
        "",
        "Exit code 1",
    ]
    assert "Deployment 'nosuch' doesn't exist" in captured.err


def test_an_empty_listing_prints_nothing_into_a_pipe(served: ServedWorld, capsys: Capture) -> None:
    served.do(lambda: served.world.deploy(manifest(dbs=0, webs=0)))
    assert served.cli("instances") == 0
    assert capsys.readouterr().out == ""
    assert served.cli("--tty", "--no-color", "instances") == 0
    assert capsys.readouterr().out.endswith("\n0 instances\n")
