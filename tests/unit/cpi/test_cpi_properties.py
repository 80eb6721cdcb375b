"""Properties of CPIs against a provider's schema: places and wishes, never values."""

import pytest

from paasta_deploy.cpi.cpi_properties import check_cpi_properties
from paasta_deploy.manifest import Node, read_document, to_value
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.model.values import JsonObject
from tests.unit.manifest.texts import pointed_at

SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["user"],
    "properties": {
        "user": {"type": "string", "minLength": 2},
        "port": {"type": ["integer", "null"], "minimum": 1, "maximum": 65535},
        "kind": {"enum": ["a", "b"]},
        "region": {"type": "string", "pattern": "^[a-z]+$", "description": "Lower case."},
        "api": {"type": "object", "additionalProperties": False, "properties": {"url": {}}},
        "zones": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "v": {"const": 3},
        "odd": {"multipleOf": 2},
    },
}


def document(text: str) -> Node:
    """Return a document's node."""
    node = read_document("cpi.yml", text).node
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("user: me\nport: s3cr3t\n", "s3cr3t", "it must be an integer or nothing"),
        ("user: me\nport: 0\n", "0", "it must be at least 1"),
        ("user: me\nport: 70000\n", "70000", "it must be at most 65535"),
        ("user: m\n", "m", "it must be at least 2 characters long"),
        ("user: me\nkind: s3cr3t\n", "s3cr3t", "it must be one of `a`, `b`"),
        ("user: me\nregion: S3CR3T\n", "S3CR3T", "it must be a text that matches `^[a-z]+$`"),
        ("user: me\nzones: []\n", "[", "it must be a list of at least 1"),
        ("user: me\nzones: [1]\n", "1", "it must be a text"),
        ("user: me\nv: 4\n", "4", "it must be `3`"),
        ("user: me\nodd: 5\n", "5", "it must be as the provider's README says"),
        ("user: me\nusr: s3cr3t\n", "usr", "it has `user`, `port`"),
        ("user: me\napi: {ulr: s3cr3t}\n", "ulr", "it has `url`"),
        ("port: 1\n", "port", "a made-up CPI needs it"),
    ],
)
def test_what_is_wrong_is_told_at_its_line_without_its_value(
    text: str, place: str, said: str
) -> None:
    node = document(text)
    properties = to_value(node)
    assert isinstance(properties, dict)

    (problem,) = check_cpi_properties(
        SCHEMA, properties, provider="made-up", source=NodeSource(node)
    )

    assert pointed_at(text, problem) == place
    assert said in problem.detail
    told = f"{problem.summary} {problem.detail} {problem.hint}"
    assert "s3cr3t" not in told.lower()


def test_a_near_name_is_offered_and_the_description_shown() -> None:
    (misspelt,) = check_cpi_properties(SCHEMA, {"user": "me", "prot": 1}, provider="x")
    (region,) = check_cpi_properties(SCHEMA, {"user": "me", "region": "A"}, provider="x")

    assert "`port`" in misspelt.hint
    assert misspelt.span is None
    assert region.hint == "Lower case."


def test_what_fits_is_not_talked_of() -> None:
    assert check_cpi_properties(SCHEMA, {"user": "me", "port": 1}, provider="x") == ()
