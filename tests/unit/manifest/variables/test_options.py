"""Options of variables: what the real CLI takes and refuses, and where a mistake is.

The rows were tried with the real `bosh int --vars-store`; `refused` is empty where it succeeds.
"""

import string

import pytest

from paasta_deploy.diagnostics import has_errors
from paasta_deploy.manifest.variables.options import (
    beyond_cli,
    option_names,
    parse_options,
    type_of,
)
from paasta_deploy.manifest.variables.types import (
    SPECIAL_CHARACTERS,
    CertificateOptions,
    ExtendedKeyUsage,
    KeyOptions,
    KeyUsage,
    Options,
    PasswordOptions,
    SubjectOptions,
    UserOptions,
    VariableType,
    key_bits,
)
from tests.unit.manifest.texts import found
from tests.unit.manifest.variables.definitions import defined, section

NO_CHARACTERS = (
    "{name: v, type: user, "
    "options: {exclude_lower: true, exclude_number: true, exclude_upper: true}}"
)


def options_of(text: str) -> Options:
    """Return the options of one definition without mistakes."""
    result = parse_options(defined(text)[0])
    assert result.diagnostics == ()
    assert result.options is not None
    return result.options


def certificate(options: str) -> CertificateOptions:
    """Return the options of a certificate with these options."""
    result = options_of(f"{{name: v, type: certificate, options: {{{options}}}}}")
    assert isinstance(result, CertificateOptions)
    return result


