"""JSON-shaped values for the places where the product carries data it does not interpret.

Properties, ``env`` and ``cloud_properties`` belong to releases and providers; the core moves them,
merges them and compares them, and never looks inside.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

JsonScalar = str | int | float | bool | None
JsonValue = JsonScalar | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# `json.dumps` makes an encoder at each call that is not its default, dearer than a small value.


def canonical_json(value: JsonValue) -> str:
    """Return the one text for ``value``: sorted keys, no spaces, UTF-8 characters kept."""
    return _CANONICAL.encode(value)


def digest_of(value: JsonValue) -> str:
    """Return ``sha256:<hex>`` of the canonical text: equal values have equal digests."""
    return "sha256:" + hashlib.sha256(canonical_json(value).encode()).hexdigest()


def deep_merge(base: JsonObject, over: JsonObject) -> dict[str, JsonValue]:
    """Return ``base`` with ``over`` laid on top: mappings merge, everything else is replaced.

    Source: BOSH merges cloud properties this way (az < vm_type < extensions, later wins).
    """
    merged: dict[str, JsonValue] = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = deep_merge(below, value)
        else:
            merged[key] = value
    return merged
