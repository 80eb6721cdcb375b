"""Hypothesis strategies for our own values, derived from the annotations of their fields.

``records()`` makes any record of the store, ``values_of(SomeDataclass)`` any value of that type.
The values are well-typed and otherwise arbitrary: no reference between them holds. Texts stay
short and numbers within 53 bits, which every database and every JSON reader keeps exactly.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin

from hypothesis import strategies as st

from paasta_deploy.model.recorded import Record
from paasta_deploy.model.values import JsonObject, JsonValue

_T = TypeVar("_T")
NUMBER_MAX = 2**53
# Letters of several widths in UTF-8, and what is special to JSON, SQL and paths.
_LETTERS = "abcXYZ019 -_./:'\"\\%{}[],éßЖ水🚀\n\t"


def texts(*, min_size: int = 0) -> st.SearchStrategy[str]:
    """Make short texts with everything in them that may need quoting."""
    return st.text(alphabet=_LETTERS, min_size=min_size, max_size=12)


def json_values() -> st.SearchStrategy[JsonValue]:
    """Make opaque JSON as ``json.loads`` would return it."""
    numbers = st.integers(-NUMBER_MAX, NUMBER_MAX)
    scalars = (
        st.none()
        | st.booleans()
        | numbers
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts()
    )
    return st.recursive(
        scalars,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(texts(), below, max_size=3),
        max_leaves=6,
    )


def json_objects() -> st.SearchStrategy[JsonObject]:
    """Make opaque JSON objects."""
    return st.dictionaries(texts(), json_values(), max_size=3)


def values_of(kind: type[_T]) -> st.SearchStrategy[_T]:
    """Make any value of a dataclass, field by field."""
    assert is_dataclass(kind)
    return st.builds(kind, **{one.name: strategy_for(one.type) for one in fields(kind)})


def records() -> st.SearchStrategy[Record]:
    """Make any record of any type."""
    return st.one_of([values_of(kind) for kind in get_args(Record)])


def strategy_for(annotation: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Make any value that fits an annotation as our dataclasses use them."""
    if annotation in (JsonObject, JsonValue):
        return json_objects() if annotation == JsonObject else json_values()
    if isinstance(annotation, NewType):
        # An identity may be any text but the empty one, which stands for "none" in places.
        plain = annotation.__supertype__
        return texts(min_size=1) if plain is str else strategy_for(plain)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Union or isinstance(annotation, UnionType):
        return st.one_of([strategy_for(argument) for argument in arguments])
    if origin is tuple:
        return _tuples(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(*(strategy_for(argument) for argument in arguments), max_size=3)
    return _values_of_class(annotation)


def _tuples(arguments: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    if arguments[-1] is Ellipsis:
        return st.lists(strategy_for(arguments[0]), max_size=3).map(tuple)
    return st.tuples(*(strategy_for(argument) for argument in arguments))


def _values_of_class(kind: type) -> st.SearchStrategy[Any]:
    if is_dataclass(kind):
        return values_of(kind)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return _SCALARS[kind]


_SCALARS: Mapping[type, st.SearchStrategy[Any]] = {
    str: texts(),
    bool: st.booleans(),
    int: st.integers(0, NUMBER_MAX),
    float: st.floats(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    IPv4Address: st.ip_addresses(v=4),
    IPv6Address: st.ip_addresses(v=6),
    datetime: st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants the bound naive
}
