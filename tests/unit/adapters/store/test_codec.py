"""The codec between dataclasses and JSON.

Properties: reading what was written gives an equal value, for every record type; the text of equal
records is equal; a text with one key too many or too few is refused and the place is told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.store.codec import JSON_DEPTH_MAX, CodecError, RecordCodec
from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.recorded import Record, VmRecord
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.testing.made_records import vm
from paasta_deploy.testing.strategies import records, values_of

RECORD_TYPES = get_args(Record)
CODECS = {kind: RecordCodec(kind) for kind in RECORD_TYPES}
VMS = RecordCodec(VmRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """One field of every kind that records have or may come to have."""

    text: AgentId
    real: float
    maybe: int | None
    state: VmState
    at: datetime
    ip: IPv4Address | IPv6Address | None
    four: IPv4Address
    many: tuple[IPv4Address | IPv6Address, ...]
    pair: tuple[str, int]
    texts: Mapping[str, str]
    opaque: JsonObject
    any_json: JsonValue
    hint: JsonObject | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithSecret:
    """What must never become a record."""

    password: Secret


@given(records())
def test_every_record_is_read_as_it_was_written(record: Record) -> None:
    codec = CODECS[type(record)]

    assert codec.decode(codec.encode(record)) == record


@given(values_of(Everything))
def test_every_kind_of_field_is_read_as_it_was_written(value: Everything) -> None:
    codec = RecordCodec(Everything)

    assert codec.decode(codec.encode(value)) == value


@given(records())
def test_equal_records_have_equal_texts(record: Record) -> None:
    codec = CODECS[type(record)]
    again = codec.decode(codec.encode(record))

    assert codec.encode(again) == codec.encode(record)


@given(values_of(VmRecord), st.data())
def test_a_text_with_one_key_too_many_or_too_few_is_refused(
    record: VmRecord, data: st.DataObject
) -> None:
    raw = json.loads(VMS.encode(record))
    required = ("agent_id", "deployment", "state", "cloud_properties", "created_at")
    missing = data.draw(st.sampled_from(required))

    with pytest.raises(CodecError, match="surplus"):
        VMS.decode(json.dumps({**raw, "surplus": 1}))
    with pytest.raises(CodecError, match=missing):
        VMS.decode(json.dumps({key: raw[key] for key in raw if key != missing}))


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("agent_id", 1),
        ("active", "true"),
        ("active", 1),
        ("created_by", "1"),
        ("created_by", 1.0),
        ("created_by", True),
        ("state", "dreaming"),
        ("created_at", "2026-01-01"),
        ("created_at", "2026-01-01T00:00:00+01:00"),
        ("created_at", 0),
        ("cloud_properties", []),
        ("stemcell", {"name": "a"}),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_and_its_place_is_told(
    key: str, wrong: object
) -> None:
    raw = json.loads(VMS.encode(vm("a")))

    with pytest.raises(CodecError, match=f"VmRecord: {key}"):
        VMS.decode(json.dumps({**raw, key: wrong}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(CodecError):
        VMS.decode(text)


def test_a_field_that_was_added_with_a_default_is_read_from_old_rows() -> None:
    raw = json.loads(VMS.encode(vm("a")))
    optional = [one.name for one in fields(VmRecord) if one.name in ("purpose", "cid", "active")]

    assert VMS.decode(json.dumps({k: raw[k] for k in raw if k not in optional})) == vm("a")


def test_times_of_other_zones_are_the_same_instant_in_utc() -> None:
    there = datetime(2026, 5, 5, 12, tzinfo=timezone(timedelta(hours=2)))
    read = VMS.decode(VMS.encode(replace(vm("a"), created_at=there)))

    assert read.created_at == there
    assert read.created_at.tzinfo is UTC


def test_mappings_that_are_no_dicts_are_written_as_such() -> None:
    properties = MappingProxyType({"a": {"b": [1]}})
    read = VMS.decode(VMS.encode(replace(vm("a"), cloud_properties=properties)))

    assert read.cloud_properties == {"a": {"b": [1]}}


def cyclic() -> dict[str, object]:
    """Return a mapping that holds itself."""
    value: dict[str, object] = {}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": Secret("x")},
        {"nested": [{"password": Secret("x")}]},
        {1: "a number as key"},
        {"nan": float("nan")},
        {"infinite": float("inf")},
        {"tuple": (1, 2)},
        {"bytes": b"x"},
        {"lone surrogate": "\ud800"},
        cyclic(),
    ],
)
def test_what_json_would_change_or_cannot_hold_is_not_written(wrong: JsonObject) -> None:
    with pytest.raises(TypeError, match="VmRecord cannot be stored"):
        VMS.encode(replace(vm("a"), cloud_properties=wrong))


def test_a_naive_time_is_not_written() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake under test

    with pytest.raises(TypeError, match="time zone"):
        VMS.encode(replace(vm("a"), created_at=naive))


def test_a_field_of_the_wrong_type_is_not_written() -> None:
    wrong = replace(vm("a"), deployment=DeploymentName(7))  # type: ignore[arg-type] # the mistake

    with pytest.raises(TypeError, match="deployment"):
        VMS.encode(wrong)


def test_a_dataclass_with_a_secret_has_no_codec() -> None:
    with pytest.raises(TypeError, match="Secret must not be stored"):
        RecordCodec(WithSecret)


def test_properties_may_be_deep_but_not_endless() -> None:
    deep: JsonObject = {}
    for _ in range(JSON_DEPTH_MAX - 1):
        deep = {"below": deep}
    record = replace(vm("a"), cloud_properties=deep)

    assert VMS.decode(VMS.encode(record)) == record


def test_the_text_is_compact_json_in_the_order_of_the_fields() -> None:
    text = VMS.encode(vm("a"))

    assert list(json.loads(text)) == [one.name for one in fields(VmRecord)]
    assert ": " not in text
