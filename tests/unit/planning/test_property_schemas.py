"""Properties against the schemas of their jobs. Property: no value is ever in what is said."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.bindings import BoundJob
from paasta_deploy.planning.property_schemas import check_property_schema
from tests.unit.planning.shop import deployed_shop

WORLD = deployed_shop()
THOUGHT = WORLD.think()
GROUP = THOUGHT.desired.manifest.instance_groups[0]
BOUND = THOUGHT.desired.bindings[GROUP.name][0]


def bound_to(schema: JsonValue, properties: JsonObject) -> BoundJob:
    """Return a job with a schema and with properties."""
    spec = replace(BOUND.job.spec, properties_schema=schema)
    return replace(BOUND, job=replace(BOUND.job, spec=spec), properties=properties)


def told(schema: JsonValue, properties: JsonObject) -> Sequence[Diagnostic]:
    """Return what is said about properties."""
    return tuple(check_property_schema(GROUP, bound_to(schema, properties)))


def of(**properties: JsonValue) -> JsonObject:
    """Return the schema of an object with these properties."""
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "properties", "name", "rule"),
    [
        (of(port={"type": "integer"}), {"port": "x"}, "`port`", "of type integer"),
        (of(mode={"enum": ["a", "b"]}), {"mode": "c"}, "`mode`", "one of `a`, `b`"),
        ({"required": ["a"]}, {"a": None}, "the properties", "lacks `a`"),
        (of(n={"minimum": 5}), {"n": 1}, "`n`", "minimum is `5`"),
        (of(s={"pattern": "^a"}), {"s": "b"}, "`s`", "pattern is `^a`"),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"a": 1, "b": 2},
            "the properties",
            "knows no `b`",
        ),
        (of(x=of(y={"type": ["string", "null"]})), {"x": {"y": 1}}, "`x.y`", "string or null"),
        (of(c={"type": "certificate"}), {"c": "none"}, "`c`", "of type certificate"),
        (of(c={"not": {}}), {"c": 1}, "`c`", "rule `not`"),
    ],
)
def test_a_property_that_the_schema_does_not_allow_is_told(
    schema: JsonObject, properties: JsonObject, name: str, rule: str
) -> None:
    (problem,) = told(schema, properties)

    assert problem.is_error
    assert name in problem.summary
    assert rule in problem.detail


@pytest.mark.parametrize(
    ("schema", "properties"),
    [
        (None, {"a": 1}),
        (of(port={"type": "integer"}), {"port": 1}),
        (of(port={"type": "integer"}), {"port": None}),
        (of(port={"type": "integer"}), {"port": "((port))"}),
        (of(c={"type": "certificate"}), {"c": "-----BEGIN CERTIFICATE-----\n..."}),
        (of(c={"type": "certificate"}), {"c": {"certificate": "-----BEGIN CERTIFICATE-----"}}),
        ({"$ref": "#/$defs/a", "$defs": {"a": of(b={"type": "string"})}}, {"b": "c"}),
    ],
)
def test_what_the_schema_allows_is_passed_over(schema: JsonValue, properties: JsonObject) -> None:
    assert told(schema, properties) == ()


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.invalid/schema.json"},
        {"$ref": "#/nowhere"},
        {"$ref": "#"},
        {"type": "nonsense"},
        {"properties": 5},
    ],
)
def test_a_schema_that_cannot_be_used_is_the_fault_of_the_release(schema: JsonObject) -> None:
    (problem,) = told(schema, {"a": 1})

    assert not problem.is_error
    assert "properties_schema.json" in problem.detail


@given(st.text("xyz", min_size=8, max_size=12))
def test_no_value_is_ever_told(secret: str) -> None:
    schema = of(a={"type": "integer", "enum": [1], "pattern": "^q", "maxLength": 2})

    for problem in told(schema, {"a": secret}):
        assert secret not in f"{problem.summary}{problem.detail}{problem.hint}"
