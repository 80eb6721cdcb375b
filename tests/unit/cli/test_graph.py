"""`graph`: offline, with a director, and in every format."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from paasta_deploy.cli.main import run
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.director_world import CLOUD_CONFIG, manifest
from tests.unit.manifest.test_relations import MANIFEST

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A manifest with links, disks, variables and an errand."""
    path = tmp_path / "shop.yml"
    path.write_text(MANIFEST)
    return str(path)


def drawn(capsys: Capture, home: Path, *arguments: str) -> str:
    assert run(["--home", str(home / "nowhere"), "graph", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_a_tree_tells_order_disks_variables_and_links(
    file: str, tmp_path: Path, capsys: Capture
) -> None:
    text = drawn(capsys, tmp_path, file)

    assert text.startswith("shop: 6 instances in 3 groups\n")
    assert "1  db  2 instances in z1, z2, disk big, network private" in text
    assert "2  web  3 instances in z1, networks private, public" in text
    assert "1 canary first, then 2 at a time" in text
    assert "2 variables: db_password, web_tls" in text
    assert "reads db from db (job db)" in text
    assert "reads cache from `cache` of a provider (only the release knows which)" in text
    assert "reads queue from `q` of deployment broker" in text
    assert "-  smoke  1 instance" in text
    assert "Critical path" not in text


def test_the_critical_path_is_marked_and_told(file: str, tmp_path: Path, capsys: Capture) -> None:
    text = drawn(capsys, tmp_path, file, "--critical-path")

    assert "1* db  " in text
    assert "2* web  " in text
    assert "2  cache  " in text
    assert "Critical path (a guess): all VMs (60 s) > db (70 s) > web (40 s);" in text


def test_no_director_is_started_for_a_drawing(file: str, tmp_path: Path, capsys: Capture) -> None:
    drawn(capsys, tmp_path, file)

    assert not (tmp_path / "nowhere").exists()


def test_dot_names_every_group_and_link(file: str, tmp_path: Path, capsys: Capture) -> None:
    text = drawn(capsys, tmp_path, file, "--format", "dot", "--critical-path")

    assert text.startswith('digraph "shop" {')
    assert '"web" -> "db" [label="db", constraint=false];' in text
    assert 'style="rounded,dashed"' in text
    assert text.count("subgraph cluster_") == 2
    assert text.count("{") == text.count("}")


def test_mermaid_names_every_group_and_link(file: str, tmp_path: Path, capsys: Capture) -> None:
    text = drawn(capsys, tmp_path, file, "--format", "mermaid", "--critical-path")

    assert text.startswith("flowchart TB\n")
    assert 'g2 -->|"db"| g0' in text
    assert 'g3(["smoke<br/>errand"])' in text
    assert "class g0,g2 critical" in text


def test_a_picture_is_one_well_formed_document_of_its_own(
    file: str, tmp_path: Path, capsys: Capture
) -> None:
    text = drawn(capsys, tmp_path, file, "--format", "svg", "--critical-path")

    picture = ET.fromstring(text)  # noqa: S314 - our own output
    titles = [item.text for item in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert "web reads db of db" in titles
    assert text == drawn(capsys, tmp_path, file, "--format", "svg", "--critical-path")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_names_cannot_break_out_of_a_drawing(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "odd.yml"
    path.write_text(MANIFEST.replace("name: shop\n", "name: 'a\"<b>&c'\n", 1))

    ET.fromstring(drawn(capsys, tmp_path, str(path), "--format", "svg"))  # noqa: S314 - see above
    assert 'digraph "a\\"<b>&c"' in drawn(capsys, tmp_path, str(path), "--format", "dot")


def test_json_has_all_of_it(file: str, tmp_path: Path, capsys: Capture) -> None:
    told = json.loads(drawn(capsys, tmp_path, file, "--format", "json", "--critical-path"))

    assert told["version"] == 1
    assert told["order"] == [["db"], ["cache", "web"]]
    assert told["networks"] == {"private": ["db", "cache", "web", "smoke"], "public": ["web"]}
    assert {"name": "web_tls", "type": "certificate", "ca": "ca", "used_by": ["web"]} in told[
        "variables"
    ]
    assert told["critical_path"]["seconds"] == 170
    assert told == json.loads(drawn(capsys, tmp_path, file, "--json", "--critical-path"))


def test_mistakes_are_told_and_nothing_is_drawn(tmp_path: Path, capsys: Capture) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(MANIFEST.replace("vm_type", "vm_tpye", 1))
    cloud = tmp_path / "cloud.yml"
    cloud.write_text(CLOUD_CONFIG)

    assert run(["--home", str(tmp_path), "graph", str(broken)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "did you mean `vm_type`?" in captured.err
    broken.write_text(MANIFEST)
    assert run(["--home", str(tmp_path), "graph", str(broken), "--cloud-config", str(cloud)]) == 1
    assert "private" in capsys.readouterr().err


def test_a_running_director_resolves_the_links_and_knows_the_times(
    served: ServedWorld, capsys: Capture
) -> None:
    file = served.write("shop.yml", manifest())
    served.cli("-n", "deploy", file)
    served.pretend_to_run()
    capsys.readouterr()

    assert served.cli("graph", file, "--critical-path") == 0
    told = capsys.readouterr().out
    assert "Only links that the manifest writes down" not in told
    assert "Critical path (as former tasks took)" in told
    assert served.cli("graph", file, "--offline", "--critical-path") == 0
    told = capsys.readouterr().out
    assert "Only links that the manifest writes down" in told
    assert "(a guess)" in told


def test_a_director_that_cannot_resolve_says_why(served: ServedWorld, capsys: Capture) -> None:
    file = served.write("shop.yml", manifest().replace("version: latest", "version: '99'", 1))
    served.pretend_to_run()

    assert served.cli("graph", file) == 0
    captured = capsys.readouterr()
    assert (
        "Links are as the manifest writes them; the director says: release `shop`" in captured.err
    )
    assert captured.out.startswith("shop: 3 instances")
