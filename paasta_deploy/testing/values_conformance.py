"""What every generator of values must do: a suite for pytest, run over the real one and the fake.

Subclass :class:`ValuesConformance` as ``Test...`` and give it a fixture ``generator``.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from paasta_deploy.manifest.variables.types import PARTS, VariableType
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json
from paasta_deploy.ports.variables import ValueGenerator, WantedValue

_TYPES = pytest.mark.parametrize("kind", VariableType)


def wanted(
    kind: str, authority: JsonObject | None = None, options: JsonObject | None = None
) -> WantedValue:
    """Return a wish for a value."""
    definition = VariableDefinition(name="v", variable_type=kind, options=options or {})
    return WantedValue(definition=definition, authority=authority)


def _of(kind: VariableType) -> WantedValue:
    is_certificate = kind is VariableType.CERTIFICATE
    return wanted(kind.value, options={"is_ca": True} if is_certificate else None)


def _mapping(value: JsonValue) -> JsonObject:
    assert isinstance(value, Mapping)
    return value


class ValuesConformance:
    """The suite."""

    @_TYPES
    def test_a_value_has_the_shape_of_its_type(
        self, generator: ValueGenerator, kind: VariableType
    ) -> None:
        """A text, or a mapping with the parts that others will look for."""
        value = generator.generate(_of(kind))

        parts = [value] if isinstance(value, str) else list(_mapping(value).values())
        assert isinstance(value, str) or set(_mapping(value)) == set(PARTS[kind])
        assert isinstance(value, str) == (not PARTS[kind])
        assert all(isinstance(part, str) and part for part in parts)

    @_TYPES
    def test_no_value_is_given_twice_not_even_to_several_threads(
        self, generator: ValueGenerator, kind: VariableType
    ) -> None:
        """Values are secrets, and the director asks from several threads."""
        with ThreadPoolExecutor(2) as threads:
            values = list(threads.map(generator.generate, [_of(kind)] * 3))

        assert len({canonical_json(value) for value in values}) == len(values)

    def test_a_certificate_names_who_signed_it(self, generator: ValueGenerator) -> None:
        """Whoever trusts the part ``ca`` must be able to check the certificate."""
        root = _mapping(generator.generate(wanted("certificate", options={"is_ca": True})))
        leaf = _mapping(generator.generate(wanted("certificate", root, {"ca": "root"})))

        assert root["ca"] == root["certificate"]
        assert leaf["ca"] == root["certificate"]
        assert leaf["certificate"] != root["certificate"]

    def test_what_cannot_be_made_is_refused(self, generator: ValueGenerator) -> None:
        """Trying again would not help."""
        with pytest.raises(VariableError, match="cannot be made") as raised:
            generator.generate(wanted("json"))

        assert not raised.value.retryable
