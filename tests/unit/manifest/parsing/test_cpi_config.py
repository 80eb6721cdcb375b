"""CPI configs: names and former names are unique over all of them; values are never shown."""

import pytest

from paasta_deploy.manifest.parsing.cpi_config import parse_cpi_configs
from paasta_deploy.model.cpi_config import CpiConfig
from tests.unit.manifest.texts import found, node

EAST = """\
cpis:
- name: east
  type: openstack
  exec_path: /opt/cpi
  properties: {user: me, password: s3cr3t}
  migrated_from: [{name: ""}, {name: old}]
"""


def read(*texts: str) -> CpiConfig:
    """Return the merged CPIs, mistakes or not."""
    return parse_cpi_configs([node(text) for text in texts]).draft


def told(text: str) -> list[tuple[str, str]]:
    """Return code and place of what is wrong."""
    return found(text, parse_cpi_configs([node(text)]).diagnostics)


def test_a_cpi_is_read_whole() -> None:
    (cpi,) = read(EAST).cpis.values()

    assert (cpi.name, cpi.cpi_type, cpi.exec_path) == ("east", "openstack", "/opt/cpi")
    assert cpi.properties == {"user": "me", "password": "s3cr3t"}
    assert read(EAST).successors() == {"": "east", "old": "east"}


def test_its_repr_shows_no_property() -> None:
    assert "s3cr3t" not in repr(read(EAST))


def test_several_configs_are_put_together_in_order() -> None:
    west = "cpis: [{name: west, type: local}]\n"

    assert list(read(EAST, west).cpis) == ["east", "west"]
    assert list(read(west, EAST).cpis) == ["west", "east"]


@pytest.mark.parametrize(
    "second",
    [
        "cpis: [{name: east, type: local}]\n",
        "cpis: [{name: old, type: local}]\n",
        "cpis: [{name: west, type: local, migrated_from: [{name: east}]}]\n",
        "cpis: [{name: west, type: local, migrated_from: [{name: old}]}]\n",
    ],
)
def test_a_name_or_former_name_stands_once(second: str) -> None:
    nodes = [node(EAST, "east.yml"), node(second, "west.yml")]

    (problem,) = parse_cpi_configs(nodes).diagnostics

    assert (problem.code, problem.bosh_code) == ("PD0806", 550000)
    assert problem.span is not None
    assert problem.span.file == "west.yml"
    assert [label.span.file for label in problem.related] == ["east.yml"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("{}\n", [("PD0102", "{")]),
        ("cpis: 1\n", [("PD0101", "1")]),
        ("cpis: [{name: a}]\n", [("PD0102", "{")]),
        ("cpis: [{type: a}]\n", [("PD0102", "{")]),
        ("cpis: [{name: '', type: a}]\n", [("PD0106", "''")]),
        ("cpis: [{name: a, type: b, propertis: {}}]\n", [("PD0103", "propertis")]),
        ("cpis: [{name: a, type: b, properties: []}]\n", [("PD0101", "[")]),
        ("cpis: [{name: a, type: b, migrated_from: [{}]}]\n", [("PD0102", "{")]),
        ("cpis: [{name: a, type: b, migrated_from: [{name: []}]}]\n", [("PD0101", "[")]),
        ("- a\n", [("PD0100", "-")]),
    ],
)
def test_mistakes_are_told_where_they_are(text: str, problems: list[tuple[str, str]]) -> None:
    assert told(text) == problems
