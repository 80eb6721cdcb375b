"""Stand-ins: of the right form for every type, always the same, marked, and never a real key's.

Properties: making one raises nothing, whatever the options are; a password has the asked length
and letters.
"""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.variables.stand_ins import MARK, FixedStandIns, stand_in_key
from paasta_deploy.manifest.variables.options import parse_options
from paasta_deploy.manifest.variables.types import PARTS, PasswordOptions, VariableType
from paasta_deploy.model.deployment import VariableDefinition
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.variables import WantedValue
from paasta_deploy.testing.clock import EPOCH

STAND_INS = FixedStandIns()


def wish_for(
    kind: str, options: JsonObject, name: str = "x", authority: JsonObject | None = None
) -> WantedValue:
    definition = VariableDefinition(name=name, variable_type=kind, options=options)
    return WantedValue(definition=definition, authority=authority)


def wanted(
    kind: str, name: str = "x", authority: JsonObject | None = None, **options: JsonValue
) -> WantedValue:
    return wish_for(kind, options, name, authority)


def parts(wish: WantedValue) -> dict[str, str]:
    value = STAND_INS.stand_in(wish)
    assert isinstance(value, dict)
    return value


def certificate(value: dict[str, str], part: str = "certificate") -> x509.Certificate:
    return x509.load_pem_x509_certificate(value[part].encode())


@pytest.mark.parametrize("kind", VariableType)
def test_a_stand_in_has_the_shape_of_its_type_and_is_always_the_same(kind: VariableType) -> None:
    options: JsonObject = {"is_ca": True} if kind is VariableType.CERTIFICATE else {}
    wish = wish_for(kind.value, options)
    value = STAND_INS.stand_in(wish)

    assert value == FixedStandIns().stand_in(wish)
    assert isinstance(value, str) if not PARTS[kind] else set(parts(wish)) == set(PARTS[kind])


def test_a_certificate_can_be_read_and_has_the_asked_names() -> None:
    authority = parts(wanted("certificate", "ca", is_ca=True, common_name="root"))
    wish = wanted(
        "certificate", "tls", authority, ca="ca", common_name="web", alternative_names=["a.b"]
    )
    value = parts(wish)
    one, root = certificate(value), certificate(authority)

    one.verify_directly_issued_by(root)
    assert value["ca"] == authority["certificate"]
    assert "CN=web" in one.subject.rfc4514_string()
    names = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.b"]
    assert one.not_valid_before_utc < EPOCH < one.not_valid_after_utc
    key = serialization.load_pem_private_key(value["private_key"].encode(), None)
    assert key.public_key() == one.public_key()


def test_where_the_authority_is_real_another_signs() -> None:
    value = parts(wanted("certificate", "tls", ca="router_ca", common_name="web"))

    certificate(value).verify_directly_issued_by(certificate(value, "ca"))
    assert "CN=router_ca" in certificate(value, "ca").subject.rfc4514_string()


def test_stand_ins_are_marked() -> None:
    tls = parts(wanted("certificate", is_ca=True))
    user = parts(wanted("user", username="admin"))

    assert f"OU={MARK}" in certificate(tls).subject.rfc4514_string()
    assert str(STAND_INS.stand_in(wanted("password"))).startswith(MARK)
    assert user["password"].startswith(MARK)
    assert (user["username"], user["password_hash"].split("$")[2]) == ("admin", MARK)
    assert parts(wanted("ssh"))["public_key"].rstrip().endswith(f" {MARK}")
    rsa = serialization.load_pem_private_key(parts(wanted("rsa"))["private_key"].encode(), None)
    assert rsa.public_key() == stand_in_key().public_key()


def test_another_name_has_another_password() -> None:
    assert STAND_INS.stand_in(wanted("password", "a")) != STAND_INS.stand_in(wanted("password"))


@pytest.mark.parametrize(
    "options",
    [
        {"common_name": "((domain))", "is_ca": True},
        {"alternative_names": ["*.((domain))", "((a))"], "ca": "((ca))"},
        {"duration": "((days))", "common_name": "a", "ca": "x"},
        {"country": "nowhere", "is_ca": True},
        {"alternative_names": ["\u00fc"], "is_ca": True},
        {"nonsense": 1},
        {},
    ],
)
def test_a_certificate_whose_options_cannot_be_used_yet_can_be_read_all_the_same(
    options: JsonObject,
) -> None:
    assert (
        f"OU={MARK}"
        in certificate(parts(wish_for("certificate", options))).subject.rfc4514_string()
    )


def test_a_type_that_nobody_can_make_has_its_name() -> None:
    assert STAND_INS.stand_in(wanted("nonsense")) == "((x))"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "length": st.integers(0, 90),
            "exclude_lower": st.booleans(),
            "exclude_upper": st.booleans(),
            "exclude_number": st.booleans(),
            "include_special": st.booleans(),
        },
    )
)
def test_a_password_has_the_asked_length_and_letters(options: dict[str, JsonValue]) -> None:
    wish = wish_for("password", options)
    asked = parse_options(wish.definition).options
    found = str(STAND_INS.stand_in(wish))

    if isinstance(asked, PasswordOptions):
        assert len(found) == asked.length
        assert set(found) <= set(asked.alphabet)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | st.text(max_size=5) | st.just("((x))"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
_KEYS = st.sampled_from(
    (
        *("common_name", "is_ca", "ca", "alternative_names", "duration", "length", "key_length"),
        *("username", "extended_key_usage", "country", "x"),
    )
)


@given(st.sampled_from(VariableType), st.dictionaries(_KEYS, _VALUES, max_size=3))
def test_whatever_the_options_are_nothing_is_raised(
    kind: VariableType, options: dict[str, JsonValue]
) -> None:
    assert STAND_INS.stand_in(wish_for(kind.value, options)) is not None
