"""Fresh values of every type, in the shape that BOSH gives them, and what cannot be made.

Property: whatever stands in the options, a value comes out or a VariableError, and a value only
where the options were found right.
"""

import hashlib
import re
from base64 import b64decode
from datetime import timedelta
from random import Random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_public_key,
)
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.variables.generator import FreshValues
from paasta_deploy.adapters.variables.sha512_crypt import sha512_crypt
from paasta_deploy.manifest.variables.options import option_names, parse_options
from paasta_deploy.manifest.variables.types import VariableType
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.variables import ValueGenerator, WantedValue
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.values_conformance import ValuesConformance
from tests.unit.adapters.variables.fixed_keys import FixedKeys

CLOCK = FakeClock()


def generator(keys: FixedKeys | None = None, seed: int = 1) -> ValueGenerator:
    """Return a generator with a seed instead of the operating system's randomness."""
    return FreshValues(
        clock=CLOCK,
        keys=keys or FixedKeys(),
        randomness=Random(seed),  # noqa: S311 - the same in each run
    )


def wanted(kind: str, authority: JsonObject | None = None, **options: JsonValue) -> WantedValue:
    """Return a wish for a value."""
    definition = VariableDefinition(name="v", variable_type=kind, options=options)
    return WantedValue(definition=definition, authority=authority)


def made(kind: str, authority: JsonObject | None = None, **options: JsonValue) -> dict[str, str]:
    """Return a value that is a mapping of texts."""
    value = generator().generate(wanted(kind, authority, **options))
    assert isinstance(value, dict)
    return value


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 99),
    st.floats(max_value=99),
    st.text(max_size=70),
    st.sampled_from(["KR", "a.b", "10.0.0.1", "client_auth", "crl_sign", "((x))", "a\x00b"]),
)
_VALUES = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=3),
    st.dictionaries(st.text(max_size=3), _SCALARS, max_size=2),
)


@st.composite
def any_options(draw: st.DrawFn) -> tuple[VariableType, dict[str, JsonValue]]:
    """Draw a type and some of its options, with anything in them."""
    kind = draw(st.sampled_from(VariableType))
    names = draw(st.lists(st.sampled_from(option_names(kind)), unique=True, max_size=5))
    return kind, {name: draw(_VALUES) for name in names}


@given(any_options())
def test_any_options_end_in_a_value_or_in_a_variable_error(
    drawn: tuple[VariableType, dict[str, JsonValue]],
) -> None:
    kind, options = drawn
    definition = VariableDefinition(name="v", variable_type=kind.value, options=options)
    wish = WantedValue(definition=definition)
    try:
        generator().generate(wish)
    except VariableError:
        return
    assert parse_options(definition).options is not None


class TestConformance(ValuesConformance):
    """The port, over real cryptography."""

    @pytest.fixture
    def generator(self) -> ValueGenerator:
        """Return a generator with its own randomness, and keys that come again."""
        return FreshValues(clock=CLOCK, keys=FixedKeys())


def test_a_password_has_the_characters_and_the_length_of_the_cli() -> None:
    value = generator().generate(wanted("password"))

    assert isinstance(value, str)
    assert re.fullmatch("[a-z0-9]{20}", value)


def test_a_password_has_the_length_that_is_asked_for() -> None:
    value = generator().generate(wanted("password", length=200, exclude_number=True))

    assert isinstance(value, str)
    assert re.fullmatch("[a-zA-Z]{200}", value)


def test_no_two_values_are_the_same() -> None:
    source = FreshValues(clock=CLOCK, keys=FixedKeys())

    assert len({str(source.generate(wanted("password"))) for _ in range(50)}) == 50


def test_a_user_can_log_in_with_the_hash() -> None:
    named, made_up = made("user", username="admin", length=8), made("user")
    salt = named["password_hash"].split("$")[2]

    assert named["username"] == "admin"
    assert len(named["password"]) == 8
    assert named["password_hash"] == sha512_crypt(named["password"], salt)
    assert re.fullmatch("[a-z]{20}", made_up["username"])


