"""JSON-shaped values.

Properties: the digest does not depend on the order of keys; merging with nothing changes nothing;
what is laid on top wins.
"""

import json

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.values import JsonObject, canonical_json, deep_merge, digest_of

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
OBJECTS = st.recursive(
    st.dictionaries(st.text(max_size=4), SCALARS, max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=4), inner | SCALARS, max_size=3),
    max_leaves=6,
)


@given(OBJECTS)
def test_the_digest_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    backwards = json.loads(json.dumps(dict(reversed(list(value.items())))))
    assert digest_of(backwards) == digest_of(json.loads(json.dumps(value)))


@given(OBJECTS)
def test_canonical_json_reads_back_as_the_same_value(value: dict[str, object]) -> None:
    assert json.loads(canonical_json(json.loads(json.dumps(value)))) == value


@given(OBJECTS)
def test_merging_with_nothing_changes_nothing(value: dict[str, object]) -> None:
    document = json.loads(json.dumps(value))
    assert deep_merge(document, {}) == document
    assert deep_merge({}, document) == document


@given(OBJECTS, OBJECTS)
def test_what_is_laid_on_top_wins(base: dict[str, object], over: dict[str, object]) -> None:
    merged = deep_merge(json.loads(json.dumps(base)), json.loads(json.dumps(over)))
    for key, value in over.items():
        if not isinstance(value, dict):
            assert merged[key] == value


def test_nested_mappings_merge_and_lists_are_replaced() -> None:
    base: JsonObject = {"a": {"x": 1, "y": [1, 2]}, "b": 1}
    assert deep_merge(base, {"a": {"y": [3]}}) == {"a": {"x": 1, "y": [3]}, "b": 1}
