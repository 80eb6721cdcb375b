"""JSON from the other side, read into values that cannot be wrong.

Everything that arrives over a wire passes through :class:`Fields` once; behind it no code checks
types again. Messages come from programs of other ages than ours, so keys that are not asked for
are passed over, and ``null`` counts as absent: Go programs write it for every empty value.

Pure, and standard library only: the agent carries this module to machines that have nothing else.
"""

import json
from collections.abc import Mapping, Sequence

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.values import JsonObject, JsonValue


class WireError(PaastaError):
    """A message does not have the shape that its protocol promises. Not retryable."""


def encode_json(value: JsonValue) -> bytes:
    """Return ``value`` as compact UTF-8 JSON, keys in the order they were put in."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def decode_json(data: bytes | str, where: str) -> JsonValue:
    """Return the value that ``data`` spells. ``where`` names the message in the error.

    Raises WireError.
    """
    try:
        value: JsonValue = json.loads(data)
    except (ValueError, RecursionError) as cause:
        raise WireError(f"{where}: this is not JSON: {cause}") from cause
    return value


def decode_object(data: bytes | str, where: str) -> "Fields":
    """Return the JSON object that ``data`` spells. Raises WireError."""
    return Fields(decode_json(data, where), where)


class Fields:
    """A JSON object under inspection. Every getter raises WireError and says which key is wrong.

    A getter with a default returns it when the key is absent or null; without one the key is
    required.
    """

    __slots__ = ("raw", "where")

    def __init__(self, value: JsonValue, where: str) -> None:
        if not isinstance(value, Mapping):
            raise WireError(f"{where}: expected an object, found {_kind(value)}")
        self.raw: JsonObject = value
        self.where = where

    def has(self, key: str) -> bool:
        """Return whether ``key`` is there and not null."""
        return self.raw.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; a number is taken by its JSON text (``"prefix": 32``)."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._wrong(key, "a string", value)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, key: str, default: int | None = None) -> int:
        """Return a whole number; its decimal text and ``3.0`` count, as BOSH sends both."""
        number = self.number(key, default)
        if number != int(number):
            raise self._wrong(key, "a whole number", self.raw.get(key))
        return int(number)

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number; its decimal text counts, as BOSH's vitals are texts."""
        value = self._get(key, default)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                number = float("nan")
            if number - number == 0:  # false for NaN and the infinities
                return number
        raise self._wrong(key, "a number", value)

    def boolean(self, key: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def object(self, key: str) -> "Fields":
        """Return the object under ``key``; an empty one when it is absent."""
        return Fields(self._get(key, {}), f"{self.where}.{key}")

    def objects(self, key: str) -> "tuple[Fields, ...]":
        """Return the objects of a list; none when it is absent."""
        return tuple(
            Fields(item, f"{self.where}.{key}[{place}]")
            for place, item in enumerate(self.items(key))
        )

    def objects_by_name(self, key: str) -> "dict[str, Fields]":
        """Return an object of objects; empty when it is absent."""
        outer = self.object(key)
        return {name: outer.object(name) for name in outer.raw}

    def items(self, key: str) -> Sequence[JsonValue]:
        """Return a list as it is; empty when it is absent."""
        value = self._get(key, ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._wrong(key, "a list", value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty when it is absent."""
        value = self.items(key)
        if not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of strings", value)
        return tuple(str(item) for item in value)

    def texts_by_name(self, key: str) -> dict[str, str]:
        """Return an object whose values are strings; empty when it is absent."""
        inner = self.object(key)
        return {name: inner.text(name) for name in inner.raw}

    def _get(self, key: str, default: JsonValue) -> JsonValue:
        value = self.raw.get(key)
        if value is not None:
            return value
        if default is None:
            raise WireError(f"{self.where}: the key {key!r} is missing")
        return default

    def _wrong(self, key: str, wanted: str, value: JsonValue) -> WireError:
        return WireError(f"{self.where}: {key!r} must be {wanted}, found {_kind(value)}")


def _kind(value: JsonValue) -> str:
    """Return what a value is, never the value itself: it may be a secret."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case Mapping():
            return "an object"
        case _:
            return "a list"