def test_the_halves_of_an_rsa_key_belong_together() -> None:
    value = made("rsa")
    key = load_pem_private_key(value["private_key"].encode(), None)

    assert load_pem_public_key(value["public_key"].encode()) == key.public_key()
    assert value["public_key"].startswith("-----BEGIN PUBLIC KEY-----\n")


def test_a_key_for_ssh_has_the_fingerprint_that_old_clients_show() -> None:
    value = made("ssh", ssh_comment="me@home")
    kind, blob, comment = value["public_key"].split()
    digest = hashlib.md5(b64decode(blob), usedforsecurity=False).hexdigest()

    assert (kind, comment) == ("ssh-rsa", "me@home")
    assert value["public_key_fingerprint"].replace(":", "") == digest
    assert re.fullmatch("(..:){15}..", value["public_key_fingerprint"])
    key = load_pem_private_key(value["private_key"].encode(), None)
    assert load_ssh_public_key(value["public_key"].encode()) == key.public_key()
    assert made("ssh")["public_key"].endswith("\n")


def test_the_length_of_keys_is_that_of_the_options() -> None:
    keys = FixedKeys()
    for wish in (
        wanted("rsa"),
        wanted("ssh", key_length=4096),
        wanted("certificate", is_ca=True),
        wanted("certificate", is_ca=True, key_length=2048),
    ):
        generator(keys).generate(wish)

    assert keys.asked == [2048, 4096, 3072, 2048]


def test_a_chain_names_who_signed() -> None:
    source = generator()
    root = source.generate(wanted("certificate", is_ca=True, common_name="root", duration=9))
    assert isinstance(root, dict)
    middle = source.generate(wanted("certificate", root, is_ca=True, ca="root"))
    assert isinstance(middle, dict)
    leaf = source.generate(wanted("certificate", middle, ca="middle", common_name="leaf"))
    assert isinstance(leaf, dict)
    certificate = x509.load_pem_x509_certificate(str(leaf["certificate"]).encode())

    assert root["ca"] == root["certificate"]
    assert middle["ca"] == root["certificate"]
    assert leaf["ca"] == middle["certificate"]
    certificate.verify_directly_issued_by(
        x509.load_pem_x509_certificate(str(middle["certificate"]).encode())
    )
    begin = CLOCK.now().replace(microsecond=0)
    assert certificate.not_valid_before_utc == begin
    assert certificate.not_valid_after_utc == begin + timedelta(days=365)


def test_a_ca_from_elsewhere_signs_as_well() -> None:
    root = made("certificate", is_ca=True)
    again = FreshValues(clock=CLOCK, keys=FixedKeys())
    leaf = again.generate(wanted("certificate", root, ca="root"))

    assert isinstance(leaf, dict)
    assert leaf["ca"] == root["certificate"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (wanted("json"), "type `json` cannot be made"),
        (wanted("password", lenght=5), "has no option `lenght`"),
        (wanted("certificate"), "nobody signs"),
        (wanted("certificate", ca="root"), "its CA `root` has no value"),
        (wanted("certificate", {"certificate": "hush"}, ca="root"), "lacks `certificate`"),
        (
            wanted("certificate", {"certificate": "hush", "private_key": "hush"}, ca="root"),
            "is no PEM text",
        ),
    ],
)
def test_what_cannot_be_made_is_told_by_name_and_without_a_value(
    wish: WantedValue, message: str
) -> None:
    with pytest.raises(VariableError, match=message) as raised:
        generator().generate(wish)
    assert "`v`" in str(raised.value)
    assert "hush" not in str(raised.value) + raised.value.hint
    assert str(raised.value).endswith(".")


def test_a_name_of_a_link_that_no_certificate_can_have_is_told() -> None:
    definition = VariableDefinition(name="v", variable_type="certificate", options={"is_ca": True})
    wish = WantedValue(definition=definition, alternative_names=("ö",))

    with pytest.raises(VariableError, match="does not fit into a certificate"):
        generator().generate(wish)
