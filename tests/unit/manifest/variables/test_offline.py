"""What a vars store lacks for a document, and the options with the values of earlier waves."""

import pytest

from paasta_deploy.diagnostics import has_errors
from paasta_deploy.manifest import Variables, interpolate
from paasta_deploy.manifest.document.node import to_value
from paasta_deploy.manifest.variables.generation import GenerationPlan
from paasta_deploy.manifest.variables.offline import plan_store, wanted_value, with_expected
from tests.unit.manifest.texts import found, node
from tests.unit.manifest.variables.definitions import section, variables

CA = "{name: ca, type: certificate, options: {is_ca: true}}"
LEAF = "{name: leaf, type: certificate, options: {ca: ca}}"
PAIR = "{certificate: c, private_key: k, ca: r}"


def plan(text: str, known: Variables | None = None) -> GenerationPlan:
    """Return the plan for some definitions."""
    return plan_store(node(section(text)), known or variables())


def names(of: GenerationPlan) -> list[str]:
    """Return what is made."""
    assert of.diagnostics == ()
    return [item.name for item in of.in_order]


@pytest.mark.parametrize("where", ["stored", "given"])
@pytest.mark.parametrize("value", ["x", "null", "{certificate: c, private_key: k}"])
def test_a_value_stays_whatever_update_mode_says(where: str, value: str) -> None:
    text = "{name: a, type: nonsense, update_mode: overwrite}, {name: b, type: rsa}"

    assert names(plan(text, variables(**{where: f"{{a: {value}}}"}))) == ["b"]


def test_options_are_judged_with_the_values_that_are_there() -> None:
    text = "{name: a, type: password, options: {length: ((n))}}"

    assert names(plan(text, variables(given="{n: 5}"))) == ["a"]
    wrong = plan(text, variables(given="{n: many}"))
    assert found(section(text), wrong.diagnostics) == [("PD0903", "((n))")]
    assert wrong.waves == ()


def test_an_option_with_a_mistake_of_its_own_is_left_to_interpolation() -> None:
    text = "{name: a, type: password, options: {length: ((n.x))}}"

    assert names(plan(text, variables(given="{n: {y: 1}}"))) == ["a"]


@pytest.mark.parametrize("options", ["[]", "[1]", "x", "5"])
def test_options_must_be_a_mapping(options: str) -> None:
    text = f"{{name: a, type: password, options: {options}}}"

    assert [item.code for item in plan(text).diagnostics] == ["PD0903"]
    assert names(plan(text.replace("password", "rsa"))) == ["a"]


def test_absent_options_are_none() -> None:
    assert names(plan("{name: a, type: password, options: null}")) == ["a"]


def test_a_definition_without_a_name_cannot_be_kept() -> None:
    text = "{type: password}, {name: '', type: rsa}, {name: null}, 5, {name: b, type: rsa}"
    result = plan(text)

    assert [item.code for item in result.diagnostics] == ["PD0133", "PD0133"]
    assert result.waves == ()


@pytest.mark.parametrize("document", ["[1]", "{variables: 5}", "{x: 1}"])
def test_a_document_without_definitions_needs_nothing(document: str) -> None:
    assert plan_store(node(document), variables()).is_empty


@pytest.mark.parametrize(
    ("value", "lacking"),
    [
        ("text", "`certificate` and `private_key`"),
        ("{certificate: c}", "`private_key`"),
        ("{certificate: '', private_key: 5}", "`certificate` and `private_key`"),
    ],
)
def test_a_ca_whose_value_cannot_sign_is_told_at_once(value: str, lacking: str) -> None:
    known = variables(stored=f"{{ca: {value}}}")
    result = plan(LEAF, known)

    assert found(section(LEAF), result.diagnostics) == [("PD0908", "ca")]
    assert lacking in result.diagnostics[0].detail


def test_links_cannot_be_followed_offline() -> None:
    text = f"{CA}, {LEAF[:-1]}, consumes: {{alternative_name: {{from: db}}}}}}"
    result = plan(text)

    assert found(section(text), result.diagnostics) == [("PD0910", "consumes")]
    assert not has_errors(result.diagnostics)
    assert not result.is_empty


def test_what_will_be_made_has_its_shape_before_it_is_made() -> None:
    text = f"{CA}, {{name: p, type: password}}, {{name: s, type: ssh}}, {{name: u, type: user}}, "
    text += "{name: odd, type: odd}, {name: r, type: rsa}"
    tree = node(
        f"{{variables: [{text}], x: [((p)), ((ca.private_key)), ((s.public_key_fingerprint)),"
        " ((u.password_hash)), ((odd)), ((r.public_key))]}"
    )
    expected = with_expected(variables(), plan_store(tree, variables()))
    result = interpolate(tree, expected, missing_is_error=True)

    assert result.diagnostics == ()
    assert result.node is not None
    assert to_value(result.node) == {"variables": [], "x": ["made-later"] * 6}


def test_a_part_that_a_value_will_not_have_is_told_before_it_is_made() -> None:
    tree = node(f"{{variables: [{CA}], x: ((ca.certificat))}}")
    expected = with_expected(variables(), plan_store(tree, variables()))

    told = interpolate(tree, expected).diagnostics
    assert [item.code for item in told] == ["PD0303"]
    assert "`certificate`" in told[0].hint


def test_a_generator_is_asked_with_everything_put_in() -> None:
    text = "{name: leaf, type: certificate, options: {ca: ((which)), common_name: x-((p))}}, "
    text += "{name: p, type: password}"
    (password,), (leaf,) = plan(text, variables(given=f"{{which: ca, ca: {PAIR}}}")).waves
    result = wanted_value(leaf, variables(given=f"{{p: secret, ca: {PAIR}}}"))

    assert password.name == "p"
    assert result.wanted is not None
    assert result.wanted.definition.options == {"ca": "ca", "common_name": "x-secret"}
    assert result.wanted.authority == {"certificate": "c", "private_key": "k", "ca": "r"}
    assert result.wanted.alternative_names == ()


def test_without_a_ca_there_is_no_authority() -> None:
    (definition,) = plan(CA).in_order
    wanted = wanted_value(definition, variables()).wanted

    assert wanted is not None
    assert wanted.authority is None


@pytest.mark.parametrize(
    ("options", "value", "code"),
    [
        ("length: ((p))", "text", "PD0903"),
        ("length: ((p.x))", "{y: 1}", "PD0303"),
    ],
)
def test_an_option_that_turns_out_to_be_wrong_is_told_later(
    options: str, value: str, code: str
) -> None:
    text = f"{{name: a, type: password, options: {{{options}}}}}, {{name: p, type: password}}"
    last = plan(text).in_order[-1]
    result = wanted_value(last, variables(stored=f"{{p: {value}}}"))

    assert result.wanted is None
    assert [item.code for item in result.diagnostics] == [code]