@pytest.mark.parametrize(
    ("text", "code", "pointed_at"),
    [
        ("{name: v, type: password, options: {length: -1}}", "PD0903", "-1"),
        ("{name: v, type: password, options: {length: '5'}}", "PD0903", "'5'"),
        ("{name: v, type: password, options: {length: true}}", "PD0903", "true"),
        ("{name: v, type: password, options: {length: .inf}}", "PD0903", ".inf"),
        ("{name: v, type: password, options: {length: 9999999}}", "PD0903", "9999999"),
        ("{name: v, type: password, options: {foo: 1}}", "PD0902", "foo"),
        ("{name: v, type: json}", "PD0901", "json"),
        ("{name: v, type: Password}", "PD0901", "Password"),
        ("{name: v, type: certificate}", "PD0904", "v"),
        ("{name: v, type: certificate, options: {ca: ''}}", "PD0904", "v"),
        ("{name: v, type: certificate, options: {ca: [c]}}", "PD0903", "["),
        ("{name: v, type: certificate, options: {ca: c, common_name: {}}}", "PD0903", "{"),
        ("{name: v, type: certificate, options: {ca: c, alternative_names: a}}", "PD0903", "a"),
        ("{name: v, type: certificate, options: {ca: c, alternative_names: [b, [a]]}}",
         "PD0903", "["),
        ("{name: v, type: certificate, options: {ca: c, alternative_names: [ö.de]}}",
         "PD0903", "ö.de"),
        ("{name: v, type: certificate, options: {ca: c, is_ca: 'true'}}", "PD0903", "'true'"),
        ("{name: v, type: certificate, options: {ca: c, is_ca: 1}}", "PD0903", "1"),
        ("{name: v, type: certificate, options: {ca: c, duration: '5'}}", "PD0903", "'5'"),
        ("{name: v, type: certificate, options: {ca: c, duration: 106752}}", "PD0903", "106752"),
        ("{name: v, type: certificate, options: {ca: c, key_length: 1024}}", "PD0903", "1024"),
        ("{name: v, type: certificate, options: {ca: c, key_length: -1}}", "PD0903", "-1"),
        ("{name: v, type: certificate, options: {ca: c, extended_key_usage: [x]}}",
         "PD0903", "x"),
        ("{name: v, type: certificate, options: {ca: c, organizations: [a]}}",
         "PD0902", "organizations"),
        ("{name: v, type: certificate, options: {ca: c, self_sign: true}}", "PD0903", "true"),
        ("{name: v, type: certificate, options: {ca: c, country: KOR}}", "PD0903", "KOR"),
        ("{name: v, type: certificate, options: {ca: c, key_usage: [encipher_only]}}",
         "PD0903", "["),
        (NO_CHARACTERS, "PD0903", "true"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_told_where_it_stands(text: str, code: str, pointed_at: str) -> None:
    result = parse_options(defined(text)[0])

    assert result.options is None
    assert found(section(text), result.diagnostics) == [(code, pointed_at)]


@pytest.mark.parametrize(
    "options",
    [
        "{name: v, type: password, options: {length: null}}",
        "{name: v, type: password, options: {length: 0}}",
        "{name: v, type: password}",
    ],
)
def test_nothing_and_zero_mean_the_default(options: str) -> None:
    assert options_of(options) == PasswordOptions(length=20)


def test_a_fraction_is_cut_off() -> None:
    assert options_of("{name: v, type: password, options: {length: 5.7}}") == PasswordOptions(
        length=5
    )


def test_a_certificate_has_the_defaults_of_the_cli() -> None:
    assert certificate("ca: c") == CertificateOptions(
        subject=SubjectOptions(country="US", organization="Cloud Foundry"),
        ca="c",
        key_usage=(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DIGITAL_SIGNATURE),
        extended_key_usage=(ExtendedKeyUsage.SERVER_AUTH,),
        duration_days=365,
        key_length=3072,
    )


def test_a_ca_signs_and_is_for_nothing_else() -> None:
    options = certificate("is_ca: yes, extended_key_usage: [nonsense]")

    assert options.is_ca
    assert options.key_usage == (KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN)
    assert options.extended_key_usage == ()


def test_all_options_of_a_certificate_are_taken() -> None:
    options = certificate(
        "ca: c, common_name: cn, organization: o, organization_unit: u, locality: l, state: s,"
        " country: KR, alternative_names: [a.b, 10.0.0.1, '', null, 7], duration: 30,"
        " key_length: 4096, extended_key_usage: [client_auth, client_auth, timestamping],"
        " key_usage: [digital_signature]"
    )

    assert options == CertificateOptions(
        subject=SubjectOptions(
            common_name="cn",
            organization="o",
            organization_unit="u",
            locality="l",
            state="s",
            country="KR",
        ),
        ca="c",
        alternative_names=("a.b", "10.0.0.1", "7"),
        duration_days=30,
        key_length=4096,
        extended_key_usage=(ExtendedKeyUsage.CLIENT_AUTH, ExtendedKeyUsage.TIMESTAMPING),
        key_usage=(KeyUsage.DIGITAL_SIGNATURE,),
    )


@pytest.mark.parametrize(("written", "read"), [("5", "5"), ("true", "true"), ("10.0", "10")])
def test_a_number_or_a_boolean_can_stand_for_a_text(written: str, read: str) -> None:
    assert certificate(f"ca: c, common_name: {written}").subject.common_name == read


def test_a_negative_duration_is_the_default_with_a_warning() -> None:
    text = "{name: v, type: certificate, options: {ca: c, duration: -5}}"
    result = parse_options(defined(text)[0])

    assert isinstance(result.options, CertificateOptions)
    assert result.options.duration_days == 365
    assert found(section(text), result.diagnostics) == [("PD0903", "-5")]
    assert not has_errors(result.diagnostics)


def test_what_waits_for_a_variable_is_not_judged() -> None:
    options = certificate(
        "ca: ((a)), is_ca: ((b)), duration: ((c)), alternative_names: ['((d))', x.y],"
        " extended_key_usage: ['((e))'], key_length: ((f)), country: ((g))"
    )

    assert options.duration_days == 365
    assert options.alternative_names == ("((d))", "x.y")


@pytest.mark.parametrize("option", ["ca", "is_ca", "self_sign"])
def test_nobody_misses_a_ca_that_may_still_come(option: str) -> None:
    certificate(f"{option}: ((later))")


def test_a_certificate_may_sign_itself() -> None:
    assert certificate("self_sign: true") == certificate("ca: c, self_sign: false").__class__(
        key_usage=(KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DIGITAL_SIGNATURE),
        extended_key_usage=(ExtendedKeyUsage.SERVER_AUTH,),
    )


@pytest.mark.parametrize(
    ("options", "alphabet"),
    [
        ("length: 9", string.ascii_lowercase + string.digits),
        ("exclude_upper: true", string.ascii_lowercase + string.digits),
        ("exclude_number: true", string.ascii_letters),
        ("include_special: true, exclude_lower: true, exclude_number: true",
         string.ascii_uppercase + SPECIAL_CHARACTERS),
    ],
)  # fmt: skip
def test_the_characters_of_a_password_can_be_chosen(options: str, alphabet: str) -> None:
    result = options_of(f"{{name: v, type: password, options: {{{options}}}}}")

    assert isinstance(result, PasswordOptions)
    assert sorted(result.alphabet) == sorted(alphabet)


def test_a_user_has_a_name_and_a_password() -> None:
    assert options_of("{name: v, type: user, options: {username: u, length: 9}}") == UserOptions(
        username="u", password=PasswordOptions(length=9)
    )


def test_keys_can_be_longer_and_named() -> None:
    assert options_of(
        "{name: v, type: ssh, options: {key_length: 4096, ssh_comment: me}}"
    ) == KeyOptions(key_length=4096, comment="me")
    assert key_bits(options_of("{name: v, type: rsa}")) == 2048
    assert key_bits(options_of("{name: v, type: password}")) is None


def test_an_unknown_option_of_a_key_is_only_a_warning_since_nobody_looks_at_it() -> None:
    text = "{name: v, type: rsa, options: {key_lenght: 4096}}"
    result = parse_options(defined(text)[0])

    assert result.options == KeyOptions()
    assert found(section(text), result.diagnostics) == [("PD0902", "key_lenght")]
    assert "did you mean `key_length`?" in result.diagnostics[0].hint


def test_no_message_repeats_a_value() -> None:
    text = (
        "{name: v, type: certificate, options: {ca: c, country: hush, key_length: 77123,"
        " duration: hush, extended_key_usage: [hush], key_usage: hush}}"
    )
    result = parse_options(defined(text)[0])

    assert len(result.diagnostics) == 5
    assert "hush" not in repr(result.diagnostics).replace("hush.yml", "")
    assert "77123" not in repr(result.diagnostics)


@pytest.mark.parametrize(
    ("text", "pointed_at"),
    [
        ("{name: v, type: user}", ["user"]),
        ("{name: v, type: password, options: {include_special: true, length: 5}}",
         ["include_special"]),
        ("{name: v, type: certificate, options: {ca: c, state: s, locality: l}}",
         ["state", "locality"]),
        ("{name: v, type: rsa, options: {key_length: 4096}}", []),
        ("{name: v, type: nope}", []),
    ],
)  # fmt: skip
def test_what_the_bosh_cli_would_refuse_is_a_warning(text: str, pointed_at: list[str]) -> None:
    diagnostics = beyond_cli(defined(text)[0])

    assert found(section(text), diagnostics) == [("PD0909", item) for item in pointed_at]
    assert not has_errors(diagnostics)


@pytest.mark.parametrize("kind", VariableType)
def test_every_option_of_every_type_is_read(kind: VariableType) -> None:
    for name in option_names(kind):
        text = f"{{name: v, type: {kind.value}, options: {{is_ca: true, {name}: {{a: b}}}}}}"
        if kind is not VariableType.CERTIFICATE:
            text = text.replace("is_ca: true, ", "")
        if name in ("extended_key_usage", "is_ca"):
            continue  # not read for a CA, and given twice
        assert parse_options(defined(text)[0]).options is None, f"{kind}: {name}"


def test_an_unknown_type_is_no_type() -> None:
    assert type_of(defined("{name: v, type: nope}")[0]) is None


def test_all_mistakes_of_a_definition_are_told_at_once() -> None:
    text = (
        "{name: v, type: certificate, options: {key_length: 7, duration: [1], colour: red,"
        " alternative_names: [[a], {b: 1}], extended_key_usage: [client, {c: 1}]}}"
    )

    told = [item.summary for item in parse_options(defined(text)[0]).diagnostics]

    assert len(told) == 8
    assert "nobody signs the certificate `v`" in told


def test_who_signs_is_not_judged_when_that_itself_is_wrong() -> None:
    text = "{name: v, type: certificate, options: {ca: [a], key_length: 7}}"

    codes = [item.code for item in parse_options(defined(text)[0]).diagnostics]

    assert codes == ["PD0903", "PD0903"]
